/** The page around the story: its bar with the state of saving, notices, a voice; the start, and short notes. */
//# allFunctionsCalledOnLoad
import {button, el, html, plain, words} from "./dom.js";

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
