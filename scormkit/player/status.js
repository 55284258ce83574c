/** Whether the learning system has what was decided: a word in the bar, a calm line if not, and all details. */
import {button, el} from "./dom.js";

const WORDS = {problem: "status.waiting", saving: "status.saving", saved: "status.saved", idle: "status.saved"};

/**
 * The status of a record.
 * @param {{mode: string}} session what the record's `open` answered
 * @param {{word: function, say: function, retry: function}} tools
 * @returns {{chip: HTMLElement, line: HTMLElement, dialog: HTMLDialogElement, show: function, practice: function,
 *   unsaved: function}}
 */
export function status({mode}, {word, say, retry}) {
  let latest = null;
  let silent = mode === "normal" ? null : word(mode === "none" ? "status.none" : "status.off");
  let failed = false;
  const text = el("span", {class: "status-text"});
  const chip = el("button", {type: "button", class: "status", "data-go": "status", onclick: open}, [
    el("span", {class: "status-dot", "aria-hidden": "true"}), text,
    el("span", {class: "visually-hidden"}, ` (${word("status.open")})`),
  ]);
  const line = el("div", {class: "notice bad", role: "group", hidden: true}, [
    el("p", {}, word("status.problem")),
    el("div", {class: "notice-acts"}, [
      button("retry-save", word("status.retry"), retry, "small"),
      button("details", word("status.details"), open, "small quiet"),
    ]),
  ]);
  const dialog = el("dialog", {class: "help-desk card", "aria-labelledby": "status-title"});
  draw();

  /** What the record's `watch` tells. */
  function show(now) {
    latest = now;
    draw();
  }

  function draw() {
    const state = silent ? "off" : standing();
    chip.dataset.state = state;
    chip.hidden = state === "idle";
    text.textContent = silent ?? word(WORDS[state]);
    const failing = state === "problem";
    if (failing !== failed) say(word(failing ? "status.problem" : "status.saved"));
    failed = failing;
    if (!failing && line.contains(document.activeElement)) chip.focus();
    line.hidden = !failing;
    if (dialog.open) fill();
  }

  function standing() {
    if (latest?.problem?.again) return "problem"; // one that isn't sent again lost nothing of the learner's
    if (latest?.pending) return "saving";
    return latest?.saved ? "saved" : "idle";
  }

  function open() {
    fill();
    dialog.showModal();
  }

  function fill() {
    const {problem, log = []} = latest ?? {};
    const told = problem ? ["call", "code", "text", "diagnostic"] : [];
    const rows = told.map((key) => [word(`status.${key}`), problem[key] || "–"]);
    const calls = log.slice(-50).map(spelled).join("\n");
    const report = [...rows.map((row) => row.join(": ")), calls].join("\n");
    const said = el("p", {class: "soft", role: "status"});
    const row = ([name, value]) => el("div", {}, [el("dt", {}, name), el("dd", {}, value)]);
    const all = {problem: "status.problem", saving: "status.saving"}[standing()] ?? "status.all-good";
    dialog.replaceChildren(el("div", {}, [
      el("h2", {id: "status-title"}, word("status.title")),
      el("p", {}, silent ?? word(all)),
      rows.length > 0 && [el("h3", {}, word("status.details")), el("dl", {class: "facts"}, rows.map(row))],
      el("h3", {id: "status-log"}, word("status.log")),
      calls ? el("textarea", {readonly: true, rows: 8, dir: "ltr", "aria-labelledby": "status-log"}, calls)
        : el("p", {class: "soft"}, word("status.no-log")),
      el("div", {class: "help-desk-acts"}, [
        problem?.again && button("retry-save", word("status.retry"), retry, "primary"),
        calls && button("copy", word("status.copy"), () => copy(report, said)),
        button("close", word("status.close"), () => dialog.close(), "", {autofocus: true}), said,
      ]),
    ]));
  }

  /** The clipboard may be shut in a frame: then the text is marked, so that the keys for copying work. */
  async function copy(report, said) {
    try {
      await navigator.clipboard.writeText(report);
      said.textContent = word("status.copied");
    } catch {
      dialog.querySelector("textarea").select();
    }
  }

  /** A call as one line: when, what, the answer, and the error code if there was one. */
  function spelled({at, call, args, answer, code, text = ""}) {
    const error = code === "0" ? "" : ` [${code}] ${text}`;
    return `${(at / 1000).toFixed(2)} ${call}(${args.map((arg) => `"${arg}"`).join(", ")}) = "${answer}"${error}`;
  }

  return {
    chip, line, dialog, show,
    /** From now on nothing is recorded. */
    practice: () => {
      silent = word("status.off");
      draw();
    },
    unsaved: () => Boolean(latest?.problem?.again || latest?.pending),
  };
}
