/** What a channel is given: a scene with its acts, the conversation before it, the story's clock. Pure. */
import {available, history, order} from "./engine.js";
import {escaped} from "./dom.js";

/**
 * The scene where the play stands, or (read-only, for the debrief) any scene that it visited, as it was left.
 * @param {object} bundle localised and filled
 * @param {object} state the engine's
 * @param {string} [id] a visited scene
 * @param {boolean} [readonly]
 */
export function view(bundle, state, id = state.scene, readonly = false) {
  const visits = history(bundle, state);
  const places = [...visits.keys()].filter((index) => visits[index].scene === id);
  const last = places.at(-1);
  const scene = bundle.scenes[id];
  const open = readonly ? [] : available(bundle, state);
  const sameThread = ({scene: other}) => scene.thread !== undefined && bundle.scenes[other].thread === scene.thread;
  return {
    id, scene, bundle, state, readonly,
    acts: order(bundle, state.seed, id).map((index) => act(bundle, state, id, index, open.includes(index))),
    done: readonly ? places.flatMap((index) => visits[index].acts) : visits[last].acts,
    visits: visits.slice(0, readonly ? places[0] : last).filter(sameThread).map((visit) => ({
      id: visit.scene,
      scene: bundle.scenes[visit.scene],
      acts: visit.acts.map((index) => act(bundle, state, visit.scene, index, false)),
    })),
    clock: clock(bundle, visits.slice(0, last + 1)),
  };
}

/**
 * The answer to the act that led away from the scene before, when the new scene doesn't continue that conversation.
 * @returns {{act: object, answer: {who: string, text: string}[]}|null}
 */
export function carried(bundle, state) {
  const visits = history(bundle, state);
  const from = state.ending === null ? visits.at(-2) : visits.at(-1);
  if (from === undefined || from.acts.length === 0) return null;
  const before = bundle.scenes[from.scene];
  const now = state.ending === null ? bundle.scenes[state.scene] : {};
  if (before.thread !== undefined && before.thread === now.thread) return null;
  const led = act(bundle, state, from.scene, from.acts.at(-1), false);
  return led.answer ? {act: led, answer: led.answer} : null;
}

/**
 * How far along a play is, for the LMS: decisions taken of those and the fewest still needed.
 * @returns {number} 0 to 1
 */
export function progress(bundle, state) {
  if (state.ending !== null) return 1;
  const taken = history(bundle, state)
    .flatMap(({scene, acts}) => acts.map((index) => bundle.scenes[scene].acts[index]))
    .filter(({decision}) => decision).length;
  const left = bundle.scenes[state.scene].left ?? 1;
  return taken / (taken + left);
}

function act(bundle, state, scene, index, open) {
  const {id, do: verb, on, at, label, decision = false, minutes = 0, answer, cues} = bundle.scenes[scene].acts[index];
  return {
    index, id, do: verb, on, at, decision, minutes, answer, cues,
    label: label ?? escaped(bundle.words[`do.${verb}`] ?? verb),
    available: open,
    taken: (state.counts[`${scene}/${id}`] ?? 0) > 0,
  };
}

/** A scene sets the clock on the first visit; acts move it on; coming back doesn't turn it back. */
function clock(bundle, visits) {
  const seen = new Set();
  let now = null;
  for (const {scene, acts} of visits) {
    const set = /^(\d{1,2}):(\d{2})$/.exec(bundle.scenes[scene].time ?? "");
    if (set && !seen.has(scene)) now = Number(set[1]) * 60 + Number(set[2]);
    seen.add(scene);
    if (now !== null) now += acts.reduce((sum, index) => sum + (bundle.scenes[scene].acts[index].minutes ?? 0), 0);
  }
  if (now === null) return "";
  const two = (number) => String(number).padStart(2, "0");
  return `${two(Math.floor(now / 60) % 24)}:${two(now % 60)}`;
}
