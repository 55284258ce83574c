/** The channel inbox: a mail client whose messages can be read, looked into and handled. */
//# allFunctionsCalledOnLoad

import {el} from "../page.js";
import {history} from "../engine.js";
import {inspectList, linkInspector} from "./links.js";
import {ICONS, avatar, cuesOn, directoryLook, disclosure, fact, findAct, icon, mailAddress, patch, personCard,
  stamp} from "./parts.js";
import {actButton} from "./toolbar.js";

Object.assign(ICONS, {
  reply: "M9 7l-5 5 5 5M4 12h9q7 0 7 7",
  back: "M15 5l-7 7 7 7",
  clip: "M20 11l-8 8a5 5 0 0 1-7-7l8-8a3 3 0 0 1 5 5l-8 8a1 1 0 0 1-3-2l7-7",
  mail: "M3 5h18v14H3zM3 7l9 7 9-7",
});

const TOOLBAR = ["report", "reply", "forward", "archive", "delete", "ignore", "block"];
const WRITTEN = ["reply", "forward"];
const FILE = ["open", "download"];
const SHOWN = ["headers", "sender", "inspect", "preview"];

/**
 * @param {HTMLElement} root
 * @param {object} view
 * @param {object} tools
 */
export function mount(root, view, tools) {
  const opened = new Set();
  const read = new Set();
  let current = null;
  const mailbox = el("section", {class: "mailbox", "aria-label": tools.word("inbox.title")});
  const reader = el("section", {class: "reader", "aria-label": tools.word("inbox.message")});
  const top = mailbox.appendChild(el("header", {class: "mailbox-top"}));
  const list = mailbox.appendChild(el("ul", {class: "mails"}));
  const bar = reader.appendChild(el("div", {class: "mail-bar"}));
  const head = reader.appendChild(el("header", {class: "mail-head"}));
  const body = reader.appendChild(el("div", {class: "mail-body"}));
  const foot = reader.appendChild(el("div", {class: "mail-foot"}));
  const panes = el("div", {class: "panes card"}, [mailbox, reader]);
  const box = root.appendChild(el("div", {class: "inbox"}, panes));
  const inspector = linkInspector(reader, tools);

  const messages = () => view.scene.content.messages;
  const actsOn = (id) => view.acts.filter((act) => act.on === id);
  const opening = (id) => actsOn(id).find((act) => act.do === "open" && !act.at && !act.decision && act.available && !act.taken);

  /** The acts taken in this scene so far, in order. */
  const path = () => history(view.bundle, view.state).filter(({scene}) => scene === view.id).flatMap(({acts}) => acts);

  /** What was asked or done about a message and brought an answer, the latest last. */
  const answered = (id) => [...new Set(path())].map((index) => view.acts.find((act) => act.index === index))
    .filter((act) => act.on === id && act.answer);

  /** The decision that settled this message (the last one), or nothing while it is still open. */
  function handled(id) {
    const decisions = actsOn(id).filter((act) => act.decision);
    const last = path().findLast((index) => decisions.some((act) => act.index === index));
    return decisions.some((act) => act.available) ? undefined : decisions.find(({index}) => index === last);
  }

  const waiting = () => Object.keys(messages()).filter((id) => actsOn(id).some((act) => act.decision) && !handled(id));
  const place = () => ({view, tools, opened, again: render});

  function open(id) {
    current = id;
    read.add(id);
    inspector.hide();
    render();
    if (!listSeen()) box.scrollIntoView({block: "start"});
    head.querySelector("h3").focus({preventScroll: listSeen()});
    const look = opening(id);
    if (look && !view.readonly) tools.act(look.index);
  }

  function close(focused = current) {
    current = null;
    inspector.hide();
    render();
    (list.querySelector(`[data-key="${focused}"]`) ?? list.querySelector("button"))?.focus();
  }

  const listSeen = () => mailbox.offsetWidth > 0;

  function render() {
    const message = messages()[current];
    panes.classList.toggle("is-reading", Boolean(message));
    const acts = stamp(view.acts);
    patch(top, `${acts}${[...opened]}`, renderTop);
    patch(list, `${acts}${current}${[...read]}`, () => Object.entries(messages()).map(renderRow));
    patch(bar, `${acts}${current}${[...opened]}`, () => message && renderBar(current));
    patch(head, `${acts}${current}${[...opened]}`, () => (message ? renderHead(current, message) : renderNothing()));
    patch(body, `${current}`, () => message && tools.node(message.body ?? ""));
    if (message && body.dataset.of !== current) inspector.attach(body, {links: message.links, on: current, loose: true});
    body.dataset.of = current;
    patch(foot, `${acts}${current}${[...opened]}`, () => message && renderFoot(current, message));
  }

  function renderTop() {
    const {button, panel} = directoryLook(place());
    const left = waiting().length;
    return [el("h3", {}, view.scene.content.folder ? tools.node(view.scene.content.folder) : tools.word("inbox.title")),
      el("span", {class: "badge"}, left ? tools.word("inbox.left", {count: left}) : tools.word("inbox.none-left")),
      findAct(view, ["directory"]) && [button, panel]];
  }

  function renderRow([id, message]) {
    const done = handled(id);
    const unread = !message.read && !read.has(id) && !done && !view.readonly;
    const look = view.readonly ? null : opening(id);
    return el("li", {class: `mail${unread ? " is-unread" : ""}${done ? " is-done" : ""}`},
      el("button", {type: "button", class: "mail-row", "data-key": id, "data-open": look ? null : id,
        "data-act": look?.index, "aria-current": id === current && "true", onclick: () => open(id)}, [
        avatar(message.from, tools),
        el("span", {class: "mail-from"}, [unread && el("span", {class: "visually-hidden"}, `${tools.word("inbox.unread")} `),
          tools.node(message.from.name)]),
        el("span", {class: "mail-time"}, [message.attachments && icon("clip"),
          message.attachments && el("span", {class: "visually-hidden"}, tools.word("inbox.attached")), tools.node(message.time)]),
        el("span", {class: "mail-subject"}, tools.node(message.subject)),
        el("span", {class: "mail-snippet"}, tools.plain(message.body).slice(0, 140)),
        done && el("span", {class: "badge mail-done"}, [icon("ignore"), el("span", {}, doneText(done))])]));
  }

  /** What was done, as a state ("Reported"); an act without a word for that is named by its label. */
  function doneText(act) {
    const key = `inbox.done.${act.do}`;
    return tools.word(key) === key ? tools.plain(act.label) : tools.word(key);
  }

  function renderNothing() {
    return el("div", {class: "mail-nothing"}, [icon("mail"), el("p", {}, tools.word("inbox.choose"))]);
  }

  /** The verbs of any mail client; several ways to use one, or words to write, unfold under the bar. */
  function renderBar(id) {
    const panels = [];
    const verbs = view.readonly ? [] : TOOLBAR.map((verb) => {
      const acts = actsOn(id).filter((act) => act.do === verb && act.available);
      const own = acts.length === 1 && tools.plain(acts[0].label);
      if (!acts.length) return null;
      if (own && (own === tools.word(`do.${verb}`) || (!WRITTEN.includes(verb) && own.length < 25))) {
        return actButton(view, tools, acts[0], {look: "tool", mark: verb});
      }
      const {button, panel} = disclosure({...place(), key: `${id}.${verb}`, mark: verb, look: "tool",
        label: el("span", {}, tools.word(`do.${verb}`)), panel: () => [
          el("p", {class: "quiet"}, tools.word(verb === "reply" ? "inbox.how-reply" : "inbox.how-act")),
          acts.map((act) => actButton(view, tools, act, {look: "pick"}))]});
      panels.push(panel);
      return button;
    });
    const back = el("button", {type: "button", class: "tool back", "data-open": "list", onclick: () => close()},
      [icon("back"), el("span", {}, tools.word("inbox.back"))]);
    return [el("div", {class: "tools"}, [back, verbs]), panels];
  }

  function renderHead(id, message) {
    const {from} = message;
    const done = handled(id);
    const sender = disclosure({...place(), key: `${id}.sender`, act: findAct(view, ["sender"], id), look: "sender",
      label: [avatar(from, tools), el("span", {class: "sender-name"}, tools.node(from.name)),
        from.address && el("span", {class: "sender-address"}, mailAddress(from.address, tools))],
      panel: () => personCard(from, view, tools)});
    const headers = disclosure({...place(), key: `${id}.headers`, act: findAct(view, ["headers"], id),
      label: tools.word("inbox.headers"), mark: "look", panel: () => headerList(message)});
    if (headers.panel) mark(headers.panel, "headers", id);
    return [
      message.external && el("p", {class: "mail-banner"}, tools.word("inbox.external")),
      el("h3", {tabindex: "-1", "data-cue": cuesOn(view, "subject", id)}, tools.node(message.subject)),
      done && el("p", {}, el("span", {class: "badge good"}, [icon("ignore"), doneText(done)])),
      el("div", {class: "mail-sender", "data-cue": cuesOn(view, "from", id)}, [sender.button,
        el("span", {class: "mail-time"}, tools.node(message.time)), sender.panel]),
      el("dl", {class: "mail-to"}, [fact(tools.word("inbox.to"), party(message.to ?? view.bundle.you)),
        message.cc && fact(tools.word("inbox.cc"), party(message.cc)),
        message["reply-to"] && mark(fact(tools.word("inbox.reply-to"), party(message["reply-to"])), "reply-to", id)]),
      headers.button, headers.panel];
  }

  function mark(element, part, id) {
    const cues = cuesOn(view, part, id);
    if (cues) element.dataset.cue = cues;
    return element;
  }

  const party = (who) => (typeof who === "string" ? mailAddress(who, tools) : [tools.node(who.name ?? ""),
    who.address && [" <", mailAddress(who.address, tools), ">"]]);

  function headerList(message) {
    const rows = [["From", party(message.from)], message["reply-to"] && ["Reply-To", party(message["reply-to"])],
      ["To", party(message.to ?? view.bundle.you)], ["Date", tools.node(message.time)], ["Subject", tools.node(message.subject)],
      ...Object.entries(message.headers ?? {}).map(([name, value]) => [name, tools.node(value)])];
    return el("dl", {class: "headers", dir: "ltr"}, rows.filter(Boolean).map(([name, value]) => fact(name, value)));
  }

  function renderFoot(id, message) {
    const files = Object.entries(message.attachments ?? {});
    const elsewhere = (act) => TOOLBAR.includes(act.do) || SHOWN.includes(act.do) || (act.at && placedAt(act, message));
    const more = view.readonly ? [] : actsOn(id).filter((act) => act.available && !elsewhere(act));
    const answers = answered(id).map((act) => tools.answer(act));
    for (const older of answers.slice(0, -1)) older.open = false;
    return [
      files.length > 0 && el("ul", {class: "files", "aria-label": tools.word("inbox.attachments")},
        files.map(([name, file]) => renderFile(id, name, file))),
      message.links && inspectList({...place(), links: message.links, on: id, body}),
      answers.length > 0 && el("div", {class: "answers"}, answers),
      more.length > 0 && el("div", {class: "more"}, [el("h4", {}, tools.word("inbox.more")),
        more.map((act) => actButton(view, tools, act, {look: "pick"}))])];
  }

  const placedAt = ({do: verb, at}, {links = {}, attachments = {}}) =>
    FILE.includes(verb) && at in attachments || [...FILE, "click"].includes(verb) && at in links;

  function renderFile(id, name, file) {
    const acts = view.readonly ? [] : actsOn(id).filter((act) => act.at === name && FILE.includes(act.do) && act.available);
    const full = tools.plain(file.name);
    const preview = disclosure({...place(), key: `${id}.${name}.preview`, act: findAct(view, ["preview"], id, name),
      label: tools.word("inbox.preview"), mark: "look", panel: () => tools.node(file.preview ?? tools.word("inbox.no-preview"))});
    return el("li", {class: "file", "data-cue": cuesOn(view, name, id)}, [
      el("span", {class: "file-type", "aria-hidden": "true"}, full.includes(".") ? full.split(".").at(-1) : "?"),
      el("span", {class: "file-name"}, [el("bdi", {dir: "ltr"}, full),
        file.size && el("span", {class: "quiet"}, tools.node(file.size))]),
      el("span", {class: "file-acts"}, [preview.button, acts.map((act) => actButton(view, tools, act, {look: "look"}))]),
      preview.panel]);
  }

  /** After a decision: the next message that waits, or the list where only one of the two is seen. */
  function moveOn(done) {
    tools.say(doneText(handled(done)));
    const ids = Object.keys(messages());
    const next = [...ids.slice(ids.indexOf(done)), ...ids].find((id) => waiting().includes(id));
    if (listSeen() && next) open(next);
    else close(next ?? done);
  }

  function update(next) {
    const before = current && handled(current);
    const known = current && answered(current).length;
    view = next;
    inspector.update(view);
    const had = box.contains(document.activeElement);
    const told = current && answered(current).slice(known).at(-1);
    if (current && !before && handled(current) && !told) return moveOn(current);
    render();
    if (!told) return;
    const card = foot.querySelector(`#answer-${told.index}`);
    tools.say(card.textContent);
    if (had && document.activeElement === document.body) card.focus();
  }

  update(view);
  return {
    update,
    placed: (act) => act.on !== undefined || act.do === "directory",
    answered: (act) => act.on !== undefined,
    focus: () => (head.querySelector("h3") ?? list.querySelector("button"))?.focus({preventScroll: true}),
    reveal: (cueId) => {
      const {thing, on} = view.scene.cues[cueId] ?? {};
      const marks = (id) => tools.node(messages()[id].body).querySelector(`[data-cue="${cueId}"]`);
      current = thing ?? Object.keys(messages()).find(marks) ?? current;
      const files = on ? [] : Object.keys(messages()[current]?.attachments ?? {});
      for (const key of [{from: "sender"}[on] ?? on, `${on}.inspect`, ...[on, ...files].map((file) => `${file}.preview`)]) {
        opened.add(`${current}.${key}`);
      }
      render();
      return box.querySelector(`[data-cue~="${cueId}"]`) ?? {external: head.firstChild, body}[on] ?? (on ? head : null);
    },
    destroy: () => {
      inspector.destroy();
      box.remove();
    },
  };
}
