/** What several channels share: people, looks that open, links that can be inspected, scripts, icons. */

import {el} from "../dom.js";

const ICONS = {
  report: "M5 21V4h13l-3 4 3 4H5",
  reply: "M9 7l-5 5 5 5M4 12h9q7 0 7 7",
  forward: "M15 7l5 5-5 5M20 12h-9q-7 0-7 7",
  delete: "M4 7h16M9 7V4h6v3M6 7l1 14h10l1-14M10 11v6M14 11v6",
  archive: "M3 4h18v5H3zM5 9v11h14V9M10 13h4",
  ignore: "M5 13l5 5L20 6",
  block: "M12 3a9 9 0 1 0 .1 0zM6 6l12 12",
  back: "M15 5l-7 7 7 7",
  close: "M6 6l12 12M18 6L6 18",
  clip: "M20 11l-8 8a5 5 0 0 1-7-7l8-8a3 3 0 0 1 5 5l-8 8a1 1 0 0 1-3-2l7-7",
  lock: "M6 11h12v10H6zM8 11V8a4 4 0 0 1 8 0v3",
  open: "M6 11h12v10H6zM8 11V8a4 4 0 0 1 7-3",
  look: "M11 4a7 7 0 1 0 .1 0zM16 16l5 5",
  people: "M9 5a3 3 0 1 0 .1 0zM3 20a6 6 0 0 1 12 0M16 5a3 3 0 0 1 0 6M18 14a6 6 0 0 1 3 6",
  file: "M6 3h8l5 5v13H6zM14 3v5h5",
  mail: "M3 5h18v14H3zM3 7l9 7 9-7",
};

/** A line icon: decoration, the words beside it say what it is. */
export function icon(name, path = ICONS[name] ?? ICONS.look, box = "0 0 24 24") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = svg.appendChild(document.createElementNS(svg.namespaceURI, "path"));
  for (const [key, value] of Object.entries({viewBox: box, class: `icon icon-${name}`, "aria-hidden": "true"})) {
    svg.setAttribute(key, value);
  }
  line.setAttribute("d", path);
  return svg;
}

const built = new WeakMap();

/** Builds what is in `slot` anew, only if `signature` changed; focus stays on the control with the same data-key. */
export function patch(slot, signature, build) {
  if (built.get(slot) === signature) return;
  built.set(slot, signature);
  const key = slot.contains(document.activeElement) && document.activeElement.dataset.key;
  slot.replaceChildren(el("div", {}, build()));
  slot.firstChild.replaceWith(...slot.firstChild.childNodes);
  if (key) slot.querySelector(`[data-key="${key}"]`)?.focus({preventScroll: true});
}

/** What can be seen of these acts: a signature for `patch`. */
export const stamp = (acts) => acts.map((act) => act.index + (act.available ? "a" : "") + (act.taken ? "t" : "")).join();

/** The act with one of these verbs, on this thing, at this part; one that is available comes first. */
export function findAct(view, verbs, on, at) {
  const fits = view.acts.filter((act) => verbs.includes(act.do) && act.on === on && act.at === at);
  return fits.find((act) => act.available) ?? fits[0];
}

const fresh = (view, act) => Boolean(act?.available && !act.taken && !view.readonly);

/** A button that takes an act; the second click of a double click is none, what it would hit may be new there. */
export function actButton(view, tools, act, {look = "button", mark} = {}) {
  return el("button", {type: "button", class: look, "data-act": act.index, "data-key": `act-${act.index}`,
    disabled: view.readonly || !act.available, onclick: (event) => event.detail < 2 && tools.act(act.index)},
  [mark && icon(mark), el("span", {}, tools.node(act.label)),
    act.minutes > 0 && el("small", {}, tools.word("stage.minutes", {minutes: act.minutes}))]);
}

/**
 * A button and the panel that it opens: `{button, panel}`. Its first opening takes the look `act`, if there is one.
 * `opened` is the channel's Set of open keys, `again` its function that renders.
 */
export function disclosure({view, tools, opened, again, key, act, label, panel, mark, look = "look"}) {
  const open = opened.has(key);
  const live = !open && fresh(view, act);
  const press = () => {
    opened[open ? "delete" : "add"](key);
    again();
    if (live) tools.act(act.index);
  };
  return {
    button: el("button", {type: "button", class: look, "aria-expanded": String(open), "data-key": key,
      "data-act": live && act.index, "data-open": !live && key, onclick: press}, [mark && icon(mark), label]),
    panel: open && el("div", {class: "panel", "data-panel": key}, panel()),
  };
}

/** For `data-cue`: the ids of the cues that `part` (of `thing`) shows, or null. */
export function cuesOn(view, part, thing) {
  const here = Object.entries(view.scene.cues ?? {}).filter(([, cue]) => cue.on === part && cue.thing === thing);
  return here.map(([id]) => id).join(" ") || null;
}

/** A person's letters in a disc whose tone comes from the name. */
export function avatar(person, tools) {
  const name = tools.plain(person.name ?? person.number ?? "");
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? ["?"];
  const letters = [words[0], ...words.slice(1).slice(-1)].map(([letter]) => letter).join("").toUpperCase();
  const tone = [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 997, 7) % 6;
  return el("span", {class: "avatar", "data-tone": tone, "data-presence": person.presence, "aria-hidden": "true"}, letters);
}

const ltr = (...children) => el("bdi", {dir: "ltr", class: "url"}, children);

/** A mail address whose domain stands out. */
export function mailAddress(address, tools) {
  const [, name, domain] = /^(.*@)?(.*)$/.exec(tools.plain(address));
  return ltr(name, el("b", {}, domain));
}

/** Presence and guest badge of a person, in words. */
export function badges({presence, guest}, tools) {
  return [presence && el("span", {class: `badge ${presence === "online" ? "good" : ""}`}, tools.word(`parts.${presence}`)),
    guest && el("span", {class: "badge warn"}, tools.word("parts.guest"))];
}

const listed = (view) => Object.values(view.bundle.people ?? {}).filter((person) => person.listed);

const personText = (person, tools, ...more) => el("div", {class: "person"}, [avatar(person, tools), el("div", {}, [
  el("p", {class: "person-name"}, [tools.node(person.name ?? person.number), badges(person, tools)]),
  [person.role, person.org].filter(Boolean).map((text) => el("p", {class: "quiet"}, tools.node(text))),
  person.address && el("p", {}, mailAddress(person.address, tools)),
  (person.phone ?? person.number) && el("p", {}, ltr(tools.plain(person.phone ?? person.number))), more])]);

/** Who a person says to be, and whether the company's directory knows this address. */
export function personCard(person, view, tools) {
  const people = person.address ? listed(view) : [];
  const known = people.find(({address}) => tools.plain(address ?? "") === tools.plain(person.address));
  const said = known ? tools.word("parts.listed", {name: tools.plain(known.name)}) : tools.word("parts.unlisted");
  return personText(person, tools, people.length > 0 && el("p", {class: `badge ${known ? "good" : ""}`}, said));
}

/** The company's directory: everybody listed, and the help desk. */
export function directory(view, tools) {
  const {help_desk_name: name, help_desk_number: phone} = view.bundle.organisation ?? {};
  const people = listed(view).map((person) => ({...person, presence: null}));
  return el("ul", {class: "directory", "aria-label": tools.word("parts.directory")},
    [...people, ...(name && phone ? [{name, phone}] : [])].map((person) => el("li", {}, personText(person, tools))));
}

/** The button and panel of the look `directory`. */
export const directoryLook = (place) => disclosure({...place, key: "directory", mark: "people",
  act: findAct(place.view, ["directory"]), label: place.tools.word("parts.directory"),
  panel: () => directory(place.view, place.tools)});

/** Lines of a script with their speakers; `you` is the learner's character, `narrator` has no face. */
export function scriptLines(lines, view, tools) {
  return el("ol", {class: "script"}, (lines ?? []).map(({who, text}) => {
    const person = who === "you" ? view.bundle.you : view.bundle.people?.[who] ?? {name: who};
    const spoken = el("div", {}, [el("p", {class: "person-name"}, tools.node(person.name)), tools.node(text)]);
    return who === "narrator" ? el("li", {class: "line narrator"}, tools.node(text))
      : el("li", {class: `line ${who === "you" ? "mine" : ""}`, "data-who": who}, [avatar(person, tools), spoken]);
  }));
}

/** A web address in its parts: {scheme, sub, site, host, rest}; `site` is what somebody had to register. */
export function urlParts(text) {
  const [, scheme = "", host, rest] = /^(\w+:\/\/)?([^/?#]*)(.*)$/s.exec(text);
  const [name] = host.split(":");
  const site = name.split(".").slice(-2).join(".");
  return {scheme, sub: name.slice(0, name.length - site.length), site, host: name, rest: host.slice(name.length) + rest};
}

/** A web address as an address bar shows it: the part that says whose site it is stands out. */
export function urlLine(text) {
  const {scheme, sub, site, rest} = urlParts(text);
  return ltr(scheme + sub, el("b", {}, site), rest);
}

/** One row of a `dl.facts`. */
export const fact = (name, value) => el("div", {}, [el("dt", {}, name), el("dd", {}, value)]);

/** The whole of a link's target, its host apart, and that host as the network spells it if it differs. */
function target(link, tools) {
  const text = tools.plain(link?.url ?? "");
  const {host, site} = urlParts(text);
  const spelt = URL.canParse(`https://${host}`) ? new URL(`https://${host}`).hostname : host;
  return [el("p", {}, [link?.qr && `${tools.word("parts.qr-holds")} `, urlLine(text)]), el("dl", {class: "facts"}, [
    fact(tools.word("parts.site"), ltr(el("b", {}, site))),
    spelt !== host.toLowerCase() && fact(tools.word("parts.spelt"), ltr(spelt))])];
}

/** "Inspect" buttons, one per link of the text in `body`, with panels that say where it leads: no pointing needed. */
export function inspectList({links, on, body, ...place}) {
  const {view, tools} = place;
  const words = (id) => body.querySelector(`[data-link="${id}"]`)?.textContent.trim();
  const parts = Object.entries(links ?? {}).map(([id, link]) => disclosure({...place, key: `${on ?? "link"}.${id}.inspect`,
    act: findAct(view, ["inspect"], on, id), mark: "look", panel: () => target(link, tools),
    label: tools.word(link.qr ? "parts.scan" : "parts.inspect", {text: words(id)})}));
  return el("div", {class: "looks"}, parts.map(({button, panel}) => [button, panel]));
}

const DWELL = 400;
const LINGER = 300;

/**
 * Makes `a[data-link]` real. Where it leads shows on dwelling, on focus and on a long press (the look `inspect`), can
 * be pointed at, and leaves with Escape (WCAG 1.4.13). Pressing it takes its act, or else shows the same.
 * First `update(view)`, and again at each change; `attach(body, {links, on, loose})` for each text, where `loose` adds
 * those links that the text doesn't reach; `hide()` when it goes.
 */
export function linkInspector(host, tools) {
  let view, timer, shown, held;
  let texts = [];
  const later = (then, wait) => {
    clearTimeout(timer);
    timer = setTimeout(then, wait);
  };
  const box = el("div", {class: "inspector", role: "tooltip", id: "inspector", hidden: true,
    onpointerenter: () => clearTimeout(timer), onpointerleave: () => later(hide, LINGER)});
  const actAt = (link, on) => {
    const act = findAct(view, ["click", "open", "download"], on, link.dataset.link);
    return act?.available && !view.readonly ? act : null;
  };

  function hide() {
    clearTimeout(timer);
    held = false;
    shown?.removeAttribute("aria-describedby");
    shown = null;
    box.hidden = true;
  }

  function show(link, {links, on}) {
    if (shown === link || !link.isConnected) return;
    hide();
    shown = link;
    box.replaceChildren(...target(links?.[link.dataset.link], tools));
    box.hidden = false;
    const frame = host.getBoundingClientRect();
    const spot = link.getBoundingClientRect();
    box.style.left = `${Math.max(8, Math.min(spot.left - frame.left, frame.width - box.offsetWidth - 8))}px`;
    const above = spot.bottom + box.offsetHeight > innerHeight && spot.top > box.offsetHeight;
    box.style.top = `${(above ? spot.top - box.offsetHeight : spot.bottom) - frame.top}px`;
    link.setAttribute("aria-describedby", box.id);
    tools.say(box.firstChild.textContent);
    const act = findAct(view, ["inspect"], on, link.dataset.link);
    if (fresh(view, act)) tools.act(act.index);
  }

  function attach(body, text) {
    texts = [...texts.filter((known) => known.body.isConnected && known.body !== body), {body, ...text}];
    for (const [id, {text: words}] of Object.entries((text.loose && text.links) ?? {})) {
      if (!body.querySelector(`[data-link="${id}"]`)) {
        body.append(el("p", {}, el("a", {href: "#", "data-link": id}, tools.node(words ?? id))));
      }
    }
    for (const link of body.querySelectorAll("a[data-link]")) {
      const {qr, url} = text.links?.[link.dataset.link] ?? {};
      const cues = cuesOn(view, link.dataset.link, text.on);
      if (cues) link.dataset.cue = cues;
      if (qr) link.prepend(squares(tools.plain(url)));
      link.classList.add(qr ? "qr" : "link");
    }
    const on = (type, then) => body.addEventListener(type, (event) => {
      const link = event.target.closest?.("a[data-link]");
      if (link) then(link, event);
    });
    on("pointerover", (link, event) => event.pointerType === "mouse" && later(() => show(link, text), DWELL));
    on("pointerout", (link, event) => event.pointerType === "mouse" && later(hide, LINGER));
    on("focusin", (link) => link.matches(":focus-visible") && later(() => show(link, text), DWELL));
    on("focusout", hide);
    on("pointerdown", (link, event) => {
      held = false;
      clearTimeout(timer);
      if (event.pointerType === "mouse") return;
      later(() => {
        show(link, text);
        held = true; // the click that ends it is none
      }, DWELL);
    });
    on("pointerup", () => held || clearTimeout(timer));
    on("contextmenu", (link, event) => event.preventDefault());
    on("auxclick", (link, event) => event.preventDefault());
    on("click", (link, event) => {
      event.preventDefault();
      const act = actAt(link, text.on);
      if (act && !held) tools.act(act.index);
      else show(link, text);
      held = false;
    });
    mark();
  }

  function mark() {
    for (const {body, on} of texts) {
      for (const link of body.querySelectorAll("a[data-link]")) {
        const act = actAt(link, on);
        if (act) link.dataset.act = act.index;
        else delete link.dataset.act;
      }
    }
  }

  const away = new AbortController();
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide(), {signal: away.signal});
  document.addEventListener("pointerdown", ({target: spot}) => box.contains(spot) || shown?.contains(spot) || hide(),
    {signal: away.signal, capture: true});
  host.append(box);
  return {
    attach,
    hide,
    update: (next) => {
      view = next;
      mark();
    },
    destroy: () => {
      hide();
      away.abort();
    },
  };
}

/** A picture like a QR code; its squares come from the address, and no camera can read it. */
function squares(text) {
  const size = 25;
  const eye = (x, y) => `M${x} ${y}h7v7h-7zm1 1v5h5v-5zm1 1h3v3h-3z`;
  let path = eye(0, 0) + eye(18, 0) + eye(0, 18);
  let seed = [...text].reduce((sum, letter) => (Math.imul(sum, 31) + letter.codePointAt(0)) >>> 0, 11);
  for (let at = 0; at < size * size; at += 1) {
    const [x, y] = [at % size, Math.floor(at / size)];
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    const corner = (y < 8 && (x < 8 || x > 16)) || (y > 16 && x < 8);
    if (!corner && seed >>> 31) path += `M${x} ${y}h1v1h-1z`;
  }
  return icon("qr", path, `-2 -2 ${size + 4} ${size + 4}`);
}
