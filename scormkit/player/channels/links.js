/** Web addresses: their parts, and links in a text that show where they lead before they are followed. */
//# allFunctionsCalledOnLoad

import {el} from "../page.js";
import {cuesOn, disclosure, fact, findAct, fresh, icon, isolated, patch, stamp} from "./parts.js";

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
  return isolated(scheme + sub, el("b", {}, site), rest);
}

/** The whole of a link's target, its host apart, and that host as the network spells it if it differs. */
function target(link, tools) {
  const text = tools.plain(link?.url ?? "");
  const {host, site} = urlParts(text);
  const spelt = URL.canParse(`https://${host}`) ? new URL(`https://${host}`).hostname : host;
  return [el("p", {}, [link?.qr && `${tools.word("link.qr-holds")} `, urlLine(text)]), el("dl", {class: "facts"}, [
    fact(tools.word("link.site"), isolated(el("b", {}, site))),
    spelt !== host.toLowerCase() && fact(tools.word("link.spelt"), isolated(spelt))])];
}

/** "Inspect" buttons, one per link of the text in `body`, with panels that say where it leads: no pointing needed. */
export function inspectList({links, on, body, ...place}) {
  const {view, tools} = place;
  const words = (id) => body.querySelector(`[data-link="${id}"]`)?.textContent.trim();
  const parts = Object.entries(links ?? {}).map(([id, link]) => disclosure({...place, key: `${on ?? "link"}.${id}.inspect`,
    act: findAct(view, ["inspect"], on, id), mark: "look", panel: () => target(link, tools),
    label: tools.word(link.qr ? "link.scan" : "link.inspect", {text: words(id)})}));
  return el("div", {class: "looks"}, parts.map(({button, panel}) => [button, panel]));
}

/**
 * The links of a conversation in `section`: `attach` is that of an inspector in `host`. `render(place)` fills `slot`:
 * the links that none of the scene's texts leads to, and a button for each link in sight that says where it leads.
 */
export function talkLinks({host, section, slot, view, tools}) {
  const {update, attach, destroy} = linkInspector(host, tools);
  const {content, acts} = view.scene;
  const texts = JSON.stringify([content, acts]);
  const links = Object.entries(content.links ?? {});
  const loose = links.filter(([id]) => !texts.includes(`data-link=\\"${id}\\"`));
  const [alone, list] = [el("div", {class: "links-alone", hidden: !loose.length}), el("div")];
  slot.append(alone, list);

  function render(place) {
    if (!alone.hasChildNodes()) attach(alone, {links: Object.fromEntries(loose), loose: true});
    const seen = links.filter(([id]) => section.querySelector(`[data-link="${id}"]`));
    slot.hidden = !seen.length;
    patch(list, `${[...place.opened]} ${stamp(place.view.acts)}`,
      () => inspectList({...place, links: Object.fromEntries(seen), body: section}));
  }

  update(view);
  return {update, attach, destroy, render,
    /** Whether an act is taken at a link. */
    takes: ({do: verb, at}) => at in (content.links ?? {}) && ["inspect", "click", "open", "download"].includes(verb)};
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
