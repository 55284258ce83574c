/** The team chat: a room, who is in it, what was written, and what the learner writes back. */
//# allFunctionsCalledOnLoad

import {el} from "../page.js";
import {avatar, badges, cuesOn, directoryLook, disclosure, findAct, patch, personCard, stamp} from "./parts.js";
import {calm, conversation, cued, drawn, entries, latest, log, offer, speaker} from "./thread.js";

/** The chat of a view, in `root`. */
export function mount(root, view, tools) {
  const opened = new Set();
  const {room, members = []} = view.scene.content;
  const profiles = view.acts.filter((act) => act.do === "profile" && act.at).map(({at}) => at);
  const cast = new Set([...members, ...profiles]);
  cast.delete("you");
  const people = el("div", {class: "chat-people", ...cued(view, "members")});
  const [panel, looks, says, others] = ["panel", "looks", "says", "others"].map((part) => el("div", {class: `chat-${part}`}));
  const typing = el("p", {class: "typing soft", "aria-hidden": "true"});
  const talk = log({label: tools.word("chat.messages"), cue: cued(view, "lines"), draw, wait, changed});
  const section = el("section", {class: "chat card", "aria-label": tools.word("chat.label")}, [
    el("div", {class: "chat-head"}, [el("p", {class: "chat-room", ...cued(view, "room")}, tools.node(room)), people, panel]),
    talk.element, typing, looks, says, others]);
  const links = tools.links?.talkLinks({host: section, section, slot: looks, view, tools}); // loaded where there are any

  /** What has a place of its own: what is said, what opens here, what a link in a message does. */
  function native(act) {
    return act.do === "say" || act === findAct(view, ["directory"]) || (act.do === "profile" && cast.has(act.at)) ||
      links?.takes(act);
  }

  function draw(entry, previous) {
    return drawn(entry, previous, view, tools, ({who, text, links: leads}, person, same, cue) => {
      const body = el("div", {class: "message-text"}, tools.node(text));
      links?.attach(body, {links: leads});
      const name = tools.node(person.name);
      const hidden = same || who === "you";
      return el("div", {class: "message"}, [avatar(person, tools),
        el("div", {class: hidden ? "visually-hidden" : "message-name"}, [
          !hidden && profiles.includes(who) ? el("button", {type: "button", "data-who": who, onclick, ...cue}, name)
            : el("span", cue, name), outsider(person)]),
        body]);
    }, links?.attach);
  }

  const outsider = ({guest, org}) => [badges({guest}, tools), guest && org && el("small", {}, tools.node(org))];
  const chip = (id) => people.querySelector(`[data-key="${id}.profile"]`);

  /** A name in a message is another handle of the person's profile above. */
  function onclick({currentTarget: {dataset}}) {
    chip(dataset.who).click();
    chip(dataset.who).focus();
  }

  /** Answers are typed before they are there, unless nothing should move. */
  function wait({who, act, earlier}) {
    return act === undefined || earlier || calm(view) || ["you", "did", "narrator"].includes(who) ? 0 : 1100;
  }

  function changed(shown, [next]) {
    typing.hidden = !next;
    if (next) typing.textContent = tools.word("chat.typing", {name: tools.plain(speaker(view, next.who).name)});
  }

  function member(id) {
    const person = speaker(view, id);
    const label = [avatar(person, tools), el("span", {class: "chip-text"}, [el("span", {}, tools.node(person.name)),
      person.presence && el("span", {class: "visually-hidden"}, tools.word(`parts.${person.presence}`)), outsider(person)])];
    const cue = cuesOn(view, id);
    if (!profiles.includes(id)) return {button: el("span", {class: "chip", "data-cue": cue}, label)};
    const shown = disclosure({...place(), key: `${id}.profile`, act: findAct(view, ["profile"], undefined, id), label,
      look: "chip", panel: () => personCard(person, view, tools)});
    if (cue) shown.button.dataset.cue = cue;
    return shown;
  }

  const place = () => ({view, tools, opened, again});

  function again() {
    latest(opened, view);
    render();
  }

  function render(atOnce) {
    const sign = `${[...opened]} ${stamp(view.acts)}`;
    const parts = [...cast].map(member);
    if (findAct(view, ["directory"])) parts.push(directoryLook({...place(), look: "chip"}));
    patch(people, sign, () => parts.map(({button}) => button));
    patch(panel, sign, () => parts.map((part) => part.panel));
    talk.show(entries(view), atOnce);
    links?.render(place());
    for (const name of talk.element.querySelectorAll("[data-who]")) {
      for (const key of ["data-act", "data-open"]) {
        name.removeAttribute(key);
        if (chip(name.dataset.who).hasAttribute(key)) name.setAttribute(key, chip(name.dataset.who).getAttribute(key));
      }
    }
    const {again: back} = talk;
    offer(says, view, tools, {again: back, title: tools.word("chat.reply"), fits: (act) => act.do === "say"});
    offer(others, view, tools, {again: back, title: tools.word(says.hidden ? "stage.acts" : "stage.other"),
      fits: (act) => !native(act)});
  }

  root.append(section);
  render(!view.acts.some(({taken}) => taken));

  return conversation({
    section, talk, cues: view.scene.cues, end: links?.destroy,
    update(next) {
      view = next;
      links?.update(view);
      render();
    },
    open(on) {
      for (const key of [`link.${on}.inspect`, `${on}.profile`]) opened.add(key);
      again();
    },
  });
}
