/** The records on an independent SCORM runtime, so that our own fake doesn't only agree with ourselves. */
import assert from "node:assert/strict";
import {test} from "node:test";
import {result} from "../../scormkit/player/engine.js";
import * as scorm12 from "../../scormkit/player/record/scorm12.js";
import * as scorm2004 from "../../scormkit/player/record/scorm2004.js";
import {DESK, decision, finished, randomPlay} from "./bundles.js";
import {page, stateText, timed} from "./sitting.js";

globalThis.window = globalThis; // the runtime looks for a browser's window, nothing more
const {Scorm12API} = await import("scorm-again/scorm12");
const {Scorm2004API} = await import("scorm-again/scorm2004");
const QUIET = {autocommit: false, logLevel: 5};

const EDITIONS = {
  "1.2": {
    record: scorm12, name: "API", runtime: () => new Scorm12API(QUIET),
    got: ({core, suspend_data: state}) => [core.lesson_status, core.score.raw, state],
    expected: ({passed, score}, state) => [passed ? "passed" : "failed", score, state],
  },
  2004: {
    record: scorm2004, name: "API_1484_11", runtime: () => new Scorm2004API(QUIET),
    got: (cmi) => [cmi.completion_status, cmi.success_status, cmi.score.raw, cmi.score.scaled, cmi.progress_measure, cmi.suspend_data],
    expected: ({passed, score}, state) => ["completed", passed ? "passed" : "failed", score, score / 100, 1, state],
  },
};

/** Numbers as numbers, so that "70.0" is 70. */
const plain = (values) => values.map((value) => (value !== "" && !Number.isNaN(Number(value)) ? Number(value) : value));

for (const [edition, {record, name, runtime, got, expected}] of Object.entries(EDITIONS)) {
  const sit = (api) => {
    const it = {};
    record.watch((status) => { it.status = status; });
    it.opened = record.open(Object.assign(page(), {[name]: api}));
    it.refused = () => it.status.log.filter(({good, call, code}) => !good && !(call === "GetValue" && code === "403"));
    return it;
  };

  test(`SCORM ${edition}: whole plays are taken by scorm-again without one refusal, and end as they should.`, () => {
    for (let seed = 0; seed < 30; seed += 1) {
      const api = runtime();
      const it = sit(api);
      const states = randomPlay(DESK, {seed: 0}, seed);
      const told = (n) => decision(DESK, states[n - 1], states[n].path.at(-1), new Date(Date.UTC(2026, 0, 2, 3, 4, n)));
      for (let n = 1; n < states.length - 1; n += 1) record.save({state: stateText(states[n]), progress: n / states.length, decision: told(n)});
      const last = stateText(states.at(-1));
      record.finish({...finished(DESK, states.at(-1)), state: last, final: true, decision: told(states.length - 1)});
      assert.deepEqual(plain(got(api.renderCommitCMI(false).cmi)), plain(expected(result(DESK, states.at(-1)), last)));
      record.close();
      assert.deepEqual(it.refused(), []);
      assert.equal(it.status.problem, null);
    }
  });

  test(`SCORM ${edition}: a suspended play comes back from scorm-again with its state, and goes on.`, () => {
    const api = runtime();
    const states = randomPlay(DESK, {seed: 0}, 3);
    sit(api);
    const kept = stateText(states[1]);
    record.save({state: kept, progress: 0.2, decision: decision(DESK, states[0], states[1].path.at(-1))});
    record.close();
    const {cmi} = JSON.parse(JSON.stringify(api.renderCommitCMI(false)));
    const next = runtime();
    next.loadFromJSON(cmi, "cmi");
    const it = sit(next);
    assert.equal(it.opened.state, kept);
    record.finish({...finished(DESK, states.at(-1)), state: stateText(states.at(-1)), final: true, decision: decision(DESK, states[1], states[2].path.at(-1))});
    record.close();
    assert.deepEqual(it.refused(), []);
    assert.deepEqual(next.renderCommitCMI(false).cmi.interactions[1].id, "inbox.invoice");
  });

  timed(`SCORM ${edition}: a scorm-again that fails to commit twice is tried again and gets everything.`, (tick) => {
    const api = runtime();
    const it = sit(api);
    const commit = edition === "1.2" ? "LMSCommit" : "Commit";
    const real = api[commit].bind(api);
    let calls = 0;
    api[commit] = (...args) => ((calls += 1) <= 2 ? "false" : real(...args));
    const end = randomPlay(DESK, {seed: 0}, 5).at(-1);
    const state = stateText(end);
    record.finish({...finished(DESK, end), state, final: true});
    assert.ok(it.status.pending > 0);
    tick(1000);
    assert.ok(it.status.problem.again);
    tick(2000);
    assert.equal(it.status.pending, 0);
    assert.equal(it.status.problem, null);
    assert.deepEqual(plain(got(api.renderCommitCMI(false).cmi)).slice(0, -1), plain(expected(result(DESK, end), state)).slice(0, -1));
    record.close();
  });
}
