/** The rules of a play, as the contract between compiler, player and store has them. */
import assert from "node:assert/strict";
import {test} from "node:test";
import {available, history, option, order, replay, result, start, take} from "../../scormkit/player/engine.js";
import {DESK, randomPlay, walk} from "./bundles.js";

const names = (state) => available(DESK, state).map((index) => DESK.scenes[state.scene].acts[index].id);
const pretext = (seed) => DESK.variants.pretext.options[option(DESK, "pretext", seed)].id;
const withScenes = (scenes, more = {}) => ({...DESK, start: [{to: "a"}], scenes, ...more});

test("A play begins in the first scene whose route holds, with variables at their start and no points.", () => {
  const state = start(DESK, {seed: 3});
  assert.equal(state.scene, "inbox");
  assert.deepEqual(state.vars, {clicked: false, trust: 2, mood: "calm"});
  assert.deepEqual(state.points, {"read-sender": 0, "report-it": 0, "never-scored": 0});
  assert.equal(state.ending, null);
});

test("A retry begins in the practice of an objective that was missed in the try before.", () => {
  assert.equal(start(DESK, {missed: ["read-sender"]}).scene, "practice");
  assert.equal(start(DESK, {missed: ["report-it"]}).scene, "inbox");
});

test("A decision on a thing closes it: its other decisions go, its looks and other things' decisions stay.", () => {
  const state = walk(DESK, {seed: 0}, "parcel.report");
  assert.ok(!names(state).some((name) => name.startsWith("parcel.") && name !== "parcel.headers"));
  assert.ok(names(state).includes("parcel.headers"));
  assert.ok(names(state).includes("invoice.approve"));
});

test("A decision that leads elsewhere leaves its thing open for the way back, but is itself spent.", () => {
  const state = walk(DESK, {seed: 0}, "parcel.click", "leave");
  assert.equal(state.scene, "inbox");
  assert.ok(names(state).includes("parcel.report"));
  assert.ok(!names(state).includes("parcel.click"));
});

test("An act can be taken as often as its times say and no more.", () => {
  const once = walk(DESK, {seed: 0}, "dana.profile");
  assert.ok(names(once).includes("dana.profile"));
  assert.ok(!names(walk(DESK, {seed: 0}, "dana.profile", "dana.profile")).includes("dana.profile"));
});

test("A number stays inside its bounds, whether added to or set.", () => {
  assert.equal(walk(DESK, {seed: 0}, "dana.profile", "dana.profile").vars.trust, 3);
  assert.equal(walk(DESK, {seed: 0}, "invoice.report").vars.trust, 0);
});

test("Minutes add up and can be asked for in a condition.", () => {
  const state = walk(DESK, {seed: 0}, "invoice.approve", "parcel.headers", "parcel.click", "enter");
  assert.equal(state.minutes, 3);
  assert.ok(!names(state).includes("stall"));
});

test("When nothing is left to decide the story moves on, through scenes that leave nothing to decide either.", () => {
  assert.equal(walk(DESK, {seed: 0}, "parcel.report", "invoice.approve").ending, "handled");
  const clicked = walk(DESK, {seed: 0}, "parcel.click", "leave", "parcel.report", "invoice.approve");
  assert.equal(clicked.scene, "call");
});

test("A look never moves the story on.", () => {
  const see = {id: "see", decision: false, times: 1, set: [["clicked", "=", true]]};
  const bundle = withScenes({a: {next: [{to: "handled"}], acts: [see, {id: "do", decision: true, when: ["not", ["flag", "clicked"]], times: 1}]}});
  assert.equal(take(bundle, start(bundle), 0).ending, null);
});

test("A look never closes the thing that it is on.", () => {
  const see = {id: "see", decision: false, on: "mail", closes: true, times: 1};
  const bundle = withScenes({a: {acts: [see, {id: "do", decision: true, on: "mail", times: 1}]}});
  assert.deepEqual(available(bundle, take(bundle, start(bundle), 0)), [1]);
});

test("Conditions hold as written: and, or, not, flags, words, numbers, variants, acts taken, objectives missed.", () => {
  const play = {seed: 0, missed: ["report-it"]};
  const [yes, no] = [["variant", "single", "only"], ["flag", "clicked"]];
  const cases = [
    [true, true], [["and", yes, no], false], [["and", yes, yes], true], [["or", no, yes], true], [["or", no, no], false],
    [["not", no], true], [["is", "mood", "calm"], true], [["is", "trust", 2], true], [["<", "trust", 2], false],
    [["<=", "trust", 2], true], [[">", "trust", 1], true], [[">=", "minutes", 1], false], [["took", "a/do"], false],
    [["missed", "report-it"], true], [["missed", "read-sender"], false], [["variant", "pretext", pretext(0)], true],
  ];
  for (const [when, expected] of cases) {
    const bundle = withScenes({a: {acts: [{id: "do", decision: true, when, times: 1}]}});
    assert.equal(available(bundle, start(bundle, play)).length === 1, expected, JSON.stringify(when));
  }
});

test("A story that goes round in circles with nothing to decide is an error, not an endless loop.", () => {
  const circle = withScenes({a: {acts: [], next: [{to: "b"}]}, b: {acts: [], next: [{to: "a"}]}});
  assert.throws(() => start(circle), /stuck/);
});

test("A chain of as many scenes as there are is not a circle.", () => {
  const chain = withScenes({a: {acts: [], next: [{to: "b"}]}, b: {acts: [], next: [{to: "handled"}]}});
  assert.equal(start(chain).ending, "handled");
});

test("Routes of which none holds are an error that names the scene.", () => {
  assert.throws(() => start(withScenes({}, {start: [{when: ["flag", "clicked"], to: "a"}]})), /no route/);
});

test("What can't be taken is refused: an unknown act, a closed thing, a spent act, anything after the ending.", () => {
  assert.throws(() => take(DESK, start(DESK), 99), /no act 99/);
  assert.throws(() => walk(DESK, {seed: 0}, "parcel.report", "parcel.delete"), /isn't available/);
  assert.throws(() => take(DESK, walk(DESK, {seed: 0}, "parcel.report", "invoice.approve"), 0), /ended/);
});

test("A state is never changed: taking an act gives a new one, and nobody can write into either.", () => {
  const before = start(DESK, {seed: 1});
  const copy = structuredClone(before);
  const after = take(DESK, before, 1);
  assert.deepEqual(structuredClone(before), copy);
  assert.throws(() => { after.points["report-it"] = 9; }, TypeError);
  assert.throws(() => { after.path.push(1); }, TypeError);
});

test("Percent and score are rounded halves up in whole numbers; an objective with nothing to earn counts as full.", () => {
  const {score, objectives} = result(DESK, walk(DESK, {seed: 0}, "parcel.report", "invoice.report"));
  assert.deepEqual(objectives.map(({percent}) => percent), [67, 0, 100]);
  assert.equal(score, 59); // (2*67 + 0 + 100) / 4 = 58.5
});

test("Points below nothing count as nothing and above full as full.", () => {
  const bundle = {...DESK, objectives: DESK.objectives.map((each) => ({...each, full: 1}))};
  const percents = (...path) => result(bundle, walk(bundle, {seed: 0}, ...path)).objectives.map(({percent}) => percent);
  assert.deepEqual(percents("parcel.report", "invoice.approve"), [100, 100, 0]);
  assert.deepEqual(percents("parcel.delete", "invoice.report"), [100, 0, 0]);
});

test("Passed takes an ending that may pass, the score, and every must-do.", () => {
  const passed = (bundle, ...path) => result(bundle, walk(bundle, {seed: 0}, ...path)).passed;
  assert.equal(passed(DESK, "parcel.report", "invoice.approve"), true);
  assert.equal(passed(DESK, "parcel.report", "invoice.report"), false); // 59 points
  assert.equal(passed({...DESK, pass: {...DESK.pass, score: 20}}, "parcel.delete", "invoice.report"), false); // must-do at 33 %
  assert.equal(passed({...DESK, pass: {score: 0, endings: ["breached"]}}, "parcel.report", "invoice.approve"), false);
});

test("Before the ending nothing is passed, and there is no ending to name.", () => {
  const {passed, ending, kind} = result(DESK, walk(DESK, {seed: 0}, "parcel.report"));
  assert.deepEqual({passed, ending, kind}, {passed: false, ending: null, kind: null});
});

test("Neighbouring seeds play different variants, and each variant is played by some seed.", () => {
  for (let seed = 0; seed < 50; seed += 1) assert.notEqual(pretext(seed), pretext(seed + 1));
  assert.equal(new Set([0, 1, 2].map(pretext)).size, 3);
  assert.equal(option(DESK, "single", 77), 0);
});

test("The option of a seed is (h % n + (seed % n) * step) % n over the FNV-1a hash of the pool's name.", () => {
  const of = (pool, n, seed) => option({variants: {[pool]: {options: Array(n)}}}, pool, seed);
  assert.equal(of("a", 7, 0), 0xe40c292c % 7); // FNV-1a of "a", published test value
  assert.equal(of("foobar", 5, 3), ((0xbf9cf968 % 5) + 3 * (1 + (0xbf9cf968 % 4))) % 5); // likewise
});

test("The order shown keeps looks in their places, moves decisions only, and differs between seeds.", () => {
  const seen = new Set();
  for (let seed = 0; seed < 40; seed += 1) {
    const shown = order(DESK, seed, "inbox");
    assert.deepEqual([...shown].sort((a, b) => a - b), [0, 1, 2, 3, 4, 5, 6, 7]);
    assert.equal(shown[0], 0);
    assert.equal(shown[7], 7);
    assert.deepEqual(shown, order(DESK, seed, "inbox"));
    seen.add(shown[1]);
  }
  assert.ok(seen.size > 3, "each decision gets its turn to be first");
});

test("The history tells visits in order; coming back is a new visit.", () => {
  const {path} = walk(DESK, {seed: 0}, "parcel.headers", "parcel.click", "leave", "parcel.report");
  assert.deepEqual(history(DESK, {seed: 0, path}), [
    {scene: "inbox", acts: [0, 3]}, {scene: "portal", acts: [1]}, {scene: "inbox", acts: [1]},
  ]);
});

test("Any play can be replayed from seed, missed objectives and path, also after a trip through JSON.", () => {
  for (let seed = 0; seed < 200; seed += 1) {
    const missed = seed % 3 === 0 ? ["read-sender"] : [];
    const end = randomPlay(DESK, {seed, missed}).at(-1);
    const again = replay(JSON.parse(JSON.stringify(DESK)), JSON.parse(JSON.stringify({seed, missed, path: end.path})));
    assert.deepEqual(again, end);
    assert.deepEqual(result(DESK, again), result(DESK, end));
    assert.deepEqual(history(DESK, end).flatMap(({acts}) => acts), [...end.path]);
  }
});

test("In any play the score stays within 0 and 100 and something can be done until the ending.", () => {
  for (let seed = 0; seed < 200; seed += 1) {
    for (const state of randomPlay(DESK, {seed})) {
      const {score, objectives} = result(DESK, state);
      assert.ok(Number.isInteger(score) && score >= 0 && score <= 100);
      assert.ok(objectives.every(({percent}) => Number.isInteger(percent) && percent >= 0 && percent <= 100));
      assert.equal(available(DESK, state).length > 0, state.ending === null);
    }
  }
});
