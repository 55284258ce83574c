/** The debrief, for everybody: each sign shown in its place, then each decision with what it was worth and why. */
import {button, el, html, plain} from "./dom.js";
import {history} from "./engine.js";
import {view} from "./views.js";

const OUTCOMES = {right: "good", partial: "warn", wrong: "bad", neutral: ""};

/**
 * What there is to look back on, in the order of the visits: the signs of a thing before the decision about it.
 * @param {object} bundle
 * @param {object} state an ended play
 * @returns {{kind: "cue"|"decision", scene: string, cue?: string, act?: number, checked?: boolean|null}[]}
 */
export function points(bundle, state) {
  const visits = history(bundle, state);
  return [...new Set(visits.map(({scene}) => scene))].flatMap((id) => {
    const {acts, cues = {}} = bundle.scenes[id];
    const taken = visits.filter(({scene}) => scene === id).flatMap((visit) => visit.acts);
    const left = new Set(Object.keys(cues));
    const show = (cue) => {
      left.delete(cue);
      const checks = [...acts.keys()].filter((index) => acts[index].cues?.includes(cue));
      const checked = checks.length === 0 ? null : checks.some((index) => taken.includes(index));
      return {kind: "cue", scene: id, cue, checked};
    };
    const worth = ({decision, feedback, outcome = "neutral"}) => decision && (feedback || outcome !== "neutral");
    const decided = taken.filter((index) => worth(acts[index]));
    const before = decided.flatMap((index) => [
      ...[...left].filter((cue) => cues[cue].thing === acts[index].on).map(show),
      {kind: "decision", scene: id, act: index},
    ]);
    return [...before, ...[...left].map(show)];
  });
}

/**
 * Walks through the points of a play in `root`.
 * @param {HTMLElement} root
 * @param {object} bundle localised and filled
 * @param {object} state an ended play
 * @param {{word: function, channels: object, finish: function}} tools `finish` is called at the end of the walk
 * @returns {{clear: function}}
 */
export function debrief(root, bundle, state, {word, channels, finish}) {
  const steps = points(bundle, state);
  let at = 0;
  let shown = null; // the mounted scene
  const exhibit = el("div", {class: "exhibit"});
  const point = el("section", {class: "point card", "aria-labelledby": "point-title"});
  const list = el("details", {class: "points"});
  root.replaceChildren(el("article", {class: "debrief"}, [
    el("header", {class: "scene-head"}, [el("h1", {}, word("debrief.title"))]),
    list,
    el("div", {class: "debrief-body"}, [exhibit, point]),
  ]));
  const keys = ({target, key, altKey, ctrlKey, metaKey}) => {
    if (altKey || ctrlKey || metaKey || target.closest("input, textarea, select, dialog, [role=log]")) return;
    const [back, forward] = bundle.dir === "rtl" ? ["ArrowRight", "ArrowLeft"] : ["ArrowLeft", "ArrowRight"];
    if (key === forward && at < steps.length - 1) go(at + 1);
    if (key === back && at > 0) go(at - 1);
  };
  document.addEventListener("keydown", keys);
  scrollTo(0, 0);
  go(0);

  function go(index) {
    at = index;
    list.open = false;
    const step = steps[at];
    const target = place(step);
    point.replaceChildren(...(step.kind === "cue" ? sign(step) : decision(step)), controls());
    drawList();
    point.scrollTop = 0;
    point.querySelector("h2").focus({preventScroll: true});
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
    (target ?? exhibit).scrollIntoView({block: target ? "center" : "nearest", inline: "nearest", behavior});
  }

  /** The scene of a step, mounted once for all its steps; the element of its sign, marked. */
  function place({scene, cue, act}) {
    if (shown?.scene !== scene) {
      shown?.channel.destroy();
      const {channel} = bundle.scenes[scene];
      const inner = el("div", {class: `channel channel-${channel}`});
      exhibit.replaceChildren(el("h2", {class: "visually-hidden"}, html(bundle.scenes[scene].title)), inner);
      const tools = {act: () => {}, word, say: () => {}, node: html, plain};
      shown = {scene, channel: channels[channel].mount(inner, view(bundle, state, scene, true), tools)};
    }
    exhibit.querySelectorAll(".cue-shown").forEach((marked) => marked.classList.remove("cue-shown"));
    if (cue) {
      const element = shown.channel.reveal(cue);
      element?.classList.add("cue-shown");
      return element;
    }
    const {on} = bundle.scenes[scene].acts[act];
    if (on) exhibit.querySelector(`[data-open="${on}"]`)?.click(); // the thing that was decided on
    return null;
  }

  function sign({scene, cue, checked}) {
    const {content, cues} = bundle.scenes[scene];
    const {kind, why, thing, on} = cues[cue];
    const url = ((thing ? content.messages?.[thing] : content)?.links ?? {})[on]?.url;
    const words = on ? null : exhibit.querySelector(".cue-shown")?.textContent;
    return [
      head(scene, "cue", "debrief.cue"),
      el("h2", {id: "point-title", tabindex: -1}, word(`cue.${kind}`)),
      words && el("p", {class: "point-words"}, el("q", {}, words)),
      url && el("p", {class: "point-words"}, [`${word("debrief.leads")} `, el("bdi", {dir: "ltr"}, plain(url))]),
      el("div", {class: "point-why"}, html(why)),
      checked === true && el("p", {class: "point-check yes"}, word("debrief.checked")),
      checked === false && el("p", {class: "point-check"}, word("debrief.not-checked")),
    ].filter(Boolean);
  }

  function decision({scene, act: index}) {
    const {acts} = bundle.scenes[scene];
    const act = acts[index];
    const outcome = act.outcome ?? "neutral";
    const better = ["partial", "wrong"].includes(outcome)
      ? acts.filter((other) => other.decision && other.on === act.on && other.outcome === "right") : [];
    return [
      head(scene, OUTCOMES[outcome], `debrief.${outcome}`),
      el("h2", {id: "point-title", tabindex: -1}, [
        el("span", {class: "point-you"}, `${word("debrief.you-did")} `), html(label(act))]),
      act.feedback && el("div", {class: "point-why"}, html(act.feedback)),
      better.length > 0 && el("div", {class: "point-better"}, [
        el("h3", {}, word("debrief.better")),
        el("ul", {}, better.map((other) => el("li", {}, html(label(other))))),
      ]),
    ].filter(Boolean);
  }

  function label(act) {
    return act.label ?? word(`do.${act.do}`);
  }

  function head(scene, tone, key) {
    return el("p", {class: "point-head"}, [
      el("span", {class: `badge ${tone}`}, word(key)),
      el("span", {class: "point-where"}, html(bundle.scenes[scene].title)),
    ]);
  }

  function controls() {
    return el("div", {class: "point-controls"}, [
      button("previous", word("debrief.previous"), () => go(at - 1), "", {disabled: at === 0}),
      el("span", {class: "point-count"}, word("debrief.step", {n: at + 1, count: steps.length})),
      at === steps.length - 1 ? button("next", word("debrief.finish"), finish, "primary")
        : button("forward", word("debrief.next"), () => go(at + 1), "primary"),
    ]);
  }

  function drawList() {
    const item = ({kind, scene, cue, act}, index) => el("li", {}, el("button", {
      type: "button", class: "points-item", "aria-current": index === at && "step", onclick: () => go(index),
    }, [
      el("span", {class: `badge ${kind}`}, word(`debrief.${kind}`)),
      kind === "cue" ? word(`cue.${bundle.scenes[scene].cues[cue].kind}`) : html(label(bundle.scenes[scene].acts[act])),
    ]));
    const scenes = [...new Set(steps.map(({scene}) => scene))];
    list.replaceChildren(
      el("summary", {}, word("debrief.list")),
      ...scenes.map((scene) => el("div", {class: "points-scene"}, [
        el("h2", {}, html(bundle.scenes[scene].title)),
        el("ul", {role: "list"}, steps.map((step, index) => step.scene === scene && item(step, index))),
      ])),
      button("skip", word("debrief.finish"), finish, "small quiet"),
    );
  }

  return {
    clear: () => {
      document.removeEventListener("keydown", keys);
      shown?.channel.destroy();
      root.replaceChildren();
    },
  };
}
