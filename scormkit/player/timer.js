/** A scene's timer: calm, extendable, and gone for good when switched off. It never touches the score. */
import {button, el} from "./page.js";

const KEY = "scormkit.timers"; // one preference for every exercise of a site, as LMSs share storage between packages
const SOON = 20; // WCAG 2.2.1: at least this many seconds to ask for more

let off = null;

/** Whether the learner switched timers off. */
export function timersOff() {
  off ??= stored(() => localStorage.getItem(KEY)) === "off";
  return off;
}

/** Remembers whether timers are wanted. */
export function setTimersOff(value) {
  off = value;
  stored(() => localStorage.setItem(KEY, value ? "off" : "on"));
}

/** Storage may be shut to us (a frame on another origin, a private window): then the page alone remembers. */
function stored(use) {
  try {
    return use();
  } catch {
    return null;
  }
}

/**
 * The timer of a scene, running while the page is in view.
 * @param {number} seconds
 * @param {{word: function, say: function, out: function}} tools `out` is called once, when no time is left
 * @returns {{element: HTMLElement, stop: function}}
 */
export function timer(seconds, {word, say, out}) {
  const element = el("section", {class: "timer", "aria-label": word("timer.label")});
  let left = seconds;
  let ticking = null;

  function run() {
    const shown = el("span", {class: "timer-left", role: "timer", "aria-live": "off"});
    const bar = el("progress", {max: seconds, "aria-hidden": "true"});
    const draw = () => {
      shown.textContent = word("timer.left", {seconds: left});
      bar.value = Math.min(left, seconds);
      element.classList.toggle("soon", left <= SOON);
    };
    const more = () => {
      left += Math.max(seconds, SOON);
      draw();
      say(word("timer.more-said", {seconds: left}));
    };
    const end = () => {
      setTimersOff(true);
      stop();
      rest(true);
      say(word("timer.off-said"));
    };
    element.replaceChildren(
      shown, bar,
      button("timer-more", word("timer.more"), more, "small"),
      button("timer-off", word("timer.off"), end, "small quiet"),
    );
    draw();
    say(word("timer.started", {seconds}));
    ticking = setInterval(() => {
      if (document.hidden || document.querySelector("dialog[open]")) return;
      left -= 1;
      draw();
      if (left === SOON && seconds > SOON) say(word("timer.soon", {seconds: left}));
      if (left > 0) return;
      stop();
      say(word("timer.out"));
      out();
    }, 1000);
  }

  function rest(focus) {
    const again = () => {
      setTimersOff(false);
      element.replaceChildren(el("span", {class: "timer-left", tabindex: -1}, word("timer.on-said")));
      element.firstChild.focus();
    };
    const on = button("timer-on", word("timer.on"), again, "small quiet");
    element.classList.remove("soon");
    element.replaceChildren(el("span", {class: "timer-left"}, word("timer.is-off")), on);
    if (focus) on.focus();
  }

  function stop() {
    clearInterval(ticking);
  }

  if (timersOff()) rest(false);
  else run();
  return {element, stop};
}
