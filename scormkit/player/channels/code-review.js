/** A code review in the browser: what is to be merged into what, its checks, each file's lines, comments in place. */
//# allFunctionsCalledOnLoad

import {el} from "../page.js";
import {ICONS, icon} from "./parts.js";
import {scriptLines} from "./script.js";
import "./toolbar.js";
import {head, records, someone} from "./work.js";

Object.assign(ICONS, {
  passed: ICONS.ignore,
  failed: ICONS.close,
  running: "M12 4a8 8 0 1 1-8 8M12 8v4l3 2",
  skipped: "M6 12h12",
});

/** Verbs that have a button on the page. */
export const BUTTONS = ["approve", "request-changes", "comment"];

const SIGNS = {"+": "plus", "-": "minus", "@": "hunk"};
const HEADER = /^(diff |index |--- |\+\+\+ )/;

/**
 * The lines of a unified diff: `{sign, text, before, now}`, with the number of the line before and after the change.
 * @param {string} diff plain text
 */
export function rows(diff) {
  const lines = diff.replace(/\n+$/, "").split("\n");
  const first = lines.findIndex((line) => line.startsWith("@@"));
  let [before, now] = [1, 1];
  return lines.map((text, index) => {
    const hunk = /^@@ -(\d+)\S* \+(\d+)/.exec(text);
    if (hunk) [before, now] = [Number(hunk[1]), Number(hunk[2])];
    if (text.startsWith("@@") || (index < first && HEADER.test(text))) return {sign: "@", text};
    const sign = "+-".includes(text[0] ?? " ") ? text[0] : " ";
    const rest = "+- ".includes(text[0] ?? "") ? text.slice(1) : text;
    return {sign, text: rest, ...(sign !== "+" && {before: before++}), ...(sign !== "-" && {now: now++})};
  });
}

/** The parts of the page above and below its text, and `render(place)` for what changes. */
export function parts(page, {view, tools, cue}) {
  const who = page.author && someone("author", page.author, {word: tools.word("review.author"), cue});
  const files = Object.entries(page.files ?? {}).map(([path, file]) => ({path, file, lines: rows(source(file.diff))}));
  const {number, repository, status, time, branch, into} = page;
  const code = (text) => text && el("code", {dir: "ltr"}, tools.node(text));
  const facts = {number: number && tools.node(number), status: status && tools.node(status), repository: code(repository),
    branch: code(branch), into: code(into), time: time && tools.node(time)};
  return {
    above: [head(facts, (name) => tools.word(`review.${name}`), cue), who?.slot],
    below: [
      page.checks && el("section", {class: "checks", "data-cue": cue("checks"), "aria-label": tools.word("review.checks")}, [
        el("h4", {}, tools.word("review.checks")), el("ul", {}, page.checks.map(check))]),
      records(tools.word("review.known"), page.known, cue, tools),
      files.length > 0 && overview(),
      files.map(change)],
    render: (place) => who?.render(place),
  };

  /** The compiler has escaped the diff; as text it is code again. */
  function source(diff) {
    return tools.node(diff).textContent;
  }

  function check({name, state}) {
    return el("li", {class: `check is-${state}`}, [
      icon(state), el("span", {}, tools.node(name)), el("b", {}, tools.word(`review.${state}`))]);
  }

  /** All files at a glance; each entry leads to its file. */
  function overview() {
    const title = tools.word("review.files", {count: files.length});
    return el("nav", {class: "change-list", "data-cue": cue("files"), "aria-label": title}, [
      el("h4", {}, title),
      el("ul", {}, files.map((each, n) => el("li", {}, el("button", {type: "button", class: "change-link", onclick: () => {
        const heading = document.getElementById(`change-${n}`);
        heading.scrollIntoView({block: "start"});
        heading.focus({preventScroll: true});
      }}, [icon("file"), el("bdi", {dir: "ltr"}, each.path), counts(each.lines)]))))]);
  }

  /** How many lines come and go: as signs, and in words. */
  function counts(lines) {
    const [added, removed] = ["+", "-"].map((sign) => lines.filter((line) => line.sign === sign).length);
    return el("span", {class: "change-counts"}, [
      el("span", {"aria-hidden": "true", dir: "ltr"}, [
        el("b", {class: "plus"}, `+${added}`), " ", el("b", {class: "minus"}, `−${removed}`)]),
      el("span", {class: "visually-hidden"}, tools.word("review.counts", {added, removed}))]);
  }

  function change({path, file, lines}, n) {
    const {comments, remarks = []} = file;
    const cuesAt = (index) => Object.entries(view.scene.cues ?? {}).filter(([, {on, line}]) => on === path && line === index)
      .map(([id]) => id).join(" ") || null;
    return el("section", {class: "change", "aria-labelledby": `change-${n}`}, [
      el("h4", {id: `change-${n}`, tabindex: "-1", "data-cue": cuesAt()}, [el("bdi", {dir: "ltr"}, path), counts(lines)]),
      el("table", {class: "diff", dir: "ltr", "aria-label": path}, [
        el("thead", {}, el("tr", {}, ["old", "new", "change", "code"].map((key) =>
          el("th", {scope: "col"}, el("span", {class: "visually-hidden"}, tools.word(`review.${key}`)))))),
        el("tbody", {}, lines.map((line, index) => [
          row(line, cuesAt(index)), remarks.filter((remark) => remark.line === index).map(remarked)]))]),
      comments && el("div", {class: "change-talk"}, scriptLines(comments, view, tools))]);
  }

  /** Comments at a line: a row of their own below it. */
  function remarked({comments}) {
    return el("tr", {class: "remark"}, el("td", {colspan: "4", dir: view.bundle.dir}, scriptLines(comments, view, tools)));
  }

  /** A line: the sign stays beside its tint, and is a word for whoever listens. */
  function row({sign, text, before, now}, cues) {
    const what = {"+": "added", "-": "removed"}[sign];
    const marked = cues ? el("span", {"data-cue": cues}, text) : text;
    return el("tr", {class: SIGNS[sign]}, sign === "@" ? el("td", {colspan: "4"}, marked) : [
      el("td", {class: "diff-number before"}, before), el("td", {class: "diff-number now"}, now),
      el("td", {class: "diff-sign"}, what && [el("span", {"aria-hidden": "true"}, sign.replace("-", "−")),
        el("span", {class: "visually-hidden"}, tools.word(`review.${what}`))]),
      el("td", {class: "diff-code"}, el("code", {}, marked))]);
  }
}
