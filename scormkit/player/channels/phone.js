/** The phone: a call that rings, is dialled or goes on, with captions that stay as its transcript. */
//# allFunctionsCalledOnLoad

import {el} from "../page.js";
import {captions, HANDSET, round} from "./call.js";
import {avatar, directoryLook, findAct, patch, stamp} from "./parts.js";
import {calm, conversation, cued, offer} from "./thread.js";

const KEYS = {
  "answer": round("good", HANDSET),
  "decline": round("bad down", HANDSET),
  "hang-up": round("bad down", HANDSET),
  "voicemail": round("", "M6 8a4 4 0 1 0 .1 0zM18 8a4 4 0 1 0 .1 0zM6 16h12"),
};

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
  const silence = el("button", {type: "button", class: "button small", onclick: hush}, tools.word("phone.silence"));
  const talk = captions(view, tools, {changed, dialling: direction === "outgoing"});
  const section = el("section", {class: `phone card ${ringing ? "is-ringing" : "is-talking"}`,
    "aria-label": tools.word("phone.call"), "data-still": view.readonly}, [
    el("div", {class: "phone-device"}, el("div", {class: "phone-screen"}, [
      el("div", {class: "phone-face"}, avatar({name, number}, tools)),
      el("div", {class: "phone-who"}, [state,
        el("p", {class: "phone-name", tabindex: "-1", ...cued(view, "caller", "name")}, tools.node(name ?? number)),
        name && number && el("p", {}, el("bdi", {dir: "ltr", ...cued(view, "number")}, tools.node(number))),
        timer, ringing && !calm(view) && silence]),
      el("div", {class: "phone-keys"}, [keys, book])])),
    el("div", {class: "phone-talk"}, [panel, talk.element, says, others])]);

  function changed(shown) {
    const seconds = shown.reduce((sum, {who, text}) => sum + (who === "did" ? 0 : 2 + Math.round(text.length / 14)), 0);
    const dialling = direction === "outgoing" && (ringing || !seconds);
    state.textContent = tools.word(dialling ? "phone.dialling" : ringing ? "phone.incoming" : "phone.going-on");
    timer.hidden = ringing || dialling;
    timer.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }

  function hush() {
    section.dataset.still = "";
    section.querySelector(".phone-name").focus();
    silence.remove();
  }

  function render() {
    talk.show(view);
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
  render();

  return conversation({
    section, talk,
    update(next) {
      view = next;
      render();
    },
  });
}
