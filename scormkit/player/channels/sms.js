/** Text messages: the thread of everything that came under one name, as a phone keeps it, whoever sent it. */
//# allFunctionsCalledOnLoad

import {el} from "../page.js";
import {ICONS, avatar, badges, cuesOn, directoryLook, disclosure, fact, findAct, icon, isolated, patch, personCard,
  stamp} from "./parts.js";
import {calm, conversation, cued, drawn, entries, latest, log, offer, speaker} from "./thread.js";
import "./toolbar.js";

Object.assign(ICONS, {
  unknown: "M12 5a4 4 0 1 0 .1 0zM4 21a8 8 0 0 1 16 0",
  chain: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
});

const WRITTEN = ["say", "reply"];
const TOOLS = ["report", "block", "delete", "archive", "forward", "ignore"]; // in the order of a phone's bar

/**
 * @param {HTMLElement} root
 * @param {object} view
 * @param {object} tools
 */
export function mount(root, view, tools) {
  const opened = new Set();
  const {sender, contact} = view.scene.content;
  const {name, number: bare, phone: number = bare} = sender;
  const [head, panel, looks, bar, says, others] = ["head", "panel", "looks", "bar", "says", "others"]
    .map((part) => el("div", {class: `sms-${part}`}));
  const talk = log({label: tools.word("chat.messages"), cue: cued(view, "lines"), draw, wait, changed: () => {}});
  const section = el("section", {class: "sms card", "aria-label": tools.word("sms.label")}, [
    el("header", {class: "sms-top"}, [head, panel]), talk.element, looks, bar, says, others]);
  const links = tools.links?.talkLinks({host: root, section, slot: looks, view, tools}); // the section would clip it
  const place = () => ({view, tools, opened, again});
  /** Whom to ask for the card: a person of the cast by their profile, a bare name as the sender. */
  const card = () => findAct(view, ["profile"], undefined, sender.id) ?? findAct(view, ["sender"]);
  const cast = view.acts.filter((act) => act.do === "profile" && act.at && act.at !== sender.id).map(({at}) => at);

  /** What came before the story under this name, with its days: the phone mixes it with all that follows. */
  function past() {
    const scenes = [...view.visits.map(({scene}) => scene), view.scene];
    const {earlier = [], links: leads} = scenes.find(({content}) => content.earlier)?.content ?? {};
    const lines = earlier.flatMap(({time, lines: said}) => [{who: "time", text: time}, ...said])
      .map((line) => ({...line, earlier: true, links: leads}));
    return lines.length > 0 && el("div", {class: "sms-past earlier", role: "group", "aria-label": tools.word("sms.earlier"),
      ...cued(view, "earlier")}, lines.map((line, n) => draw(line, lines[n - 1])));
  }

  function draw(entry, previous) {
    return drawn(entry, previous, view, tools, ({who, text, links: leads}, person, same) => {
      const bubble = el("div", {class: "bubble"}, tools.node(text));
      if (links) {
        const cards = [...bubble.querySelectorAll("a")].map((link) => previewCard(link.dataset.link, leads));
        bubble.append(...cards.filter(Boolean));
        links.attach(bubble, {links: leads});
      }
      const hidden = same || who === "you" || who === sender.id;
      const spoken = el("p", {class: hidden ? "visually-hidden" : "text-name"}, tools.node(person.name));
      return el("div", {class: "text"}, [spoken, bubble]);
    }, links?.attach);
  }

  /** The card that a phone makes of a link: what the page says of itself. It is the link once more. */
  function previewCard(id, leads) {
    const {url, preview} = leads?.[id] ?? {};
    if (!preview) return null;
    const {title, text, host} = preview;
    return el("a", {href: "#", class: "link-card", "data-link": id}, [
      el("span", {class: "link-card-picture"}, icon("chain")),
      el("span", {class: "link-card-text"}, [el("b", {}, tools.node(title)), text && el("span", {}, tools.node(text)),
        el("span", {class: "link-card-host"}, isolated(host ? tools.plain(host) : tools.links.urlParts(tools.plain(url)).host))])]);
  }

  /** Answers need a moment, unless nothing should move. */
  function wait({who, act, earlier}) {
    return act === undefined || earlier || calm(view) || ["you", "did", "narrator"].includes(who) ? 0 : 900;
  }

  /** The day's own line says so, where days stand above it. */
  const dated = (entry) => (entry.who === "time" ? {...entry, text: `${tools.word("sms.today")}, ${entry.text}`} : entry);

  /** A number that the phone doesn't know has no face. */
  const face = () => (contact || !number ? avatar({name: name ?? number}, tools)
    : el("span", {class: "avatar is-unknown", "aria-hidden": "true"}, icon("unknown")));

  const senderPart = () => disclosure({...place(), key: "sender", act: card(), look: "sms-sender", panel: senderCard, label: [
    face(), el("span", {class: "sms-name", ...cued(view, "sender", sender.id)}, tools.node(name ?? number)),
    name && number && el("span", {class: "quiet"}, el("bdi", {dir: "ltr", ...cued(view, "number")}, tools.node(number)))]});

  function senderCard() {
    const {role, org, guest} = sender;
    return [el("p", {class: "person-name"}, [tools.node(name ?? number), badges({guest}, tools)]),
      [role, org].filter(Boolean).map((text) => el("p", {class: "quiet"}, tools.node(text))),
      number && el("dl", {class: "sms-facts"}, fact(tools.word("sms.number"), isolated(tools.plain(number)))),
      el("p", {class: `badge ${contact ? "good" : ""}`}, tools.word(contact ? "sms.contact" : "sms.no-contact")),
      !number && el("p", {class: "quiet", ...cued(view, "number")}, tools.word("sms.name-only"))];
  }

  function castPart(id) {
    const person = speaker(view, id);
    const part = disclosure({...place(), key: `${id}.profile`, act: findAct(view, ["profile"], undefined, id),
      label: tools.node(person.name), mark: "unknown", panel: () => personCard(person, view, tools)});
    if (cuesOn(view, id)) part.button.dataset.cue = cuesOn(view, id);
    return part;
  }

  function again() {
    latest(opened, view);
    render();
  }

  /** What has a place of its own, beside what is written and the bar. */
  const native = (act) => act === card() || act.do === "directory" || (act.do === "profile" && cast.includes(act.at)) ||
    links?.takes(act);

  function render(atOnce) {
    const sign = `${[...opened]} ${stamp(view.acts)}`;
    const book = findAct(view, ["directory"]) ? [directoryLook(place())] : [];
    const parts = [senderPart(), ...cast.map(castPart), ...book];
    patch(head, sign, () => parts.map(({button}) => button));
    patch(panel, sign, () => parts.map((part) => part.panel));
    talk.show(entries(view).map(dated), atOnce);
    links?.render(place());
    const back = {again: talk.again};
    offer(bar, view, tools, {...back, title: tools.word("sms.tools"), fits: ({do: verb}) => TOOLS.includes(verb), draw: tool});
    offer(says, view, tools, {...back, title: tools.word("chat.reply"), fits: ({do: verb}) => WRITTEN.includes(verb)});
    offer(others, view, tools, {...back, title: tools.word(says.hidden && bar.hidden ? "stage.acts" : "stage.other"),
      fits: (act) => ![...WRITTEN, ...TOOLS].includes(act.do) && !native(act)});
  }

  const before = past();
  if (before) talk.element.append(before);
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
      const card = ["sender", "number", sender.id].includes(on) ? "sender" : `${on}.profile`;
      for (const key of [`link.${on}.inspect`, card]) opened.add(key);
      again();
    },
  });
}

/** A button of the bar below the thread: its sign over its words. */
function tool({do: verb, label, minutes}, press, tools) {
  return el("button", {class: "sms-tool", ...press}, [icon(verb), el("span", {}, tools.node(label)),
    minutes > 0 && el("small", {}, tools.word("stage.minutes", {minutes}))]);
}
