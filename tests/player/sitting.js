/** A learner at a page of an LMS, under a clock that tests move: what the tests of both records begin with. */
import assert from "node:assert/strict";
import {mock, test} from "node:test";
import {encode, replay, result} from "../../scormkit/player/engine.js";
import {createLms} from "../../scormkit/player/preview_lms.js";
import {DESK, decision, finished, walk} from "./bundles.js";

/** The state string of a play, with a counter that goes up with each call. */
export function stateText(state, play = {}) {
  counter += 1;
  return encode(DESK, {counter, seed: 0, attempt: 1, missed: [], best: null, path: state.path, ...play});
}
let counter = 0;

/** A window with the listeners that a page has; `fire` calls them. */
export function page(more = {}) {
  const heard = {};
  const listen = (name, run) => (heard[name] ??= new Set()).add(run);
  const win = {
    navigator: {onLine: true}, addEventListener: listen, document: {visibilityState: "visible", addEventListener: listen}, ...more,
  };
  win.parent = win;
  win.listensTo = () => Object.keys(heard);
  win.fire = (name) => heard[name]?.forEach((run) => run({}));
  return win;
}

/** A learner at a page of an LMS: `sit(record, edition)` opens, `passes()` plays to a pass. */
export function sit(record, edition, options = {}) {
  const lms = options.lms ?? createLms({edition, ...options});
  const win = page(options.win);
  lms.install(win);
  const it = {lms, win, status: null, opened: null};
  record.watch((status) => { it.status = status; });
  it.opened = record.open(win);
  it.since = lms.log.length;
  it.calls = (name) => lms.log.slice(it.since).filter(({call}) => call.endsWith(name));
  it.sets = () => it.calls("SetValue").map(({args}) => args);
  it.refusals = () => lms.log.filter(({call, code}) => code !== 0 && /SetValue|Finish|Terminate/.test(call));
  it.save = (state, index = state.path.at(-1)) => {
    const before = replay(DESK, {path: state.path.slice(0, -1)});
    record.save({state: stateText(state), progress: 0.25, decision: decision(DESK, before, index), objectives: result(DESK, state).objectives});
  };
  it.finish = (state, more = {}) => {
    const before = replay(DESK, {path: state.path.slice(0, -1)});
    record.finish({state: stateText(state), decision: decision(DESK, before, state.path.at(-1)), ...finished(DESK, state), ...more});
  };
  return it;
}

export const WON = walk(DESK, {}, "parcel.report", "invoice.approve");
export const LOST = walk(DESK, {}, "parcel.report", "invoice.report");
export const BEGUN = walk(DESK, {}, "parcel.report");

/** Runs a test under a clock that only `tick` moves (node's own fake timers forget timers once a fired one is cleared). */
export function timed(name, run) {
  test(name, async () => {
    const waiting = new Map();
    let next = 1;
    mock.timers.enable({apis: ["Date"], now: Date.UTC(2026, 0, 2, 3, 4, 5, 120)});
    mock.method(globalThis, "setTimeout", (then, ms) => {
      waiting.set(next, {then, at: Date.now() + ms});
      return next++;
    });
    mock.method(globalThis, "clearTimeout", (id) => void waiting.delete(id));
    const tick = (ms) => {
      const until = Date.now() + ms;
      for (;;) {
        const [id, timer] = [...waiting].sort(([, a], [, b]) => a.at - b.at)[0] ?? [];
        if (timer === undefined || timer.at > until) break;
        mock.timers.setTime(Math.max(timer.at, Date.now()));
        waiting.delete(id);
        timer.then();
      }
      mock.timers.setTime(until);
    };
    try {
      await run(tick);
    } finally {
      mock.timers.reset();
      mock.restoreAll();
    }
  });
}

/** An assertion that an LMS has the status words of an outcome. */
export function holding(words) {
  return (it, outcome) => {
    const {values} = it.lms.stored();
    const expected = words.status(outcome);
    assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, values[name]])), expected);
  };
}
