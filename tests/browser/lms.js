/** The page of an LMS, for tests: a package in a frame, and runtimes that listen to each call and keep what is committed. */
import {createLms} from "./preview_lms.js";

const CALLS = {
  "1.2": [
    "LMSInitialize", "LMSFinish", "LMSGetValue", "LMSSetValue", "LMSCommit", "LMSGetLastError", "LMSGetErrorString", "LMSGetDiagnostic",
  ],
  2004: ["Initialize", "Terminate", "GetValue", "SetValue", "Commit", "GetLastError", "GetErrorString", "GetDiagnostic"],
};
const NAMES = {"1.2": "API", 2004: "API_1484_11"};
const QUERY = ["GetLastError", "GetErrorString", "GetDiagnostic"];
let popup = null;

/** Kept by the server at once; a page that is going away may only send a beacon. */
function keep(attempt, runtime, data) {
  const [url, body] = [`/attempts/${attempt}/${runtime}`, JSON.stringify(data)];
  try {
    const request = new XMLHttpRequest();
    request.open("POST", url, false);
    request.send(body);
  } catch {
    // Of beacons there may be only so much on the way; this page itself stays, so that it may fetch.
    if (!navigator.sendBeacon(url, body)) fetch(url, {method: "POST", body});
  }
}

const RUNTIMES = {
  /** Our own LMS, as strict as the standard. */
  strict({attempt, strict = {}, kept = {}, ...options}) {
    let stored = kept.strict ?? null;
    let commitSequence = 0; // beacons may overtake each other
    const store = {
      load: () => stored,
      save: (now) => {
        stored = structuredClone(now);
        commitSequence += 1;
        keep(attempt, "strict", {...stored, commitSequence});
      },
    };
    const lms = createLms({...options, ...strict, store});
    if (options.mode) lms.launch({mode: options.mode});
    return {api: lms.api, faults: lms.faults, drop: lms.drop};
  },
  /** npm's scorm-again, which commits to the server by itself. */
  again({attempt, edition, learner, mode = "normal", kept = {}}) {
    const settings = {
      autocommit: false, logLevel: 5, lmsCommitUrl: `/attempts/${attempt}/again`, terminateCommitPayloadField: "ended",
      includeCommitSequence: true,
    };
    const api = edition === "1.2" ? new window.Scorm12API(settings) : new window.Scorm2004API(settings);
    const credit = mode === "normal" ? "credit" : "no-credit";
    const resumed = kept.again ? "resume" : "ab-initio";
    const cmi = structuredClone(kept.again?.cmi ?? {});
    if (edition === "1.2") {
      const {session_time: dropped, ...core} = cmi.core ?? {};
      cmi.core = {...core, student_id: learner.id, student_name: learner.name, lesson_mode: mode, credit, entry: resumed};
    } else {
      delete cmi.session_time;
      Object.assign(cmi, {learner_id: learner.id, learner_name: learner.name, mode, credit, entry: resumed});
    }
    api.loadFromJSON(cmi, "cmi");
    return {api};
  },
};

/** One API for all runtimes: each hears every call, the first one answers; what each of them said is noted. */
function listening(edition, runtimes, calls) {
  const lastError = CALLS[edition][5];
  return Object.fromEntries(CALLS[edition].map((call) => [call, (...args) => {
    const said = Object.entries(runtimes).map(([runtime, {api}]) => {
      const entry = {runtime, call, args, answer: "", code: "thrown"};
      if (!QUERY.some((name) => call.endsWith(name))) calls.push(entry);
      entry.answer = String(api[call](...args));
      entry.code = String(api[lastError]());
      return entry.answer;
    });
    return said[0];
  }]));
}

const FRAMES = {
  iframe: (url) => document.body.replaceChildren(frame(url)),
  nested: (url) => document.body.replaceChildren(frame(`portal.html?src=${encodeURIComponent(url)}`)),
  popup: (url) => { popup = window.open(url, "course", "width=1000,height=700"); },
  "popup with a frame": (url) => {
    popup = window.open(`portal.html?src=${encodeURIComponent(url)}`, "course", "width=1000,height=700");
  },
};

function frame(src) {
  return Object.assign(document.createElement("iframe"), {id: "course", title: "Course", src});
}

window.lms = {
  calls: [],
  runtimes: {},
  /** Opens a package as `options` say: edition, url, frame, attempt, runtimes, learner, mode, kept, strict. */
  launch(options) {
    this.leave();
    const {edition, url, frame: kind, runtimes} = options;
    this.calls = [];
    this.runtimes = Object.fromEntries(runtimes.map((name) => [name, RUNTIMES[name](options)]));
    for (const name of Object.values(NAMES)) delete window[name];
    if (runtimes.length > 0) window[NAMES[edition]] = listening(edition, this.runtimes, this.calls);
    FRAMES[kind](url);
  },
  /** Settles once the course shows its first screen: whether it does, as far as one may look into it. */
  async shown() {
    for (const until = performance.now() + 20000; performance.now() < until;) {
      try {
        let page = popup?.document ?? document;
        for (let course; (course = page.querySelector("#course"));) page = course.contentDocument;
        if (page.querySelector("#player .screen, #player .scene")) return true;
      } catch {
        return false; // of another origin, or not there yet
      }
      await new Promise((done) => setTimeout(done, 4));
    }
    return false;
  },
  /** The LMS takes the course away, without a word to it. */
  leave() {
    document.body.replaceChildren();
    popup?.close();
    popup = null;
  },
};
