/** A ticket in the browser: who asks for what, what is known of them, and what was written so far. */
//# allFunctionsCalledOnLoad

import {el} from "../page.js";
import {scriptLines} from "./script.js";
import {head, records, someone} from "./work.js";

/** Verbs that have a button on the page. */
export const BUTTONS = ["reply", "comment", "escalate", "approve", "deny", "enter"];

/** The parts of the page above and below its text, and `render(place)` for what changes. */
export function parts(page, {view, tools, cue}) {
  const who = page.requester && someone("requester", page.requester, {word: tools.word("ticket.requester"), cue});
  const {number, status, priority, time} = page;
  const values = Object.entries({number, status, priority, time}).map(([key, value]) => [key, value && tools.node(value)]);
  return {
    above: [head(Object.fromEntries(values), (name) => tools.word(`ticket.${name}`), cue), who?.slot],
    below: [
      records(tools.word("ticket.known"), page.known, cue, tools),
      page.history && el("section", {class: "work-talk", "data-cue": cue("history"), "aria-label": tools.word("ticket.history")}, [
        el("h4", {}, tools.word("ticket.history")), scriptLines(page.history, view, tools)])],
    render: (place) => who?.render(place),
  };
}
