/** The record of an attempt in SCORM 1.2. */
import assert from "node:assert/strict";
import {createLms} from "../../scormkit/player/preview_lms.js";
import * as record from "../../scormkit/player/record/scorm12.js";
import {failureCases} from "./failure-cases.js";
import {commonCases} from "./record-cases.js";
import {BEGUN, LOST, WON, sit, timed} from "./sitting.js";

const STATUS = "cmi.core.lesson_status";
const STATUSES = {begun: "incomplete", failed: "incomplete", "failed for good": "failed", passed: "passed"};
const begin = (options) => sit(record, "1.2", options);

const WORDS = {
  clause: "3.3", api: "API", begin: "LMSInitialize", end: "LMSFinish", commit: "LMSCommit", get: "LMSGetValue", set: "LMSSetValue", why: "LMSGetLastError",
  state: "cmi.suspend_data", raw: "cmi.core.score.raw",
  mode: "cmi.core.lesson_mode", limit: 4096, failedCompletes: false, status: (outcome) => ({[STATUS]: STATUSES[outcome]}),
};
commonCases(record, "1.2", WORDS);
failureCases(record, "1.2", WORDS);

timed("SCORM 1.2 RTE 3.4: an interaction is told in 1.2's formats: single characters, wrong, HH:MM:SS, HHHH:MM:SS.SS.", (tick) => {
  const it = begin();
  const time = new Date(2026, 0, 2, 9, 5, 7);
  record.save({state: "1.x", progress: 0, decision: {
    id: "inbox.päckchen one", act: "c", choices: ["a", "b", "c"], right: ["a", "b"], outcome: "wrong", points: -2, latency: 3725.678, time,
  }});
  tick(300);
  const told = it.sets().filter(([element]) => element.startsWith("cmi.interactions.0")).map(([element, value]) => [element.slice(19), value]);
  assert.deepEqual(told, [
    ["id", "inbox.p.ckchen.one"], ["type", "choice"], ["time", "09:05:07"], ["correct_responses.0.pattern", "a"],
    ["correct_responses.1.pattern", "b"], ["weighting", "-2"], ["student_response", "c"], ["result", "wrong"], ["latency", "0001:02:05.68"],
  ]);
  assert.deepEqual(it.refusals(), []);
  record.close();
});

timed("SCORM 1.2 RTE 3.4: partly right and neither are neutral; right is correct.", (tick) => {
  const it = begin();
  for (const [n, outcome] of ["right", "partial", "neutral"].entries()) {
    record.save({state: "1.x", decision: {id: "q", act: "a", choices: ["a"], right: [], outcome, points: 0, latency: 0, time: new Date(n)}});
  }
  tick(300);
  assert.deepEqual([0, 1, 2].map((n) => it.lms.stored().values[`cmi.interactions.${n}.result`]), ["correct", "neutral", "neutral"]);
  record.close();
});

timed("SCORM 1.2 RTE 3.4: of more than 36 choices the answer is left out, not refused.", (tick) => {
  const it = begin();
  const choices = Array.from({length: 40}, (_, n) => `act-${n}`);
  record.save({state: "1.x", decision: {id: "q", act: "act-39", choices, right: ["act-35"], outcome: "wrong", points: 0, latency: 0, time: new Date(1)}});
  tick(300);
  assert.equal(it.lms.stored().values["cmi.interactions.0.student_response"], undefined);
  assert.equal(it.lms.stored().values["cmi.interactions.0.correct_responses.0.pattern"], "9");
  assert.deepEqual(it.refusals(), []);
  record.close();
});

timed("A Moodle that overlooks a status sent with its score still completes: status, commit, then score, commit.", (tick) => {
  const it = begin({moodle: true});
  tick(300);
  it.save(BEGUN);
  tick(300);
  it.since = it.lms.log.length;
  it.finish(WON);
  assert.equal(it.lms.stored().activity, "completed");
  const order = it.lms.log.slice(it.since).map(({call, args}) => (call === "LMSCommit" ? "commit" : args[0]));
  assert.ok(order.indexOf(STATUS) < order.indexOf("commit"));
  assert.ok(order.indexOf("commit") < order.indexOf("cmi.core.score.raw"));
  assert.deepEqual(order.slice(-4), ["cmi.core.score.min", "cmi.core.score.max", "cmi.core.score.raw", "commit"]);
  record.close();
});

timed("A Moodle that takes a failed commit's values for stored gets them in other words: state, score and status arrive.", (tick) => {
  for (const [state, outcome] of [[WON, "passed"], [LOST, "failed"]]) {
    const it = begin({moodle: true});
    tick(300);
    it.lms.faults.commit = 2;
    it.finish(state, {final: true});
    tick(1000);
    tick(2000);
    assert.equal(it.lms.stored().values[STATUS], outcome);
    assert.equal(Number(it.lms.stored().values["cmi.core.score.raw"]), outcome === "passed" ? 100 : 59);
    assert.match(it.lms.stored().values["cmi.suspend_data"], outcome === "passed" ? /\.15$/ : /\.14$/);
    assert.equal(it.status.problem, null);
    assert.deepEqual(it.refusals(), []);
    record.close();
  }
});

timed("SCORM 1.2 RTE 3.4: a first look in browse mode is browsed, which keeps the LMS from making it completed at the end.", () => {
  const lms = createLms({edition: "1.2", moodle: true});
  lms.launch({mode: "browse"});
  const it = begin({lms});
  it.save(BEGUN);
  it.finish(WON);
  record.close();
  assert.equal(it.opened.mode, "browse");
  assert.deepEqual(it.sets(), [[STATUS, "browsed"]]);
  assert.equal(lms.stored().values[STATUS], "browsed");
  assert.equal(lms.stored().activity, "not completed");
});

timed("SCORM 1.2 RTE 3.4: what was browsed, or never attempted, becomes incomplete in a normal session; a result stays.", (tick) => {
  for (const [was, becomes] of [["browsed", "incomplete"], ["failed", "failed"], ["completed", "completed"], ["passed", "passed"]]) {
    const kept = {values: {[STATUS]: was, "cmi.core.score.raw": "80"}, exit: "suspend", ended: true, seconds: 0, activity: ""};
    let stored = kept;
    const it = begin({store: {load: () => stored, save: (now) => { stored = now; }}});
    tick(300);
    assert.equal(stored.values[STATUS], becomes);
    assert.deepEqual(it.refusals(), []);
    record.close();
  }
});

timed("SCORM 1.2 RTE 3.4: a session longer than four digits of hours is told as the longest that fits.", () => {
  const it = begin();
  record.save({state: "1.x", decision: {id: "q", act: "a", choices: ["a"], right: [], outcome: "right", points: 0, latency: 1e9, time: new Date(1)}});
  record.close();
  assert.equal(it.lms.stored().values["cmi.interactions.0.latency"], "9999:59:59.99");
});

timed("A mastery score that is empty, as LMSs send it, changes nothing.", () => {
  const it = begin({mastery: ""});
  it.finish(WON);
  record.close();
  assert.equal(it.lms.stored().values[STATUS], "passed");
});
