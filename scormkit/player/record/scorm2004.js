/** The record of an attempt in SCORM 2004's words, 3rd and 4th edition alike. */
import {recordIn} from "./session.js";

const RESULTS = {right: "correct", wrong: "incorrect"}; // what is partly right, or neither, is neutral
const PATTERNS = 10; // correct responses that an LMS must keep of a choice (RTE 4.2.9.1)
const DESCRIPTION = 250;

export const {open, save, finish, touch, close, watch} = recordIn({
  name: "API_1484_11",
  call: (name) => name,
  alreadyOpen: "103",
  probe: "cmi.completion_status",
  lost: ["122", "123", "132", "133", "142", "143"],
  limit: 64000,
  elements: {
    mode: "cmi.mode", state: "cmi.suspend_data", learner: "cmi.learner_id", language: "cmi.learner_preference.language",
  },
  kept(get) {
    const completion = get("cmi.completion_status");
    const passed = get("cmi.success_status") === "passed";
    const raw = get("cmi.score.raw");
    return {
      passed, score: passed ? Number(raw) : 0, completed: completion === "completed",
      fresh: ["", "unknown", "not attempted"].includes(completion), zeros: raw !== "" && !raw.includes("."),
    };
  },
  begin(put, {fresh}) {
    if (fresh) put("cmi.completion_status", "incomplete");
    put("cmi.exit", "suspend");
  },
  /** Untouched statuses stay unknown. */
  browse() {},
  progress(put, progress) {
    put("cmi.progress_measure", decimal(progress));
  },
  interaction,
  /** Everything in one commit well before Terminate: an LMS may look at completion only when values come again. */
  finish({put}, {passed, completed, score, zeros, objectives}) {
    for (const {at, percent, met} of objectives) {
      scored(put, `${at}.score`, percent, zeros);
      put(`${at}.success_status`, met ? "passed" : "failed");
    }
    scored(put, "cmi.score", score, zeros);
    if (completed) put("cmi.progress_measure", "1");
    put("cmi.success_status", passed ? "passed" : "failed");
    put("cmi.completion_status", completed ? "completed" : "incomplete");
  },
  end(put, seconds) {
    put("cmi.session_time", duration(seconds));
    put("cmi.exit", "suspend");
  },
  /** A failed batch can be sent as it was: LMSs compare with what they loaded. */
  again: (batch) => [batch],
});

/** RTE 4.2.9: the id first, then the type, then what depends on it. */
function interaction({id, act, choices, right, outcome, points, latency, time, description = ""}) {
  const told = description.replace(/\s+/g, " ").replace(/^[ {]+/, "").slice(0, DESCRIPTION).trim();
  const fields = [
    ["id", id.replace(/[^\w.-]/g, ".")],
    ["type", "choice"],
    ["timestamp", `${time.toISOString().slice(0, 22)}Z`], // two decimals: LMSs refuse three, and Z after none
    ...right.slice(0, PATTERNS).map((choice, n) => [`correct_responses.${n}.pattern`, short(choice)]),
    ["weighting", String(points ?? 0)],
    ["learner_response", short(act)],
    ["result", RESULTS[outcome] ?? "neutral"],
    ["latency", duration(latency)],
  ];
  return told ? [...fields, ["description", told]] : fields;
}

/** A choice's identifier of letters, digits, `_` and `.` only: LMSs refuse a hyphen. */
function short(choice) {
  return choice.replace(/[^A-Za-z0-9.]/g, "_");
}

/** With zeros where loaded without: an LMS may not send a score that is back at what it was at first. */
function scored(put, at, score, zeros) {
  put(`${at}.min`, "0");
  put(`${at}.max`, "100");
  put(`${at}.raw`, zeros ? score.toFixed(1) : String(score));
  put(`${at}.scaled`, zeros ? (score / 100).toFixed(3) : decimal(score / 100));
}

/** A plain decimal: LMSs refuse exponents and a missing leading digit. */
function decimal(number) {
  return String(Number(number.toFixed(4)));
}

/** PTnHnMnS, never days: LMSs add those up wrongly (RTE 4.1.1.7). */
function duration(seconds) {
  const hundredths = Math.round(Math.max(seconds, 0) * 100);
  const minutes = Math.floor(hundredths / 6000);
  return `PT${Math.floor(minutes / 60)}H${minutes % 60}M${(hundredths % 6000) / 100}S`;
}
