/** The channel browser: a window with an address to read, and a page of one of a few kinds to act on. */
//# allFunctionsCalledOnLoad

import {el} from "../page.js";
import {inspectList, linkInspector, urlLine, urlParts} from "./links.js";
import {avatar, cuesOn, directoryLook, disclosure, fact, findAct, icon, patch, stamp} from "./parts.js";
import {actButton} from "./toolbar.js";

/**
 * Verbs that a kind of page has its own buttons for; what else can be done is listed below the page. A kind with a
 * module of its own (`tools.page`) exports its `BUTTONS`, and `parts` of the page.
 */
const BUTTONS = {
  login: ["enter"],
  consent: ["approve", "deny"],
  portal: ["enter", "approve", "deny", "revoke", "share", "download", "escalate"],
  document: ["download", "share", "comment", "approve", "deny"],
  download: ["download", "open"],
};
const FOLLOW = ["click", "open", "download"];

/**
 * @param {HTMLElement} root
 * @param {object} view
 * @param {object} tools
 */
export function mount(root, view, tools) {
  const opened = new Set();
  const {url, title, secure = /^https:/.test(url), page = {}, certificate} = view.scene.content;
  const kind = page.kind ?? "page";
  const address = tools.plain(url ?? "");
  const [tab, bar] = ["tab-close", "address-row"].map((part) => el("div", {class: part}));
  const sheet = el("div", {class: "page"});
  const foot = el("div", {class: "page-foot"});
  const others = el("div", {class: "page-more"});
  const box = root.appendChild(el("section", {class: "browser card", "aria-label": tools.word("browser.title")}, [
    el("div", {class: "tab-row"}, el("div", {class: "tab"}, [icon("file"),
      el("span", {"data-cue": cuesOn(view, "title")}, tools.plain(title ?? page.heading ?? urlParts(address).host)), tab])), bar,
    el("div", {class: `site is-${kind}`}, el("div", {class: "paper"}, [sheet, foot])), others]));
  const inspector = linkInspector(box, tools);
  const place = () => ({view, tools, opened, again: render});
  const cue = (part) => cuesOn(view, part);
  const has = (id) => sheet.querySelector(`[data-link="${id}"]`);
  const buttons = tools.page?.BUTTONS ?? BUTTONS[kind];
  const own = tools.page?.parts(page, {view, tools, cue});
  const isButton = (act) => buttons?.includes(act.do) && !(act.at && has(act.at)) || (page.fields && act.do === "enter");

  function render() {
    const signature = `${stamp(view.acts)}${[...opened]}`;
    patch(tab, signature, renderCross);
    patch(bar, signature, renderBar);
    own?.render(place());
    patch(foot, signature, renderFoot);
    patch(others, signature, renderOthers);
  }

  const leave = () => (view.readonly ? null : view.acts.find((act) => act.do === "leave" && act.available));

  /** The cross of the tab; words of an author's own stand beside it. */
  function renderCross() {
    const act = leave();
    return act && actButton(view, tools, act, {look: act.named ? "is-named" : "", mark: "close"});
  }

  function renderBar() {
    const padlock = [icon(secure ? "lock" : "open"),
      el("span", {class: secure && "visually-hidden"}, tools.word(secure ? "browser.secure" : "browser.not-secure"))];
    const lock = certificate && disclosure({...place(), key: "certificate", act: findAct(view, ["certificate"]), look: "padlock",
      label: [padlock, el("span", {class: "visually-hidden"}, tools.word("browser.certificate"))], panel: renderCertificate});
    const line = disclosure({...place(), key: "address", act: findAct(view, ["address"]), look: "address",
      label: [el("span", {class: "visually-hidden"}, tools.word("browser.address")), urlLine(address.replace("https://", ""))],
      panel: renderAddress});
    const people = findAct(view, ["directory"]) && directoryLook(place());
    return [el("div", {class: "address-bar", "data-cue": cue("url")}, [
      el("span", {class: "lock", "data-cue": cue("secure")}, lock?.button ?? el("span", {class: "padlock"}, padlock)), line.button]),
      people?.button, line.panel, lock?.panel, people?.panel];
  }

  function renderAddress() {
    const {scheme, host, site, rest} = urlParts(address);
    const ltr = (text) => el("bdi", {dir: "ltr", class: "url"}, text);
    const privacy = tools.word(scheme === "https://" ? "browser.https" : "browser.http");
    return [el("p", {}, urlLine(address)), el("dl", {class: "facts"}, [
      scheme && fact(tools.word("browser.scheme"), [ltr(scheme), ` ${privacy}`]),
      fact(tools.word("browser.host"), ltr(host)),
      fact(tools.word("link.site"), el("b", {}, ltr(site))),
      rest.length > 1 && fact(tools.word("browser.path"), ltr(rest))])];
  }

  const renderCertificate = () => el("div", {"data-cue": cue("certificate")}, [
    el("dl", {class: "facts"}, ["subject", "issuer", "valid"].filter((name) => certificate[name]).map((name) =>
      fact(tools.word(`browser.${name}`), tools.node(certificate[name])))),
    el("p", {class: "quiet"}, tools.word("browser.what-lock"))]);

  function renderPage() {
    return [
      el("h3", {tabindex: "-1", "data-cue": cue("heading")}, tools.node(page.heading)),
      own?.above,
      page.body && el("div", {"data-cue": cue("body")}, tools.node(page.body)),
      own ? own.below : KINDS[kind]?.(),
      page.rows && table(page.header, page.rows),
      page.fields && fields()];
  }

  const KINDS = {
    consent: () => [
      page.publisher && el("p", {class: "publisher", "data-cue": cue("publisher")}, [avatar({name: page.publisher}, tools),
        el("span", {}, [el("span", {class: "quiet"}, tools.word("browser.publisher")), el("b", {}, tools.node(page.publisher))]),
        el("span", {class: "badge", "data-cue": cue("verified")}, [page.verified && icon("ignore"),
          tools.word(page.verified ? "browser.verified" : "browser.unverified")])]),
      page.scopes && [el("h4", {}, tools.word("browser.scopes")), el("ul", {class: "scopes", "data-cue": cue("scopes")},
        page.scopes.map((scope) => el("li", {}, tools.node(scope))))]],
    download: () => page.file && el("p", {class: "file", "data-cue": cue("file")}, [icon("file"),
      el("bdi", {dir: "ltr"}, tools.plain(page.file.name)), el("span", {class: "quiet"}, page.file.size && tools.node(page.file.size))]),
  };

  /** Where it is narrow, a wide table's rows become cards: the roles keep it a table, and each cell has its heading. */
  const row = (cells, header) => el("tr", {role: "row"}, cells.map((cell, n) => (header === cells
    ? el("th", {role: "columnheader", scope: "col"}, tools.node(String(cell)))
    : el("td", {role: "cell", "data-head": header && tools.plain(String(header[n]))}, tools.node(String(cell))))));
  const table = (header, rows) => el("div", {class: `sheet ${header?.length > 2 ? "is-wide" : ""}`, "data-cue": cue("rows"),
    tabindex: "0", role: "region", "aria-label": tools.plain(page.heading ?? "")}, el("table", {role: "table"}, [
    header && el("thead", {role: "rowgroup"}, row(header, header)),
    el("tbody", {role: "rowgroup"}, rows.map((cells) => row(cells, header)))]));

  /** Fields take typing and pasting; what stands in them is never read, and is gone with the page. */
  const fields = () => el("div", {class: "fields"}, [
    Object.entries(page.fields).map(([id, {label, value, secret}]) => el("label", {"data-cue": cue(id)}, [tools.node(label),
      el("input", {type: secret ? "password" : "text", autocomplete: "off", spellcheck: "false", readonly: view.readonly,
        value: value && tools.plain(value)})])),
    page.autofill === false && el("p", {class: "quiet", "data-cue": cue("autofill")}, [icon("lock"), tools.word("browser.no-password")]),
    el("p", {class: "quiet"}, tools.word("browser.not-kept"))]);

  function renderFoot() {
    const acts = view.readonly ? [] : view.acts.filter((act) => act.available && isButton(act));
    const wordy = acts.length > 1 && acts.some((act) => tools.plain(act.label).length > 28);
    return [page.links && inspectList({...place(), links: page.links, body: sheet}),
      acts.length > 0 && el("div", {class: wordy ? "picks" : "page-acts"}, acts.map((act) =>
        actButton(view, tools, act, {look: wordy ? "pick" : `button ${kind === "login" ? "primary" : ""}`})))];
  }

  /** Whether an act has a place on the page itself or in the bar. */
  function native(act) {
    if (act.at in (page.links ?? {}) && (act.do === "inspect" || (FOLLOW.includes(act.do) && has(act.at)))) return true;
    if ((act.do === "profile" && page[act.at]) || act === leave()) return true;
    return ["address", "directory"].includes(act.do) || (act.do === "certificate" && Boolean(certificate)) || Boolean(isButton(act));
  }

  const answered = () => [...new Set(view.done)].map((index) => view.acts.find((act) => act.index === index)).filter(({answer}) => answer);

  function renderOthers() {
    const answers = answered().map((act) => tools.answer(act));
    for (const older of answers.slice(0, -1)) older.open = false;
    const acts = view.readonly ? [] : view.acts.filter((act) => act.available && !native(act));
    return [answers.length > 0 && el("div", {class: "answers"}, answers),
      acts.length > 0 && el("div", {}, [
        el("p", {class: "choices-title"}, tools.word(foot.querySelector("[data-act]") ? "stage.other" : "stage.acts")),
        acts.map((act) => actButton(view, tools, act, {look: "pick"}))])];
  }

  function update(next) {
    const known = answered().length;
    const had = box.contains(document.activeElement);
    view = next;
    inspector.update(view);
    render();
    const told = answered().slice(known).at(-1);
    if (!told) return;
    const card = others.querySelector(`#answer-${told.index}`);
    tools.say(card.textContent);
    if (had && document.activeElement === document.body) card.focus();
  }

  inspector.update(view);
  sheet.append(...el("div", {}, renderPage()).childNodes);
  inspector.attach(sheet, {links: page.links, loose: true});
  render();
  return {
    update,
    placed: () => true,
    answered: () => true,
    focus: () => sheet.querySelector("h3").focus({preventScroll: true}),
    reveal: (cueId) => {
      const {on} = view.scene.cues[cueId] ?? {};
      for (const key of [{url: "address"}[on] ?? on, `link.${on}.inspect`, `${on}.profile`]) opened.add(key);
      render();
      return box.querySelector(`[data-cue~="${cueId}"]`) ?? (on ? sheet : null);
    },
    destroy: () => {
      inspector.destroy();
      box.remove();
    },
  };
}
