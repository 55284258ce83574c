/** What the records of both editions must survive: LMSs that refuse, fail, forget, throw or aren't there. */
import assert from "node:assert/strict";
import {mock} from "node:test";
import {createLms} from "../../scormkit/player/preview_lms.js";
import {BEGUN, WON, holding, page, sit, timed} from "./sitting.js";

/**
 * @param {object} record
 * @param {string} edition
 * @param {object} words the edition's names of calls and elements, and its status words
 */
export function failureCases(record, edition, words) {
  const SCORM = `SCORM ${edition} RTE ${words.clause}`;
  const begin = (options) => sit(record, edition, options);
  const holds = holding(words);
  const commits = (it) => it.calls("Commit").length;

  timed("Without an API the play goes on: mode none, a problem to show, and no call ever throws.", (tick) => {
    let status = null;
    record.watch((now) => { status = now; });
    assert.equal(record.open(page()).mode, "none");
    record.save({state: "1.x", progress: 0, decision: undefined});
    record.finish({state: "1.x", score: 1, passed: true, final: true, objectives: []});
    record.touch({state: "1.x"});
    record.close();
    tick(1000);
    assert.equal(status.connected, false);
    assert.match(status.problem.text, new RegExp(words.api));
  });

  timed("An LMS that refuses to begin, or throws, is mode none with its own words for why.", () => {
    const it = begin({faults: {initialize: true}});
    assert.equal(it.opened.mode, "none");
    assert.ok(Number(it.status.problem.code) > 100);
    assert.notEqual(it.status.problem.text, "");
    const other = begin({faults: {throws: true}});
    assert.equal(other.opened.mode, "none");
    assert.equal(other.status.problem.code, "thrown");
    record.close();
  });

  timed("A session left open by a reload of the frame is used as it is.", () => {
    const it = begin();
    const again = record.open(Object.assign(page(), {[words.api]: {...it.lms.api}}));
    assert.equal(again.mode, "none", "closed by the same page: over");
    const lms = createLms({edition});
    lms.api[words.begin]("");
    assert.equal(begin({lms}).opened.mode, "normal");
    record.close();
  });

  timed("A commit that fails is tried again after 1, 2, 4 ... seconds, and nothing is lost.", (tick) => {
    const it = begin();
    tick(300);
    it.lms.faults.commit = 3;
    it.save(BEGUN);
    tick(300);
    assert.ok(it.status.pending > 0);
    assert.ok(it.status.problem.again);
    assert.equal(it.status.problem.call, words.commit);
    tick(1000);
    tick(2000);
    assert.ok(it.status.problem, "still failing after two more tries");
    tick(4000);
    assert.equal(it.status.problem, null);
    assert.equal(it.status.pending, 0);
    assert.match(it.lms.stored().values[words.state], /\.1$/);
    assert.equal(it.lms.stored().values["cmi.interactions.0.id"], "inbox.parcel");
    record.close();
  });

  timed("After a failed commit the next decision tries at once and brings the old one along.", (tick) => {
    const it = begin();
    tick(300);
    it.lms.faults.commit = 1;
    it.save(BEGUN);
    tick(300);
    it.finish(WON);
    assert.equal(it.status.problem, null);
    holds(it, "passed");
    assert.equal(it.lms.stored().values["cmi.interactions.0.id"], "inbox.parcel");
    assert.equal(it.lms.stored().values["cmi.interactions.1.id"], "inbox.invoice");
    record.close();
  });

  timed("The tries to store are bounded; the network's return tries once more.", (tick) => {
    const it = begin();
    it.lms.faults.commit = true;
    for (let minute = 0; minute < 60; minute += 1) tick(60000);
    assert.ok(commits(it) <= 25, `${commits(it)} commits`);
    assert.ok(it.status.pending > 0);
    it.lms.faults.commit = false;
    it.win.fire("online");
    assert.equal(it.status.pending, 0);
    record.close();
  });

  timed("A session that the LMS forgot is begun again and everything not stored is sent into it.", (tick) => {
    const it = begin();
    tick(300);
    it.save(BEGUN);
    it.lms.drop();
    tick(300);
    assert.equal(it.status.problem, null);
    assert.equal(it.status.connected, true);
    assert.match(it.lms.stored().values[words.state], /\.1$/);
    assert.equal(it.lms.stored().values["cmi.interactions.0.id"], "inbox.parcel");
    record.close();
    assert.equal(it.lms.stored().exit, "suspend");
  });

  timed("While the server has lost the session the tries are few, and the learner is told.", (tick) => {
    const it = begin();
    tick(300);
    it.lms.faults.lost = true;
    it.since = it.lms.log.length;
    it.finish(WON);
    assert.equal(it.status.connected, false);
    assert.equal(it.status.problem.code, "101");
    assert.ok(it.calls("Initialize").length <= 1 && commits(it) <= 2);
    it.lms.faults.lost = false;
    tick(1000);
    holds(it, "passed");
    assert.equal(it.status.problem, null);
    record.close();
  });

  timed("An LMS that begins to throw loses nothing that it takes later.", (tick) => {
    const it = begin();
    it.lms.faults.throws = true;
    it.finish(WON);
    tick(3000);
    assert.equal(it.status.problem.code, "thrown");
    it.lms.faults.throws = false;
    tick(60000);
    holds(it, "passed");
    record.close();
  });

  timed("A commit that fails on close still leaves the final values to the LMS's own goodbye.", () => {
    const it = begin();
    it.lms.faults.commit = 2; // of the ending, and of close
    it.finish(WON);
    record.close();
    holds(it, "passed");
    assert.equal(it.lms.stored().values[words.raw].replace(/\.0$/, ""), "100");
  });

  timed("What an LMS took while the browser had no network is sent again when there is one.", (tick) => {
    const it = begin({moodle: true});
    tick(300);
    it.win.navigator.onLine = false;
    it.lms.faults.lies = true;
    it.finish(WON);
    assert.equal(it.status.pending, 0);
    it.lms.faults.lies = false;
    it.win.navigator.onLine = true;
    it.win.fire("online");
    holds(it, "passed");
    assert.equal(Number(it.lms.stored().values[words.raw]), 100);
    assert.match(it.lms.stored().values[words.state], /\.15$/);
    record.close();
  });

  timed("A value that the LMS refuses is told and logged, is not sent again, and keeps nothing else back.", (tick) => {
    const it = begin({lacks: ["cmi.interactions.0.latency"]});
    it.save(BEGUN);
    tick(300);
    assert.deepEqual([it.status.problem.element, it.status.problem.code, it.status.problem.again], ["cmi.interactions.0.latency", "401", false]);
    assert.equal(it.status.pending, 0);
    assert.match(it.lms.stored().values[words.state], /\.1$/);
    assert.equal(it.status.log.filter(({args}) => args[0] === "cmi.interactions.0.latency").length, 1);
    record.close();
  });

  timed("A value that fails without a reason is tried three times while everything else is stored.", (tick) => {
    const it = begin();
    tick(300);
    const [set, why] = [it.lms.api[words.set], it.lms.api[words.why]];
    let general = false;
    it.lms.api[words.set] = (element, value) => {
      general = element === "cmi.interactions.0.weighting";
      return general ? "false" : set(element, value);
    };
    it.lms.api[words.why] = () => (general ? "101" : why());
    it.save(BEGUN);
    tick(300);
    assert.match(it.lms.stored().values[words.state], /\.1$/);
    assert.equal(it.status.pending, 1);
    tick(10000);
    assert.equal(it.status.pending, 0);
    assert.deepEqual([it.status.problem.element, it.status.problem.again], ["cmi.interactions.0.weighting", false]);
    assert.equal(it.status.log.filter(({args}) => args[0] === "cmi.interactions.0.weighting").length, 3);
    record.close();
  });

  timed("A state that can't be read at once is asked for twice before the play begins anew.", () => {
    const it = begin();
    it.save(BEGUN);
    record.close();
    it.lms.launch();
    const get = it.lms.api[words.get];
    let asked = 0;
    it.lms.api[words.get] = (element) => {
      if (element === words.state && (asked += 1) === 1) throw new Error("a hiccup");
      return get(element);
    };
    assert.match(begin({lms: it.lms}).opened.state, /\.1$/);
    record.close();
  });

  timed("The log keeps the last 500 calls.", (tick) => {
    const it = begin();
    for (let n = 0; n < 300; n += 1) {
      record.save({state: `1.${n}`, progress: n / 300});
      tick(300);
    }
    assert.equal(it.status.log.length, 500);
    record.close();
    assert.equal(it.status.log.at(-1).call, words.end);
  });

  timed("An LMS that keeps no interactions is asked for one, not for all.", (tick) => {
    const it = begin({lacks: ["cmi.interactions.0.id"]});
    it.save(BEGUN);
    tick(300);
    it.since = it.lms.log.length;
    it.finish(WON);
    assert.ok(!it.sets().some(([element]) => element.startsWith("cmi.interactions")));
    holds(it, "passed");
    record.close();
  });

  timed(`${SCORM}: a state longer than fits is refused calmly; the one before stays.`, (tick) => {
    const it = begin();
    it.save(BEGUN);
    record.touch({state: "1".repeat(words.limit)});
    record.touch({state: "1".repeat(words.limit + 1)});
    tick(300);
    assert.equal(it.lms.stored().values[words.state].length, words.limit);
    assert.match(it.status.problem.text, /characters/);
    record.close();
  });

  timed("A watcher that throws, or a decision that makes no sense, doesn't stop the play.", (tick) => {
    const reported = mock.method(globalThis.console, "error", () => {});
    record.watch(() => { if (throwing) throw new Error("a watcher's bug"); });
    let throwing = true;
    const it = begin();
    record.save({state: "1.x", progress: 0.5, decision: {id: null, act: 7, time: "noon"}});
    throwing = false;
    tick(300);
    assert.ok(reported.mock.callCount() > 0, "the console has to know");
    assert.equal(it.status.connected, true);
    reported.mock.restore();
    record.close();
  });

  timed("The log tells each call with its time, answer and code, and the watcher hears of each change.", (tick) => {
    const it = begin();
    it.save(BEGUN);
    tick(300);
    const {log, saved, pending} = it.status;
    assert.ok(saved instanceof Date);
    assert.equal(pending, 0);
    assert.deepEqual(log.map(({call}) => call), it.lms.log.map(({call}) => call).filter((call) => !/LastError|ErrorString|Diagnostic/.test(call)));
    assert.ok(log.every(({at, answer, code}) => Number.isInteger(at) && typeof answer === "string" && typeof code === "string"));
    record.close();
  });
}
