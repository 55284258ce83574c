/** A conversation that grows: what was said in earlier scenes of its thread, in this one, and by the learner. */
//# allFunctionsCalledOnLoad

import {el} from "../page.js";
import {cuesOn, patch, stamp} from "./parts.js";

/**
 * Everything said so far, oldest first: `{who, text, earlier, act, links}`. `who` is a person's id, `you`, `narrator`,
 * `time` (between two parts) or `did` (a deed without words); `act` is the index of the act that brought it.
 */
export function entries(view) {
  const done = view.done.map((index) => view.acts.find((act) => act.index === index));
  return [...view.visits.flatMap((visit) => said(visit, true)), ...said({scene: view.scene, acts: done}, false)];
}

function said({scene, acts}, earlier) {
  const list = [{who: "time", text: scene.time}, ...(scene.content.lines ?? [])];
  for (const {do: verb, decision, answer = [], label, index: act} of acts) {
    if (verb === "say") list.push({who: "you", text: label, act});
    else if ((decision || answer.length) && verb !== "answer" && answer[0]?.who !== "you") list.push({who: "did", text: label, act});
    list.push(...answer.map((line) => ({...line, act})));
  }
  return list.filter(({text}) => text).map((entry) => ({...entry, earlier, links: scene.content.links}));
}

/** The attribute that names the cues on these parts of the channel. */
export const cued = (view, ...parts) => ({"data-cue": parts.map((part) => cuesOn(view, part)).filter(Boolean).join(" ") || null});

/** Who speaks: a person of the cast, the learner's character, or a bare name. */
export const speaker = (view, who) => ({name: who, ...(who === "you" ? view.bundle.you : view.bundle.people?.[who]), id: who});

/**
 * An entry as an element: `spoken(entry, person, same)` draws what somebody says; the rest stands between, and
 * `attach(body, {links})` makes its links real.
 */
export function drawn(entry, previous, view, tools, spoken, attach) {
  const {who, text, earlier} = entry;
  const old = earlier ? " earlier" : "";
  if (who === "did") return el("p", {class: `did${old}`}, tools.word("chat.did", {act: tools.plain(text)}));
  if (["narrator", "time"].includes(who)) {
    const told = el("div", {class: who + old}, tools.node(text));
    attach?.(told, {links: entry.links});
    return told;
  }
  const same = previous?.who === who && previous.earlier === earlier;
  const element = spoken(entry, speaker(view, who), same, earlier ? {} : cued(view, who));
  element.className += (who === "you" ? " mine" : "") + (same ? " same" : "") + old;
  return element;
}

/**
 * A log that shows entries, new ones at their own pace: a screen reader hears each once, when it comes. `wait` answers
 * the milliseconds before an entry; `changed` hears which are shown and which are to come.
 */
export function log({label, cue, draw, wait, changed}) {
  const element = el("div", {role: "log", class: "thread", tabindex: "0", "aria-label": label, ...cue});
  const all = [];
  const lines = [];
  let count = 0; // of those that are shown
  let timer;
  let held; // the line that was brought into sight last, and where that left the log; seen to with each new size
  const end = () => element.scrollHeight - element.clientHeight; // how far it scrolls
  const watch = new ResizeObserver(() => held && Math.abs(element.scrollTop - Math.min(held.at, end())) < 2 && hold(held.line));
  watch.observe(element);

  function one() {
    lines[count].classList.remove("to-come");
    count += 1;
  }

  function go(atOnce, paused) {
    const delay = () => (atOnce ? 0 : wait(all[count], all[count - 1]));
    clearTimeout(timer);
    while (count < all.length && !delay()) one();
    changed(all.slice(0, count), all.slice(count));
    if (count < all.length && !paused) {
      timer = setTimeout(() => {
        one();
        scroll(lines[count - 1]);
        go();
      }, delay());
    }
  }

  /** Into sight inside the log, and still there when an LMS resizes its frame, unless the learner scrolled away. */
  function hold(line) {
    element.scrollTop = line.offsetTop - 16;
    held = {line, at: element.scrollTop};
  }

  /** Into sight, also where the whole log may be higher than the window. */
  function scroll(line) {
    hold(line);
    if (end() <= 0) line.scrollIntoView({block: "nearest"});
  }

  return {
    element, go,
    /** Shows what is new in a conversation. Whoever acts needn't wait for the lines before. */
    show(entries, atOnce) {
      const first = all.length;
      while (count < first && entries.length > first) one();
      for (const entry of entries.slice(first)) {
        const line = draw(entry, all.at(-1));
        line.classList.add("to-come");
        if (entry.act !== undefined) line.dataset.from = entry.act;
        all.push(entry);
        lines.push(line);
      }
      element.append(...lines.slice(first));
      go(atOnce);
      const start = lines.slice(first).find((line) => !line.classList.contains("earlier"));
      if (start && first) scroll(start);
      else if (start) held = {line: start, at: 0}; // with the log's first size, which nothing has to be laid out for
    },
    /** Back to what an act brought. */
    again(index) {
      const line = element.querySelector(`[data-from="${index}"]`);
      line.tabIndex = -1;
      line.focus();
    },
    focus: () => element.focus({preventScroll: true}),
    end() {
      clearTimeout(timer);
      watch.disconnect();
    },
  };
}

/** Buttons for the acts that `fits`, drawn by `draw`; a look that was taken leads back to what it brought. */
export function offer(slot, view, tools, {title, fits, again, draw = worded}) {
  const past = (act) => act.taken && !act.decision && act.answer;
  const acts = view.readonly ? [] : view.acts.filter((act) => fits(act) && (act.available || past(act)));
  slot.hidden = !acts.length;
  slot.setAttribute("role", "group");
  slot.setAttribute("aria-label", title);
  patch(slot, stamp(view.acts), () => [el("p", {class: "choices-title", "aria-hidden": "true"}, title), acts.map((act) => {
    const onclick = () => (act.available ? tools.act(act.index) : again(act.index));
    return draw(act, {type: "button", "data-act": act.index, "data-key": `act-${act.index}`, onclick}, tools);
  })]);
}

function worded({label, minutes}, press, tools) {
  return el("button", {class: "pick choice", ...press}, [el("span", {}, tools.node(label)),
    minutes > 0 && el("small", {}, tools.word("stage.minutes", {minutes}))]);
}

/** The element that a cue marks, in this scene's part of the conversation rather than in an earlier one. */
function marked(root, cueId) {
  const found = [...root.querySelectorAll(`[data-cue~="${cueId}"]`)];
  return found.find((element) => !element.closest(".earlier")) ?? found[0];
}

/**
 * What the stage has of a conversation in `section`: `update` is the channel's own, `open(on, cueId)` opens what hides
 * the thing that a cue is on, `end` ends what isn't on the page.
 */
export const conversation = ({section, talk, cues, update, open, end}) => ({
  update,
  reveal(cueId) {
    open?.(cues[cueId].on, cueId);
    return marked(section, cueId);
  },
  focus: () => section.contains(document.activeElement) || talk.focus(),
  destroy() {
    talk.end();
    end?.();
    section.remove();
  },
  placed: () => true,
  answered: () => true,
});

/** One panel at a time, the one opened last; looking back, all that were opened. */
export function latest(opened, {readonly}) {
  for (const key of readonly ? [] : [...opened].slice(0, -1)) opened.delete(key);
}

/** Whether nothing should move by itself. */
export const calm = (view) => view.readonly || matchMedia("(prefers-reduced-motion: reduce)").matches;
