/** The pages around the story: the start, the ending with its result, what next, and the end of the session. */
import {button, el, html} from "./dom.js";
import {answerCard} from "./stage.js";
import {setTimersOff, timersOff} from "./timer.js";
import {carried} from "./views.js";

const KINDS = {safe: "good", recovered: "warn", breached: "bad"};

/** The start: who you are, what to do, how long it takes. */
export function welcome(bundle, word, begin) {
  const {name, role} = bundle.you ?? {};
  const timed = Object.values(bundle.scenes).some(({timer}) => timer);
  const notes = [word("start.what"), timed && word("start.time"), word("start.debrief")].filter(Boolean);
  const change = () => setTimersOff(!timers.checked);
  const timers = el("input", {type: "checkbox", checked: !timersOff(), onchange: change});
  return el("article", {class: "screen welcome card"}, [
    el("p", {class: "kicker"}, word("start.minutes", {minutes: bundle.minutes})),
    el("h1", {}, html(bundle.title)),
    bundle.summary && el("p", {class: "lead"}, html(bundle.summary)),
    name && el("div", {class: "you"}, [
      el("span", {class: "you-face", "aria-hidden": "true"}, [...html(name).textContent][0]),
      el("p", {}, [
        el("strong", {}, word("start.you", {name: html(name).textContent})),
        role && el("span", {}, html(role)),
      ]),
    ]),
    el("ul", {class: "plain-list"}, notes.map((text) => el("li", {}, text))),
    timed && el("label", {class: "switch"}, [timers, el("span", {}, word("start.timers"))]),
    el("div", {class: "screen-acts"}, button("begin", word("start.begin"), begin, "primary large")),
  ]);
}

/** The ending and what the play was worth, in plain words. */
export function ending(bundle, state, result, {word, best, recorded, acts}) {
  const {kind, title, text} = bundle.endings[state.ending];
  const before = carried(bundle, state);
  return el("article", {class: "screen ending"}, [
    before && answerCard(before.answer, bundle, word),
    el("section", {class: "card ending-story"}, [
      el("span", {class: `badge ${KINDS[kind]}`}, word(`ending.${kind}`)),
      el("h1", {tabindex: -1}, html(title)),
      el("div", {class: "lead"}, html(text)),
    ]),
    el("section", {class: "card result", "aria-labelledby": "result-title"}, [
      el("h2", {id: "result-title"}, word("result.title")),
      el("p", {class: "result-line"}, [
        el("span", {class: "result-score"}, word("result.score", {score: result.score})),
        result.passed ? el("span", {class: "badge good"}, word("result.passed"))
          : el("span", {class: "badge warn"}, word("result.not-passed")),
        el("span", {class: "soft"}, word("result.needed", {score: bundle.pass.score})),
      ]),
      !result.passed && reason(bundle, result, word),
      best !== null && best > result.score && el("p", {class: "soft"}, word("result.best", {score: best})),
      !recorded && el("p", {class: "soft"}, word("result.saved-not")),
      el("h3", {}, word("result.objectives")),
      el("ul", {class: "objectives", role: "list"}, result.objectives.map((one) => objective(bundle, one, word))),
    ]),
    el("p", {class: "soft"}, word("debrief.intro")),
    el("div", {class: "screen-acts"}, acts.map((act) => button(...act))),
  ]);
}

function reason(bundle, {score, kind, objectives}, word) {
  const open = bundle.objectives.some(({id, must}) => must && !objectives.find((one) => one.id === id).met);
  if (!bundle.pass.endings.includes(kind)) return el("p", {}, word("result.why-ending"));
  return score >= bundle.pass.score && open ? el("p", {}, word("result.why-must")) : null;
}

function objective(bundle, {id, percent, met}, word) {
  const {title, must} = bundle.objectives.find((one) => one.id === id);
  return el("li", {}, [
    el("div", {class: "objective-line"}, [
      el("span", {}, [html(title), must && el("small", {}, ` (${word("result.must")})`)]),
      el("span", {class: `badge ${met ? "good" : ""}`}, word(met ? "result.met" : "result.not-met")),
    ]),
    el("progress", {max: 100, value: percent, "aria-label": `${percent} %`}),
  ]);
}

/** A short page with a title, a few lines and buttons: what next, closed, broken. */
export function note(title, lines, acts = []) {
  return el("article", {class: "screen note card"}, [
    el("h1", {tabindex: -1}, title),
    lines.filter(Boolean).map((line) => el("p", {}, line)),
    acts.length > 0 && el("div", {class: "screen-acts"}, acts.map((act) => button(...act))),
  ]);
}
