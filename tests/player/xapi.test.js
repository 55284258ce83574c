/** What a package tells a learning record store: the statements of a play. */
import assert from "node:assert/strict";
import {test} from "node:test";
import {decode, replay, result} from "../../scormkit/player/engine.js";
import {createLms} from "../../scormkit/player/preview_lms.js";
import * as record from "../../scormkit/player/record/scorm12.js";
import {registration, statements} from "../../scormkit/player/record/statements.js";
import {uuid5} from "../../scormkit/player/record/uuid.js";
import {DESK, walk} from "./bundles.js";
import {BEGUN, LOST, WON, timed} from "./sitting.js";
import {OURS, SETTINGS, VERB, heardPage, store, told, turns} from "./store.js";

const STATE = "cmi.suspend_data";
const extensions = (statement) => Object.fromEntries(
  Object.entries({...statement.context.extensions, ...statement.result?.extensions}).map(([name, value]) => [name.slice(OURS.length), value]));

async function arrive(tick) {
  tick(600);
  await turns();
}

timed("A play to a pass is initialized, answered once a decision, passed, completed, terminated, in this order.", async (tick) => {
  const lrs = store();
  const it = told(record, lrs);
  it.save(BEGUN);
  tick(2000);
  it.finish(WON);
  tick(3000);
  it.close();
  await arrive(tick);
  assert.deepEqual(lrs.verbs(), ["initialized", "answered", "answered", "passed", "completed", "terminated"]);
  assert.equal(new Set(lrs.all().map(({context}) => context.registration)).size, 1);
  for (const {id, actor, object, context, timestamp, stored} of lrs.all()) {
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.deepEqual(actor, {objectType: "Agent", account: {homePage: "https://lms.example/", name: "learner-1"}}, "an account, no name");
    assert.ok(object.id === SETTINGS.activity || object.id.startsWith(`${SETTINGS.activity}/`), "below the catalogue's activity");
    assert.equal(context.extensions[`${OURS}digest`], SETTINGS.digest);
    assert.match(timestamp, /^2026-01-02T03:04:\d\d\.\d{3}Z$/);
    assert.equal(stored, undefined, "that is the store's");
  }
  assert.equal(lrs.all()[5].result.duration, "PT5S");
  assert.equal(it.win.localStorage.length, 0, "nothing is left in the browser");
});

timed("An answer is told with its place, the choice, whether it was right, and where it stands in the play.", async (tick) => {
  const lrs = store();
  const it = told(record, lrs);
  it.save(BEGUN);
  await arrive(tick);
  const [, answered] = lrs.all();
  assert.equal(answered.object.id, `${SETTINGS.activity}/interactions/inbox.parcel`);
  assert.equal(answered.result.response, "parcel.report");
  assert.equal(answered.result.success, true);
  assert.equal(answered.result.duration, "PT12.35S");
  assert.deepEqual(answered.context.contextActivities.parent.map(({id}) => id), [SETTINGS.activity]);
  const {outcome, points, path, attempt, seed, missed} = extensions(answered);
  assert.deepEqual({outcome, points, path, attempt, seed, missed}, {outcome: "right", points: 3, path: [1], attempt: 1, seed: 0, missed: []});
  it.close();
});

timed("What is partly right, or neither, is no success and no failure.", async (tick) => {
  const lrs = store();
  const it = told(record, lrs);
  it.save(walk(DESK, {}, "parcel.delete"));
  await arrive(tick);
  assert.equal("success" in lrs.all()[1].result, false);
  assert.equal(extensions(lrs.all()[1]).outcome, "partial");
  it.close();
});

timed("The SCORM profile's category is on the statements whose verbs are its own, and on no other.", async (tick) => {
  const lrs = store();
  const it = told(record, lrs);
  it.finish(WON);
  it.close();
  await arrive(tick);
  const claims = ({context}) => context.contextActivities.category.some(({id}) => id === "https://w3id.org/xapi/scorm");
  assert.deepEqual(lrs.all().filter((each) => !claims(each)).map(({verb}) => verb.id), [`${VERB}answered`]);
  for (const {context} of lrs.all()) {
    assert.deepEqual(context.contextActivities.grouping.map(({definition}) => definition.type.split("/").pop()), ["course", "attempt"]);
  }
});

timed("From the last result the rules come to the same score, verdict and objectives.", async (tick) => {
  for (const end of [WON, LOST]) {
    const lrs = store();
    const it = told(record, lrs);
    it.finish(end, {final: true});
    it.close();
    await arrive(tick);
    const judged = lrs.all().find(({verb}) => /passed|failed/.test(verb.id));
    const {seed, missed, path, objectives, began} = extensions(judged);
    assert.ok(began <= judged.timestamp, "it says when the play began, so that its time can be told");
    const {score, passed, objectives: met} = result(DESK, replay(DESK, {seed, missed, path}));
    assert.deepEqual(judged.result.score, {scaled: score / 100, raw: score, min: 0, max: 100});
    assert.deepEqual([judged.result.success, judged.verb.id], [passed, `${VERB}${passed ? "passed" : "failed"}`]);
    assert.deepEqual(objectives, met);
  }
});

timed("A failed try with tries left completes nothing and is suspended; the next try is told as the second.", async (tick) => {
  const lrs = store();
  const it = told(record, lrs);
  it.finish(LOST);
  await arrive(tick);
  it.close();
  await arrive(tick);
  assert.deepEqual(lrs.verbs(), ["initialized", "answered", "failed", "suspended"]);
  assert.equal(lrs.all()[2].result.completion, false);
  it.lms.launch();
  const next = told(record, lrs, {lms: it.lms});
  const play = {attempt: 2, missed: ["report-it"]};
  const again = walk(DESK, {missed: ["report-it"]}, "parcel.report", "invoice.approve");
  next.touch(walk(DESK, {missed: ["report-it"]}), {...play, counter: 36 ** 4 * 1767323045 + 90});
  next.finish(again, {}, {...play, counter: 36 ** 4 * 1767323045 + 91});
  next.close();
  await arrive(tick);
  assert.deepEqual(lrs.verbs().slice(4), ["resumed", "answered", "passed", "completed", "terminated"]);
  const {attempt, missed} = extensions(lrs.all()[6]);
  assert.deepEqual({attempt, missed}, {attempt: 2, missed: ["report-it"]});
  assert.equal(new Set(lrs.all().map(({context}) => context.registration)).size, 1);
});

timed("A registration lasts through pauses, by what the LMS keeps; another attempt has another one.", async (tick) => {
  const lrs = store();
  const it = told(record, lrs);
  it.save(BEGUN);
  tick(300);
  it.close();
  await arrive(tick);
  const kept = it.lms.stored().values[STATE];
  const {play} = decode(DESK, kept);
  assert.deepEqual(play.path, BEGUN.path, "the player reads its state as ever");
  assert.equal(Math.floor(play.counter / 36 ** 4), Date.UTC(2026, 0, 2, 3, 4, 5) / 1000);
  tick(86_400_000);
  it.lms.launch();
  const later = told(record, lrs, {lms: it.lms, win: heardPage(lrs)});
  later.close();
  const fresh = told(record, lrs);
  fresh.close();
  await arrive(tick);
  const [first, second, third] = [0, 3, 5].map((n) => lrs.all()[n]);
  assert.deepEqual(lrs.verbs(), ["initialized", "answered", "suspended", "resumed", "suspended", "initialized", "suspended"]);
  assert.equal(second.context.registration, first.context.registration);
  assert.notEqual(third.context.registration, first.context.registration);
  assert.equal(first.context.registration, registration(SETTINGS, "learner-1", Math.floor(play.counter / 36 ** 4)));
});

timed("What was kept but can't be played on is another attempt, with a registration of its own.", async (tick) => {
  const lrs = store();
  const stamped = `1.${DESK.rules}.${(36 ** 4 * 1_700_000_000 + 7).toString(36)}.0.1.0.-.`;
  for (const state of [stamped.replace(DESK.rules, "00000000"), `${stamped}zzz`]) {
    const lms = createLms({edition: "1.2", store: {load: () => ({values: {[STATE]: state}, exit: "suspend", ended: true, seconds: 1}), save() {}}});
    const it = told(record, lrs, {lms});
    assert.equal(it.opened.state, state);
    tick(1000);
    it.save(BEGUN); // main.js began anew, and counts from one
    it.close();
    await arrive(tick);
    const answered = lrs.all().findLast(({verb}) => verb.id === `${VERB}answered`);
    assert.notEqual(answered.context.registration, registration(SETTINGS, "learner-1", 1_700_000_000));
    const begun = lrs.all().filter(({context}) => context.registration === answered.context.registration);
    assert.equal(begun[0].verb.id, `${VERB}initialized`);
  }
});

timed("A finished attempt that is looked at again is resumed and terminated; its result isn't told twice.", async (tick) => {
  const lrs = store();
  const it = told(record, lrs);
  it.finish(WON);
  it.close();
  await arrive(tick);
  it.lms.launch();
  const again = told(record, lrs, {lms: it.lms});
  again.finish(WON, {decision: undefined}, {counter: decode(DESK, again.opened.state).play.counter + 1});
  again.close();
  await arrive(tick);
  assert.deepEqual(lrs.verbs(), ["initialized", "answered", "passed", "completed", "terminated", "resumed", "terminated"]);
});

timed("What was decided before the module came is told all the same, and the kept state says when the attempt began.", async (tick) => {
  const lrs = store();
  const it = told(record, lrs, {late: true});
  it.save(BEGUN);
  tick(5000);
  assert.match(it.lms.stored().values[STATE], /^1\.0badcafe\.\w{1,3}\./);
  it.hear();
  it.hear();
  it.close();
  await arrive(tick);
  assert.deepEqual(lrs.verbs(), ["initialized", "answered", "suspended"]);
  assert.equal(lrs.all()[0].timestamp, "2026-01-02T03:04:05.120Z", "the time at which it was opened");
  assert.ok(decode(DESK, it.lms.stored().values[STATE]).play.counter > 36 ** 4);
});

timed("Nothing is told in a review or a preview, without an LMS, or without an id of the learner.", async (tick) => {
  for (const options of [{mode: "review"}, {mode: "browse"}, {learner: {id: "", name: "Sam"}}]) {
    const lrs = store();
    const lms = createLms({edition: "1.2", ...options});
    if (options.mode) lms.launch({mode: options.mode});
    const it = told(record, lrs, {lms});
    if (!options.mode) it.finish(WON);
    it.close();
    await arrive(tick);
    assert.deepEqual(lrs.requests, []);
    assert.equal(it.win.localStorage.length, 0);
  }
  const lrs = store();
  const it = told(record, lrs, {lms: {install() {}, stored: () => null}});
  it.close();
  await arrive(tick);
  assert.deepEqual(lrs.requests, []);
});

timed("Without a home page of its own the account is at the address from which the LMS serves the exercise.", async (tick) => {
  const lrs = store();
  const it = told(record, lrs, {settings: {...SETTINGS, homePage: ""}});
  it.close();
  await arrive(tick);
  assert.equal(lrs.all()[0].actor.account.homePage, "https://content.example/");
});

timed("The record is told the same as without a store, in the same order, but for the count in its state.", async (tick) => {
  const heard = told(record, store());
  heard.save(BEGUN);
  tick(300);
  heard.finish(WON);
  heard.close();
  await arrive(tick);
  const lms = createLms({edition: "1.2"});
  const alone = told(record, store(), {lms, settings: null});
  alone.save(BEGUN);
  tick(300);
  alone.finish(WON);
  alone.close();
  const without = (each) => each.log.map(({call, args}) => [call, args[0], args[0] === STATE ? args[1]?.replace(/^1\.\w+\.\w+/, "") : args[1]]);
  const timeless = (rows) => rows.map(([call, element, value]) => [call, element, /time|latency/.test(element) ? "" : value]);
  assert.deepEqual(timeless(without(heard.lms)), timeless(without(lms)));
});

timed("A fault of ours stops neither the play nor its record.", async (tick) => {
  const lrs = store();
  const broken = {...heardPage(lrs), get localStorage() { throw new Error("shut"); }, fetch() { throw new Error("broken"); }};
  broken.parent = broken;
  const it = told(record, lrs, {win: broken, settings: {...SETTINGS, interactions: null, key: "ü→"}});
  it.save(BEGUN);
  it.finish(WON);
  tick(300);
  it.close();
  await arrive(tick);
  assert.equal(it.lms.stored().values["cmi.core.lesson_status"], "passed");
});

test("UUIDs of names are those of RFC 9562: Python's uuid5 gives the same.", () => {
  const DNS = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
  assert.equal(uuid5(DNS, "www.example.com"), "2ed6657d-e927-568b-95e1-2665a8aea6a2");
  assert.equal(uuid5("6ba7b811-9dad-11d1-80b4-00c04fd430c8", "https://scormkit.example/xapi"), "7ba40dc3-b3b3-54ab-988d-5860fa57da5b");
});

test("The same moment has the same id, whoever tells it; another path, try or registration has another.", () => {
  const sitting = {learner: "u1", began: 1_700_000_000, opened: 1_700_000_000_000, language: "en"};
  const made = (more, play) => statements(SETTINGS, {...sitting, ...more}).judged(
    {passed: true, score: 80, completed: true, objectives: []}, {attempt: 1, seed: 0, missed: [], path: [1, 5], ...play}, 0).id;
  assert.equal(made({}, {}), made({opened: 1_700_000_099_000, language: "de"}, {}));
  const ids = [made({}, {}), made({}, {path: [1, 15]}), made({}, {path: [15]}), made({}, {attempt: 2}), made({began: 1_700_000_001}, {}), made({learner: "u2"}, {})];
  assert.equal(new Set(ids).size, ids.length);
});
