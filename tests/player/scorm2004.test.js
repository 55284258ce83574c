/** The record of an attempt in SCORM 2004. */
import assert from "node:assert/strict";
import {createLms} from "../../scormkit/player/preview_lms.js";
import * as record from "../../scormkit/player/record/scorm2004.js";
import {failureCases} from "./failure-cases.js";
import {commonCases} from "./record-cases.js";
import {BEGUN, LOST, WON, sit, timed} from "./sitting.js";

const STATUSES = {
  begun: ["incomplete", undefined], failed: ["incomplete", "failed"], "failed for good": ["completed", "failed"], passed: ["completed", "passed"],
};
const begin = (options) => sit(record, "2004", options);

const WORDS = {
  clause: "3.1", api: "API_1484_11", begin: "Initialize", end: "Terminate", commit: "Commit", get: "GetValue", set: "SetValue", why: "GetLastError",
  state: "cmi.suspend_data", raw: "cmi.score.raw",
  mode: "cmi.mode", limit: 64000, failedCompletes: true,
  status: (outcome) => ({"cmi.completion_status": STATUSES[outcome][0], "cmi.success_status": STATUSES[outcome][1]}),
};
commonCases(record, "2004", WORDS);
failureCases(record, "2004", WORDS);

timed("SCORM 2004 RTE 4.2.9: an interaction is told in 2004's formats: words, incorrect, two decimals and Z, no days.", (tick) => {
  const it = begin();
  record.save({state: "1.x", progress: 1 / 3, decision: {
    id: "inbox.päckchen one", act: "call-back", choices: ["call-back", "parcel.report"], right: ["parcel.report"], outcome: "wrong", points: -2,
    latency: 90061.256, time: new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 678)), description: "{Monday}:\n  a  call",
  }});
  tick(300);
  const told = it.sets().filter(([element]) => element.startsWith("cmi.interactions.0")).map(([element, value]) => [element.slice(19), value]);
  assert.deepEqual(told, [
    ["id", "inbox.p.ckchen.one"], ["type", "choice"], ["timestamp", "2026-01-02T03:04:05.67Z"], ["correct_responses.0.pattern", "parcel.report"],
    ["weighting", "-2"], ["learner_response", "call_back"], ["result", "incorrect"], ["latency", "PT25H1M1.26S"], ["description", "Monday}: a call"],
  ]);
  assert.deepEqual(it.refusals(), []);
  record.close();
});

timed("SCORM 2004 RTE 4.2.9.1: of many right choices, the ten are told that an LMS must keep.", (tick) => {
  const it = begin();
  const choices = Array.from({length: 12}, (_, n) => `act-${n}`);
  record.save({state: "1.x", progress: 0, decision: {id: "q", act: "act-1", choices, right: choices, outcome: "right", points: 0, latency: 0, time: new Date(1)}});
  tick(300);
  const patterns = it.sets().filter(([element]) => element.endsWith(".pattern"));
  assert.deepEqual(patterns.at(-1), ["cmi.interactions.0.correct_responses.9.pattern", "act_9"]);
  record.close();
});

timed("SCORM 2004 RTE 4.2.9: a description is cut to 250 characters, and left out when there is none.", (tick) => {
  const it = begin();
  for (const [n, description] of ["x".repeat(400), "{\n", undefined].entries()) {
    const time = new Date(n);
    record.save({state: "1.x", progress: 0, decision: {id: "q", act: "a", choices: ["a"], right: [], outcome: "right", points: 0, latency: 0, time, description}});
  }
  tick(300);
  const {values} = it.lms.stored();
  assert.deepEqual([0, 1, 2].map((n) => values[`cmi.interactions.${n}.description`]?.length), [250, undefined, undefined]);
  assert.deepEqual(it.refusals(), []);
  record.close();
});

timed("SCORM 2004 RTE 4.2.17: progress is a plain decimal, and 1 once completed, whatever is played after.", (tick) => {
  const it = begin();
  record.save({state: "1.x", progress: 1 / 3});
  tick(300);
  assert.equal(it.lms.stored().values["cmi.progress_measure"], "0.3333");
  it.finish(WON);
  record.save({state: "1.y", progress: 0.1});
  tick(300);
  assert.equal(it.lms.stored().values["cmi.progress_measure"], "1");
  record.close();
});

timed("SCORM 2004 RTE 4.2.20: every score from 0 to 100 is a scaled decimal that LMSs read.", () => {
  const it = begin();
  for (let score = 0; score <= 100; score += 1) it.finish(LOST, {score, final: false});
  const scaled = it.sets().filter(([element]) => element === "cmi.score.scaled").map(([, value]) => value);
  assert.equal(scaled.length, 101);
  assert.ok(scaled.every((value, score) => /^\d(\.\d{1,2})?$/.test(value) && Math.round(Number(value) * 100) === score));
  assert.deepEqual(it.refusals(), []);
  record.close();
});

timed("A Moodle that overlooks failed turning into passed still completes: the final values are committed before Terminate.", (tick) => {
  const it = begin({moodle: true});
  it.finish(LOST, {final: false});
  tick(300);
  assert.equal(it.lms.stored().activity, "not completed");
  it.since = it.lms.log.length;
  it.finish(WON);
  assert.equal(it.calls("Commit").length, 1);
  record.close();
  assert.equal(it.lms.stored().activity, "completed");
});

timed("A Moodle that doesn't send what is back at what it loaded gets each try's score: it is spelled otherwise than loaded.", (tick) => {
  const it = begin({moodle: true});
  it.finish(LOST, {score: 60, final: false});
  tick(300);
  record.close();
  it.lms.launch();
  const back = begin({lms: it.lms});
  for (const score of [40, 60]) back.finish(LOST, {score, final: false});
  record.close();
  assert.equal(Number(back.lms.stored().values["cmi.score.raw"]), 60);
  assert.equal(Number(back.lms.stored().values["cmi.score.scaled"]), 0.6);
  assert.deepEqual(back.refusals(), []);
});

timed("SCORM 2004 RTE 4.2.4, 4.2.22: where a manifest sets bounds, status and measure agree.", () => {
  const it = begin({passing: "0.7", threshold: "1"});
  it.finish(WON);
  assert.equal(it.lms.api.GetValue("cmi.success_status"), "passed");
  assert.equal(it.lms.api.GetValue("cmi.completion_status"), "completed");
  record.close();
});

timed("SCORM 2004 SN: a package of one SCO asks for no navigation.", () => {
  const it = begin();
  it.save(BEGUN);
  it.finish(WON);
  record.close();
  assert.ok(!it.sets().some(([element]) => element.startsWith("adl.")));
});

timed("A first preview writes nothing at all.", () => {
  const lms = createLms({edition: "2004", moodle: true});
  lms.launch({mode: "browse"});
  const it = begin({lms});
  it.save(BEGUN);
  it.finish(WON);
  record.close();
  assert.equal(it.opened.mode, "browse");
  assert.deepEqual(it.sets(), []);
  assert.deepEqual(lms.stored().values, {});
});
