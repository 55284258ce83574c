/** What several channels share: people, looks that open, icons. */
//# allFunctionsCalledOnLoad

import {el} from "../page.js";

/** Line icons by name; a channel adds those that it alone has. */
export const ICONS = {
  look: "M11 4a7 7 0 1 0 .1 0zM16 16l5 5",
  people: "M9 5a3 3 0 1 0 .1 0zM3 20a6 6 0 0 1 12 0M16 5a3 3 0 0 1 0 6M18 14a6 6 0 0 1 3 6",
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

/** Whether an act is a look that still brings something new. */
export const fresh = (view, act) => Boolean(act?.available && !act.taken && !view.readonly);

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

/** An address or a number, which reads from left to right in any language. */
export const isolated = (...children) => el("bdi", {dir: "ltr", class: "url"}, children);

/** A mail address whose domain stands out. */
export function mailAddress(address, tools) {
  const [, name, domain] = /^(.*@)?(.*)$/.exec(tools.plain(address));
  return isolated(name, el("wbr"), el("b", {}, domain));
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
  (person.phone ?? person.number) && el("p", {}, isolated(tools.plain(person.phone ?? person.number))), more])]);

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

/** One row of a `dl.facts`. */
export const fact = (name, value) => el("div", {}, [el("dt", {}, name), el("dd", {}, value)]);
