/**
 * A play: its rules, one act at a time; how the learner meets it, scene by scene; and the short string that it is kept
 * in. Pure, with no DOM, no LMS, no clock.
 */
//# allFunctionsCalledOnLoad

/** The frozen state in which a play begins; `missed` are the objectives missed in the try before. */
export function start(bundle, {seed = 0, missed = []} = {}) {
  const variables = Object.entries(bundle.variables ?? {});
  const vars = Object.fromEntries(variables.map(([name, {start: value}]) => [name, value]));
  const points = Object.fromEntries(bundle.objectives.map(({id}) => [id, 0]));
  const state = {
    seed, missed: [...missed], path: [], scene: null, ending: null, vars, points, minutes: 0, counts: {}, closed: {},
  };
  return settle(enter(bundle, state, resolve(bundle, state, bundle.start)));
}

/** A new state, after one more act of the scene; throws when it can't be taken. */
export function take(bundle, state, index) {
  if (state.ending !== null) throw new Error(`the play has ended with "${state.ending}"`);
  const act = bundle.scenes[state.scene].acts[index];
  if (act === undefined) throw new Error(`scene "${state.scene}" has no act ${index}`);
  if (!isAvailable(bundle, state, act)) throw new Error(`act "${act.id}" isn't available in scene "${state.scene}"`);
  const next = apply(bundle, state, act, index);
  if (act.then) return settle(enter(bundle, next, resolve(bundle, next, act.then)));
  return settle(act.decision ? moveOn(bundle, next) : next);
}

/** Indexes of the acts that can be taken now, in source order. */
export function available(bundle, state) {
  if (state.ending !== null) return [];
  const {acts} = bundle.scenes[state.scene];
  return [...acts.keys()].filter((index) => isAvailable(bundle, state, acts[index]));
}

/**
 * What the play is worth so far, in whole-number arithmetic: the store's replay must agree to the point.
 * @returns {{score: number, passed: boolean, objectives: {id: string, percent: number, met: boolean}[],
 *   ending: string|null, kind: string|null}}
 */
export function result(bundle, state) {
  let weights = 0;
  let sum = 0;
  let mustsMet = true;
  const objectives = bundle.objectives.map(({id, full, weight = 1, met: from = 50, must = false}) => {
    const earned = clamp(state.points[id], 0, full);
    const percent = full > 0 ? Math.floor((200 * earned + full) / (2 * full)) : 100;
    const met = percent >= from;
    weights += weight;
    sum += weight * percent;
    mustsMet &&= met || !must;
    return {id, percent, met};
  });
  const score = Math.floor((2 * sum + weights) / (2 * weights));
  const kind = state.ending === null ? null : bundle.endings[state.ending].kind;
  const passed = bundle.pass.endings.includes(kind) && score >= bundle.pass.score && mustsMet;
  return {score, passed, objectives, ending: state.ending, kind};
}

/** The state after a whole path; throws when an act of it can't be taken. */
export function replay(bundle, {seed = 0, missed = [], path = []} = {}) {
  return path.reduce((state, index) => take(bundle, state, index), start(bundle, {seed, missed}));
}

/**
 * The visits of a play in order, each with the acts taken. Coming back is a new visit, staying isn't.
 * @returns {{scene: string, acts: number[]}[]}
 */
export function history(bundle, {seed = 0, missed = [], path = []} = {}) {
  let state = start(bundle, {seed, missed});
  const visits = state.scene === null ? [] : [{scene: state.scene, acts: []}];
  for (const index of path) {
    visits.at(-1).acts.push(index);
    state = take(bundle, state, index);
    if (state.ending === null && state.scene !== visits.at(-1).scene) visits.push({scene: state.scene, acts: []});
  }
  return visits;
}

/** Index of the option of a pool that a seed plays; neighbouring seeds play different ones. */
export function option(bundle, pool, seed) {
  const n = bundle.variants[pool].options.length;
  const h = fnv1a32(pool);
  let step = 1 + (h % Math.max(1, n - 1));
  while (divisor(step, n) > 1) step += 1; // so that n seeds in a row draw every option
  return ((h % n) + (seed % n) * step) % n;
}

/** Act indexes in display order: the seed shuffles decisions among their places, so that none gives itself away. */
export function order(bundle, seed, sceneId) {
  const {acts} = bundle.scenes[sceneId];
  const indexes = [...acts.keys()];
  const decisions = indexes.filter((index) => acts[index].decision);
  const rank = (index) => fnv1a32(`${acts[index].id}/${sceneId}/${seed}`);
  const shuffled = [...decisions].sort((a, b) => rank(a) - rank(b));
  return indexes.map((index) => (acts[index].decision ? shuffled.shift() : index));
}

function enter(bundle, state, name, moves = 0) {
  if (Object.hasOwn(bundle.endings, name)) return {...state, ending: name};
  return moveOn(bundle, {...state, scene: name}, moves);
}

/** Follows `next` for as long as the scene leaves nothing to decide. */
function moveOn(bundle, state, moves = 0) {
  const {next, acts} = bundle.scenes[state.scene];
  if (!next || acts.some((act) => act.decision && isAvailable(bundle, state, act))) return state;
  if (moves === Object.keys(bundle.scenes).length) throw new Error(`stuck: nothing to decide from "${state.scene}" on`);
  return enter(bundle, state, resolve(bundle, state, next), moves + 1);
}

function resolve(bundle, state, routes) {
  const route = routes.find(({when = true}) => holds(bundle, state, when));
  if (route === undefined) throw new Error(`no route holds after scene "${state.scene}"`);
  return route.to;
}

function isAvailable(bundle, state, act) {
  if (act.decision && act.on !== undefined && state.closed[`${state.scene}:${act.on}`]) return false;
  return (state.counts[`${state.scene}/${act.id}`] ?? 0) < (act.times ?? 1) && holds(bundle, state, act.when ?? true);
}

function apply(bundle, state, act, index) {
  const key = `${state.scene}/${act.id}`;
  const points = {...state.points};
  for (const [id, more] of Object.entries(act.score ?? {})) points[id] += more;
  const vars = {...state.vars};
  for (const [name, how, value] of act.set ?? []) {
    const {from = -Infinity, to = Infinity} = bundle.variables[name];
    const changed = how === "+" ? vars[name] + value : value;
    vars[name] = typeof changed === "number" ? clamp(changed, from, to) : changed;
  }
  const closes = act.decision && act.on !== undefined && act.closes;
  return {
    ...state, points, vars,
    minutes: state.minutes + (act.minutes ?? 0),
    counts: {...state.counts, [key]: (state.counts[key] ?? 0) + 1},
    closed: closes ? {...state.closed, [`${state.scene}:${act.on}`]: true} : state.closed,
    path: [...state.path, index],
  };
}

const COMPARE = {
  is: (a, b) => a === b, "<": (a, b) => a < b, "<=": (a, b) => a <= b, ">": (a, b) => a > b, ">=": (a, b) => a >= b,
};

function holds(bundle, state, condition) {
  if (condition === true) return true;
  const [kind, ...parts] = condition;
  const [name, value] = parts;
  const part = (inner) => holds(bundle, state, inner);
  switch (kind) {
    case "and": return parts.every(part);
    case "or": return parts.some(part);
    case "not": return !part(name);
    case "flag": return state.vars[name] === true;
    case "variant": return bundle.variants[name].options[option(bundle, name, state.seed)].id === value;
    case "took": return (state.counts[name] ?? 0) > 0;
    case "missed": return state.missed.includes(name);
    default: return COMPARE[kind](name === "minutes" ? state.minutes : state.vars[name], value);
  }
}

function clamp(value, from, to) {
  return Math.min(Math.max(value, from), to);
}

/** The hash by which seeds are dealt out: FNV-1a of the text's UTF-8, 32 bits. */
export function fnv1a32(text) {
  return new TextEncoder().encode(text).reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193) >>> 0, 0x811c9dc5);
}

function divisor(a, b) {
  return b === 0 ? a : divisor(b, a % b);
}

function settle(state) {
  Object.values(state).forEach(Object.freeze);
  return Object.freeze(state);
}

// As the learner meets it, and as it is kept.

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

/** Plain text made fit to stand where authored HTML is expected. */
function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
