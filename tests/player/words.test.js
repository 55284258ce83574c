/** The player's own words: every word that the code asks for is there, and none is there for nothing. */
import assert from "node:assert/strict";
import {readFileSync, readdirSync} from "node:fs";
import {test} from "node:test";

const PLAYER = new URL("../../scormkit/player/", import.meta.url);
const sources = readdirSync(PLAYER, {recursive: true}).filter((name) => /\.(js|j2)$/.test(name) && !name.startsWith("preview"));
const code = sources.map((name) => readFileSync(new URL(name, PLAYER), "utf8")).join("\n");
const WORDS = new URL("../../scormkit/words/", import.meta.url);
const {lines, words} = written("en.yaml");
const others = readdirSync(WORDS).filter((name) => name !== "en.yaml");

function written(name) {
  const found = readFileSync(new URL(name, WORDS), "utf8").split("\n").filter((line) => /^[a-z]/.test(line));
  return {lines: found, words: new Map(found.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]))};
}

/** What is filled into a word while playing. */
const filling = (text) => (text.match(/\{[a-z]+\}/g) ?? []).sort();

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
  for (const each of ["en.yaml", ...others].map(written)) {
    assert.deepEqual([...each.words].filter(([, text]) => text === ""), []);
    assert.equal(each.words.size, each.lines.length);
  }
});

for (const name of others) {
  test(`Every word of English stands in ${name}, in the same order, and none besides.`, () => {
    assert.deepEqual([...written(name).words.keys()], [...words.keys()]);
  });

  test(`What is filled into a word of English is filled into that of ${name}.`, () => {
    const own = written(name).words;
    assert.deepEqual([...words].filter(([key, text]) => String(filling(own.get(key) ?? "")) !== String(filling(text))), []);
  });
}
