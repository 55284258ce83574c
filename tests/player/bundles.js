/** A small bundle written by hand, with every kind of rule in it, and what tests do with it again and again. */
import {available, result, start, take} from "../../scormkit/player/engine.js";

const act = (id, more = {}) => ({id, do: "open", decision: true, outcome: "neutral", minutes: 0, times: 1, closes: false, ...more});
const look = (id, more = {}) => ({id, do: "headers", decision: false, minutes: 1, times: 1, ...more});

/** Mail with two messages, a call, a practice on a retry, a hall that is only passed through; five endings. */
export const DESK = {
  format: 1, scenario: "desk", version: "1.0.0", rules: "0badcafe", language: "en", title: "Desk",
  objectives: [
    {id: "read-sender", title: "Read the sender", weight: 2, full: 3, must: true, met: 50},
    {id: "report-it", title: "Report it", weight: 1, full: 2, must: false, met: 100},
    {id: "never-scored", title: "Nothing to earn", weight: 1, full: 0, must: false, met: 50},
  ],
  pass: {score: 70, endings: ["safe", "recovered"]},
  retry: {limit: 2},
  variables: {clicked: {start: false}, trust: {start: 2, from: 0, to: 3}, mood: {start: "calm", of: ["calm", "angry"]}},
  variants: {
    pretext: {options: [{id: "parcel", fields: {}}, {id: "payroll", fields: {}}, {id: "prize", fields: {}}]},
    single: {options: [{id: "only", fields: {}}]},
  },
  start: [{when: ["missed", "read-sender"], to: "practice"}, {to: "inbox"}],
  scenes: {
    practice: {channel: "inbox", acts: [act("ready", {then: [{to: "inbox"}]})]},
    inbox: {
      channel: "inbox", next: [{to: "hall"}],
      acts: [
        look("parcel.headers", {on: "parcel"}),
        act("parcel.report", {on: "parcel", closes: true, outcome: "right", score: {"read-sender": 2, "report-it": 1}}),
        act("parcel.delete", {on: "parcel", closes: true, outcome: "partial", score: {"read-sender": 1}}),
        act("parcel.click", {on: "parcel", closes: false, outcome: "wrong", set: [["clicked", "=", true]], then: [{to: "portal"}]}),
        act("invoice.report", {on: "invoice", closes: true, outcome: "wrong", score: {"report-it": -1}, set: [["trust", "+", -5]]}),
        act("invoice.approve", {on: "invoice", closes: true, outcome: "right", score: {"read-sender": 1, "report-it": 1}, minutes: 2}),
        act("invoice.payroll", {on: "invoice", closes: true, when: ["variant", "pretext", "payroll"], score: {"read-sender": 1}}),
        look("dana.profile", {times: 2, set: [["trust", "+", 1]]}),
      ],
    },
    portal: {
      channel: "browser",
      acts: [
        act("enter", {outcome: "wrong", set: [["mood", "=", "angry"], ["trust", "=", 0]], then: [{to: "call"}]}),
        act("leave", {outcome: "right", then: [{to: "inbox"}]}),
      ],
    },
    hall: {
      channel: "chat", next: [{when: ["and", ["flag", "clicked"], ["not", ["took", "call/hang-up"]]], to: "call"}, {to: "handled"}],
      acts: [act("linger", {when: ["<", "trust", 0]})],
    },
    call: {
      channel: "phone",
      acts: [
        act("hang-up", {outcome: "right", then: [{when: ["or", ["is", "mood", "angry"], [">", "minutes", 9]], to: "late"}, {to: "saved"}]}),
        act("read-code", {outcome: "wrong", when: [">=", "trust", 1], then: [{to: "breach"}]}),
        act("stall", {when: ["<=", "minutes", 2], times: 2}),
      ],
    },
  },
  endings: {
    handled: {kind: "safe", title: "Handled"}, saved: {kind: "recovered", title: "Saved"}, late: {kind: "breached", title: "Late"},
    breach: {kind: "breached", title: "Breach"},
  },
};

/** Indexes of acts by name in the scene where the play stands: `walk(DESK, {seed: 1}, "parcel.report")`. */
export function walk(bundle, play, ...names) {
  return names.reduce((state, name) => {
    const index = bundle.scenes[state.scene].acts.findIndex(({id}) => id === name);
    return take(bundle, state, index);
  }, start(bundle, play));
}

/** Numbers that look random and are the same each time (a linear congruence). */
export function dice(seed) {
  let here = seed;
  return (sides) => {
    here = (Math.imul(here, 1664525) + 1013904223) >>> 0;
    return Math.floor((here / 2 ** 32) * sides);
  };
}

/** A random play to an ending: its states in order. `throws` are the dice, the seed's own unless given. */
export function randomPlay(bundle, {seed, missed = []}, throws = seed) {
  const roll = dice(throws + 1);
  const states = [start(bundle, {seed, missed})];
  while (states.at(-1).ending === null) {
    const open = available(bundle, states.at(-1));
    states.push(take(bundle, states.at(-1), open[roll(open.length)]));
  }
  return states;
}

/** What a record is given of an act: a decision as main.js words it. */
export function decision(bundle, before, index, time = new Date()) {
  const {acts} = bundle.scenes[before.scene];
  const {id, on, outcome = "neutral", score = {}} = acts[index];
  const choices = available(bundle, before).map((i) => acts[i]).filter((other) => other.decision && other.on === on);
  return {
    id: on ? `${before.scene}.${on}` : before.scene, act: id, choices: choices.map((choice) => choice.id),
    right: choices.filter((choice) => choice.outcome === "right").map((choice) => choice.id), outcome,
    points: Object.values(score).reduce((sum, points) => sum + points, 0), latency: 12.345, time,
    description: `{Desk}:\n chose ${id}`,
  };
}

/** The arguments of a record's `finish` for a play that has ended. */
export function finished(bundle, state, more = {}) {
  const {score, passed, objectives} = result(bundle, state);
  return {score, passed, objectives, final: passed, ...more};
}
