/** The push: a request to approve a sign-in, on a phone beside the task that the learner is busy with. */
//# allFunctionsCalledOnLoad

import {el} from "../page.js";
import {cuesOn, fact, icon, patch, stamp} from "./parts.js";
import {actButton} from "./toolbar.js";

const ANSWERS = ["approve", "deny"];
const MORE = ["report", "ignore", "block"];

/**
 * @param {HTMLElement} root
 * @param {object} view
 * @param {object} tools
 */
export function mount(root, view, tools) {
  const {app, text, number, shown, count = 1, time, task, ...content} = view.scene.content;
  const digits = number !== undefined && String(number).padStart(2, "0");
  const own = shown && !tools.plain(task?.body).includes(digits); // the page behind says it itself
  const cue = (on) => ({"data-cue": cuesOn(view, on)});
  const facts = Object.entries({account: content.account, device: content.device, location: content.location, time});
  const [answers, more] = [el("div", {class: "prompt-answers"}), el("div", {class: "prompt-more"})];
  const quiet = el("p", {class: "push-quiet"}, tools.word("push.quiet"));
  const prompt = el("div", {class: "prompt", role: "alertdialog", tabindex: "-1", "data-stack": Math.min(count, 3),
    "aria-labelledby": "prompt-app prompt-text", "aria-describedby": "prompt-facts"}, [
    el("p", {class: "prompt-head"}, [icon("lock"), el("b", {id: "prompt-app", ...cue("app")}, tools.node(app)),
      count > 1 && el("span", {class: "badge", ...cue("count")}, tools.word("push.count", {count}))]),
    el("div", {class: "prompt-text", id: "prompt-text", ...cue("text")}, tools.node(text)),
    el("dl", {id: "prompt-facts"}, facts.filter(([, value]) => value).map(([key, value]) =>
      fact(tools.word(`push.${key}`), el("span", cue(key), tools.node(value))))),
    digits && el("div", {class: "prompt-number", ...cue("number")}, [
      el("p", {}, tools.word("push.number")),
      el("p", {class: "digits"}, shown ? digits : [
        el("span", {"aria-hidden": "true"}, "––"), el("span", {class: "visually-hidden"}, tools.word("push.empty"))])]),
    answers, more]);
  const section = el("section", {class: "push", tabindex: "-1", "aria-label": tools.word("push.label")}, [
    task && el("div", {class: "task", ...cue("task")}, [
      el("p", {class: "task-bar"}, [icon("file"), el("span", {}, tools.node(task.title))]),
      el("div", {class: shown ? "task-page is-own" : "task-page", tabindex: "0", role: "group", "aria-label": tools.plain(task.title)}, [
        el("p", {class: "task-title"}, tools.node(task.title)),
        own && el("p", {class: "task-number"}, [tools.word("push.your-number"), el("b", {}, digits)]), tools.node(task.body)])]),
    el("div", {class: "push-phone"}, [
      el("p", {class: "push-clock", "aria-hidden": "true"}, time && tools.plain(time)), quiet, prompt])]);

  function render() {
    const row = (slot, verbs, look) => patch(slot, stamp(view.acts), () => view.acts
      .filter((act) => verbs.includes(act.do) && (act.available || view.readonly))
      .map((act) => actButton(view, tools, act, {look})));
    row(answers, ANSWERS, "button");
    row(more, MORE, "button quiet small");
    quiet.hidden = answers.hasChildNodes() || more.hasChildNodes();
    prompt.hidden = !quiet.hidden;
  }

  root.append(section);
  render();
  if (!view.readonly && quiet.hidden) {
    tools.say(tools.word("push.arrived", {app: tools.plain(app), text: tools.plain(text)}));
  }

  return {
    update(next) {
      view = next;
      render();
    },
    reveal: (cueId) => section.querySelector(`[data-cue~="${cueId}"]`),
    focus: () => (quiet.hidden ? prompt : section).focus(),
    destroy: () => section.remove(),
    placed: ({do: verb}) => [...ANSWERS, ...MORE].includes(verb),
  };
}
