/** What a change and a ticket share: a head of facts, who is behind it, what the company's own records say. */
//# allFunctionsCalledOnLoad

import {el} from "../page.js";
import {avatar, badges, disclosure, fact, findAct, mailAddress, patch, personCard, stamp} from "./parts.js";

/** A head of facts: `values` by name, `word(name)` says what each is. What is not given is left out. */
export const head = (values, word, cue) => el("dl", {class: "work-head"},
  Object.entries(values).filter(([, value]) => value).map(([name, value]) =>
    el("div", {"data-cue": cue(name)}, [el("dt", {}, word(name)), el("dd", {}, value)])));

/** Who is behind it, as a button that opens their card; `render(place)` brings it up to date. */
export function someone(part, person, {word, cue}) {
  const slot = el("div", {class: "work-who", "data-cue": cue(part)});

  function render(place) {
    const {view, tools, opened} = place;
    patch(slot, `${stamp(view.acts)}${[...opened]}`, () => {
      const {button, panel} = disclosure({...place, key: `${part}.profile`, act: findAct(view, ["profile"], undefined, part),
        look: "work-person", panel: () => personCard(person, view, tools), label: [avatar(person, tools), el("span", {}, [
          el("small", {}, `${word} `), el("b", {}, tools.node(person.name)), " ", badges({guest: person.guest}, tools),
          person.address && el("span", {class: "work-address"}, mailAddress(person.address, tools))])]});
      return [button, panel];
    });
  }

  return {slot, render};
}

/** What is known, as rows of what and its value. */
export function records(title, rows, cue, tools) {
  const list = () => el("dl", {}, rows.map(([what, value]) => fact(tools.node(what), tools.node(value))));
  return rows && el("section", {class: "records", "data-cue": cue("known"), "aria-label": title}, [el("h4", {}, title), list()]);
}
