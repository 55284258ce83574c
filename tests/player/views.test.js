/** What a channel is given of a play, the story's clock, the progress told to the LMS, and what the debrief walks through. */
import assert from "node:assert/strict";
import {test} from "node:test";

import {better, points} from "../../scormkit/player/debrief.js";
import {carried, progress, replay, view} from "../../scormkit/player/engine.js";

const decision = (id, more = {}) => ({id, do: "say", label: id, decision: true, outcome: "right", ...more});
const BUNDLE = {
  objectives: [{id: "verify", full: 1}], pass: {score: 50, endings: ["safe"]}, variables: {}, variants: {},
  words: {"do.headers": "Show <all> headers"}, people: {}, start: [{to: "desk"}],
  scenes: {
    desk: {channel: "inbox", title: "Desk", time: "08:58", left: 2, content: {}, acts: [
      {id: "mail.headers", do: "headers", on: "mail", minutes: 1, cues: ["odd-sender"]},
      decision("mail.report", {on: "mail", closes: true, feedback: "Well done."}),
      decision("pick-up", {outcome: "neutral", minutes: 2, then: [{to: "call"}], answer: [{who: "narrator", text: "It rings on."}]}),
    ], cues: {
      "odd-sender": {kind: "sender-address", thing: "mail", on: "from", why: "w"}, "late": {kind: "urgency", thing: "mail", why: "w"},
      "elsewhere": {kind: "threat", why: "w"}}},
    call: {channel: "phone", title: "Call", left: 1, thread: "line", content: {lines: []}, acts: [
      decision("ask-name", {then: [{to: "call-2"}], answer: [{who: "narrator", text: "Silence."}]}), decision("back", {then: [{to: "desk"}]})]},
    "call-2": {channel: "phone", title: "Call", time: "09:30", left: 1, thread: "line", content: {lines: []}, acts: [
      decision("hang-up", {then: [{to: "calm"}]}), decision("return", {then: [{to: "desk"}]})]},
  },
  endings: {calm: {kind: "safe", title: "Calm", text: ""}},
};
const after = (...path) => replay(BUNDLE, {path});

test("Each act comes with a label, even a look that the author gave none, fit to stand as HTML.", () => {
  const {acts} = view(BUNDLE, after());
  assert.equal(acts.find(({id}) => id === "mail.headers").label, "Show &lt;all&gt; headers");
});

test("An act's outcome and feedback never reach a channel, so that the page can't give them away.", () => {
  for (const act of view(BUNDLE, after()).acts) assert.ok(!("outcome" in act) && !("feedback" in act) && !("score" in act));
});

test("What was taken stays marked, and what a decision closed is no longer available.", () => {
  const [headers, report] = ["mail.headers", "mail.report"].map((id) => view(BUNDLE, after(0, 1)).acts.find((act) => act.id === id));
  assert.deepEqual([headers.taken, headers.available, report.taken, report.available], [true, false, true, false]);
});

test("The clock starts where the scene says, and looks and acts move it on.", () => {
  assert.equal(view(BUNDLE, after()).clock, "08:58");
  assert.equal(view(BUNDLE, after(0)).clock, "08:59");
  assert.equal(view(BUNDLE, after(0, 2)).clock, "09:01");
});

test("Coming back to a scene doesn't turn the clock back; a scene with a time of its own sets it.", () => {
  assert.equal(view(BUNDLE, after(2, 1)).clock, "09:00");
  assert.equal(view(BUNDLE, after(2, 0)).clock, "09:30");
  assert.equal(view(BUNDLE, after(2, 0, 1)).clock, "09:30");
});

test("A scene of the same thread brings the conversation before it, with what was said there.", () => {
  const {visits} = view(BUNDLE, after(2, 0));
  assert.deepEqual(visits.map(({id, acts}) => [id, acts.map((act) => act.id)]), [["call", ["ask-name"]]]);
  assert.deepEqual(view(BUNDLE, after(2)).visits, []);
});

test("An answer to the act that left a scene is carried along, unless the new scene continues that conversation.", () => {
  assert.equal(carried(BUNDLE, after(2)).answer[0].text, "It rings on.");
  assert.equal(carried(BUNDLE, after(2, 0)), null);
  assert.equal(carried(BUNDLE, after()), null);
});

test("Progress counts decisions only, reaches 1 at the ending and nowhere before.", () => {
  assert.equal(progress(BUNDLE, after()), 0);
  assert.equal(progress(BUNDLE, after(0)), 0);
  assert.equal(progress(BUNDLE, after(0, 2)), 1 / 2);
  assert.equal(progress(BUNDLE, after(0, 2, 0, 0)), 1);
});

test("A scene looked back on offers nothing to do, and holds what every visit to it brought.", () => {
  const back = view(BUNDLE, after(0, 2, 1, 1), "desk", true);
  assert.ok(back.readonly && back.acts.every(({available}) => !available));
  assert.deepEqual(back.done, [0, 2, 1]);
});

test("The debrief goes message by message, then has the scene as a whole: what was decided there, and all its signs.", () => {
  const steps = points(BUNDLE, after(0, 1, 2, 0, 0)).filter(({scene}) => scene === "desk");
  assert.deepEqual(steps.map(({thing, decisions, cues}) => [thing, decisions, cues.map(({cue}) => cue)]),
    [["mail", [1], ["odd-sender", "late"]], [undefined, [], ["elsewhere"]]]);
});

test("A sign counts as checked if a look that shows it was taken; one that no act shows is neither.", () => {
  const checked = (path) => Object.fromEntries(points(BUNDLE, after(...path)).flatMap(({cues}) => cues.map((each) => [each.cue, each.checked])));
  assert.deepEqual(checked([0, 1, 2, 0, 0]), {"odd-sender": true, "late": null, "elsewhere": null});
  assert.equal(checked([1, 2, 0, 0])["odd-sender"], false);
});

test("A message is honest if raising the alarm about it is wrong.", () => {
  const honest = (outcome) => {
    const bundle = structuredClone(BUNDLE);
    Object.assign(bundle.scenes.desk.acts[1], {do: "report", outcome});
    return points(bundle, after(1, 2, 0, 0)).find(({thing}) => thing === "mail").honest;
  };
  assert.deepEqual([honest("wrong"), honest("right"), honest("partial")], [true, false, false]);
});

test("What would have served better is what was right and open at that moment; a right decision has nothing better.", () => {
  const bundle = structuredClone(BUNDLE);
  bundle.scenes.desk.acts.push(
    decision("mail.delete", {on: "mail", outcome: "wrong"}),
    decision("mail.ask", {on: "mail", when: ["took", "desk/mail.headers"]}),
    decision("mail.wait", {on: "mail", when: ["not", ["took", "desk/mail.headers"]]}),
  );
  const at = (...path) => better(bundle, replay(bundle, {path}), "desk", path.at(-1));
  assert.deepEqual(at(3), [1, 5]);
  assert.deepEqual(at(0, 3), [1, 4]);
  assert.deepEqual(at(1), []);
});

test("Only scenes that were visited are looked back on.", () => {
  assert.deepEqual([...new Set(points(BUNDLE, after(2, 0, 0)).map(({scene}) => scene))], ["desk", "call", "call-2"]);
  assert.ok(!points(BUNDLE, after(2, 0, 0)).some(({decisions}) => decisions.includes(2))); // neutral, and nothing to say
});
