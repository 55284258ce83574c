/** The author's bench: the real player in a frame, a strict LMS around it, and switches for what can go wrong. */
import {decode, encode, firstSeed, history, replay} from "/player/engine.js";
import {createLms} from "/player/preview_lms.js";

const at = (id) => document.getElementById(id);
const API = {"1.2": "API", 2004: "API_1484_11"};
const MOST_CALLS = 400;
const FAULTS = [
  ["commit", "Commit fails", "every Commit answers false"],
  ["lost", "Session lost", "the server has forgotten the learner"],
  ["initialize", "Initialize refused", "from the next start on"],
  ["throws", "Calls throw", "every call throws an error"],
  ["slow", "Slow Commit", "each blocks the page for a second"],
];
const MODES = [["", "Normal"], ["review", "Review"], ["browse", "Preview (browse)"]];

const learner = {id: "author-1", name: "Author, The"};
const faults = {};
let told = {problems: []}; // what the server said last
let ways = {}; // a shortest way to each scene and ending
let lms = null;
let kept = null; // what the LMS holds; it outlives a reload of the player
let calls = [];
let mode = "";
let moodle = false;
let shownMap = ""; // the SVG as it came

function edition() {
  return at("edition").value === "scorm12" ? "1.2" : "2004";
}

/** Ends the player's session as closing its window would, then launches it anew with what the LMS holds. */
function launch() {
  at("stage").replaceChildren(); // pagehide: the player says goodbye to the LMS it knows
  for (const name of Object.values(API)) delete window[name];
  calls = [];
  lms = createLms({
    edition: edition(), learner, faults, moodle, language: at("language").value,
    store: {load: () => kept, save: (stored) => void (kept = structuredClone(stored))},
    onCall: called,
  });
  lms.install(window);
  lms.launch({mode: mode === "" ? undefined : mode});
  const frame = document.createElement("iframe");
  frame.title = "Player";
  frame.src = `/package/${at("edition").value}/index.html`;
  at("stage").append(frame);
  showData();
}

/** Begins at a place in the story: the LMS is made to hold a suspended attempt that stands there. */
function begin(place) {
  at("stage").replaceChildren();
  stand(told.bundle, place);
  launch();
}

function stand(bundle, {seed, missed = [], path = []}) {
  const play = {counter: 1, seed, attempt: missed.length > 0 ? 2 : 1, missed, best: null, path};
  const status = edition() === "1.2" ? "cmi.core.lesson_status" : "cmi.completion_status";
  const values = {[status]: "incomplete", "cmi.suspend_data": encode(bundle, play)};
  kept = {values, exit: "suspend", ended: true, seconds: 0, activity: "not completed"};
}

/** Begins as a learner who has never been here. */
function over() {
  at("stage").replaceChildren();
  kept = null;
  launch();
}

/**
 * The place in the story under new rules: as many of the acts as can still be done. Before the first of them the LMS
 * holds nothing, but whoever has begun stays in the first scene.
 */
function carried(bundle, begun) {
  const held = kept?.values["cmi.suspend_data"];
  if (!held && begun) stand(bundle, {seed: firstSeed(learner.id, bundle.scenario)});
  if (!held || !told.bundle) return;
  const {play} = decode({...bundle, rules: held.split(".")[1]}, held);
  if (!play) return;
  for (let {path} = play; ; path = path.slice(0, -1)) {
    if (path.length === 0 || plays(bundle, {...play, path})) {
      kept.values["cmi.suspend_data"] = encode(bundle, {...play, counter: play.counter + 1, path});
      return;
    }
  }
}

function plays(bundle, play) {
  try {
    replay(bundle, play);
    return true;
  } catch {
    return false; // an act of the path is gone: the caller tries a shorter one
  }
}

function called(entry) {
  calls.push(entry);
  if (calls.length > MOST_CALLS) calls.shift();
  if (!called.due) called.due = requestAnimationFrame(() => {
    called.due = 0;
    showCalls();
    showData();
    showStory();
    showMap();
  });
}

function make(tag, text = "", attributes = {}, ...children) {
  const element = document.createElement(tag);
  element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function plain(html) {
  return new DOMParser().parseFromString(html, "text/html").body.textContent;
}

function showProblems() {
  const rows = told.problems.map(({file, line, column, severity, message, code, hint}) =>
    make("li", "", {class: severity}, make("code", `${file.split("/").pop()}:${line}:${column}`), make("p", message),
      ...(hint ? [make("p", hint, {class: "hint"})] : []), make("small", code)));
  const errors = told.problems.some(({severity}) => severity === "error");
  const note = errors ? "The player shows the last good build." : "No problems.";
  at("problems").replaceChildren(...(rows.length === 0 || errors ? [make("p", note)] : []), make("ul", "", {}, ...rows));
  at("tab-problems").textContent = rows.length ? `Problems (${rows.length})` : "Problems";
}

function playing() {
  const held = lms?.values()["cmi.suspend_data"] ?? kept?.values["cmi.suspend_data"];
  return held && told.bundle ? decode(told.bundle, held).play : undefined;
}

function showStory() {
  const {bundle} = told;
  if (!bundle) return;
  const play = playing();
  const visited = play && plays(bundle, play) ? history(bundle, play) : [];
  const names = visited.map(({scene}) => scene);
  const place = (name, title, note) => make("li", "", {}, make("button", plain(title), {
    type: "button", "data-scene": name, ...(names.at(-1) === name ? {"aria-current": "true"} : {}),
    ...(ways[name] ? {} : {disabled: ""}),
  }), make("small", names.includes(name) ? `${note} · played` : note));
  const scenes = Object.entries(bundle.scenes).map(([name, scene]) => place(name, scene.title, scene.channel));
  const endings = Object.entries(bundle.endings).map(([name, ending]) => place(name, ending.title, ending.kind));
  const taken = visited.flatMap(({scene, acts}) => acts.map((index) => bundle.scenes[scene].acts[index].id));
  at("story").replaceChildren(
    make("p", "Jump to a scene by a shortest way:"), make("ol", "", {}, ...scenes, ...endings),
    make("h2", "The way so far"), make("pre", taken.length ? `path: [${taken.join(", ")}]` : "nothing yet"));
}

/** The story drawn, with the way just played; a press on a scene leads there. */
async function showMap() {
  const map = at("map");
  if (map.hidden) return;
  const play = playing() ?? {seed: Number(at("seed").value), missed: [], path: []};
  const asked = new URLSearchParams({seed: play.seed});
  for (const objective of play.missed) asked.append("missed", objective);
  if (play.path.length > 0) asked.append("path", play.path.join(","));
  const turn = showMap.turn = (showMap.turn ?? 0) + 1;
  const text = await (await fetch(`/map.svg?${asked}`)).text();
  if (turn !== showMap.turn || text === shownMap) return; // the latest asked for is the one to show
  const first = shownMap === "";
  shownMap = text;
  if (text === "") {
    map.replaceChildren(make("p", "The map comes back when every name in the story leads somewhere."));
    return;
  }
  const drawing = document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true);
  const put = (element, attributes) => Object.entries(attributes).forEach((pair) => element?.setAttribute(...pair));
  put(drawing, {role: "group", "aria-labelledby": "graph-title", "aria-describedby": "graph-desc"}); // its scenes are buttons
  for (const [name, {title}] of Object.entries({...told.bundle?.scenes, ...told.bundle?.endings})) {
    const part = ways[name] && drawing.querySelector(`#graph-${name}`);
    put(part, {"data-jump": name, tabindex: 0, role: "button", "aria-label": plain(title)});
  }
  const visited = told.bundle && plays(told.bundle, play) ? history(told.bundle, play) : [];
  const here = drawing.querySelector(`#graph-${visited.at(-1)?.scene}`);
  here?.classList.add("here");
  const place = [map.scrollLeft, map.scrollTop];
  map.replaceChildren(drawing);
  map.scrollTo(...(first ? [(map.scrollWidth - map.clientWidth) / 2, 0] : place));
  here?.scrollIntoView({block: "center", inline: "center"});
}

function view(name) {
  for (const [shown, section] of [["player", "stage"], ["map", "map"]]) {
    at(`view-${shown}`).setAttribute("aria-pressed", String(shown === name));
    at(section).hidden = shown !== name;
  }
  at("fit").hidden = name !== "map";
  showMap();
}

function showCalls() {
  const rows = calls.map(({call, args, answer, code}) => make("tr", "", code === 0 ? {} : {class: code === 403 ? "quiet" : "error"},
    make("td", call), make("td", args.join(" = ")), make("td", String(answer ?? "threw")), make("td", code === 0 ? "" : String(code))));
  const head = make("tr", "", {}, ...["Call", "Argument", "Answer", "Error"].map((text) => make("th", text, {scope: "col"})));
  at("calls").replaceChildren(make("table", "", {}, make("thead", "", {}, head), make("tbody", "", {}, ...rows)));
  at("calls").scrollTop = at("calls").scrollHeight;
}

function showData() {
  const rows = Object.entries(lms.values()).map(([name, value]) => {
    const stored = kept?.values[name] === value;
    return make("tr", "", stored ? {} : {class: "unsaved"}, make("th", name, {scope: "row"}), make("td", value), make("td", stored ? "stored" : "not yet"));
  });
  at("data").replaceChildren(make("table", "", {}, make("tbody", "", {}, ...rows)));
}

function showFaults() {
  const box = ([name, label, note]) => {
    const input = make("input", "", {type: "checkbox", id: `fault-${name}`});
    input.checked = Boolean(faults[name]);
    input.addEventListener("change", () => {
      if (input.checked) faults[name] = name === "slow" ? 1000 : true;
      else delete faults[name];
    });
    return make("li", "", {}, make("label", "", {}, input, ` ${label}`), make("small", note));
  };
  const quirks = make("input", "", {type: "checkbox", id: "moodle"});
  quirks.checked = moodle;
  quirks.addEventListener("change", () => {
    moodle = quirks.checked;
    launch();
  });
  const modes = make("select", "", {id: "mode"}, ...MODES.map(([value, label]) => make("option", label, {value})));
  modes.value = mode;
  modes.addEventListener("change", () => {
    mode = modes.value;
    launch();
  });
  at("faults").replaceChildren(
    make("p", "What goes wrong from now on:"), make("ul", "", {}, ...FAULTS.map(box)),
    make("p", "", {}, make("label", "", {}, quirks, " Behave as Moodle does")),
    make("p", "", {}, make("label", "Launch mode ", {}, modes)));
}

function choose(tab) {
  for (const each of document.querySelectorAll("[role=tab]")) {
    const chosen = each === tab;
    each.setAttribute("aria-selected", String(chosen));
    each.tabIndex = chosen ? 0 : -1;
    at(each.getAttribute("aria-controls")).hidden = !chosen;
  }
  tab.focus();
}

function listen() {
  const tabs = [...document.querySelectorAll("[role=tab]")];
  for (const [n, tab] of tabs.entries()) {
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", ({key}) => {
      const step = {ArrowRight: 1, ArrowLeft: -1}[key];
      if (step) choose(tabs.at((n + step) % tabs.length));
    });
  }
  at("story").addEventListener("click", ({target}) => {
    const name = target.closest("[data-scene]")?.dataset.scene;
    if (name) begin(ways[name]);
  });
  const jump = ({target}) => {
    const name = target.closest("[data-jump]")?.dataset.jump;
    if (!name) return;
    view("player");
    begin(ways[name]);
    if (at("map").hidden) at("view-player").focus(); // what had focus is hidden
  };
  at("map").addEventListener("click", jump);
  at("map").addEventListener("keydown", (event) => {
    if (![" ", "Enter"].includes(event.key) || !event.target.closest("[data-jump]")) return;
    event.preventDefault();
    jump(event);
  });
  at("view-player").addEventListener("click", () => view("player"));
  at("view-map").addEventListener("click", () => view("map"));
  at("fit").addEventListener("click", () => {
    at("fit").setAttribute("aria-pressed", String(at("map").classList.toggle("fit")));
  });
  at("size").addEventListener("change", () => (at("stage").dataset.size = at("size").value));
  at("language").addEventListener("change", launch);
  at("edition").addEventListener("change", () => {
    const play = playing();
    if (play) begin(play);
    else over();
  });
  at("seed").addEventListener("change", () => begin({seed: Number(at("seed").value)}));
  at("again").addEventListener("click", over);
}

async function refresh() {
  const began = performance.now();
  const fresh = await (await fetch("/told.json")).json();
  const first = told.bundle === undefined;
  const changed = fresh.bundle?.digest !== told.bundle?.digest;
  if (changed && fresh.bundle) {
    const begun = at("stage").querySelector("iframe")?.contentDocument.querySelector(".scene") !== null && !first;
    at("stage").replaceChildren();
    carried(fresh.bundle, begun);
  }
  told = fresh;
  showProblems();
  showMap();
  if (!fresh.bundle) return;
  at("title").textContent = plain(fresh.bundle.title);
  const languages = [fresh.bundle.language, ...Object.keys(fresh.bundle.languages)];
  if (first) at("language").replaceChildren(...languages.map((tag) => make("option", tag, {value: tag})));
  if (changed) launch();
  showStory();
  at("built").textContent = `Build ${fresh.generation}, shown in ${Math.round(performance.now() - began)} ms`;
  if (!changed) return;
  ways = await (await fetch("/ways.json")).json();
  showStory();
  shownMap &&= " "; // drawn again: other scenes can be reached now
  showMap();
}

listen();
showFaults();
new EventSource("/events").addEventListener("message", refresh);
