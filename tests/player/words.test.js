/** The player's own words: every word that the code asks for is there, and none is there for nothing. */
import assert from "node:assert/strict";
import {readFileSync, readdirSync} from "node:fs";
import {test} from "node:test";

const PLAYER = new URL("../../scormkit/player/", import.meta.url);
const sources = readdirSync(PLAYER, {recursive: true}).filter((name) => /\.(js|j2)$/.test(name) && !name.startsWith("preview"));
const code = sources.map((name) => readFileSync(new URL(name, PLAYER), "utf8")).join("\n");
const lines = readFileSync(new URL("../../scormkit/words/en.yaml", import.meta.url), "utf8").split("\n");
const words = new Map(lines.filter((line) => /^[a-z]/.test(line)).map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]));

test("Every word that the code names stands in the English words.", () => {
  const named = [...code.matchAll(/\bword\(["'`]([a-z.-]+)["'`]/g)].map(([, key]) => key);
  assert.ok(named.length > 50);
  assert.deepEqual(named.filter((key) => !words.has(key)), []);
});

test("No word stands there unused.", () => {
  const whole = new Set([...code.matchAll(/["'`]([a-z]+(?:\.[a-z-]+)+)["'`]/g)].map(([, key]) => key));
  const starts = [...code.matchAll(/`([a-z]+\.[a-z.-]*)\$\{/g)].map(([, start]) => start);
  assert.deepEqual([...words.keys()].filter((key) => !whole.has(key) && !starts.some((start) => key.startsWith(start))), []);
});

test("No word is empty, and no key stands twice.", () => {
  assert.deepEqual([...words].filter(([, text]) => text === ""), []);
  assert.equal(words.size, lines.filter((line) => /^[a-z]/.test(line)).length);
});
