/** The video meeting: who is there and how they look, what is said as captions, what is asked for, the chat beside it. */
//# allFunctionsCalledOnLoad

import {el} from "../page.js";
import {captions, HANDSET, round} from "./call.js";
import {ICONS, avatar, badges, cuesOn, directoryLook, disclosure, findAct, icon, patch, personCard, stamp} from "./parts.js";
import {scriptLines} from "./script.js";
import {conversation, cued, latest, offer, speaker} from "./thread.js";

const SCREEN = "M3 4h18v12H3zM9 20h6M12 16v4";
Object.assign(ICONS, {screen: SCREEN, speaks: "M5 10v4M9 7v10M13 4v16M17 8v8M21 11v2"});

const KEYS = {
  "share": round("", SCREEN),
  "leave": round("bad down", HANDSET),
  "hang-up": round("bad down", HANDSET),
};
const ANSWERS = ["approve", "deny"];
const HAIR = [ // of drawn figures
  "M15 15a9 9 0 0 1 18 0q-3-5-9-5t-9 5z",
  "M13 29q-1-9 1-15a10 10 0 0 1 20 0q2 6 1 15z",
  "M24 1a4 4 0 1 1-.1 0zM15 15a9 9 0 0 1 18 0q-2-4-9-4t-9 4z",
];

/**
 * @param {HTMLElement} root
 * @param {object} view
 * @param {object} tools
 */
export function mount(root, view, tools) {
  const opened = new Set();
  const {title, participants, tiles = {}, sharing, request, chat} = view.scene.content;
  const profiles = view.acts.filter((act) => act.do === "profile" && act.at).map(({at}) => at);
  const cast = [...new Set([...participants, ...profiles])];
  const slot = (part) => el("div", {class: `meeting-${part}`});
  const [top, list, panel, keys, says, looks, others] = ["top", "list", "panel", "keys", "says", "looks", "others"].map(slot);
  const answers = slot("answers");
  const faces = el("div", {class: "tiles", role: "group", "aria-label": tools.word("video.tiles")});
  const group = (part, name, children, cue) =>
    el("div", {class: `meeting-${part}`, role: "group", "aria-label": name, ...cue}, children);
  const asked = request && group("request", tools.word("video.asked"), [
    icon("screen"), el("p", cued(view, "request"), wish()), answers]);
  const written = chat && group("chat", tools.word("video.aside"), [
    el("p", {class: "choices-title"}, tools.word("video.aside")), scriptLines(chat, view, tools)], cued(view, "chat"));
  let speaking = null;
  const section = el("section", {class: "meeting card", "aria-label": tools.word("video.label")});
  const links = tools.links?.talkLinks({host: root, section, slot: looks, view, tools}); // the section would clip it
  const talk = captions(view, tools, {changed, attach: links?.attach});

  section.prepend(
    el("header", {class: "meeting-head"}, [
      el("p", {class: "meeting-title", ...cued(view, "title")}, tools.node(title)), top]), list,
    el("div", {class: "meeting-body"}, [
      el("div", {class: "meeting-main"}, [
        sharing && el("div", {class: "meeting-shared", ...cued(view, "sharing")}, [
          el("p", {}, [icon("screen"), tools.word("video.sharing")]), el("div", {class: "meeting-sheet"}, tools.node(sharing))]),
        faces, panel, asked, talk.element, keys]),
      written, looks, says, others]));

  /** What is asked for, as a meeting says it. */
  function wish() {
    return tools.word(`video.wants-${request.wants}`, {name: tools.plain(request.from.name)});
  }

  /** Whoever said the latest line is outlined, as in any meeting. */
  function changed(shown) {
    speaking = shown.findLast(({who}) => cast.includes(who))?.who ?? null;
    outline();
  }

  function outline() {
    for (const tile of faces.children) tile.toggleAttribute("data-speaks", tile.dataset.who === speaking);
  }

  function tile(id) {
    const person = speaker(view, id);
    const {camera = "on", picture} = tiles[id] ?? {};
    const disc = avatar(person, tools);
    const name = id === "you" ? tools.word("stage.you") : tools.node(person.name);
    const label = [el("span", {}, [icon("speaks"), name]), badges({guest: person.guest}, tools)];
    const card = profiles.includes(id) && disclosure({...place(), key: `${id}.profile`, look: "tile-name", label,
      act: findAct(view, ["profile"], undefined, id), panel: () => personCard(person, view, tools)});
    const closer = picture && disclosure({...place(), key: `${id}.watch`, look: "tile-watch", mark: "look",
      label: [el("span", {class: "tile-watch-text", "aria-hidden": "true"}, tools.word("video.watch-short")),
        el("span", {class: "visually-hidden"}, tools.word("video.watch", {name: tools.plain(person.name)}))],
      act: findAct(view, ["watch"], undefined, id),
      panel: () => [el("p", {class: "person-name"}, tools.node(person.name)), tools.node(picture)]});
    return {
      element: el("div", {class: "tile", "data-who": id, "data-camera": camera, "data-tone": disc.dataset.tone,
        "data-cue": cuesOn(view, id)}, [
        camera === "off" ? disc : figure(id),
        camera !== "on" && el("p", {class: "tile-state"}, tools.word(`video.${camera}`)),
        closer && closer.button, card ? card.button : el("p", {class: "tile-name"}, label)]),
      panels: [card?.panel, closer && closer.panel],
    };
  }

  /** Who is there, and how each came in: the list that every meeting has. */
  function roster() {
    const row = (id) => {
      const {name, role, org, guest} = speaker(view, id);
      return el("li", {class: "person"}, [avatar({name}, tools), el("div", {}, [
        el("p", {class: "person-name"}, [tools.node(name), badges({guest}, tools)]),
        [role, org, tiles[id]?.joined].filter(Boolean).map((text) => el("p", {class: "quiet"}, tools.node(text)))])]);
    };
    return disclosure({...place(), key: "roster", act: findAct(view, ["roster"]), mark: "people",
      label: tools.word("video.people", {count: participants.length}),
      panel: () => el("ul", {class: "directory", ...cued(view, "participants")}, participants.map(row))});
  }

  const place = () => ({view, tools, opened, again});

  function again() {
    latest(opened, view);
    render();
  }

  const spoken = ({do: verb, at}) => verb === "say" || (verb === "ask" && cast.includes(at));

  /** What has a place of its own, beside what is said. */
  const native = ({do: verb, at}) => ["directory", "roster"].includes(verb) || verb in KEYS ||
    (request && ANSWERS.includes(verb)) || (verb === "profile" && cast.includes(at)) ||
    (verb === "watch" && tiles[at]?.picture);

  function render() {
    const sign = `${[...opened]} ${stamp(view.acts)}`;
    const shown = cast.map(tile);
    const book = findAct(view, ["directory"]) && directoryLook(place());
    const people = roster();
    patch(top, sign, () => [people.button, book?.button]);
    patch(list, sign, () => [people.panel, book?.panel]);
    patch(faces, sign, () => shown.map(({element}) => element));
    patch(panel, sign, () => shown.flatMap(({panels}) => panels));
    talk.show(view);
    outline();
    links?.render(place());
    const back = {again: talk.again};
    offer(answers, view, tools, {...back, title: tools.word("video.asked"), draw: worded,
      fits: (act) => request && ANSWERS.includes(act.do)});
    if (asked) asked.hidden = answers.hidden && !view.readonly && view.acts.some(({do: verb}) => ANSWERS.includes(verb));
    offer(keys, view, tools, {...back, title: tools.word("phone.keys"), fits: (act) => act.do in KEYS,
      draw: (act, ...rest) => KEYS[act.do](act, ...rest)});
    offer(says, view, tools, {...back, title: tools.word("phone.say"), fits: spoken});
    const first = [says, keys, answers].every(({hidden}) => hidden);
    offer(others, view, tools, {...back, title: tools.word(first ? "stage.acts" : "stage.other"),
      fits: (act) => !spoken(act) && !native(act) && !links?.takes(act)});
  }

  if (written) links?.attach(written, {links: view.scene.content.links});
  root.append(section);
  render();
  if (asked && !asked.hidden && !view.readonly) tools.say(wish());

  return conversation({
    section, talk, cues: view.scene.cues, end: links?.destroy,
    update(next) {
      view = next;
      links?.update(view);
      render();
    },
    open(on, cueId) {
      const seen = cast.find((id) => tools.node(tiles[id]?.picture).querySelector(`[data-cue="${cueId}"]`));
      const card = seen ? `${seen}.watch` : `${on}.profile`;
      for (const key of [`link.${on}.inspect`, {participants: "roster"}[on] ?? card]) opened.add(key);
      again();
    },
  });
}

/**
 * A figure where a camera would show somebody, with the same hair in every meeting; no face, for faces prove nothing.
 */
function figure(id) {
  const n = [...id].reduce((sum, letter) => sum + letter.codePointAt(0), 0);
  const svg = icon("figure", "M8 42q0-15 16-15t16 15zM24 8a8 8 0 1 0 .1 0z", "0 0 48 42");
  svg.prepend(icon("hair", HAIR[n % HAIR.length], "0 0 48 42").firstChild);
  svg.setAttribute("preserveAspectRatio", "xMidYMax meet");
  return svg;
}

/** An answer to a request on the screen: yes and no look the same. */
function worded({label, minutes}, press, tools) {
  return el("button", {class: "button", ...press}, [el("span", {}, tools.node(label)),
    minutes > 0 && el("small", {}, tools.word("stage.minutes", {minutes}))]);
}
