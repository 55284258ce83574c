/** Ties engine, stage and record together: one session of one learner, from the start to the end. */
//# allFunctionsCalledOnLoad
import {el, frame, note, plain, saving, stage, welcome} from "./page.js";
import {available, decode, encode, filled, firstSeed, option, progress, replay, result, take} from "./engine.js";

const IDLE = 1000; // ms after a screen in which nothing is fetched

start();

/** Starts the player on this page, which stays as it came until all is there or there is something to say. */
async function start() {
  const {textContent, dataset} = document.getElementById("bundle");
  const source = JSON.parse(textContent);
  const parts = library(dataset.later);
  const {modules} = parts;
  const record = () => modules[dataset.first.split(" ")[0]];
  let session;
  const told = () => {
    session ??= record()?.open(window);
    return modules.languages?.spoken(source, [session?.language, ...navigator.languages]);
  };
  const page = () => frame(told()?.meanwhile ?? source);
  try {
    await whenLoaded(() => parts.load(dataset.first), page, () => {
      const other = told();
      return whenLoaded(() => parts.load(other?.file), page, () => {
        const bundle = other?.whole(modules[other.file].default) ?? source;
        run(record(), session, bundle, frame(bundle), parts);
      });
    });
  } catch (error) {
    broken(page(), () => location.reload());
    throw error; // a bug: the console has to know
  }
}

function broken({show, word}, again) {
  show(note(word("notice.broken"), [], [["reload", word("notice.reload"), again, "primary"]]));
}

/**
 * Modules by name, and the list of those for later. One that didn't come is asked for again under another address: some
 * browsers remember the failure.
 */
function library(later) {
  const modules = {};
  let tries = 0;

  async function load(names = "") {
    const again = tries > 0 ? `?${tries}` : "";
    const asked = names.split(" ").filter((name) => name && !modules[name]);
    try {
      await Promise.all(asked.map(async (name) => {
        modules[name] = await import(`./${name}.js${again}`);
      }));
    } catch (error) {
      tries += 1;
      throw error;
    }
  }

  const style = lasting(styled);
  const loaded = () => document.getElementById("player").setAttribute("data-loaded", "");
  return {
    modules, load,
    later: lasting(() => Promise.all([load(later), style()]).then(loaded)),
    has: ({channel, timer, content}) =>
      [`channels/${channel}`, `channels/${content.page?.kind}`, content.links && "channels/links", timer && "timer"]
        .every((name) => !later.split(" ").includes(name) || modules[name]),
  };
}

/** One promise for all who ask; after a failure, the next one's is a new try. */
function lasting(make) {
  let made = null;
  return () => made ??= make().catch((error) => {
    made = null;
    throw error;
  });
}

/** The second stylesheet. */
function styled() {
  return new Promise((onload, fail) => {
    const onerror = () => {
      link.remove();
      fail(new Error("later.css didn't come"));
    };
    const link = el("link", {rel: "stylesheet", href: "later.css", onload, onerror});
    document.head.append(link);
  });
}

/** Goes on once `load` has brought everything; until then a page waits. A failure can be tried again. */
async function whenLoaded(load, page, then) {
  const wait = setTimeout(() => {
    const {show, word} = page();
    show(el("p", {class: "waiting"}, word("notice.wait")));
  }, 400);
  try {
    await load();
  } catch (error) {
    broken(page(), () => whenLoaded(load, page, then));
    console.error(error);
    return;
  } finally {
    clearTimeout(wait);
  }
  return then();
}

function run(record, session, bundle, page, parts) {
  const {word, say} = page;
  const scene = stage(page.main, {word, say, modules: parts.modules, act});
  const bar = saving(session, {word, say, retry: saveAgain, open: showDetails});
  const leaveButton = el("button", {type: "button", class: "button small quiet", "data-go": "leave", onclick: leave});
  let play = null;
  let counted = null; // the play before practice
  let passing = null; // a line that goes with the next scene
  let afterwards = null;
  let refill = null; // brings the open details up to date
  let since = performance.now();
  let closed = false;

  page.tools.append(bar.chip, leaveButton);
  page.notices.append(bar.line);
  record.watch((status) => {
    bar.show(status);
    refill?.();
  });
  if (session.mode !== "normal") page.notice(`notice.${session.mode}`);
  addEventListener("pagehide", () => record.close());
  addEventListener("pageshow", ({persisted}) => persisted && location.reload()); // its session is closed

  const kept = session.state ? resume(session.state) : {};
  if (kept.problem) passing = page.notice(`notice.${kept.problem}`, true);
  const seed = firstSeed(session.learner, bundle.scenario);
  play = kept.play ?? fresh({seed, attempt: 1, missed: [], best: null, counter: 0, path: []});
  if (!kept.play) {
    page.main.append(welcome(play.bundle, word, draw, parts.modules.timer)); // at the top of a page that was empty
    label();
    setTimeout(ahead, IDLE);
  } else if (play.state.ending !== null) {
    if (session.mode === "normal") finish();
    else ended();
  } else {
    passing = page.notice("notice.welcome-back", true);
    draw();
  }

  /** A play from what is kept of it: the bundle as its variant reads, and the engine's state at the end of the path. */
  function fresh({seed, missed, path, ...rest}) {
    const shown = filled(bundle, (pool) => option(bundle, pool, seed));
    return {practice: false, ...rest, bundle: shown, state: replay(shown, {seed, missed, path})};
  }

  function resume(text) {
    const {play: found, problem} = decode(bundle, text);
    if (problem) return {problem};
    try {
      return {play: fresh(found)};
    } catch {
      return {problem: "unreadable"}; // a path that the rules don't allow: not one of ours
    }
  }

  function stateText() {
    play.counter += 1;
    const {seed, missed, path} = play.state;
    return encode(bundle, {...play, seed, missed, path});
  }

  function recording() {
    return session.mode === "normal" && !play.practice;
  }

  function label() {
    page.way.value = progress(play.bundle, play.state);
    leaveButton.textContent = word(recording() && play.state.ending === null ? "bar.leave" : "bar.done");
  }

  function draw() {
    const next = play.bundle.scenes[play.state.scene];
    if (!parts.has(next)) {
      scene.clear();
      return withAll(draw);
    }
    scene.show(play.bundle, play.state);
    page.name(next.title);
    label();
    since = performance.now();
    setTimeout(ahead, IDLE);
  }

  function withAll(then) {
    return whenLoaded(parts.later, () => page, () => closed || then());
  }

  /** What comes later, before it is needed; what fails now is asked for again then. */
  function ahead() {
    if (!closed) parts.later().catch((error) => console.warn(error));
  }

  /** The learner does it. */
  function act(index) {
    const {bundle: shown, state: before} = play;
    if (!available(shown, before).includes(index)) return; // pressed twice
    play.state = take(shown, before, index);
    if (before.scene !== play.state.scene) passing?.remove();
    const {decision} = shown.scenes[before.scene].acts[index];
    if (play.state.ending !== null) return finish(details(before, index));
    if (recording()) {
      if (decision) record.save({...standing(), decision: details(before, index)});
      else record.touch({state: stateText()});
    }
    if (decision) ahead();
    draw();
  }

  function worth() {
    return result(play.bundle, play.state);
  }

  function standing() {
    return {state: stateText(), progress: progress(play.bundle, play.state)};
  }

  /**
   * A decision as an interaction: what can be chosen there, what is right, what was chosen. The choices are all of that
   * place, open or not, so that each keeps its letter (SCORM 1.2 RTE 3.4, CMIFeedback).
   */
  function details({scene: place}, index) {
    const {title, acts} = play.bundle.scenes[place];
    const {id, on, label: text, do: verb, outcome = "neutral", score = {}} = acts[index];
    const choices = acts.filter((other) => other.decision && other.on === on);
    return {
      id: on ? `${place}.${on}` : place,
      act: id,
      choices: choices.map((other) => other.id),
      right: choices.filter((other) => other.outcome === "right").map((other) => other.id),
      outcome,
      points: Object.values(score).reduce((sum, points) => sum + points, 0),
      latency: Math.round((performance.now() - since) / 10) / 100,
      time: new Date(),
      description: `${plain(title)}: ${text ? plain(text) : word(`do.${verb}`)}`,
    };
  }

  /** At an ending: the result is recorded, once per try, and shown. */
  function finish(decision) {
    play.best = Math.max(play.best ?? 0, worth().score);
    if (recording()) conclude(decision);
    ended();
  }

  function conclude(decision) {
    record.finish({...standing(), ...worth(), final: final(), decision});
  }

  /** Tries left after this one; null without a limit. */
  function triesLeft() {
    const limit = bundle.retry?.limit ?? null;
    return limit === null ? null : Math.max(limit + 1 - play.attempt, 0);
  }

  function final() {
    return worth().passed || triesLeft() === 0;
  }

  function ended() {
    scene.clear();
    label();
    withAll(() => {
      const {after, debrief} = {...parts.modules.after, ...parts.modules.debrief};
      const tools = {word, modules: parts.modules};
      afterwards = after(page, play, {
        recorded: recording() || session.mode === "review", practice: !recording() || final(), left: triesLeft(),
        debrief: (root, shown, state, finish) => debrief(root, shown, state, {...tools, finish}), leave, anew,
      });
    });
  }

  function anew() {
    const {seed} = play.state;
    const missed = worth().objectives.filter(({met}) => !met).map(({id}) => id);
    const practice = !recording() || final();
    if (practice && session.mode === "normal" && !play.practice) {
      passing = null;
      page.notice("notice.practice");
      bar.practice();
      counted = play;
    }
    const {attempt, best, counter} = play;
    play = fresh({seed: seed + 1, attempt: attempt + 1, missed, best, counter, path: [], practice});
    if (recording()) record.touch({state: stateText()});
    draw();
  }

  function saveAgain() {
    const shown = play;
    play = counted ?? play;
    if (play.state.ending === null) record.save(standing());
    else conclude();
    play = shown;
  }

  /** For the help desk. Without it the bar says the same in a word. */
  async function showDetails() {
    await parts.later().catch(() => say(word("notice.broken")));
    refill = parts.modules.details?.details(bar.details, {word, retry: saveAgain});
  }

  /** The end of the session: closed once, and the window too if it is ours to close. */
  function leave() {
    const over = play.state.ending !== null;
    const recorded = session.mode === "normal";
    closed = true;
    record.close();
    scene.clear();
    afterwards?.clear();
    page.bar.hidden = true;
    page.notices.replaceChildren();
    const how = !recorded ? "unrecorded" : bar.unsaved() ? "unsaved" : over || play.practice ? "finished" : "saved";
    page.show(note(word("closed.title"), [word(`closed.${how}`)]));
    page.name("");
    if (how !== "unsaved") closeWindow();
  }
}

/** Closes a window that was opened for the player: our own, or the LMS's popup around us. Any other stays. */
function closeWindow() {
  try {
    if (window.top === window ? window.opener : window.top.opener && !window.top.menubar.visible) window.top.close();
  } catch {
    // the frame around us is another origin's: it stays open, and the page says what to do
  }
}
