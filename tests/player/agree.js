/**
 * Plays for tests/scormkit/test_agreement.py: reads lines of JSON on standard input, each a bundle and states to reach,
 * and answers with what engine.js makes of every act there, in the same form as the test's own.
 */
import {createInterface} from "node:readline";
import {available, option, replay, result, take} from "../../scormkit/player/engine.js";

function told(bundle, state) {
  const ids = bundle.objectives.map(({id}) => id);
  const score = state.ending === null ? null : result(bundle, state);
  return [
    state.ending === null ? state.scene : null, state.ending, state.minutes, ids.map((id) => state.points[id]),
    Object.keys(bundle.variables).map((name) => state.vars[name]), Object.keys(state.closed).sort(),
    score && [score.score, score.passed, score.objectives.map(({percent, met}) => [percent, met])],
  ];
}

function tried(action) {
  try {
    return action();
  } catch (error) {
    if (!/^(stuck|act|scene|the play|no route)/.test(error.message)) throw error;
    return "refused";
  }
}

for await (const line of createInterface({input: process.stdin})) {
  const {bundle, plays, seeds} = JSON.parse(line);
  const answers = plays.map((play) => tried(() => {
    const state = replay(bundle, play);
    const acts = state.ending === null ? bundle.scenes[state.scene].acts : [];
    return [told(bundle, state), available(bundle, state), acts.map((_, index) => tried(() => told(bundle, take(bundle, state, index))))];
  }));
  const drawn = seeds.map((seed) => Object.keys(bundle.variants).map((pool) => option(bundle, pool, seed)));
  process.stdout.write(`${JSON.stringify({answers, drawn})}\n`);
}
