/** A play as the learner meets it: told in one variant, seen scene by scene, kept as one short string. Pure. */
//# allFunctionsCalledOnLoad
import {escaped} from "./dom.js";
import {available, fnv1a32, history, order} from "./engine.js";

const FIELD = /\{([a-z0-9_-]+\.[a-z0-9_-]+)\}/g;
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
const SINGLE = 48; // acts below this take one character, the others a prefix and one
const SHAPE = /^1\.([0-9a-f]{8})\.([0-9a-z]+)\.([0-9a-z]+)\.([0-9a-z]+)\.([0-9a-z]+)\.([0-9a-z]+|-)\.([0-9A-Za-z_-]*)$/;

/** The bundle with every `{pool.field}` as the play's variant has it; `option` answers the index of a pool's option. */
export function filled(bundle, option) {
  const fields = new Map();
  for (const [pool, {options}] of Object.entries(bundle.variants ?? {})) {
    const own = Object.entries(options[option(pool)].fields ?? {});
    for (const [field, text] of own) fields.set(`${pool}.${field}`, text);
  }
  if (fields.size === 0) return bundle;
  const fill = (value) => {
    if (typeof value === "string") return value.replace(FIELD, (all, name) => fields.get(name) ?? all);
    if (Array.isArray(value)) return value.map(fill);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner)]));
  };
  const {words, variants, ...rest} = bundle;
  return {...fill(rest), words, variants};
}

/**
 * What a channel is given: the scene where the play stands, or (read-only, for the debrief) any that it visited, as it
 * was left; its acts, the conversation before it, the story's clock.
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

/** The answer to the act that led away from the scene before, when the new scene doesn't continue that conversation. */
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

/** How far along a play is, 0 to 1, for the LMS: decisions taken of those and the fewest still needed. */
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
    named: label !== undefined,
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

/**
 * A play as the string that an LMS keeps (SCORM 1.2 RTE 3.4.4 cmi.suspend_data, SCORM 2004 RTE 4.2.23).
 * The counter makes each string differ from the one loaded: some LMSs don't send a value that is back where it was.
 */
export function encode(bundle, {counter, seed, attempt, missed, best, path}) {
  const mask = bundle.objectives.reduce((sum, {id}, i) => sum + (missed.includes(id) ? 2 ** i : 0), 0);
  const numbers = [counter, seed, attempt, mask].map((number) => number.toString(36));
  return ["1", bundle.rules, ...numbers, best === null ? "-" : best.toString(36), path.map(letters).join("")].join(".");
}

/**
 * What `encode` wrote, or why it can't be used: "changed" (other rules wrote it) or "unreadable".
 * @returns {{play: object}|{problem: "changed"|"unreadable"}}
 */
export function decode(bundle, text) {
  const parts = SHAPE.exec(text);
  if (!parts) return {problem: "unreadable"};
  if (parts[1] !== bundle.rules) return {problem: "changed"};
  const path = numbers(parts[7]);
  if (path === null) return {problem: "unreadable"};
  const [counter, seed, attempt, mask] = parts.slice(2, 6).map((digits) => parseInt(digits, 36));
  const missed = bundle.objectives.filter((_, i) => Math.floor(mask / 2 ** i) % 2 === 1).map(({id}) => id);
  return {play: {counter, seed, attempt, missed, best: parts[6] === "-" ? null : parseInt(parts[6], 36), path}};
}

/**
 * The seed of a learner's first try: the same variant on every device, another one next year (13 is no multiple of
 * what a pool has options), though the LMS may have forgotten this year's. Random without the LMS's id of the learner.
 */
export function firstSeed(learner, scenario, today = new Date()) {
  if (learner === "") return Math.floor(Math.random() * 9973);
  return (fnv1a32(learner + scenario) + 13 * today.getUTCFullYear() + today.getUTCMonth()) % 9973;
}

function letters(index) {
  if (index < SINGLE) return ALPHABET[index];
  const rest = index - SINGLE;
  return ALPHABET[SINGLE + (rest >> 6)] + ALPHABET[rest & 63];
}

function numbers(text) {
  const path = [];
  for (let i = 0; i < text.length; i += 1) {
    const value = ALPHABET.indexOf(text[i]);
    if (value < SINGLE) {
      path.push(value);
    } else {
      i += 1;
      if (i === text.length) return null; // cut off in the middle of an act
      path.push(SINGLE + ((value - SINGLE) << 6) + ALPHABET.indexOf(text[i]));
    }
  }
  return path;
}
