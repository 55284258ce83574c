/** What a page, a mail, a prompt and a phone have tools for: an act as a button, and the icons of several of them. */
//# allFunctionsCalledOnLoad

import {el} from "../page.js";
import {ICONS, icon} from "./parts.js";

Object.assign(ICONS, {
  close: "M6 6l12 12M18 6L6 18",
  ignore: "M5 13l5 5L20 6",
  lock: "M6 11h12v10H6zM8 11V8a4 4 0 0 1 8 0v3",
  open: "M6 11h12v10H6zM8 11V8a4 4 0 0 1 7-3",
  file: "M6 3h8l5 5v13H6zM14 3v5h5",
  report: "M5 21V4h13l-3 4 3 4H5",
  forward: "M15 7l5 5-5 5M20 12h-9q-7 0-7 7",
  delete: "M4 7h16M9 7V4h6v3M6 7l1 14h10l1-14M10 11v6M14 11v6",
  archive: "M3 4h18v5H3zM5 9v11h14V9M10 13h4",
  block: "M12 3a9 9 0 1 0 .1 0zM6 6l12 12",
});

/** A button that takes an act; the second click of a double click is none, what it would hit may be new there. */
export function actButton(view, tools, act, {look = "button", mark} = {}) {
  return el("button", {type: "button", class: look, "data-act": act.index, "data-key": `act-${act.index}`,
    disabled: view.readonly || !act.available, onclick: (event) => event.detail < 2 && tools.act(act.index)},
  [mark && icon(mark), el("span", {}, tools.node(act.label)),
    act.minutes > 0 && el("small", {}, tools.word("stage.minutes", {minutes: act.minutes}))]);
}
