"""What a learner at the page asks of it: each a script that runs in the page, in one question."""

from __future__ import annotations

# Takes an act as a script does; waits until the heading is the one that is wanted.
PRESS = """async ([index, covers, decides, wanted]) => {
  const shown = (key, value) => [...document.querySelectorAll(`[data-${key}="${value}"]`)].find(
    (one) => one.checkVisibility({visibilityProperty: true}) && one.getClientRects().length > 0);
  for (const cover of covers) {
    if (shown("act", index)) break;
    shown("open", cover)?.click();
  }
  const control = shown("act", index);
  if (!control || control.disabled) return null;
  control.click();
  const until = performance.now() + 20000;
  const loaded = () => document.querySelector("#player[data-loaded], #player [data-go=reload]");
  const heading = () => document.querySelector("h1")?.innerText.replace(/\\s+/g, " ").trim();
  do {
    await new Promise((done) => setTimeout(done));
  } while ((heading() !== wanted || (decides && !loaded())) && performance.now() < until);
  return heading() ?? "";
}"""
# Waits until one of the selectors shows something that a mouse hits in its middle, and says which
# of them, and where that is on the page; [n, null] where a page around it is of another origin.
# What is guarded takes the next press alone: should it move away meanwhile, nothing is pressed.
AIM = """async ([sought, guarded]) => {
  const shows = (one) => one.getClientRects().length > 0
    && one.checkVisibility({visibilityProperty: true});
  const shown = (one) => (one.nodeType ? one : [...document.querySelectorAll(one)].find(shows));
  const until = performance.now() + 20000;
  let control;
  for (let turn = 0; performance.now() < until; turn += 1) {
    const which = sought.findIndex(shown);
    control = which < 0 ? null : shown(sought[which]);
    if (control?.isConnected && !control.disabled) {
      const block = ["nearest", "center", "start", "end"][turn % 4];
      control.scrollIntoView({block, inline: "nearest", behavior: "instant"});
      const {left, top, width, height} = control.getClientRects()[0] ?? {};
      let [x, y] = [left + width / 2, top + height / 2];
      let hit = width > 0 && height > 0 && control.contains(document.elementFromPoint(x, y));
      for (let inside = window; hit && inside !== inside.top; inside = inside.parent) {
        const frame = inside.frameElement;
        if (!frame) return [which, null];
        const around = frame.getBoundingClientRect();
        [x, y] = [x + around.left + frame.clientLeft, y + around.top + frame.clientTop];
        hit = frame === inside.parent.document.elementFromPoint(x, y);
      }
      if (hit && guarded) guard();
      if (hit) return [which, [x, y]];
    }
    await new Promise((done) => setTimeout(done, 10));
  }
  throw new Error(`nothing to click: ${control?.outerHTML.slice(0, 200) ?? sought}`);

  function guard() {
    const steps = ["pointerdown", "mousedown", "pointerup", "mouseup", "click"];
    let met = false;
    const heard = (event) => {
      if (event.type === "pointerdown") met = control.contains(event.target);
      if (met) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    for (const step of steps) addEventListener(step, heard, {capture: true});
    window.aimed = () => {
      for (const step of steps) removeEventListener(step, heard, {capture: true});
      return met;
    };
  }
}"""
# Whether anything of the selector can be seen.
SHOWS = """(selector) => [...document.querySelectorAll(selector)]
  .some((one) => one.getClientRects().length > 0
    && one.checkVisibility({visibilityProperty: true}))"""
# The lines at the top that can be seen.
NOTICES = """() => [...document.querySelectorAll(".notices .notice p")]
  .filter((line) => line.getClientRects().length > 0
    && line.checkVisibility({visibilityProperty: true}))
  .map((line) => line.innerText)"""
# The heading, once there is one, and once what the first decision fetches is there or has failed.
HEADING = """async (decided) => {
  const until = performance.now() + 20000;
  const there = (what) => document.querySelector(`${what}, #player [data-go=reload]`);
  const whole = () => there("h1") && (!decided || there("#player[data-loaded]"));
  while (!whole() && performance.now() < until) {
    await new Promise((done) => setTimeout(done, 4));
  }
  return document.querySelector("h1")?.innerText ?? "";
}"""
