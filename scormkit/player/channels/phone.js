/** The phone: a call that rings, is dialled or goes on, with captions that stay as its transcript. */

import {el} from "../dom.js";
import {avatar, directoryLook, findAct, icon, patch, stamp} from "./parts.js";
import {calm, cued, drawn, entries, log, marked, offer} from "./thread.js";

/** A round button on a phone: a line icon over its words. */
const round = (tone, path) => ({label}, press, tools) =>
  el("button", {class: `round ${tone}`, ...press}, [icon("round", path), el("span", {}, tools.node(label))]);

const HANDSET = "M7 3l3 5-3 3q2 4 6 6l3-3 5 3q0 4-4 4C10 21 3 14 3 7q0-4 4-4z";
const KEYS = {
  "answer": round("good", HANDSET),
  "decline": round("bad down", HANDSET),
  "hang-up": round("bad down", HANDSET),
  "voicemail": round("", "M6 8a4 4 0 1 0 .1 0zM18 8a4 4 0 1 0 .1 0zM6 16h12"),
};

/** Whoever asked once for the captions all at once gets them so in later calls too. */
let atOnce = false;

/**
 * @param {HTMLElement} root
 * @param {object} view
 * @param {object} tools
 */
export function mount(root, view, tools) {
  const opened = new Set();
  const {caller, shows, direction, ringing} = view.scene.content;
  const {name, number} = {name: caller.name, number: caller.number ?? caller.phone, ...shows};
  const [state, timer] = [el("p", {class: "phone-state"}), el("p", {class: "phone-timer"})];
  const [book, panel, says, keys, others] = ["book", "panel", "says", "keys", "others"]
    .map((part) => el("div", {class: `the-${part}`}));
  const button = (word, onclick) => el("button", {type: "button", class: "button small", onclick}, tools.word(word));
  const [silence, pause, all] = [button("phone.silence", hush), button("phone.pause", hold), button("phone.all", showAll)];
  const pace = el("div", {class: "phone-pace"}, [pause, all]);
  const talk = log({label: tools.word("phone.transcript"), cue: cued(view, "lines"), draw, wait, changed});
  const section = el("section", {class: `phone card ${ringing ? "is-ringing" : "is-talking"}`,
    "aria-label": tools.word("phone.call"), "data-still": view.readonly}, [
    el("div", {class: "phone-device"}, el("div", {class: "phone-screen"}, [
      el("div", {class: "phone-face"}, avatar({name, number}, tools)),
      el("div", {class: "phone-who"}, [state,
        el("p", {class: "phone-name", tabindex: "-1", ...cued(view, "caller", "name")}, tools.node(name ?? number)),
        name && number && el("p", {}, el("bdi", {dir: "ltr", ...cued(view, "number")}, tools.node(number))),
        timer, ringing && !calm(view) && silence]),
      el("div", {class: "phone-keys"}, [keys, book])])),
    el("div", {class: "phone-talk"}, [panel, talk.element, pace, says, others])]);

  function draw(entry, previous) {
    return drawn(entry, previous, view, tools, ({text}, person, same, cue) => el("div", {class: "caption"}, [
      el("p", {class: same ? "visually-hidden" : "caption-name", ...cue}, tools.node(person.name)),
      el("div", {}, tools.node(text))]));
  }

  /** As long as it takes to hear the line before; what the learner does shows at once. */
  function wait({who, earlier}, previous) {
    if (atOnce || calm(view) || earlier || ["you", "did"].includes(who)) return 0;
    if (!previous || previous.earlier) return direction === "outgoing" ? 1500 : 400;
    return Math.min(800 + previous.text.length * 36, 5000);
  }

  function changed(shown, waiting) {
    const seconds = shown.reduce((sum, {who, text}) => sum + (who === "did" ? 0 : 2 + Math.round(text.length / 14)), 0);
    const dialling = direction === "outgoing" && (ringing || !seconds);
    state.textContent = tools.word(dialling ? "phone.dialling" : ringing ? "phone.incoming" : "phone.going-on");
    timer.hidden = ringing || dialling;
    timer.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (!waiting.length && pace.contains(document.activeElement)) talk.focus();
    pace.hidden = !waiting.length;
    section.toggleAttribute("data-speaking", waiting.length > 0);
    talk.element.hidden = !shown.length && !waiting.length;
  }

  function hold() {
    const held = section.toggleAttribute("data-held");
    pause.textContent = tools.word(held ? "phone.resume" : "phone.pause");
    talk.go(false, held);
  }

  function showAll() {
    atOnce = true;
    talk.go(true);
  }

  function hush() {
    section.dataset.still = "";
    section.querySelector(".phone-name").focus();
    silence.remove();
  }

  function render(fresh) {
    if (section.hasAttribute("data-held")) hold();
    talk.show(entries(view).filter(({who}) => who !== "time"), !fresh);
    const act = findAct(view, ["directory"]);
    const parts = {again: talk.again};
    offer(says, view, tools, {...parts, title: tools.word("phone.say"), fits: (each) => each.do === "say"});
    offer(keys, view, tools, {...parts, title: tools.word("phone.keys"), fits: (each) => each.do in KEYS,
      draw: (each, ...rest) => KEYS[each.do](each, ...rest)});
    offer(others, view, tools, {...parts, title: tools.word(says.hidden && keys.hidden ? "stage.acts" : "stage.other"),
      fits: (each) => each.do !== "say" && !(each.do in KEYS) && each !== act});
    drawBook(act);
  }

  function drawBook(act) {
    const look = act && directoryLook({view, tools, opened, again: () => drawBook(act), look: "round"});
    const sign = `${[...opened]} ${stamp(view.acts)}`;
    patch(book, sign, () => look?.button);
    patch(panel, sign, () => look?.panel);
  }

  root.append(section);
  render(!view.acts.some(({taken}) => taken));

  return {
    update(next) {
      view = next;
      render(true);
    },
    reveal: (cueId) => marked(section, cueId),
    focus: () => section.contains(document.activeElement) || talk.focus(),
    destroy() {
      talk.end();
      section.remove();
    },
    placed: () => true,
    answered: () => true,
  };
}
