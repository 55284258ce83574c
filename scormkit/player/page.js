/** The page: elements and words; the frame with its bar, notices and voice; the stage that the scenes are played on. */
//# allFunctionsCalledOnLoad
import {carried, view} from "./engine.js";

/**
 * An element. Attributes that are null, undefined or false are left out; true gives an empty one; a function under
 * `on...` listens. Children may be nodes, texts, lists of them, or nothing.
 */
export function el(tag, attributes = {}, children = []) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...flat(children));
  return element;
}

function flat(children) {
  return [children].flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

/** A button of the shell, known to tests by `data-go`; `look`: more classes, `more`: more attributes. */
export function button(name, text, onclick, look = "", more = {}) {
  return el("button", {type: "button", class: `button ${look}`, "data-go": name, onclick, ...more}, text);
}

/** Authored text, which is safe HTML of the compiler's few elements, as nodes. Nothing else parses HTML. */
export function html(text) {
  const template = document.createElement("template");
  template.innerHTML = text ?? "";
  return template.content;
}

/** Authored text as plain text: blocks stand apart by a space, images speak through their alternative text. */
export function plain(text) {
  const nodes = html(text);
  for (const image of nodes.querySelectorAll("img")) image.replaceWith(image.alt);
  for (const block of nodes.querySelectorAll("p, li, br, pre, blockquote, tr, td, th")) block.after(" ");
  return nodes.textContent.replace(/\s+/g, " ").trim();
}

/** The player's own words, plain text: `word("timer.left", {seconds: 20})`. A missing one shows its key. */
export function words(table) {
  return (key, values = {}) =>
    (table[key] ?? key).replace(/\{([a-z]+)\}/g, (all, name) => (name in values ? String(values[name]) : all));
}

// The page around the story.

const SAVING = {problem: "status.waiting", saving: "status.saving", off: "status.off"};

/** The frame: bar, notices, the main part, the voice for screen readers. */
export function frame(bundle) {
  const word = words(bundle.words);
  const title = plain(bundle.title);
  Object.assign(document.documentElement, {lang: bundle.language, dir: bundle.dir ?? "ltr"});
  document.title = title;
  const way = el("progress", {class: "way", max: 1, value: 0, "aria-label": word("bar.progress")});
  const tools = el("div", {class: "bar-tools"});
  const bar = el("header", {class: "bar"}, [el("p", {class: "bar-title"}, title), tools, way]);
  const notices = el("div", {class: "notices"});
  const main = el("div");
  const voice = el("div", {class: "visually-hidden", role: "status", "aria-live": "polite"});
  document.getElementById("player").replaceChildren(bar, el("main", {class: "main"}, [notices, main]), voice);
  let said = [];
  let soon = null;

  /** Said politely, once, after a pause: several changes at a time are one announcement. */
  function say(text) {
    said.push(text);
    clearTimeout(soon);
    soon = setTimeout(() => {
      voice.replaceChildren(el("p", {}, said.join(" ")));
      said = [];
    }, 350);
  }

  /** A line at the top; a passing one can be hidden. */
  function notice(key, passing = false) {
    const line = el("div", {class: "notice", "data-notice": key}, [el("p", {}, word(key))]);
    const hide = {"aria-label": word("notice.dismiss")};
    if (passing) line.append(button("hide", "×", () => line.remove(), "small quiet", hide));
    notices.append(line);
    say(word(key));
    return line;
  }

  function show(content) {
    main.replaceChildren(content);
    scrollTo(0, 0);
    content.querySelector("h1[tabindex]")?.focus({preventScroll: true});
  }

  function name(part) {
    document.title = part ? `${plain(part)} – ${title}` : title;
  }

  return {word, bar, tools, way, notices, main, say, notice, show, name};
}

/** Whether the learning system has what was decided: a word in the bar, a calm line if not; `open` shows the details. */
export function saving({mode}, {word, say, retry, open}) {
  let latest = null;
  const silent = mode === "normal" ? null : word(mode === "none" ? "status.none" : "status.off");
  let practising = false;
  let failed = false;
  const text = el("span", {class: "status-text"});
  const chip = el("button", {type: "button", class: "button small quiet status", "data-go": "status", onclick: open}, [
    el("span", {class: "status-dot", "aria-hidden": "true"}), text,
    el("span", {class: "visually-hidden"}, ` (${word("status.open")})`),
  ]);
  const line = el("div", {class: "notice bad", role: "group", hidden: true}, [
    el("p", {}, word("status.problem")),
    el("div", {class: "actions"}, [
      button("retry-save", word("status.retry"), retry, "small"),
      button("details", word("status.details"), open, "small quiet"),
    ]),
  ]);
  draw();

  function draw() {
    const state = silent ? "off" : standing();
    chip.dataset.state = state;
    chip.hidden = state === "idle";
    text.textContent = silent ?? word(SAVING[state] ?? "status.saved");
    const failing = state === "problem";
    if (failing !== failed) say(word(failing ? "status.problem" : "status.saved"));
    failed = failing;
    if (!failing && line.contains(document.activeElement)) chip.focus();
    line.hidden = !failing;
  }

  function standing() {
    if (latest?.problem?.again) return "problem"; // one that isn't sent again lost nothing of the learner's
    if (practising) return "off";
    if (latest?.pending) return "saving";
    return latest?.saved ? "saved" : "idle";
  }

  return {
    chip, line,
    /** What the record's `watch` tells. */
    show(now) {
      latest = now;
      draw();
    },
    /** From now on nothing is recorded. */
    practice() {
      practising = true;
      draw();
    },
    unsaved: () => Boolean(latest?.problem?.again || latest?.pending),
    details: () => ({...latest, silent, standing: standing()}),
  };
}

/** The start: who you are, what to do, how long it takes; `timed` is the module of timers where there are any. */
export function welcome(bundle, word, begin, timed) {
  const {name, role} = bundle.you ?? {};
  const notes = [word("start.what"), timed && word("timer.at-start"), word("start.debrief")].filter(Boolean);
  const change = ({target}) => timed.setTimersOff(!target.checked);
  return el("article", {class: "screen welcome card"}, [
    el("p", {class: "soft"}, word("start.minutes", {minutes: bundle.minutes})),
    el("h1", {}, html(bundle.title)),
    bundle.summary && el("p", {class: "lead"}, html(bundle.summary)),
    name && el("div", {class: "you person"}, [
      el("span", {class: "avatar", "aria-hidden": "true"}, plain(name).match(/[\p{L}\p{N}]/u)?.[0] ?? "?"),
      el("p", {}, [
        el("strong", {}, word("start.you", {name: plain(name)})),
        role && el("span", {class: "soft"}, html(role)),
      ]),
    ]),
    el("ul", {class: "plain-list"}, notes.map((text) => el("li", {}, text))),
    timed && el("label", {class: "switch"}, [
      el("input", {type: "checkbox", checked: !timed.timersOff(), onchange: change}), el("span", {}, word("timer.choose"))]),
    el("div", {class: "screen-acts"}, button("begin", word("start.begin"), begin, "primary large")),
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

// The stage.

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
