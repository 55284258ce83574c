/** What the records of both editions must write alike, and when; each edition's test file runs these with its own words. */
import assert from "node:assert/strict";
import {result} from "../../scormkit/player/engine.js";
import {DESK, randomPlay} from "./bundles.js";
import {BEGUN, LOST, WON, holding, sit, timed} from "./sitting.js";

/**
 * @param {object} record
 * @param {string} edition
 * @param {object} words the edition's names of calls and elements, and its status words
 */
export function commonCases(record, edition, words) {
  const SCORM = `SCORM ${edition} RTE ${words.clause}`;
  const begin = (options) => sit(record, edition, options);
  const holds = holding(words);
  const commits = (it) => it.calls("Commit").length;

  timed(`${SCORM}: a session is initialized once and ended once, though close is called by the button and by pagehide.`, (tick) => {
    const it = begin();
    tick(300);
    record.close();
    it.win.fire("pagehide");
    record.close();
    assert.equal(it.lms.log.filter(({call}) => call.endsWith("Initialize")).length, 1);
    assert.equal(it.calls(words.end).length, 1);
    assert.equal(it.lms.log.at(-1).call, words.end);
    assert.equal(it.status.connected, false);
  });

  timed(`${SCORM}: nothing is called after the end, and what comes then is told as not stored.`, (tick) => {
    const it = begin();
    record.close();
    const calls = it.lms.log.length;
    it.save(BEGUN);
    record.touch({state: "1.x"});
    it.finish(WON);
    it.win.fire("visibilitychange");
    tick(100000);
    assert.equal(it.lms.log.length, calls);
    assert.match(it.status.problem.text, /ended/);
  });

  timed(`${SCORM}: the first opening is marked as begun, and each session as one to come back to.`, (tick) => {
    const it = begin();
    assert.equal(commits(it), 0, "the page is drawn first");
    tick(300);
    holds(it, "begun");
    assert.equal(it.lms.stored().exit, "suspend");
    assert.equal(commits(it), 1);
  });

  timed(`${SCORM}: open tells who is learning, how, and where they were.`, (tick) => {
    const it = begin({learner: {id: "u7", name: "Okafor, Sam"}, language: "de"});
    assert.deepEqual(it.opened, {mode: "normal", state: "", language: "de", learner: "u7"});
    it.save(BEGUN);
    tick(300);
    record.close();
    it.lms.launch();
    const next = begin({lms: it.lms});
    assert.equal(next.opened.state, it.lms.stored().values[words.state]);
  });

  timed(`${SCORM}: a decision takes at most two values and one commit beside its interaction.`, (tick) => {
    const it = begin();
    tick(300);
    it.since = it.lms.log.length;
    it.save(BEGUN);
    tick(300);
    const others = it.sets().filter(([element]) => !element.startsWith("cmi.interactions."));
    assert.ok(others.length <= 2, JSON.stringify(others));
    assert.equal(commits(it), 1);
    assert.deepEqual(it.refusals(), []);
  });

  timed("Decisions within 300 ms share a commit; the next one has its own.", (tick) => {
    const it = begin();
    tick(300);
    const before = commits(it);
    it.save(BEGUN);
    tick(200);
    it.save(WON);
    tick(100);
    assert.equal(commits(it) - before, 1);
    assert.equal(it.status.pending, 0);
    tick(1000);
    it.save(LOST);
    tick(300);
    assert.equal(commits(it) - before, 2);
  });

  timed("A decision that waits for its commit is stored when the page is left or goes out of sight.", (tick) => {
    for (const event of ["pagehide", "visibilitychange"]) {
      const it = begin();
      it.save(BEGUN);
      it.win.fire(event);
      assert.match(it.lms.stored().values[words.state], /\.1$/);
      tick(1000);
      record.close();
    }
  });

  timed("No unload or beforeunload is used, which browsers and LMS frames forbid.", () => {
    const it = begin();
    assert.deepEqual([...it.win.listensTo()].sort(), ["online", "pagehide", "visibilitychange"]);
    record.close();
  });

  timed("Looks are remembered without a commit of their own and stored on close.", (tick) => {
    const it = begin();
    tick(300);
    const before = commits(it);
    record.touch({state: "1.0badcafe.9.0.1.0.-.0"});
    tick(5000);
    assert.equal(commits(it), before);
    record.close();
    assert.equal(it.lms.stored().values[words.state], "1.0badcafe.9.0.1.0.-.0");
  });

  timed(`${SCORM}: passed is stored with score, bounds and objectives; the session time on close.`, (tick) => {
    const it = begin();
    tick(61000);
    it.finish(WON);
    holds(it, "passed");
    assert.equal(it.lms.stored().values[words.raw], "100");
    assert.equal(it.lms.stored().activity, "completed");
    record.close();
    assert.equal(it.lms.stored().seconds, 61);
    assert.equal(it.lms.stored().exit, "suspend");
    assert.deepEqual(it.refusals(), []);
  });

  timed(`${SCORM}: failed with a try left stays incomplete, failed for good does not.`, () => {
    const first = begin();
    first.finish(LOST, {final: false});
    holds(first, "failed");
    const last = begin();
    last.finish(LOST, {final: true});
    holds(last, "failed for good");
    assert.equal(last.lms.stored().values[words.raw], "59");
    record.close();
  });

  timed("Once passed, nothing lower is ever written: not by another try, not after coming back.", (tick) => {
    const it = begin();
    it.finish(WON);
    it.finish(LOST, {final: false});
    it.save(BEGUN);
    tick(300);
    record.close();
    holds(it, "passed");
    it.lms.launch();
    const back = begin({lms: it.lms});
    tick(300);
    back.save(BEGUN);
    back.finish(LOST, {final: true});
    tick(300);
    record.close();
    holds(back, "passed");
    assert.equal(back.lms.stored().values[words.raw], "100");
    assert.equal(back.lms.stored().values["cmi.objectives.1.score.raw"], "100");
  });

  timed("A better pass replaces a pass.", () => {
    const it = begin();
    it.finish(WON, {score: 75});
    it.finish(WON, {score: 90});
    assert.match(it.lms.stored().values[words.raw], /^90/);
    record.close();
  });

  timed("An ending told twice is one interaction.", () => {
    const it = begin();
    it.finish(WON);
    it.finish(WON);
    assert.equal(it.lms.stored().values["cmi.interactions.1.id"], undefined);
    record.close();
  });

  timed("Interactions go on where the session before stopped, without a gap.", (tick) => {
    const it = begin();
    it.save(BEGUN);
    tick(300);
    record.close();
    it.lms.launch();
    const back = begin({lms: it.lms});
    back.save(WON);
    tick(300);
    record.close();
    assert.equal(it.lms.stored().values["cmi.interactions.1.id"], "inbox.invoice");
    assert.deepEqual(it.refusals(), []);
  });

  timed("Objectives are looked up by id: one that the LMS has filled in already keeps its place.", () => {
    const it = begin({objectives: ["report-it"]});
    it.finish(WON);
    const {values} = it.lms.stored();
    assert.equal(values["cmi.objectives.0.id"], "report-it");
    assert.equal(values["cmi.objectives.1.id"], "read-sender");
    assert.equal(values["cmi.objectives.0.score.raw"], "100");
    assert.deepEqual(it.refusals(), []);
    record.close();
  });

  for (const mode of ["review", "browse"]) {
    timed(`${SCORM}: in ${mode} mode nothing of a play is written, not even where an LMS would store it.`, (tick) => {
      const done = begin({moodle: true});
      done.finish(WON);
      record.close();
      const before = done.lms.stored();
      done.lms.launch({mode});
      const it = begin({lms: done.lms});
      assert.equal(it.opened.mode, mode);
      assert.equal(it.opened.state, before.values[words.state]);
      it.save(BEGUN);
      it.finish(LOST);
      record.touch({state: "1.x"});
      tick(5000);
      record.close();
      assert.deepEqual(it.sets(), []);
      assert.equal(commits(it), 0);
      assert.equal(it.calls(words.end).length, 1);
      assert.deepEqual(it.lms.stored().values, before.values);
    });
  }

  timed(`${SCORM}: an LMS without modes is played as normal.`, (tick) => {
    const it = begin({lacks: [words.mode]});
    tick(300);
    assert.equal(it.opened.mode, "normal");
    holds(it, "begun");
    assert.equal(it.status.problem, null);
    record.close();
  });

  timed(`${SCORM}: any play on a strict LMS, with commits failing at random, is refused nothing and ends as it should.`, (tick) => {
    for (let seed = 0; seed < 60; seed += 1) {
      const it = begin({moodle: seed % 2 === 0});
      const states = randomPlay(DESK, {seed: 0}, seed);
      states.slice(1, -1).forEach((state, n) => {
        it.lms.faults.commit = (seed + n) % 4 === 0 ? 1 : 0;
        it.save(state);
        tick((seed * 37 + n * 91) % 500);
      });
      it.finish(states.at(-1), {final: true});
      tick(5000);
      record.close();
      const {passed, score} = result(DESK, states.at(-1));
      holds(it, passed ? "passed" : "failed for good");
      assert.equal(Number(it.lms.stored().values[words.raw]), score);
      assert.equal(it.lms.stored().activity === "completed", passed || words.failedCompletes);
      assert.deepEqual(it.refusals(), []);
    }
  });
}
