/** The string in which an LMS keeps a play: which try, which variant, and the path so far. Short, plain ASCII. */

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
const SINGLE = 48; // acts below this take one character, the others a prefix and one
const SHAPE = /^1\.([0-9a-f]{8})\.([0-9a-z]+)\.([0-9a-z]+)\.([0-9a-z]+)\.([0-9a-z]+)\.([0-9a-z]+|-)\.([0-9A-Za-z_-]*)$/;

/**
 * A play as its state string (SCORM 1.2 RTE 3.4.4 cmi.suspend_data, SCORM 2004 RTE 4.2.23).
 * The counter makes each string differ from the one loaded: some LMSs don't send a value that is back where it was.
 * @param {{rules: string, objectives: {id: string}[]}} bundle
 * @param {{counter: number, seed: number, attempt: number, missed: string[], best: number|null, path: number[]}} play
 * @returns {string}
 */
export function encode(bundle, {counter, seed, attempt, missed, best, path}) {
  const mask = bundle.objectives.reduce((sum, {id}, i) => sum + (missed.includes(id) ? 2 ** i : 0), 0);
  const numbers = [counter, seed, attempt, mask].map((number) => number.toString(36));
  return ["1", bundle.rules, ...numbers, best === null ? "-" : best.toString(36), path.map(letters).join("")].join(".");
}

/**
 * What `encode` wrote, or why it can't be used: "changed" (other rules wrote it) or "unreadable".
 * @param {{rules: string, objectives: {id: string}[]}} bundle
 * @param {string} text
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
 * The seed of a learner's first try: the same learner meets the same variant on every device. Random without an id.
 * @param {string} learner the LMS's id of the learner, or ""
 * @param {string} scenario
 * @returns {number}
 */
export function firstSeed(learner, scenario) {
  if (learner === "") return Math.floor(Math.random() * 9973);
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(learner + scenario)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash % 9973;
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
