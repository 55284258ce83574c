/** The debrief, for everybody: message by message and scene by scene, what was decided, and each sign in its place. */
import {button, channel, el, html, plain} from "./page.js";
import {available, history, start, take, view} from "./engine.js";

const OUTCOMES = {right: "good", partial: "warn", wrong: "bad", neutral: ""};
const FOLLOWING = 4; // Node.DOCUMENT_POSITION_FOLLOWING
const ALARMS = ["report", "delete", "block", "deny", "decline", "hang-up", "revoke", "request-changes"];

/**
 * What there is to look back on, in the order of the visits: a step for each message, or for a scene as a whole.
 * `honest`: raising the alarm about it would have been wrong. A cue that no look checks is neither checked nor missed.
 * @param {object} bundle
 * @param {object} state an ended play
 * @returns {{scene: string, thing?: string, honest: boolean, decisions: number[],
 *   cues: {cue: string, checked: boolean|null}[]}[]}
 */
export function points(bundle, state) {
  const visits = history(bundle, state);
  return [...new Set(visits.map(({scene}) => scene))].flatMap((scene) => {
    const {acts, cues = {}} = bundle.scenes[scene];
    const taken = visits.filter((visit) => visit.scene === scene).flatMap((visit) => visit.acts);
    const worth = ({decision, feedback, outcome = "neutral"}) => decision && (feedback || outcome !== "neutral");
    const decided = taken.filter((index) => worth(acts[index]));
    const things = new Set([...decided.map((index) => acts[index].on), ...Object.values(cues).map(({thing}) => thing)]);
    const checked = (cue) => {
      const looks = [...acts.keys()].filter((index) => acts[index].cues?.includes(cue));
      return looks.length === 0 ? null : looks.some((index) => taken.includes(index));
    };
    return [...things].map((thing) => ({
      scene, thing,
      honest: isHonest(acts.filter(({on}) => on === thing)),
      decisions: decided.filter((index) => acts[index].on === thing),
      cues: Object.keys(cues).filter((cue) => cues[cue].thing === thing).map((cue) => ({cue, checked: checked(cue)})),
    }));
  });
}

/** The right decisions that were open when this one was taken; none if it was right itself. */
export function better(bundle, state, scene, index) {
  const {acts} = bundle.scenes[scene];
  const {on, outcome} = acts[index];
  if (!["partial", "wrong"].includes(outcome)) return [];
  let now = start(bundle, state);
  for (const each of state.path) {
    if (now.scene === scene && each === index) break;
    now = take(bundle, now, each);
  }
  return available(bundle, now).filter((other) => acts[other].outcome === "right" && acts[other].on === on);
}

function isHonest(acts) {
  const alarms = acts.filter((act) => act.decision && ALARMS.includes(act.do)).map(({outcome}) => outcome);
  return alarms.includes("wrong") && !alarms.includes("right");
}

/**
 * Walks through the points of a play in `root`.
 * @param {HTMLElement} root
 * @param {object} bundle localised and filled
 * @param {object} state an ended play
 * @param {{word: function, modules: object, finish: function}} tools `finish` is called at the end of the walk
 * @returns {{clear: function}}
 */
export function debrief(root, bundle, state, {word, modules, finish}) {
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
    const signs = place(steps[at]);
    point.replaceChildren(...card(steps[at], signs), controls());
    drawList();
    point.scrollTop = 0;
    point.querySelector("h2").focus({preventScroll: true});
    seek(signs.find(({mark}) => mark)?.mark);
  }

  function seek(mark) {
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
    (mark ?? exhibit).scrollIntoView({block: mark ? "center" : "nearest", inline: "nearest", behavior});
  }

  /** The scene of a step, mounted once for all its steps; its signs with their elements, numbered from top to bottom. */
  function place({scene, thing, cues}) {
    if (shown?.scene !== scene) mount(scene);
    exhibit.querySelectorAll("[data-sign]").forEach((marked) => delete marked.dataset.sign);
    if (thing) exhibit.querySelector(`[data-open="${thing}"]`)?.click();
    const find = ({cue}) => exhibit.querySelector(`.intro [data-cue~="${cue}"]`) ?? shown.channel.reveal(cue);
    cues.forEach(find); // each opens what hides it; only then does every element stand where it stays
    const signs = cues.map((cue) => ({...cue, mark: find(cue)}));
    const follows = ({mark: a}, {mark: b}) => (a === b ? 0 : a && b && a.compareDocumentPosition(b) & FOLLOWING ? -1 : 1);
    signs.sort(follows).forEach(({mark}, n) => {
      if (mark) mark.dataset.sign = [mark.dataset.sign, n + 1].filter(Boolean).join(" ");
    });
    return signs;
  }

  function mount(id) {
    shown?.channel.destroy();
    const {channel: kind, title, intro = ""} = bundle.scenes[id];
    const inner = el("div", {class: `channel channel-${kind}`});
    exhibit.replaceChildren(el("h2", {class: "visually-hidden"}, html(title)),
      intro.includes("data-cue") ? el("div", {class: "intro"}, html(intro)) : "", inner);
    const tools = {act: () => {}, word, say: () => {}};
    shown = {scene: id, channel: channel(modules, inner, view(bundle, state, id, true), tools)};
  }

  function card(step, signs) {
    const {scene, thing, honest, decisions} = step;
    exhibit.classList.toggle("is-honest", honest);
    return [
      el("p", {class: "point-head"}, [
        thing && el("span", {class: "soft"}, html(bundle.scenes[scene].title)),
        honest && (thing || bundle.scenes[scene].channel === "push") && el("span", {class: "badge"}, word("debrief.honest"))]),
      el("h2", {id: "point-title", tabindex: -1}, name(step)),
      decisions.map((index) => decision(scene, index)),
      signs.length > 0 && el("h3", {}, word(honest ? "debrief.remarks" : "debrief.signs")),
      signs.length > 0 && el("ol", {class: "signs", role: "list"}, signs.map((one, n) => sign(scene, one, n))),
    ].flat().filter(Boolean);
  }

  /** A message is named by its subject, a scene by its title. */
  function name({scene, thing}) {
    const {title, content} = bundle.scenes[scene];
    return html(content?.messages?.[thing]?.subject ?? title);
  }

  function sign(scene, {cue, checked, mark}, n) {
    const {content, cues} = bundle.scenes[scene];
    const {kind, why, thing, on, line} = cues[cue];
    const url = ((thing ? content.messages?.[thing] : content)?.links ?? content.page?.links ?? {})[on]?.url;
    const words = (!on || line !== undefined) && mark?.textContent;
    return el("li", {class: "sign"}, [
      el("button", {type: "button", class: "sign-name", onclick: () => seek(mark)}, [
        el("span", {class: "sign-mark"}, n + 1), el("b", {}, word(`cue.${kind}`))]),
      words && el("q", {class: "sign-words"}, words.trim()),
      url && el("p", {class: "sign-words"}, [`${word("debrief.leads")} `, el("bdi", {dir: "ltr"}, plain(url))]),
      el("div", {}, html(why)),
      checked !== null && el("p", {class: `sign-check ${checked ? "yes" : ""}`},
        word(checked ? "debrief.checked" : "debrief.not-checked")),
    ]);
  }

  function decision(scene, index) {
    const {acts} = bundle.scenes[scene];
    const {outcome = "neutral", feedback} = acts[index];
    const served = better(bundle, state, scene, index);
    return el("div", {class: "decided"}, [
      el("p", {}, [el("span", {class: `badge ${OUTCOMES[outcome]}`}, word(`debrief.${outcome}`)), " ",
        el("span", {class: "soft"}, `${word("debrief.you-did")} `), el("b", {}, html(label(acts[index])))]),
      feedback && el("div", {}, html(feedback)),
      served.length > 0 && el("div", {class: "better"}, [
        el("h3", {}, word("debrief.better")),
        el("ul", {}, served.map((other) => el("li", {}, html(label(acts[other]))))),
      ]),
    ]);
  }

  function label(act) {
    return act.label ?? word(`do.${act.do}`);
  }

  function controls() {
    return el("div", {class: "point-controls"}, [
      button("previous", word("debrief.previous"), () => go(at - 1), "", {disabled: at === 0}),
      el("span", {class: "soft"}, word("debrief.step", {n: at + 1, count: steps.length})),
      at === steps.length - 1 ? button("next", word("debrief.finish"), finish, "primary")
        : button("forward", word("debrief.next"), () => go(at + 1), "primary"),
    ]);
  }

  function drawList() {
    const item = (step, index) => el("li", {}, el("button", {
      type: "button", class: "points-item", "aria-current": index === at && "step", onclick: () => go(index),
    }, [
      el("span", {}, name(step)),
      step.decisions.map((act) => bundle.scenes[step.scene].acts[act].outcome ?? "neutral").map((outcome) =>
        el("span", {class: `badge ${OUTCOMES[outcome]}`}, word(`debrief.${outcome}`))),
    ]));
    list.replaceChildren(
      el("summary", {}, word("debrief.list")),
      el("ol", {role: "list"}, steps.map(item)),
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
