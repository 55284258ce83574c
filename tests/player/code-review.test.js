/** A unified diff as the code review shows it: every line with its sign and its numbers. */
import assert from "node:assert/strict";
import {test} from "node:test";

import {rows} from "../../scormkit/player/channels/code-review.js";

const told = (diff) => rows(diff).map(({sign, before, now, text}) => [sign, before, now, text]);

test("Lines are numbered from what stands after @@, those of before and of now apart.", () => {
  assert.deepEqual(told("@@ -4,3 +9,3 @@ def f():\n a\n-b\n+c\n+d\n e\n"), [
    ["@", undefined, undefined, "@@ -4,3 +9,3 @@ def f():"],
    [" ", 4, 9, "a"], ["-", 5, undefined, "b"], ["+", undefined, 10, "c"], ["+", undefined, 11, "d"], [" ", 6, 12, "e"],
  ]);
});

test("Without @@ they are numbered from 1, and a line without a sign is one that stays.", () => {
  assert.deepEqual(told("+new\nstays\n\n-gone"), [
    ["+", undefined, 1, "new"], [" ", 1, 2, "stays"], [" ", 2, 3, ""], ["-", 3, undefined, "gone"],
  ]);
});

test("The lines that name the files are no changes, and code that looks like them is one.", () => {
  const signs = (diff) => rows(diff).map(({sign}) => sign).join("");
  assert.equal(signs("diff --git a/x b/x\nindex 1..2\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n--- a comment\n+++ x"), "@@@@@-+");
  assert.equal(signs("--- a comment\n+++ x"), "-+");
});

test("A second @@ goes on from its own numbers.", () => {
  assert.deepEqual(told("@@ -1 +1 @@\n-a\n@@ -30 +40 @@\n+b").at(-1), ["+", undefined, 40, "b"]);
});
