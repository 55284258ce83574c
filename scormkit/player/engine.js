/** The rules of a play, one act at a time: pure, with no DOM, no LMS, no clock. */
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
