/** The state string: what is written is read back, and what can't be read says why. */
import assert from "node:assert/strict";
import {test} from "node:test";

import {decode, encode, firstSeed, option} from "../../scormkit/player/engine.js";

const BUNDLE = {rules: "0a1b2c3d", objectives: [{id: "read-sender"}, {id: "report-it"}, {id: "verify"}]};
const PLAY = {counter: 37, seed: 9972, attempt: 2, missed: ["read-sender", "verify"], best: 64, path: [0, 47, 48, 111, 112, 5]};

test("A play comes back from its string as it was.", () => {
  assert.deepEqual(decode(BUNDLE, encode(BUNDLE, PLAY)), {play: PLAY});
});

test("The string is the contract's, letter for letter.", () => {
  assert.equal(encode(BUNDLE, PLAY), "1.0a1b2c3d.11.7p0.2.5.1s.0lm0m_n05");
});

test("A first try has no best and nothing missed, and its path may be empty.", () => {
  const play = {counter: 0, seed: 0, attempt: 1, missed: [], best: null, path: []};
  assert.equal(encode(BUNDLE, play), "1.0a1b2c3d.0.0.1.0.-.");
  assert.deepEqual(decode(BUNDLE, "1.0a1b2c3d.0.0.1.0.-."), {play});
});

test("A best of 0 is a score, not the lack of one.", () => {
  assert.equal(decode(BUNDLE, encode(BUNDLE, {...PLAY, best: 0})).play.best, 0);
});

test("Every act a scene can have survives, up to the last two-letter one.", () => {
  const path = [...Array(1072).keys()];
  assert.deepEqual(decode(BUNDLE, encode(BUNDLE, {...PLAY, path})).play.path, path);
});

test("Forty decisions with looks stay below 1 KB.", () => {
  const path = Array.from({length: 160}, (_, i) => (i * 7) % 90);
  assert.ok(encode(BUNDLE, {...PLAY, counter: 5000, path}).length < 1024);
});

test("The string is printable ASCII without spaces, so that every LMS takes it.", () => {
  assert.match(encode(BUNDLE, PLAY), /^[!-~]+$/);
});

test("A state that other rules wrote is told apart from a damaged one.", () => {
  assert.deepEqual(decode({...BUNDLE, rules: "ffffffff"}, encode(BUNDLE, PLAY)), {problem: "changed"});
  for (const text of ["", "2.0a1b2c3d.0.0.1.0.-.", "{\"page\": 3}", "1.0a1b2c3d.0.0.1.0.-.a b", "1.0a1b2c3d.0.0.1.0.-.0m"]) {
    assert.deepEqual(decode(BUNDLE, text), {problem: "unreadable"}, text);
  }
});

test("Forty objectives fit the mask of what was missed.", () => {
  const objectives = Array.from({length: 40}, (_, i) => ({id: `objective-${i}`}));
  const missed = [objectives[0].id, objectives[31].id, objectives[39].id];
  const bundle = {...BUNDLE, objectives};
  assert.deepEqual(decode(bundle, encode(bundle, {...PLAY, missed})).play.missed, missed);
});

test("A learner's first seed is the same on every device for a month; without an id it is any.", () => {
  const [begin, end, after] = ["2026-11-01T00:00:00Z", "2026-11-30T23:59:59Z", "2026-12-01T00:00:00Z"].map((day) => new Date(day));
  assert.equal(firstSeed("sam", "phishing", begin), firstSeed("sam", "phishing", end));
  assert.notEqual(firstSeed("sam", "phishing", end), firstSeed("sam", "phishing", after));
  assert.notEqual(firstSeed("sam", "phishing"), firstSeed("ana", "phishing"));
  assert.equal(firstSeed("a", "", begin), (0xe40c292c + 13 * 2026 + 10) % 9973);
  for (const seed of [firstSeed("", "phishing"), firstSeed("", "phishing")]) assert.ok(Number.isInteger(seed) && seed >= 0 && seed < 9973);
});

test("A refresher a year later draws another option of every pool of up to twelve.", () => {
  for (let options = 2; options <= 12; options += 1) {
    const bundle = {variants: {pool: {options: Array.from({length: options})}}};
    for (let month = 0; month < 24; month += 1) {
      const [now, then] = [0, 12].map((more) => option(bundle, "pool", firstSeed("sam", "x", new Date(Date.UTC(2026, month + more)))));
      assert.notEqual(now, then, `${options} options, month ${month}`);
    }
  }
});
