/** The scene on the page, through its channel; the story, answers and remaining acts around it; focus. */
import {el, html, plain} from "./dom.js";
import {timer} from "./timer.js";
import {carried, view} from "./views.js";

/** Channels that show an act's answer as a line of their own conversation. */
const CONVERSATIONS = ["phone", "sms", "chat", "video"];

/**
 * The stage in `root`.
 * @param {HTMLElement} root
 * @param {{word: function, say: function, channels: Object<string, {mount: function}>, act: function(number)}} tools
 * @returns {{show: function(object, object), clear: function}}
 */
export function stage(root, {word, say, channels, act}) {
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
      clock: el("span", {class: "clock"}),
      channel: el("div", {class: `channel channel-${scene.channel}`}),
      answers: el("section", {class: "answers", "aria-label": word("stage.answers")}),
      acts: el("section", {class: "acts", "aria-labelledby": "acts-title"}),
    };
    const title = el("h1", {tabindex: -1}, html(scene.title));
    const before = carried(bundle, next.state);
    const tools = {act, word, say, node: html, plain};
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
    now.channel = channels[scene.channel].mount(parts.channel, next, tools);
    if (scene.timer && next.acts.some(({index, available}) => index === scene.timer.act && available)) {
      now.timer = timer(scene.timer.seconds, {word, say, out: () => act(scene.timer.act)});
      root.querySelector(".scene-body").before(now.timer.element);
    }
    draw(next);
    scrollTo(0, 0);
    title.focus({preventScroll: true});
  }

  function update(next) {
    const focused = document.activeElement;
    const key = focused?.dataset.act;
    now.channel.update(next);
    const fresh = draw(next);
    if (document.contains(focused) && focused !== document.body && focused.checkVisibility?.() !== false) return;
    const again = key && now.parts.acts.querySelector(`[data-act="${key}"]`);
    if (again) again.focus();
    else if (fresh) fresh.focus();
    else now.channel.focus();
  }

  /** Clock, answers and acts; the newest answer is announced and returned. */
  function draw(next) {
    const {clock, answers, acts} = now.parts;
    clock.hidden = next.clock === "";
    clock.replaceChildren(...twice(next.clock, word("stage.clock", {time: next.clock})));
    const fresh = drawAnswers(next, answers);
    const placed = now.channel.placed ?? (() => false);
    const shown = next.acts.filter((one) => !placed(one) && (one.available || (one.taken && !one.decision)));
    acts.hidden = shown.length === 0;
    acts.replaceChildren(
      el("h2", {id: "acts-title"}, word("stage.acts")),
      el("ul", {class: "act-list", role: "list"}, shown.map(actItem)),
    );
    root.querySelector(".scene").classList.toggle("with-side", !acts.hidden || answers.childElementCount > 0);
    return fresh;
  }

  function drawAnswers(next, answers) {
    const own = now.channel.answers ?? CONVERSATIONS.includes(next.scene.channel);
    const known = new Set([...answers.children].map(({id}) => id));
    const first = answers.childElementCount === 0 && !now.drawn;
    now.drawn = true;
    let fresh = null;
    const done = [...new Set(next.done)].map((index) => next.acts.find((one) => one.index === index));
    const given = own ? [] : done.filter(({answer}) => answer);
    for (const one of given) {
      const id = `answer-${one.index}`;
      if (known.has(id)) continue;
      fresh = answerCard(one.answer, next.bundle, word, one.label);
      fresh.id = id;
      answers.append(fresh);
    }
    answers.hidden = given.length === 0;
    if (first || fresh === null) return null;
    say(plain(fresh.innerHTML));
    return fresh;
  }

  function actItem(one) {
    const done = one.taken && !one.available;
    const press = () => {
      if (!done) act(one.index);
      else document.getElementById(`answer-${one.index}`)?.focus();
    };
    const {minutes} = one;
    const cost = minutes > 0 && twice(word("stage.minutes", {minutes}), word("stage.minutes-spoken", {minutes}));
    const look = `act act-${one.do}${one.decision ? "" : " is-look"}`;
    return el("li", {}, el("button", {type: "button", class: look, "data-act": one.index, onclick: press}, [
      el("span", {class: "act-label"}, html(one.label)),
      el("span", {class: "act-cost"}, done ? word("stage.taken") : cost),
    ]));
  }

  return {show, clear};
}

/** A short sign for the eye, and the same in whole words for the ear. */
function twice(shown, spoken) {
  return [el("span", {"aria-hidden": "true"}, shown), el("span", {class: "visually-hidden"}, spoken)];
}

/**
 * What an act brought, as a card of its own.
 * @param {{who: string, text: string}[]} lines
 * @param {object} bundle
 * @param {function} word
 * @param {string} [label] the act
 * @returns {HTMLElement}
 */
export function answerCard(lines, bundle, word, label) {
  const name = (who) => {
    if (who === "you") return word("stage.you");
    return bundle.people?.[who] ? plain(bundle.people[who].name) : null;
  };
  return el("div", {class: "answer card", tabindex: -1}, [
    label && el("p", {class: "answer-act"}, html(label)),
    lines.map(({who, text}) => el("div", {class: "answer-line"}, [
      name(who) && el("strong", {}, name(who)), el("div", {}, html(text))])),
  ]);
}
