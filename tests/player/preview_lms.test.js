/** The preview's LMS is as strict as the standard, and fails as real ones do. */
import assert from "node:assert/strict";
import {test} from "node:test";
import {createLms} from "../../scormkit/player/preview_lms.js";

/** An LMS in a session, with short names for its calls in either edition. */
function running(options = {}) {
  const lms = createLms({edition: "1.2", ...options});
  const call = (name) => (...args) => lms.api[options.edition === "2004" ? name : name === "Terminate" ? "LMSFinish" : `LMS${name}`](...args);
  const it = {
    lms, init: () => call("Initialize")(""), end: () => call("Terminate")(""), commit: () => call("Commit")(""),
    get: call("GetValue"), set: call("SetValue"), code: () => Number(call("GetLastError")()), call,
    /** The error code of a SetValue. */
    refusal(element, value) {
      it.set(element, value);
      return it.code();
    },
    again(how) {
      lms.launch(how);
      it.init();
      return it;
    },
  };
  it.init();
  return it;
}

const lms2004 = (options) => running({edition: "2004", ...options});

test("SCORM 1.2 RTE 3.3: Initialize once, nothing before it, nothing after Finish.", () => {
  const lms = createLms({edition: "1.2"});
  const code = () => lms.api.LMSGetLastError();
  assert.equal(lms.api.LMSGetValue("cmi.core.entry"), "");
  assert.equal(code(), "301");
  assert.equal(lms.api.LMSCommit(""), "false");
  assert.equal(code(), "301");
  assert.equal(lms.api.LMSInitialize(""), "true");
  assert.equal(lms.api.LMSInitialize(""), "false");
  assert.equal(code(), "101");
  assert.equal(lms.api.LMSFinish(""), "true");
  assert.equal(lms.api.LMSFinish(""), "false");
  assert.equal(code(), "301");
  assert.equal(lms.api.LMSSetValue("cmi.core.exit", ""), "false");
});

test("SCORM 2004 RTE 3.1.7: each call out of turn has a code of its own.", () => {
  const {api} = createLms({edition: "2004"});
  const calls = [["Terminate", "112", "113"], ["GetValue", "122", "123"], ["SetValue", "132", "133"], ["Commit", "142", "143"]];
  const codes = (n) => calls.forEach((row) => {
    api[row[0]]("", "");
    assert.equal(api.GetLastError(), row[n], row[0]);
  });
  codes(1);
  api.Initialize("");
  api.Initialize("");
  assert.equal(api.GetLastError(), "103");
  api.Terminate("");
  codes(2);
  api.Initialize("");
  assert.equal(api.GetLastError(), "104");
});

test("SCORM 1.2 RTE 3.3, 2004 RTE 3.1.3: the argument of Initialize, Commit and Terminate is the empty string, else 201.", () => {
  for (const edition of ["1.2", "2004"]) {
    const it = running({edition});
    assert.equal(it.call("Commit")("now"), "false");
    assert.equal(it.code(), 201);
  }
});

test("SCORM 1.2 RTE 3.4: read-only is 403, write-only 404, keywords 402, unknown 401, a gap 201.", () => {
  const it = running();
  assert.equal(it.refusal("cmi.core.student_id", "x"), 403);
  assert.equal(it.refusal("cmi.core._children", "x"), 402);
  assert.equal(it.refusal("cmi.core.mood", "x"), 401);
  assert.equal(it.refusal("cmi.interactions.1.id", "q1"), 201);
  it.set("cmi.core.session_time", "00:10:00");
  for (const [element, code] of [["cmi.core.session_time", 404], ["cmi.core.exit", 404], ["cmi.mood", 401],
    ["cmi.core.exit._children", 202], ["cmi.core._count", 203], ["cmi.objectives.0.id", 201]]) {
    assert.equal(it.get(element), "");
    assert.equal(it.code(), code, element);
  }
});

test("SCORM 2004 RTE 3.1.7.6: read-only is 404, write-only 405, unknown 401, a gap 351, no value yet 403.", () => {
  const it = lms2004();
  assert.equal(it.refusal("cmi.learner_id", "x"), 404);
  assert.equal(it.refusal("cmi.interactions._count", "1"), 404);
  assert.equal(it.refusal("cmi.core.lesson_status", "passed"), 401);
  assert.equal(it.refusal("cmi.objectives.3.id", "o"), 351);
  for (const [element, code] of [["cmi.session_time", 405], ["cmi.exit", 405], ["cmi.suspend_data", 403], ["cmi.location", 403],
    ["cmi.score.raw", 403], ["cmi.progress_measure", 403], ["cmi.objectives.0.id", 301], ["cmi.completion_status", 0]]) {
    it.get(element);
    assert.equal(it.code(), code, element);
  }
});

const TAKEN_12 = {
  "cmi.core.lesson_status": [["passed", "completed", "failed", "incomplete", "browsed"], ["not attempted", "Passed", "unknown", ""]],
  "cmi.core.score.raw": [["0", "100", "70.5", ""], ["101", "-1", "x", "1e1"]],
  "cmi.core.exit": [["suspend", "time-out", "logout", ""], ["normal"]],
  "cmi.core.session_time": [["00:10:00", "0001:02:03.45", "00:00:00.5"], ["PT10M", "1:00:00", "00:00:00.123", "00001:00:00", "00:60:00"]],
  "cmi.core.lesson_location": [["x".repeat(255)], ["x".repeat(256)]],
  "cmi.suspend_data": [["x".repeat(4096)], ["x".repeat(4097)]],
  "cmi.interactions.0.id": [["q-1"], ["q 1", "frage-ä", ""]],
  "cmi.interactions.0.type": [["choice", "true-false"], ["other", "long-fill-in", "Choice"]],
  "cmi.interactions.0.time": [["09:05:07", "23:59:59.99"], ["9:05:07", "24:00:00", "2026-01-02T03:04:05"]],
  "cmi.interactions.0.student_response": [["a", "a,b", "{a,b}", "9"], ["ab", "a-b", "A"]],
  "cmi.interactions.0.correct_responses.0.pattern": [["c"], ["parcel.report"]],
  "cmi.interactions.0.result": [["correct", "wrong", "neutral", "unanticipated", "0.5"], ["incorrect", "partial"]],
  "cmi.interactions.0.latency": [["0000:00:12.34"], ["12.34", "PT12S"]],
  "cmi.interactions.0.weighting": [["2", "-1.5"], ["heavy"]],
  "cmi.objectives.0.id": [["read-sender"], ["read sender"]],
  "cmi.objectives.0.status": [["passed", "not attempted"], ["met"]],
};

test("SCORM 1.2 RTE 3.4: values of the right form are taken, others are refused with 405.", () => {
  const it = running();
  for (const [element, [good, bad]] of Object.entries(TAKEN_12)) {
    for (const value of bad) assert.equal(it.refusal(element, value), 405, `${element} = ${value.slice(0, 30)}`);
    for (const value of good) assert.equal(it.refusal(element, value), 0, `${element} = ${value.slice(0, 30)}`);
    if (element.endsWith(".type")) it.set(element, "choice");
  }
});

const TAKEN_2004 = {
  "cmi.completion_status": [["completed", "incomplete", "not attempted", "unknown"], ["passed"]],
  "cmi.success_status": [["passed", "failed", "unknown"], ["completed"]],
  "cmi.progress_measure": [["0", "0.3333", "1"], [".5", "x"]],
  "cmi.score.raw": [["70", "-3", "70.0"], [".8", "1e-1"]],
  "cmi.exit": [["suspend", "normal", "logout", "time-out", ""], ["quit"]],
  "cmi.session_time": [["PT0S", "PT1H0M5.25S", "P1DT2H"], ["P", "PT", "PT1.555S", "00:10:00", "P1W"]],
  "cmi.location": [["x".repeat(1000)], ["x".repeat(1001)]],
  "cmi.suspend_data": [["x".repeat(64000)], ["x".repeat(64001)]],
  "cmi.interactions.0.id": [["monday-inbox.parcel", "urn:nid:1"], ["q 1", ""]],
  "cmi.interactions.0.type": [["choice", "other"], ["quiz"]],
  "cmi.interactions.0.timestamp": [["2026-01-02T03:04:05.12Z", "2026-01-02T03:04:05", "2026-01-02T03:04:05.00+02:00"],
    ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.123Z", "2026-01-02T03:04:05.12+0200"]],
  "cmi.interactions.0.learner_response": [["parcel.report", "call_back[,]b"], ["call-back", "a[,]a", "a b", ""]],
  "cmi.interactions.0.correct_responses.0.pattern": [["parcel.report"], ["urn:x:a"]],
  "cmi.interactions.0.result": [["correct", "incorrect", "neutral", "unanticipated", "0.5"], ["wrong"]],
  "cmi.interactions.0.latency": [["PT0H0M12.34S"], ["12"]],
  "cmi.interactions.0.description": [["Monday", "{lang=de}Montag", "x".repeat(250)], ["{Monday", "a\nb", "x".repeat(251)]],
};

test("SCORM 2004 RTE 4.1.1.7: values of the right form are taken, others are refused with 406.", () => {
  const it = lms2004();
  for (const [element, [good, bad]] of Object.entries(TAKEN_2004)) {
    for (const value of bad) assert.equal(it.refusal(element, value), 406, `${element} = ${value.slice(0, 30)}`);
    for (const value of good) assert.equal(it.refusal(element, value), 0, `${element} = ${value.slice(0, 30)}`);
    if (element.endsWith(".id") || element.endsWith(".type")) it.set(element, element.endsWith("id") ? "monday" : "choice");
  }
});

test("SCORM 2004 RTE 4.2.20: a scaled score or a measure beyond its range is 407.", () => {
  const it = lms2004();
  assert.equal(it.refusal("cmi.score.scaled", "1.2"), 407);
  assert.equal(it.refusal("cmi.progress_measure", "1.01"), 407);
});

test("SCORM 2004 RTE 4.2.9: an interaction's id comes first, its type before its responses, else 408.", () => {
  const it = lms2004();
  assert.equal(it.refusal("cmi.interactions.0.type", "choice"), 408);
  it.set("cmi.interactions.0.id", "q1");
  assert.equal(it.refusal("cmi.interactions.0.learner_response", "a"), 408);
  assert.equal(it.refusal("cmi.interactions.0.correct_responses.0.pattern", "a"), 408);
  it.set("cmi.interactions.0.type", "choice");
  assert.equal(it.refusal("cmi.interactions.0.learner_response", "a"), 0);
});

test("SCORM 2004 RTE 4.2.17: an objective's id is unique and can't be changed (351); a manifest's objective is there already.", () => {
  const it = lms2004({objectives: ["primary"]});
  assert.equal(it.get("cmi.objectives._count"), "1");
  assert.equal(it.refusal("cmi.objectives.0.id", "other"), 351);
  assert.equal(it.refusal("cmi.objectives.1.id", "primary"), 351);
  assert.equal(it.refusal("cmi.objectives.1.id", "second"), 0);
});

test("SCORM 2004 RTE 4.2.4, 4.2.22: a bound in the manifest decides the status, not the SCO.", () => {
  const it = lms2004({passing: "0.7", threshold: "0.5"});
  it.set("cmi.success_status", "passed");
  assert.equal(it.get("cmi.success_status"), "unknown");
  it.set("cmi.score.scaled", "0.6");
  assert.equal(it.get("cmi.success_status"), "failed");
  it.set("cmi.progress_measure", "0.5");
  assert.equal(it.get("cmi.completion_status"), "completed");
});

test("SCORM 1.2 RTE 3.4: counts and children can be asked for.", () => {
  const it = running();
  it.set("cmi.interactions.0.id", "q");
  assert.equal(it.get("cmi.interactions._count"), "1");
  assert.equal(it.get("cmi.core.score._children"), "raw,min,max");
  assert.equal(it.get("cmi.objectives._children"), "id,status,score");
});

test("SCORM 1.2 RTE 3.4: a status that nobody touched is completed at Finish.", () => {
  const it = running();
  it.end();
  assert.equal(it.lms.stored().values["cmi.core.lesson_status"], "completed");
});

test("SCORM 1.2 RTE 3.4: a mastery score decides at Finish, whatever the SCO said.", () => {
  const it = running({mastery: "80"});
  it.set("cmi.core.lesson_status", "passed");
  it.set("cmi.core.score.raw", "79");
  it.end();
  assert.equal(it.lms.stored().values["cmi.core.lesson_status"], "failed");
});

for (const edition of ["1.2", "2004"]) {
  const [exit, state, entry, total, time, mode] = edition === "1.2"
    ? ["cmi.core.exit", "cmi.suspend_data", "cmi.core.entry", "cmi.core.total_time", ["cmi.core.session_time", "00:10:00"], "cmi.core.lesson_mode"]
    : ["cmi.exit", "cmi.suspend_data", "cmi.entry", "cmi.total_time", ["cmi.session_time", "PT10M"], "cmi.mode"];

  test(`SCORM ${edition} entry and exit: after suspend the next session resumes with its data and the time so far.`, () => {
    const it = running({edition});
    assert.equal(it.get(entry), "ab-initio");
    it.set(state, "kept");
    it.set(exit, "suspend");
    it.set(...time);
    it.end();
    it.again();
    assert.equal(it.get(entry), "resume");
    assert.equal(it.get(state), "kept");
    assert.equal(it.get(total), edition === "1.2" ? "0000:10:00.00" : "PT0H10M0S");
  });

  test(`SCORM ${edition} entry and exit: after any other exit the next session begins anew.`, () => {
    const it = running({edition});
    it.set(state, "kept");
    it.end();
    it.again();
    assert.equal(it.get(entry), "ab-initio");
    assert.equal(it.get(state), "");
  });

  test(`SCORM ${edition}: a session that broke off keeps what was committed and loses the rest.`, () => {
    const it = running({edition});
    it.set(state, "one");
    it.commit();
    it.set(state, "two");
    it.again();
    assert.equal(it.get(state), "one");
  });

  test(`SCORM ${edition}: in review and browse nothing that is set outlives the session.`, () => {
    const it = running({edition});
    it.set(state, "mine");
    it.set(exit, "suspend");
    it.end();
    it.again({mode: "review"});
    assert.equal(it.get(mode), "review");
    it.set(state, "other");
    it.end();
    assert.equal(it.lms.stored().values[state], "mine");
  });

  test(`SCORM ${edition}: it can refuse to begin, to commit, to answer, and forget the session.`, () => {
    const it = running({edition, faults: {initialize: 1}});
    assert.equal(it.init(), "true"); // the second time
    it.lms.faults.commit = 1;
    assert.equal(it.commit(), "false");
    assert.equal(it.commit(), "true");
    it.lms.faults.throws = ["LMSCommit", "Commit"];
    assert.throws(() => it.commit());
    it.lms.faults.throws = false;
    it.lms.drop();
    assert.equal(it.commit(), "false");
    assert.equal(it.init(), "true");
    assert.equal(it.commit(), "true");
  });

  test(`SCORM ${edition}: each call is logged with its answer and code.`, () => {
    const heard = [];
    const it = running({edition, onCall: (entry) => heard.push(entry)});
    it.get("cmi.nonsense");
    assert.deepEqual(it.lms.log.at(-1), {call: edition === "1.2" ? "LMSGetValue" : "GetValue", args: ["cmi.nonsense"], answer: "", code: 401});
    assert.equal(heard.length, it.lms.log.length);
  });
}

test("A slow LMS blocks the page while it commits.", () => {
  const it = running({faults: {slow: 30}});
  const before = Date.now();
  it.commit();
  assert.ok(Date.now() - before >= 30);
});

test("Elements that an LMS lacks are answered as unknown.", () => {
  const it = running({lacks: ["cmi.core.lesson_mode"]});
  assert.equal(it.get("cmi.core.lesson_mode"), "");
  assert.equal(it.code(), 401);
});

test("As Moodle 4.3: a status that comes with its score doesn't count where an older status is stored; score after status does.", () => {
  const it = running({moodle: true});
  it.set("cmi.core.lesson_status", "incomplete");
  it.commit();
  it.set("cmi.core.score.raw", "90");
  it.set("cmi.core.lesson_status", "passed");
  it.commit();
  assert.equal(it.lms.stored().activity, "not completed");
  it.set("cmi.core.score.raw", "91");
  it.commit();
  assert.equal(it.lms.stored().activity, "completed");
});

test("As Moodle in 1.2: the values of a failed commit are not sent again, unless they change.", () => {
  const it = running({moodle: true, faults: {commit: 1}});
  it.set("cmi.suspend_data", "a");
  it.commit();
  it.set("cmi.suspend_data", "a");
  it.commit();
  assert.equal(it.lms.stored().values["cmi.suspend_data"], undefined);
});

test("As Moodle in 2004: a value that is back at what was loaded is not sent.", () => {
  const it = lms2004({moodle: true});
  it.set("cmi.suspend_data", "n3");
  it.set("cmi.exit", "suspend");
  it.end();
  it.again();
  it.set("cmi.suspend_data", "n4");
  it.commit();
  it.set("cmi.suspend_data", "n3");
  it.commit();
  assert.equal(it.lms.stored().values["cmi.suspend_data"], "n4");
});

test("As Moodle in 2004: adl.nav.request exitAll makes Terminate throw, though the data is stored.", () => {
  const it = lms2004({moodle: true});
  it.set("cmi.completion_status", "completed");
  it.set("adl.nav.request", "exitAll");
  assert.throws(() => it.end(), SyntaxError);
  assert.equal(it.lms.stored().values["cmi.completion_status"], "completed");
});
