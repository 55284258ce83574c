/** All that is known of saving, in a dialog: for the learner in a sentence, for the help desk to the last call. */
import {button, el} from "./page.js";

const SENTENCES = {problem: "status.problem", saving: "status.saving", off: "status.off"};

/**
 * Opens the dialog; answers the function that brings it up to date.
 * @param {function} read what `saving` in page.js answers as its details
 * @param {{word: function, retry: function}} tools
 */
export function details(read, {word, retry}) {
  const gone = () => dialog.remove();
  const dialog = el("dialog", {class: "help-desk card", "aria-labelledby": "status-title", onclose: gone});
  document.body.append(dialog);
  fill();
  dialog.showModal();

  function fill() {
    const {problem, log = [], silent, standing} = read();
    const told = problem ? ["call", "code", "text", "diagnostic"] : [];
    const rows = told.map((key) => [word(`status.${key}`), problem[key] || "–"]);
    const calls = log.slice(-50).map(spelled).join("\n");
    const report = [...rows.map((row) => row.join(": ")), calls].join("\n");
    const said = el("p", {class: "soft", role: "status"});
    const row = ([name, value]) => el("div", {}, [el("dt", {}, name), el("dd", {}, value)]);
    dialog.replaceChildren(el("div", {}, [
      el("h2", {id: "status-title"}, word("status.title")),
      el("p", {}, silent ?? word(SENTENCES[standing] ?? "status.all-good")),
      rows.length > 0 && [el("h3", {}, word("status.details")), el("dl", {class: "facts"}, rows.map(row))],
      el("h3", {id: "status-log"}, word("status.log")),
      calls ? el("textarea", {readonly: true, rows: 8, dir: "ltr", "aria-labelledby": "status-log"}, calls)
        : el("p", {class: "soft"}, word("status.no-log")),
      el("div", {class: "actions"}, [
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

  return () => dialog.open && fill();
}

/** A call as one line: when, what, the answer, and the error code if there was one. */
function spelled({at, call, args, answer, code, text = ""}) {
  const error = code === "0" ? "" : ` [${code}] ${text}`;
  return `${(at / 1000).toFixed(2)} ${call}(${args.map((arg) => `"${arg}"`).join(", ")}) = "${answer}"${error}`;
}
