/** What a call and a meeting share: captions of what is said, at the learner's own pace; round keys. */
//# allFunctionsCalledOnLoad

import {el} from "../page.js";
import {icon} from "./parts.js";
import {calm, cued, drawn, entries, log} from "./thread.js";

/** A round key of a device: a line icon over its words; what `offer` in thread.js draws an act with. */
export const round = (tone, path) => ({label}, press, tools) =>
  el("button", {class: `round ${tone}`, ...press}, [icon("round", path), el("span", {}, tools.node(label))]);

/** The path of a handset as an icon. */
export const HANDSET = "M7 3l3 5-3 3q2 4 6 6l3-3 5 3q0 4-4 4C10 21 3 14 3 7q0-4 4-4z";

/** Whoever asked once for the captions all at once gets them so in later calls too. */
let atOnce = false;

/**
 * Captions that stay as their transcript. `changed(shown)` hears which lines are shown by now, `attach(body, {links})`
 * is given the text of each; `dialling` waits longer before the first.
 * @returns {{element: HTMLElement, show: function, again: function, focus: function, end: function}}
 */
export function captions(view, tools, {changed, attach, dialling = false}) {
  const button = (word, onclick) => el("button", {type: "button", class: "button small", onclick}, tools.word(word));
  const [pause, all] = [button("phone.pause", hold), button("phone.all", showAll)];
  const pace = el("div", {class: "captions-pace"}, [pause, all]);
  const talk = log({label: tools.word("phone.transcript"), cue: cued(view, "lines"), draw, wait, changed: follow});
  const element = el("div", {class: "captions"}, [talk.element, pace]);
  let begun = false;

  function draw(entry, previous) {
    return drawn(entry, previous, view, tools, ({text, links}, person, same, cue) => {
      const body = el("div", {}, tools.node(text));
      attach?.(body, {links});
      return el("div", {class: "caption"}, [
        el("p", {class: same ? "visually-hidden" : "caption-name", ...cue}, tools.node(person.name)), body]);
    }, attach);
  }

  /** As long as it takes to hear the line before; what the learner does shows at once. */
  function wait({who, earlier}, previous) {
    if (atOnce || calm(view) || earlier || ["you", "did"].includes(who)) return 0;
    if (!previous || previous.earlier) return dialling ? 1500 : 400;
    return Math.min(800 + previous.text.length * 36, 5000);
  }

  function follow(shown, waiting) {
    if (!waiting.length && pace.contains(document.activeElement)) talk.focus();
    pace.hidden = !waiting.length;
    element.toggleAttribute("data-speaking", waiting.length > 0);
    element.hidden = !shown.length && !waiting.length;
    changed(shown);
  }

  function hold() {
    const held = element.toggleAttribute("data-held");
    pause.textContent = tools.word(held ? "phone.resume" : "phone.pause");
    talk.go(false, held);
  }

  function showAll() {
    atOnce = true;
    talk.go(true);
  }

  return {
    element,
    /** Brings the captions up to date; whoever comes back to a call reads on at once. */
    show(next) {
      view = next;
      if (element.hasAttribute("data-held")) hold();
      talk.show(entries(view).filter(({who}) => who !== "time"), !begun && view.acts.some(({taken}) => taken));
      begun = true;
    },
    again: talk.again,
    focus: talk.focus,
    end: talk.end,
  };
}
