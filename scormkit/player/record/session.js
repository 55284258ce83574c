/**
 * One session with an LMS: its API found, calls that never throw, values kept until they are known to be stored; and
 * what is written of an attempt, when, and what never: the rules that the records of both editions share.
 */
//# allFunctionsCalledOnLoad

const TOGETHER = 300; // ms in which decisions share a commit, since each blocks the page for 20 to 200 ms
const LONGEST_WAIT = 60000; // ms between two tries to store
const TRIES = 20; // by the clock: a quarter of an hour; each save and the network's return try too
const DOUBTS = 3; // times that a value may fail without a reason while others don't
const LOG = 500;
const YES = ["true", "1"];
const GENERAL = "101"; // general error, in both editions
const THROWN = "thrown";
const STEPS = 500; // frames to look through, as in SCORM 2004 RTE 3.3.1; the 7 of 1.2's sample are few for nested portals

/** Opens it; `tongue` has the edition's names and codes, and `tell` hears the status at each change. */
function openSession(win, tongue, tell) {
  const api = findApi(win, tongue.name, tongue.call("Initialize"));
  const began = Date.now();
  const log = [];
  const refused = new Set(); // elements that the LMS won't take
  const doubts = new Map(); // element -> how often it failed without a reason
  const offline = []; // batches taken while the browser had no network: perhaps never sent
  const queue = []; // Maps of element -> value, each for a commit of its own, in order
  let connected = false;
  let ended = false;
  let saved = null;
  let trouble = null; // what goes away once everything is stored
  let refusal = null; // what the LMS won't take, however often it is sent
  let timer;
  let waiting = ""; // what the timer is for: "decisions" or "retry"
  let tries = 0;
  let mayReopen = false; // once a flush

  function call(name, ...args) {
    const entry = {at: Date.now() - began, call: tongue.call(name), args, answer: "", code: "0", good: false};
    try {
      entry.answer = String(api[entry.call](...args) ?? "");
      entry.good = name === "GetValue" ? entry.answer !== "" : YES.includes(entry.answer);
      if (!entry.good) entry.code = ask("GetLastError");
      entry.good ||= name === "GetValue" && entry.code === "0";
    } catch (error) {
      Object.assign(entry, {code: THROWN, text: String(error)});
    }
    log.push(entry);
    if (log.length > LOG) log.shift();
    return entry;
  }

  function ask(name, ...args) {
    try {
      return String(api[tongue.call(name)](...args) ?? "");
    } catch {
      return ""; // it can't explain itself; the refused call is told all the same
    }
  }

  /** A refused call as a problem; `again`: what it was about will be sent again. */
  function told({call: name, args, code, text = ask("GetErrorString", code)}, again) {
    return {call: name, element: args[0], code, text, diagnostic: ask("GetDiagnostic", code), again};
  }

  function said(text, name) {
    return {call: name, element: "", code: "", text, diagnostic: "", again: false};
  }

  function isLost({code}) {
    return code === THROWN || tongue.lost.includes(code);
  }

  function initialize() {
    const entry = call("Initialize", "");
    connected = entry.good;
    if (entry.code === tongue.alreadyOpen) { // by a reload of our frame alone
      connected = call("GetValue", tongue.probe).good;
    }
    if (!connected) refusal = told(entry, false);
  }

  function reopen() {
    connected = mayReopen && call("Initialize", "").good;
    mayReopen = false;
    return connected;
  }

  /** Sets and commits a batch; what is left in it afterwards isn't stored. */
  function send(batch) {
    const unsure = [];
    for (const [element, value] of batch) {
      const entry = call("SetValue", element, value);
      if (entry.good) continue;
      trouble = told(entry, true);
      if (isLost(entry)) return reopen() && send(batch);
      if (["", "0", GENERAL].includes(entry.code)) unsure.push(entry);
      else refuse(batch, entry);
    }
    const entry = call("Commit", "");
    if (!entry.good) {
      trouble = told(entry, true);
      return (isLost(entry) || entry.code === GENERAL) && reopen() && send(batch);
    }
    [connected, saved, tries] = [true, new Date(), 0];
    if (isOffline()) offline.push(new Map(batch));
    batch.clear();
    for (const doubtful of unsure) {
      const [element, value] = doubtful.args;
      batch.set(element, value);
      doubts.set(element, (doubts.get(element) ?? 0) + 1);
      if (doubts.get(element) >= DOUBTS) refuse(batch, doubtful);
    }
    return batch.size === 0;
  }

  function refuse(batch, entry) {
    batch.delete(entry.args[0]);
    refused.add(entry.args[0]);
    refusal = told(entry, false);
  }

  function isOffline() {
    return win.navigator?.onLine === false;
  }

  function flush() {
    clearTimeout(timer);
    [waiting, mayReopen] = ["", true];
    if (!isOffline()) queue.unshift(...offline.splice(0).flatMap(tongue.again));
    while (queue.length > 0 && (queue[0].size === 0 || send(queue[0]))) queue.shift();
    if (queue.length > 0) {
      queue.splice(0, 1, ...tongue.again(queue[0]));
      retry();
    } else {
      trouble = null;
    }
    tell(status());
  }

  function retry() {
    if (ended || tries >= TRIES) return;
    waiting = "retry";
    timer = setTimeout(flush, Math.min(1000 * 2 ** tries, LONGEST_WAIT));
    tries += 1;
  }

  function status() {
    const pending = queue.reduce((sum, batch) => sum + batch.size, 0);
    return {connected, pending, saved, problem: trouble ?? refusal, log: [...log]};
  }

  function hasUnsaved() {
    return queue.length + offline.length > 0;
  }

  if (api) initialize();
  else refusal = said(`no ${tongue.name} in any window`, "");

  return {
    status, refused, flush,
    isOpen: () => connected && !ended,
    isEnded: () => ended,
    /** An element's value, "" without one; asked twice before a fault is believed. */
    get(element) {
      const broken = (entry) => isLost(entry) || entry.code === GENERAL;
      let entry = call("GetValue", element);
      if (broken(entry)) entry = call("GetValue", element);
      if (broken(entry)) trouble = told(entry, true);
      return entry.answer;
    },
    /** Keeps a value for the next commit. */
    put(element, value) {
      if (queue.length === 0) queue.push(new Map());
      queue.at(-1).set(element, value);
    },
    /** What is put from here on gets a commit of its own. */
    part: () => void queue.push(new Map()),
    /** Stores shortly, with whatever else comes until then. */
    soon() {
      if (waiting !== "decisions") {
        clearTimeout(timer);
        waiting = "decisions";
        timer = setTimeout(flush, TOGETHER);
      }
      tell(status());
    },
    /** Stores what is waiting: the page went out of sight, or the network is back. */
    settle() {
      if (hasUnsaved() && !ended) flush();
    },
    /** Reports what no call to the LMS has said. */
    note(text, name) {
      refusal = said(text, name);
      tell(status());
    },
    /** Stores and says goodbye; nothing may follow (SCORM 1.2 RTE 3.3, SCORM 2004 RTE 3.1). */
    end() {
      if (!api) return;
      ended = true;
      if (hasUnsaved()) flush();
      for (const batch of queue) for (const pair of batch) call("SetValue", ...pair); // Terminate may store them
      const entry = call("Terminate", "");
      if (!entry.good) refusal ??= told(entry, false);
      connected = false;
      tell(status());
    },
  };
}

/**
 * The LMS's API: in this window or the nearest parent with it, else by way of the opener, else of the top's opener
 * (SCORM 1.2 RTE 3.3.6, SCORM 2004 RTE 3.3.1). `initialize` names the function that makes it one: an element with
 * id="API" isn't. Null without one.
 */
export function findApi(win, name, initialize) {
  const ways = [() => win, () => win.opener, () => win.top.opener];
  for (const way of ways) {
    let here = attempt(way);
    for (let step = 0; here && step < STEPS; step += 1) {
      const found = attempt(() => here[name]);
      if (typeof attempt(() => found[initialize]) === "function") return found;
      const above = attempt(() => here.parent);
      here = above === here ? null : above;
    }
  }
  return null;
}

/** A window of another origin throws at each touch: the API isn't there. */
function attempt(look) {
  try {
    return look();
  } catch {
    return null;
  }
}

// An attempt.

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
