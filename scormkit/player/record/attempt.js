/** What is written of an attempt, when, and what never: the rules that the records of both editions share. */
//# allFunctionsCalledOnLoad
import {openSession} from "./session.js";

const INTERACTIONS = 250; // what an LMS must keep at least (SCORM 2004 RTE 4.2.9)
const NOTHING = {mode: "none", state: "", language: "", learner: ""};

/**
 * An edition's record of an attempt. Nothing thrown ever leaves it; what went wrong is told through `watch`.
 * A session always ends with exit `suspend`: after any other an LMS may hand back nothing of a finished attempt, so
 * its result couldn't be shown again. Completion follows from the status, not from the exit.
 * @param {object} tongue the edition's elements, formats and order of writing
 */
export function recordIn(tongue) {
  const watchers = new Set();
  let session = null;
  let began = 0;
  let mode = "none";
  let kept = {passed: false, completed: false, score: 0}; // the best that the LMS has, or will have
  let interactions = 0;
  let objectives = null; // id -> index, once read
  let last = ""; // the decision written last

  function tell(status) {
    for (const watcher of watchers) calm(watcher)(status);
  }

  /** Only an attempt in normal mode is written: some LMSs store whatever a review or a preview sets. */
  function writes(name) {
    if (mode === "normal" && session.isEnded()) session.note("the session has ended: this isn't stored", name);
    return mode === "normal" && !session.isEnded();
  }

  function remember(state) {
    const {elements, limit} = tongue;
    if (state.length <= limit) session.put(elements.state, state);
    else session.note(`the state has ${state.length} characters; ${limit} fit into ${elements.state}`, "put");
  }

  function interact(decision) {
    const key = decision ? `${decision.id} ${decision.time.getTime()}` : last;
    if (key === last || interactions >= INTERACTIONS) return;
    if (session.refused.has(`cmi.interactions.${interactions - 1}.id`)) return; // this LMS doesn't keep them
    const at = `cmi.interactions.${interactions}`;
    for (const [field, value] of tongue.interaction(decision)) session.put(`${at}.${field}`, value);
    interactions += 1;
    last = key;
  }

  /** Where an objective is, by its id: an LMS may have filled in index 0 from the manifest. */
  function objective(id) {
    if (objectives === null) {
      const count = Number(session.get("cmi.objectives._count")) || 0;
      objectives = new Map(Array.from({length: count}, (_, n) => [session.get(`cmi.objectives.${n}.id`), n]));
    }
    if (!objectives.has(id)) {
      objectives.set(id, objectives.size);
      session.put(`cmi.objectives.${objectives.get(id)}.id`, id);
    }
    return `cmi.objectives.${objectives.get(id)}`;
  }

  function open(win) {
    close();
    session = openSession(win, tongue, tell);
    [began, objectives, last, mode] = [Date.now(), null, "", "none"];
    if (!session.isOpen()) {
      tell(session.status());
      return NOTHING;
    }
    const read = (name) => session.get(tongue.elements[name]);
    const said = read("mode");
    mode = ["review", "browse"].includes(said) ? said : "normal"; // an LMS without modes means normal
    const opened = {mode, state: read("state"), language: read("language"), learner: read("learner")};
    kept = tongue.kept(session.get);
    if (mode === "normal") {
      interactions = Number(session.get("cmi.interactions._count")) || 0;
      tongue.begin(session.put, kept);
      session.soon();
    } else if (mode === "browse") {
      tongue.browse(session.put, kept);
    }
    win.addEventListener?.("pagehide", record.close);
    win.addEventListener?.("online", session.settle);
    win.document?.addEventListener?.("visibilitychange", session.settle);
    tell(session.status());
    return opened;
  }

  function save({state, progress, decision}) {
    if (!writes("save")) return;
    interact(decision);
    remember(state);
    if (!kept.completed) tongue.progress(session.put, progress);
    session.soon();
  }

  function finish({state, score, passed, final, objectives: percents, decision}) {
    if (!writes("finish")) return;
    interact(decision);
    remember(state);
    const lower = kept.passed && !(passed && score >= kept.score);
    if (!lower) {
      kept = {...kept, passed, completed: passed || final, score};
      tongue.finish(session, {...kept, objectives: percents.map(({id, ...rest}) => ({at: objective(id), ...rest}))});
    }
    session.flush();
  }

  function touch({state}) {
    if (writes("touch")) remember(state);
  }

  function close() {
    if (session === null || session.isEnded()) return;
    if (mode === "normal") tongue.end(session.put, (Date.now() - began) / 1000);
    session.end();
  }

  function watch(watcher) {
    watchers.add(watcher);
    if (session !== null) tell(session.status());
  }

  /** A fault of ours, or of a watcher, must not stop the play: the console is told, and the play goes on. */
  function calm(run, otherwise) {
    return (...args) => {
      try {
        return run(...args);
      } catch (error) {
        (globalThis.reportError ?? console.error)(error);
        return otherwise;
      }
    };
  }

  const record = {
    open: calm(open, NOTHING), save: calm(save), finish: calm(finish),
    touch: calm(touch), close: calm(close), watch: calm(watch),
  };
  return record;
}
