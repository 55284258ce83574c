/** The scene on the page, through its channel; the story, answers and remaining acts around it; focus. */
//# allFunctionsCalledOnLoad
import {el, html, plain} from "./dom.js";
import {carried, view} from "./play.js";

/** The stage in `root`: `show(bundle, state)` and `clear()`. */
export function stage(root, {word, say, modules, act}) {
  let now = null; // the mounted scene

  /** Shows where a play stands: a new scene is mounted afresh, the same one brought up to date. */
  function show(bundle, state) {
    const next = view(bundle, state);
    if (now?.id === next.id) update(next);
    else mount(next);
  }

  function clear() {
    now?.timer?.stop();
    now?.channel.destroy();
    now = null;
    root.replaceChildren();
  }

  function mount(next) {
    clear();
    const {scene, bundle} = next;
    const parts = {
      clock: el("span", {class: "badge clock"}),
      channel: el("div", {class: `channel channel-${scene.channel}`}),
      answers: el("section", {class: "answers", "aria-label": word("stage.answers")}),
      acts: el("section", {class: "acts", "aria-labelledby": "acts-title"}),
    };
    const title = el("h1", {tabindex: -1}, html(scene.title));
    const before = carried(bundle, next.state);
    now = {id: next.id, parts, drawn: false};
    root.replaceChildren(el("article", {class: "scene"}, [
      el("header", {class: "scene-head"}, [title, parts.clock]),
      before && answerCard(before.answer, bundle, word),
      scene.intro && el("div", {class: "intro"}, html(scene.intro)),
      el("div", {class: "scene-body"}, [
        el("div", {}, [el("h2", {class: "visually-hidden"}, word(`channel.${scene.channel}`)), parts.channel]),
        el("div", {class: "scene-side"}, [parts.answers, parts.acts]),
      ]),
    ]));
    now.channel = channel(modules, parts.channel, next, {act, word, say});
    if (scene.timer && next.acts.some(({index, available}) => index === scene.timer.act && available)) {
      now.timer = modules.timer.timer(scene.timer.seconds, {word, say, out: () => act(scene.timer.act)});
      root.querySelector(".scene-body").before(now.timer.element);
    }
    draw(next);
    scrollTo(0, 0);
    title.focus({preventScroll: true});
  }

  /** Focus stays where it is; only if what had it is gone, it goes to what came of that. */
  function update(next) {
    const focused = document.activeElement;
    const key = focused.dataset.act;
    now.channel.update(next);
    const fresh = draw(next);
    if (focused === document.body || document.activeElement !== document.body) return;
    const again = key && now.parts.acts.querySelector(`[data-act="${key}"]`);
    if (again ?? fresh) (again ?? fresh).focus();
    else now.channel.focus();
  }

  /** Clock, answers and acts; the newest answer is announced and returned. */
  function draw(next) {
    const {clock, answers, acts} = now.parts;
    clock.hidden = next.clock === "";
    clock.replaceChildren(...twice(next.clock, word("stage.clock", {time: next.clock})));
    const fresh = drawAnswers(next, answers);
    const placed = now.channel.placed ?? (() => false);
    const shown = next.acts.filter((one) => one.available && !placed(one));
    acts.hidden = shown.length === 0;
    acts.replaceChildren(
      el("h2", {id: "acts-title"}, word("stage.acts")),
      el("ul", {class: "act-list", role: "list"}, shown.map(actItem)),
    );
    root.querySelector(".scene").classList.toggle("with-side", !acts.hidden || answers.childElementCount > 0);
    return fresh;
  }

  /** Answers that the channel doesn't show itself: the newest open, those before it folded. */
  function drawAnswers(next, answers) {
    const first = !now.drawn;
    now.drawn = true;
    const own = now.channel.answered ?? (() => false);
    const done = [...new Set(next.done)].map((index) => next.acts.find((one) => one.index === index));
    const given = done.filter((one) => one.answer && !own(one));
    let fresh = null;
    for (const one of given.filter(({index}) => !document.getElementById(`answer-${index}`))) {
      for (const older of answers.children) older.open = false;
      fresh = answerCard(one.answer, next.bundle, word, one);
      answers.append(fresh);
    }
    answers.hidden = given.length === 0;
    if (first || fresh === null) return null;
    say(plain(fresh.innerHTML));
    return fresh;
  }

  function actItem(one) {
    const {minutes, index} = one;
    const cost = minutes > 0 && twice(word("stage.minutes", {minutes}), word("stage.minutes-spoken", {minutes}));
    const look = `pick act-${one.do}${one.decision ? "" : " is-look"}`;
    return el("li", {}, el("button", {type: "button", class: look, "data-act": index, onclick: () => act(index)}, [
      el("span", {class: "act-label"}, html(one.label)), el("small", {}, cost)]));
  }

  return {show, clear};
}

/** A scene's channel, mounted in `root`; `tools` are its own for this page. */
export function channel(modules, root, shown, tools) {
  const answer = (one) => answerCard(one.answer, shown.bundle, tools.word, one);
  const links = modules["channels/links"];
  const page = modules[`channels/${shown.scene.content.page?.kind}`]; // a kind of page with a module of its own
  return modules[`channels/${shown.scene.channel}`].mount(root, shown, {...tools, answer, links, page, node: html, plain});
}

/** A short sign for the eye, and the same in whole words for the ear. */
function twice(shown, spoken) {
  return [el("span", {"aria-hidden": "true"}, shown), el("span", {class: "visually-hidden"}, spoken)];
}

/** What an act brought, as a card of its own; with the act (as in a view) it can be folded, and starts open. */
export function answerCard(lines, bundle, word, act) {
  const name = (who) => {
    if (who === "you") return word("stage.you");
    return bundle.people?.[who] ? plain(bundle.people[who].name) : null;
  };
  const told = lines.map(({who, text}) => el("div", {class: "answer-line"}, [
    name(who) && el("strong", {}, name(who)), el("div", {}, html(text))]));
  return act ? el("details", {class: "answer", open: true, tabindex: -1, id: `answer-${act.index}`},
    [el("summary", {}, html(act.label)), told]) : el("div", {class: "answer"}, told);
}
