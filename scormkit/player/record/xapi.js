/** Hears what a record of an attempt is told, and tells a learning record store the same in xAPI. */
import settings from "../lrs.js";
import {decode} from "../engine.js";
import {openOutbox} from "./outbox.js";
import {statements} from "./statements.js";

const SPAN = 36 ** 4; // the counter of a state counts below this; above it stands the second in which the attempt began
const COUNTER = /^(1\.\w+\.)(\w+)(?=\.)/;

/**
 * Hears the calls so far, and each one from now on before the record does. The record never waits for any of this, and
 * nothing thrown here reaches it.
 * @param {{name: string, given: *, at: number, answer: *}[]} calls
 * @param {object} record the edition's own
 * @param {number} wait the timer that brought us here
 */
export function hear(calls, record, wait, {told = settings, win = window} = {}) {
  win.clearInterval?.(wait);
  if (told === null || Object.hasOwn(calls, "push")) return; // a second one that was on its way
  const heard = hearing(record, told, win);
  const calm = (call) => {
    try {
      heard[call.name]?.(call);
    } catch (error) {
      win.console.error(error);
    }
  };
  const before = calls.splice(0);
  calls.push = calm;
  before.forEach(calm);
  calm({name: "ready"});
}

function hearing(record, told, win) {
  const watchers = new Set();
  let latest = null; // the record's own status
  let log = [];
  let sitting = null; // null: nothing is told
  let saved = null; // the last state, as the record is to have it
  let owed = false; // whether the record has it in another form, from before we came

  /** The panel for the help desk shows our requests below the record's calls. */
  function show() {
    if (latest === null) return;
    for (const watcher of watchers) watcher({...latest, log: [...latest.log, ...log]});
  }

  function open({answer: {mode, state, learner}, at}) {
    if (mode !== "normal") return;
    const {location, document} = win;
    const homePage = told.homePage || `${location.origin}/`;
    const name = `scormkit.xapi ${told.activity} ${learner}`;
    const outbox = openOutbox(told, name, win, (now) => {
      log = now;
      show();
    }, at);
    if (learner === "" || !/^https?:/.test(homePage)) {
      outbox.note("nothing is told", [learner, homePage], "", "no account", "the LMS gives no id, or its page no address");
      return;
    }
    const bundle = JSON.parse(document.getElementById("bundle").textContent);
    const about = {learner, opened: at, language: document.documentElement.lang || told.language};
    const {play} = decode(bundle, state);
    sitting = {outbox, bundle, about, settings: {...told, homePage}, resumes: began(state), last: null, told: new Set(), closed: false};
    begin((play && sitting.resumes) || seconds(at));
    tell(play ? sitting.says.resumed(at) : sitting.says.initialized(at));
    win.addEventListener("online", outbox.retry);
  }

  function begin(second) {
    Object.assign(sitting, {began: second, says: statements(sitting.settings, {...sitting.about, began: second})});
  }

  function tell(statement) {
    if (sitting.told.has(statement.id)) return;
    sitting.told.add(statement.id);
    sitting.outbox.add(statement);
  }

  /** The state as the record is to keep it: with the second in which the attempt began. */
  function keep(call) {
    const {state} = call.given;
    if (sitting.resumes && !began(state)) { // what was kept couldn't be played on: this is another attempt
      sitting.resumes = 0;
      if (sitting.began !== seconds(sitting.about.opened)) {
        begin(seconds(call.at));
        tell(sitting.says.initialized(call.at));
      }
    }
    owed = !began(state);
    saved = began(state) ? state : state.replace(COUNTER, (_, head, count) => head + number(sitting.began, count));
    call.given = {...call.given, state: saved};
  }

  function save(call) {
    keep(call);
    const {decision} = call.given;
    if (!decision) return;
    sitting.last = null; // a result of the try before
    tell(sitting.says.answered(decision, decode(sitting.bundle, saved).play));
  }

  /** Without a decision it is a result of an earlier sitting, or one more try to save: that was told in its moment. */
  function finish(call) {
    save(call);
    const {decision, passed, score, final, objectives} = call.given;
    sitting.last = {passed, score, completed: passed || final, objectives};
    if (!decision) return;
    const {play} = decode(sitting.bundle, saved);
    tell(sitting.says.judged(sitting.last, play, decision.time));
    if (sitting.last.completed) tell(sitting.says.completed(play, decision.time));
  }

  function close({at}) {
    if (!sitting.closed) tell(sitting.says.left(sitting.last, at));
    sitting.closed = true;
    sitting.outbox.leave();
  }

  /** What was saved before we came is marked too, so that the next sitting knows the attempt. */
  function ready() {
    record.watch((status) => {
      latest = status;
      show();
    });
    if (owed && !sitting.closed) record.touch({state: saved}); // goes with the next commit, and tells nobody that it waits
  }

  const inSitting = (run) => (call) => sitting && run(call);
  return {
    open, save: inSitting(save), touch: inSitting(keep), finish: inSitting(finish), close: inSitting(close),
    watch: ({given}) => watchers.add(given),
    ready: inSitting(ready),
  };
}

function seconds(ms) {
  return Math.floor(ms / 1000);
}

function number(second, count) {
  return (second * SPAN + parseInt(count, 36)).toString(36);
}

/** The second in which the attempt of a state began; 0 in one that doesn't say. */
function began(state) {
  return Math.floor(parseInt(COUNTER.exec(state)?.[2] ?? "0", 36) / SPAN);
}
