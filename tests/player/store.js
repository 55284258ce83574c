/** A learning record store and a page whose record is heard, for the tests of statements. */
import {createLms} from "../../scormkit/player/preview_lms.js";
import {hear} from "../../scormkit/player/record/xapi.js";
import {DESK, decision, finished} from "./bundles.js";
import {page, stateText} from "./sitting.js";
import {replay, result} from "../../scormkit/player/engine.js";

export const VERB = "http://adlnet.gov/expapi/verbs/";
export const OURS = "https://scormkit.example/xapi/extensions/";

const places = Object.entries(DESK.scenes).flatMap(([scene, {acts}]) =>
  [...new Set(acts.filter((act) => act.decision).map(({on}) => (on ? `${scene}.${on}` : scene)))]);

/** What the compiler would write into lrs.js for the desk. */
export const SETTINGS = {
  endpoint: "https://lrs.example/xapi/", key: "player:s3cret", homePage: "https://lms.example/", activity: "https://corp.example/training/desk",
  name: {en: "Desk"}, version: "1.0.0", digest: "d".repeat(64), edition: "scorm12", language: "en",
  interactions: Object.fromEntries(places.map((id) => [id, {type: "http://adlnet.gov/expapi/activities/cmi.interaction", interactionType: "choice"}])),
};

/** A store that keeps statements by id; `fails` is asked first: a status, an answer, "drop" or nothing. */
export function store(fails = () => null) {
  const it = {kept: new Map(), requests: [], fails};
  const answer = (status, said = "", headers = {}) =>
    ({status, ok: status < 300, headers: new Headers(headers), text: async () => said});
  it.fetch = async (url, options) => {
    const batch = JSON.parse(options.body);
    it.requests.push({url, ...options, batch});
    const fault = it.fails(batch, it.requests.length);
    if (fault === "drop") throw new TypeError("Failed to fetch");
    if (fault) return typeof fault === "number" ? answer(fault, "no") : answer(fault.status, "no", fault.headers);
    const other = batch.find(({id, ...said}) => it.kept.has(id) && it.kept.get(id) !== JSON.stringify(said));
    if (other) return answer(409, "another statement has this id");
    for (const {id, ...said} of batch) if (!it.kept.has(id)) it.kept.set(id, JSON.stringify(said));
    return answer(200);
  };
  it.all = () => [...it.kept].map(([id, said]) => ({id, ...JSON.parse(said)}));
  it.verbs = () => it.all().map(({verb}) => verb.id.slice(VERB.length));
  return it;
}

/** What a browser keeps for an origin. */
export function storage() {
  const kept = new Map();
  return {
    getItem: (name) => kept.get(name) ?? null, setItem: (name, text) => void kept.set(name, text),
    removeItem: (name) => void kept.delete(name), get length() { return kept.size; },
  };
}

/** A window with what the statements' modules ask for. */
export function heardPage(lrs, local = storage(), more = {}) {
  const win = page({
    fetch: (...args) => lrs.fetch(...args), localStorage: local, location: {origin: "https://content.example"}, console: {error() {}},
    setTimeout: (...args) => setTimeout(...args), clearTimeout: (id) => clearTimeout(id), ...more,
  });
  Object.assign(win.document, {documentElement: {lang: "en"}, getElementById: () => ({textContent: JSON.stringify(DESK)})});
  return win;
}

/** A learner at an LMS with a heard record, as record/scorm12-heard.js is one. `late`: hear() comes when it is called. */
export function told(record, lrs, {lms = createLms({edition: "1.2"}), win = heardPage(lrs), settings = SETTINGS, late = false} = {}) {
  lms.install(win);
  const calls = [];
  const heard = new Proxy(record, {get: (own, name) => (given) => {
    const call = {name, given, at: Date.now()};
    calls.push(call);
    return call.answer = own[name](call.given);
  }});
  const it = {lms, win, calls, status: null};
  it.opened = heard.open(win);
  heard.watch((status) => { it.status = status; });
  it.hear = () => hear(calls, record, 0, {told: settings, win});
  if (!late) it.hear();
  const before = (state) => replay(DESK, {...state, path: state.path.slice(0, -1)});
  it.save = (state, play = {}) => heard.save({
    state: stateText(state, play), progress: 0.25, objectives: result(DESK, state).objectives,
    decision: decision(DESK, before(state), state.path.at(-1)),
  });
  it.finish = (state, more = {}, play = {}) => heard.finish({
    state: stateText(state, play), decision: decision(DESK, before(state), state.path.at(-1)), ...finished(DESK, state), ...more,
  });
  it.touch = (state, play) => heard.touch({state: stateText(state, play)});
  it.close = () => heard.close();
  it.log = () => it.status.log.filter(({call}) => !/^(LMS|Get|Set|Initialize|Terminate|Commit)/.test(call));
  return it;
}

/** Lets everything that waits for nothing but its turn have it. */
export async function turns() {
  for (let n = 0; n < 30; n += 1) await new Promise((done) => setImmediate(done));
}
