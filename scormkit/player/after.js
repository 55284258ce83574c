/** After the ending: what the play was worth, the way into the debrief, what next. */
import {answerCard, button, el, html, note} from "./page.js";
import {carried, result} from "./engine.js";

const KINDS = {safe: "good", recovered: "warn", breached: "bad"};

/**
 * Shows the ending of a play, and leads on from there.
 * @param {object} page
 * @param {{bundle: object, state: object, best: number|null}} play
 * @param {{recorded: boolean, practice: boolean, left: number|null, debrief: function, leave: function, anew: function}}
 *   tools `practice`: another try is for the learner alone; `left`: tries that still count
 * @returns {{clear: function}}
 */
export function after(page, {bundle, state, best}, {recorded, practice, left, debrief, leave, anew}) {
  const {word} = page;
  let walk = null;
  const acts = [["debrief", word("result.debrief"), lookBack, "primary large"]];
  page.show(ending(bundle, state, result(bundle, state), {word, best, recorded, acts}));
  page.name(bundle.endings[state.ending].title);

  function lookBack() {
    page.name(word("debrief.title"));
    walk = debrief(page.main, bundle, state, whatNext);
  }

  function whatNext() {
    walk.clear();
    const done = ["done", word("next.done"), leave, practice ? "primary" : ""];
    const more = ["debrief", word("next.debrief"), lookBack];
    const again = practice ? ["practice", word("next.practice"), anew] : ["retry", word("next.retry"), anew, "primary"];
    page.show(note(word("next.title"), [
      word(practice ? "next.practice-why" : "next.retry-why"),
      !practice && left !== null && word("next.left", {count: left}),
    ], practice ? [done, again, more] : [again, more, done]));
    page.name(word("next.title"));
  }

  return {clear: () => walk?.clear()};
}

/** The page of an ended play; `acts` are its buttons. */
function ending(bundle, state, worth, {word, best, recorded, acts}) {
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
        el("span", {class: "result-score"}, word("result.score", {score: worth.score})),
        worth.passed ? el("span", {class: "badge good"}, word("result.passed"))
          : el("span", {class: "badge warn"}, word("result.not-passed")),
        el("span", {class: "soft"}, word("result.needed", {score: bundle.pass.score})),
      ]),
      !worth.passed && reason(bundle, worth, word),
      best !== null && best > worth.score && el("p", {class: "soft"}, word("result.best", {score: best})),
      !recorded && el("p", {class: "soft"}, word("result.saved-not")),
      el("h3", {}, word("result.objectives")),
      el("ul", {class: "objectives", role: "list"}, worth.objectives.map((one) => objective(bundle, one, word))),
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
