/** Ties engine, stage and record together: one session of one learner, from the start to the end. */
import {button, el, plain, words} from "./dom.js";
import {available, option, replay, result, take} from "./engine.js";
import {ending, note, welcome} from "./screens.js";
import {stage} from "./stage.js";
import {decode, encode, firstSeed} from "./state.js";
import {status} from "./status.js";
import {apply, choose, filled} from "./texts.js";
import {progress} from "./views.js";

/**
 * Starts the player on this page.
 * @param {object} record one edition's record of an attempt
 */
export async function start(record) {
  const source = JSON.parse(document.getElementById("bundle").textContent);
  const session = record.open(window);
  const bundle = apply(source, choose(source, [session.language, ...navigator.languages]));
  const modules = load(bundle);
  const page = frame(bundle);
  try {
    run(record, session, bundle, page, await modules);
  } catch (error) {
    const reload = ["reload", page.word("notice.reload"), () => location.reload(), "primary"];
    page.show(note(page.word("notice.broken"), [], [reload]));
    throw error; // a bug, or a file that did not come: the console has to know
  }
}

/** The channels in use, and the debrief; asked for at once, so that they are there when Begin is pressed. */
async function load(bundle) {
  const names = [...new Set(Object.values(bundle.scenes).map(({channel}) => channel))];
  const asked = names.map((name) => import(`./channels/${name}.js`));
  const [{debrief}, ...channels] = await Promise.all([import("./debrief.js"), ...asked]);
  return {debrief, channels: Object.fromEntries(names.map((name, i) => [name, channels[i]]))};
}

/** The page around everything: bar, notices, the main part, the voice for screen readers. */
function frame(bundle) {
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

function run(record, session, bundle, page, {channels, debrief}) {
  const {word, say} = page;
  const scene = stage(page.main, {word, say, channels, act});
  const saving = status(session, {word, say, retry: saveAgain});
  const leaveButton = button("leave", "", leave, "small quiet");
  let play = null;
  let passing = null; // a line that goes with the next scene
  let walk = null;
  let since = performance.now();

  page.tools.append(saving.chip, leaveButton);
  page.notices.append(saving.line);
  document.body.append(saving.dialog);
  record.watch(saving.show);
  if (session.mode !== "normal") page.notice(`notice.${session.mode}`);
  addEventListener("pagehide", () => record.close());
  addEventListener("pageshow", ({persisted}) => persisted && location.reload()); // its session is closed

  const kept = session.state ? resume(session.state) : {};
  if (kept.problem) passing = page.notice(`notice.${kept.problem}`, true);
  const seed = firstSeed(session.learner?.id ?? "", bundle.scenario);
  play = kept.play ?? fresh({seed, attempt: 1, missed: [], best: null, counter: 0, path: []});
  if (!kept.play) {
    page.show(welcome(play.bundle, word, draw));
    label();
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
    scene.show(play.bundle, play.state);
    page.name(play.bundle.scenes[play.state.scene].title);
    label();
    since = performance.now();
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
    draw();
  }

  function standing() {
    const {bundle: shown, state} = play;
    return {state: stateText(), progress: progress(shown, state), objectives: result(shown, state).objectives};
  }

  /** A decision as an interaction: what could be chosen then, what was right, what was chosen. */
  function details(before, index) {
    const {title, acts} = play.bundle.scenes[before.scene];
    const {id, on, label: text, do: verb, outcome = "neutral", score = {}} = acts[index];
    const open = available(play.bundle, before).map((i) => acts[i]);
    const choices = open.filter((other) => other.decision && other.on === on);
    return {
      id: on ? `${before.scene}.${on}` : before.scene,
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
    const {score, passed, objectives} = result(play.bundle, play.state);
    play.best = Math.max(play.best ?? 0, score);
    if (recording()) record.finish({...standing(), score, passed, final: final(), objectives, decision});
    ended();
  }

  /** Tries left after this one; null without a limit. */
  function triesLeft() {
    const limit = bundle.retry?.limit ?? null;
    return limit === null ? null : Math.max(limit + 1 - play.attempt, 0);
  }

  function final() {
    return result(play.bundle, play.state).passed || triesLeft() === 0;
  }

  function ended() {
    scene.clear();
    walk?.clear();
    const outcome = result(play.bundle, play.state);
    const recorded = recording() || session.mode === "review";
    const acts = [["debrief", word("result.debrief"), lookBack, "primary large"]];
    page.show(ending(play.bundle, play.state, outcome, {word, best: play.best, recorded, acts}));
    page.name(play.bundle.endings[play.state.ending].title);
    label();
  }

  function lookBack() {
    page.name(word("debrief.title"));
    walk = debrief(page.main, play.bundle, play.state, {word, channels, finish: whatNext});
  }

  function whatNext() {
    walk?.clear();
    const practice = !recording() || final();
    const left = triesLeft();
    const done = ["done", word("next.done"), leave, practice ? "primary" : ""];
    const more = ["debrief", word("next.debrief"), lookBack];
    const again = practice ? ["practice", word("next.practice"), anew]
      : ["retry", word("next.retry"), anew, "primary"];
    page.show(note(word("next.title"), [
      word(practice ? "next.practice-why" : "next.retry-why"),
      !practice && left !== null && word("next.left", {count: left}),
    ], practice ? [done, again, more] : [again, more, done]));
    page.name(word("next.title"));
  }

  function anew() {
    const {seed} = play.state;
    const missed = result(play.bundle, play.state).objectives.filter(({met}) => !met).map(({id}) => id);
    const practice = !recording() || final();
    if (practice && session.mode === "normal" && !play.practice) {
      passing = null;
      page.notice("notice.practice");
      saving.practice();
    }
    const {attempt, best, counter} = play;
    play = fresh({seed: seed + 1, attempt: attempt + 1, missed, best, counter, path: [], practice});
    if (recording()) record.touch({state: stateText()});
    draw();
  }

  function saveAgain() {
    if (play.state.ending === null) record.save(standing());
    else record.finish({...standing(), ...result(play.bundle, play.state), final: final()});
  }

  /** The end of the session: closed once, and the window too if it is ours to close. */
  function leave() {
    const over = play.state.ending !== null;
    const recorded = session.mode === "normal";
    record.close();
    scene.clear();
    walk?.clear();
    page.bar.hidden = true;
    page.notices.replaceChildren();
    const how = !recorded ? "unrecorded" : saving.unsaved() ? "unsaved" : over || play.practice ? "finished" : "saved";
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
