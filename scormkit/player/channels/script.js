/** Lines of a script with their speakers. */
//# allFunctionsCalledOnLoad

import {el} from "../page.js";
import {avatar} from "./parts.js";

/** `you` is the learner's character, `narrator` has no face. */
export function scriptLines(lines, view, tools) {
  return el("ol", {class: "script"}, (lines ?? []).map(({who, text}) => {
    const person = who === "you" ? view.bundle.you : view.bundle.people?.[who] ?? {name: who};
    const spoken = el("div", {}, [el("p", {class: "person-name"}, tools.node(person.name)), tools.node(text)]);
    return who === "narrator" ? el("li", {class: "line narrator"}, tools.node(text))
      : el("li", {class: `line ${who === "you" ? "mine" : ""}`, "data-who": who}, [avatar(person, tools), spoken]);
  }));
}
