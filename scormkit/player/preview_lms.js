/** An LMS for preview and tests, as strict as the standard, that can be told to fail as real ones do. Never shipped in a package. */
import {EDITIONS, FITS, MEANINGS, MISTYPED} from "./preview_model.js";

const FINISHED = ["passed", "failed", "completed"];
const PASS_OR_COMPLETE = ["passed", "completed"];

/**
 * @typedef {object} Faults what is to go wrong; a number counts down, `true` stays
 * @property {boolean|number} [initialize] Initialize is refused
 * @property {boolean|number} [commit] Commit answers "false", nothing is stored
 * @property {boolean|number} [lies] Commit answers "true", nothing is stored
 * @property {boolean} [lost] the server has forgotten the session: Commit is "false" with 101, Initialize too
 * @property {boolean|string[]} [throws] all calls throw, or the named ones
 * @property {number} [slow] milliseconds for which Commit blocks the page
 */

/**
 * An LMS with one learner and one package.
 * @param {object} [options]
 * @param {"1.2"|"2004"} [options.edition]
 * @param {{id: string, name: string}} [options.learner]
 * @param {string} [options.language] the learner's preference
 * @param {string} [options.launchData]
 * @param {string} [options.mastery] 1.2 mastery_score
 * @param {string} [options.passing] 2004 scaled_passing_score
 * @param {string} [options.threshold] 2004 completion_threshold
 * @param {string[]} [options.objectives] ids that the manifest gives to objectives: they are there from the start
 * @param {string[]} [options.lacks] elements that this LMS doesn't know
 * @param {boolean} [options.moodle] behave as Moodle 4.3 does where it differs from the standard
 * @param {Faults} [options.faults]
 * @param {{load: () => object|null, save: (stored: object) => void}} [options.store] where committed values outlive the page
 * @param {(entry: object) => void} [options.onCall] told of each call
 */
export function createLms(options = {}) {
  const {
    edition = "1.2", learner = {id: "learner-1", name: "Okafor, Sam"}, language = "", launchData = "", mastery = "", passing = "",
    threshold = "", objectives = [], lacks = [], moodle = false, faults = {}, store = memory(), onCall = () => {},
  } = options;
  const terms = EDITIONS[edition];
  const {model, codes, startsEmpty} = terms;
  const log = [];
  let fixed = {}; // what the LMS itself says in this session
  let values = {}; // what this session sees
  let sent = {}; // what the runtime script believes to have stored
  let phase = "early"; // "early", "running" or "late"
  let lastError = 0;
  let diagnostic = "";
  let forced;

  function launch({mode} = {}) {
    forced = mode;
    begin();
    return api;
  }

  /** A launch: resumes what was suspended or broken off, else begins anew (SCORM 1.2 RTE 3.4, SCORM 2004 RTE 4.2.7, 4.2.8). */
  function begin() {
    const was = store.load();
    const finished = was !== null && FINISHED.includes(was.values[terms.status]);
    const goesOn = was !== null && (!was.ended || was.exit === "suspend");
    const mode = forced ?? (moodle && finished ? "review" : "normal");
    const entry = !goesOn ? "ab-initio" : was.exit === "suspend" ? "resume" : "";
    values = goesOn ? {...was.values} : Object.fromEntries(objectives.map((id, n) => [`cmi.objectives.${n}.id`, id]));
    if (was !== null && !goesOn && mode === "normal") store.save(fresh());
    sent = {...values};
    fixed = {
      ...terms.always({learner, mode, entry, language, launchData, mastery, passing, threshold, total: span(goesOn ? was.seconds : 0)}),
      "cmi._version": startsEmpty ? "3.4" : "1.0",
    };
    [phase, lastError, diagnostic] = ["early", 0, ""];
  }

  function answer(code, why = "") {
    [lastError, diagnostic] = [code, why];
    return code === 0 ? "true" : "false";
  }

  /** The state machine (SCORM 1.2 RTE 3.3, SCORM 2004 RTE 3.1): null when the call may go on. */
  function outOfTurn(what, argument) {
    if (what === "start" && phase === "running") return answer(codes.twice);
    if (what === "start" ? phase === "late" : phase !== "running") return answer(codes[phase][what]);
    return argument === undefined || argument === "" ? null : answer(codes.argument, `the argument must be "", not "${argument}"`);
  }

  function initialize(argument) {
    const refusal = outOfTurn("start", argument);
    if (refusal !== null) return refusal;
    if (due("initialize")) return answer(codes.refused);
    if (faults.lost) return answer(codes.general);
    phase = "running";
    return answer(0);
  }

  function terminate(argument) {
    const refusal = outOfTurn("end", argument);
    if (refusal !== null) return refusal;
    settleStatus();
    const request = values["adl.nav.request"] ?? "_none_";
    if (faults.lost || due("commit")) return answer(codes.general);
    persist();
    const stored = store.load() ?? fresh();
    const seconds = stored.seconds + secondsIn(values[terms.sessionTime] ?? "");
    if (mayStore()) store.save({...stored, ended: true, exit: values[terms.exit] ?? "", seconds});
    phase = "late";
    if (moodle && ["exitAll", "abandonAll"].includes(request)) throw new SyntaxError("Unexpected token '<'");
    return answer(moodle && (request === "exit" || request.endsWith("choice")) ? codes.general : 0);
  }

  /** What an LMS makes of a 1.2 status at the end (SCORM 1.2 RTE 3.4): untouched is completed; a mastery score decides. */
  function settleStatus() {
    if (!startsEmpty) return;
    if (values[terms.status] === undefined) values[terms.status] = "completed";
    const raw = values[terms.score] ?? "";
    if (mastery !== "" && raw !== "" && fixed["cmi.core.credit"] === "credit") {
      values[terms.status] = Number(raw) >= Number(mastery) ? "passed" : "failed";
    }
  }

  function commit(argument) {
    const refusal = outOfTurn("commit", argument);
    if (refusal !== null) return refusal;
    const until = Date.now() + (faults.slow ?? 0);
    while (Date.now() < until); // a synchronous request blocks the page
    const lies = due("lies");
    if (lies || due("commit") || faults.lost) {
      if (moodle && startsEmpty) sent = {...values}; // marked before sending, so a failed commit loses them
      return lies ? answer(0) : answer(faults.lost ? codes.general : codes.commit);
    }
    persist();
    return answer(0);
  }

  function mayStore() {
    return moodle || fixed[terms.mode] === "normal";
  }

  function persist() {
    if (!mayStore()) return;
    const was = store.load() ?? fresh();
    const elements = Object.keys(values).filter((element) => !moodle || values[element] !== sent[element]);
    const stored = {...was, values: {...was.values}, ended: false, exit: values[terms.exit] ?? was.exit};
    for (const element of elements.sort((a, b) => rank(a) - rank(b))) {
      if (tracked(element)) stored.activity = evaluated(stored, element);
      stored.values[element] = values[element];
    }
    if (startsEmpty) sent = {...values}; // 2004 compares with what was loaded, each time
    store.save(stored);
  }

  /** Moodle 4.3 looks at the status that it had before, and a score always travels before a status. */
  function evaluated(stored, element) {
    const now = outcome({...stored.values, [element]: values[element]});
    if (!moodle) return PASS_OR_COMPLETE.includes(now) ? "completed" : stored.activity;
    const before = outcome(stored.values);
    return PASS_OR_COMPLETE.includes(before ?? now) ? "completed" : stored.activity;
  }

  function outcome(of) {
    return of["cmi.success_status"] === "passed" ? "passed" : of[terms.status];
  }

  function tracked(element) {
    return [terms.score, terms.status, "cmi.success_status"].includes(element);
  }

  function rank(element) {
    return [terms.score, "cmi.success_status", terms.status].indexOf(element);
  }

  function getValue(element) {
    if (outOfTurn("get") !== null) return "";
    const {code, value} = read(String(element));
    answer(code, String(element));
    return code === 0 ? value : "";
  }

  function read(element) {
    const [, base, keyword] = /^(.*)\._(children|count)$/.exec(element) ?? [];
    if (keyword) return readKeyword(base, keyword);
    if (lacks.includes(element)) return {code: codes.undefined};
    if (fixed[element] !== undefined && values[element] === undefined) return {code: 0, value: fixed[element]};
    const row = model[generic(element)];
    if (row === undefined) return {code: codes.undefined};
    const [access, , first] = row;
    if (access === "w") return {code: codes.writeOnly};
    if (indexes(element).some(({path, index}) => index >= count(path))) return {code: codes.noIndex};
    const value = derived(element) ?? values[element] ?? first;
    return value === undefined ? {code: codes.unset, value: ""} : {code: 0, value};
  }

  function readKeyword(base, keyword) {
    const names = Object.keys(model).filter((name) => name.startsWith(`${generic(base)}.`));
    const isArray = names.some((name) => name.startsWith(`${generic(base)}.n.`));
    const none = keyword === "count" ? codes.noArray : codes.noChildren;
    if (names.length === 0) return {code: model[generic(base)] === undefined ? codes.undefined : none};
    if (keyword === "count") return isArray ? {code: 0, value: String(count(base))} : {code: codes.noArray};
    const skip = generic(base).length + (isArray ? 3 : 1);
    return {code: 0, value: [...new Set(names.map((name) => name.slice(skip).split(".")[0]))].join(",")};
  }

  /** Where the manifest sets a bound, the measure decides and not the SCO (SCORM 2004 RTE 4.2.4, 4.2.22). Moodle doesn't. */
  function derived(element) {
    if (moodle || startsEmpty) return undefined;
    const decide = (bound, measure, above, below) => {
      if (bound === "") return undefined;
      return measure === undefined ? "unknown" : Number(measure) >= Number(bound) ? above : below;
    };
    if (element === terms.status) return decide(threshold, values["cmi.progress_measure"], "completed", "incomplete");
    if (element === "cmi.success_status") return decide(passing, values["cmi.score.scaled"], "passed", "failed");
    return undefined;
  }

  function setValue(element, value) {
    return outOfTurn("set") ?? answer(write(element, value), `${element} = ${value}`);
  }

  /** The code with which a value is taken (0, and then it is set) or refused. */
  function write(element, value) {
    if (typeof element !== "string" || element === "") return codes.gap;
    if (/\._(children|count|version)$/.test(element)) return codes.keyword;
    const name = generic(element);
    if (model[name] === undefined || lacks.includes(element)) return codes.undefined;
    const [access, format] = model[name];
    if (access === "r") return codes.readOnly;
    if (typeof value !== "string") return codes.mistyped;
    const places = indexes(element);
    if (places.some(({path, index}) => index > count(path))) return codes.gap;
    const entry = element.split(".").slice(0, 3).join(".");
    const starts = places.length > 0 && count(places[0].path) === places[0].index;
    if (starts && model[`${generic(entry)}.id`] && element !== `${entry}.id`) return codes.dependency;
    const type = values[`${entry}.type`];
    if (!startsEmpty && type === undefined && /learner_response|correct_responses/.test(element)) return codes.dependency;
    const fits = format(value, type);
    if (fits !== FITS) return fits === MISTYPED ? codes.mistyped : codes.outside;
    if (!startsEmpty && isTaken(element, value)) return codes.changed;
    values[element] = value;
    return 0;
  }

  /** An objective's id is unique and can't be changed (SCORM 2004 RTE 4.2.17). */
  function isTaken(element, value) {
    const objective = /^cmi\.objectives\.\d+\.id$/;
    if (!objective.test(element)) return false;
    const others = Object.entries(values).filter(([other]) => other !== element && objective.test(other));
    return (values[element] ?? value) !== value || others.some(([, id]) => id === value);
  }

  function count(path) {
    const found = Object.keys(values).filter((element) => element.startsWith(`${path}.`));
    return new Set(found.map((element) => element.slice(path.length + 1).split(".")[0])).size;
  }

  function span(seconds) {
    const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.round((seconds % 60) * 100) / 100];
    if (!startsEmpty) return `PT${h}H${m}M${s}S`;
    return `${String(h).padStart(4, "0")}:${String(m).padStart(2, "0")}:${s.toFixed(2).padStart(5, "0")}`;
  }

  function due(fault) {
    if (typeof faults[fault] !== "number") return faults[fault] === true;
    faults[fault] -= 1;
    return faults[fault] >= 0;
  }

  /** Each call is logged with its answer, and throws where it was told to. */
  function logged(call, run) {
    return (...args) => {
      const entry = {call, args, answer: undefined, code: 0};
      log.push(entry);
      try {
        if (faults.throws === true || [faults.throws].flat().includes(call)) throw new Error(`${call} failed inside the LMS`);
        entry.answer = run(...args);
      } finally {
        entry.code = lastError;
        onCall(entry);
      }
      return entry.answer;
    };
  }

  const runs = [
    initialize, terminate, getValue, setValue, commit,
    () => String(lastError), (code) => MEANINGS[code] ?? "",
    (code) => (code === "" || Number(code) === lastError ? diagnostic : (MEANINGS[code] ?? "")),
  ];
  const api = Object.fromEntries(terms.calls.map((call, n) => [call, logged(call, runs[n])]));
  begin();

  return {
    api, log, faults, launch,
    /** Puts the API where a package looks for it. */
    install(win) {
      win[terms.api] = api;
      return win;
    },
    /** What has been committed: values, exit, seconds, ended, and whether the course counts as completed. */
    stored: () => store.load() ?? fresh(),
    /** The session's values, committed or not. */
    values: () => ({...values}),
    /** The runtime forgets the session, as after a time-out: what wasn't committed is gone until Initialize. */
    drop() {
      begin();
    },
  };
}

function fresh() {
  return {values: {}, exit: "", ended: false, seconds: 0, activity: "not completed"};
}

function memory() {
  let kept = null;
  return {load: () => kept, save: (stored) => void (kept = structuredClone(stored))};
}

/** An element's name with `n` for each index. */
function generic(element) {
  return element.replace(/\.\d+(?=\.|$)/g, ".n");
}

/** The arrays on the way to an element: each with its path and the index used. */
function indexes(element) {
  const parts = element.split(".");
  return parts.flatMap((part, at) => (/^\d+$/.test(part) ? [{path: parts.slice(0, at).join("."), index: Number(part)}] : []));
}

function secondsIn(time) {
  const [, h12, m12, s12] = /^(\d+):(\d+):([\d.]+)$/.exec(time) ?? [];
  const [, h = h12, m = m12, s = s12] = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?$/.exec(time) ?? [];
  return Number(h ?? 0) * 3600 + Number(m ?? 0) * 60 + Number(s ?? 0);
}
