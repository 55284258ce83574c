/** The record of an attempt in SCORM 1.2's words. */
import {recordIn} from "./session.js";

const STATUS = "cmi.core.lesson_status";
const STATE = "cmi.suspend_data";
const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"; // a choice is one character (RTE 3.4, CMIFeedback)
const RESULTS = {right: "correct", wrong: "wrong"}; // what is partly right, or neither, is neutral
const LONGEST = 3599999999; // 9999:59:59.99 in hundredths (RTE 3.4, CMITimespan)
const DETOURS = {passed: "completed", failed: "incomplete"};

export const {open, save, finish, touch, close, watch} = recordIn({
  name: "API",
  call: (name) => (name === "Terminate" ? "LMSFinish" : `LMS${name}`),
  alreadyOpen: "101",
  probe: STATUS,
  lost: ["301"],
  limit: 4096,
  elements: {
    mode: "cmi.core.lesson_mode", state: STATE, learner: "cmi.core.student_id", language: "cmi.student_preference.language",
  },
  kept(get) {
    const status = get(STATUS);
    const passed = status === "passed";
    const fresh = ["", "not attempted", "browsed", "unknown"].includes(status);
    const score = passed ? Number(get("cmi.core.score.raw")) : 0;
    return {fresh, passed, score, completed: !fresh && status !== "incomplete"};
  },
  begin(put, {fresh}) {
    if (fresh) put(STATUS, "incomplete");
    put("cmi.core.exit", "suspend");
  },
  /** LMSFinish turns an untouched status into `completed`, even in a preview; `browsed` is this mode's word. */
  browse(put, {fresh}) {
    if (fresh) put(STATUS, "browsed");
  },
  /** 1.2 has no element for progress. */
  progress() {},
  interaction,
  /** Status and score in two commits: an LMS that stores the score first may not notice the new status. */
  finish(session, {passed, completed, score, objectives}) {
    for (const {at, percent, met} of objectives) {
      scored(session.put, `${at}.score`, percent);
      session.put(`${at}.status`, met ? "passed" : "failed");
    }
    session.put(STATUS, passed ? "passed" : completed ? "failed" : "incomplete");
    session.part();
    scored(session.put, "cmi.core.score", score);
  },
  end(put, seconds) {
    put("cmi.core.session_time", timespan(seconds));
    put("cmi.core.exit", "suspend");
  },
  again,
});

/** The id first, then the type; all of it can only be written (RTE 3.4). */
function interaction({id, act, choices, right, outcome, points, latency, time}) {
  const letter = (choice) => LETTERS[choices.indexOf(choice)];
  const answers = right.map(letter).filter((sign) => sign !== undefined);
  const fields = [
    ["id", id.replace(/[^\w.-]/g, ".").slice(0, 255)],
    ["type", "choice"],
    ["time", [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(":")],
    ...answers.map((sign, n) => [`correct_responses.${n}.pattern`, sign]),
    ["weighting", String(points ?? 0)],
    ["student_response", letter(act)],
    ["result", RESULTS[outcome] ?? "neutral"],
    ["latency", timespan(latency)],
  ];
  return fields.filter(([, value]) => value !== undefined);
}

function scored(put, at, score) {
  put(`${at}.min`, "0");
  put(`${at}.max`, "100");
  put(`${at}.raw`, String(score));
}

/**
 * A failed batch in other words of the same meaning: an LMS that took it for stored sends only what differs.
 * The counter in the state goes up, 70 becomes 70.0, and a final status goes by way of another.
 */
function again(batch) {
  const respelled = new Map([...batch].map(([element, value]) => [element, respell(element, value)]));
  const detour = DETOURS[batch.get(STATUS)];
  return detour ? [new Map([[STATUS, detour]]), respelled] : [respelled];
}

function respell(element, value) {
  if (element === STATE) {
    return value.replace(/^(1\.\w+\.)(\w+)/, (_, head, counter) => head + (parseInt(counter, 36) + 1).toString(36));
  }
  if (!/\.score\.\w+$/.test(element)) return value;
  return value.endsWith(".0") ? value.slice(0, -2) : `${value}.0`;
}

/** HHHH:MM:SS.SS (RTE 3.4, CMITimespan). */
function timespan(seconds) {
  const hundredths = Math.min(Math.round(Math.max(seconds, 0) * 100), LONGEST);
  const whole = Math.floor(hundredths / 100);
  const hours = String(Math.floor(whole / 3600)).padStart(4, "0");
  return `${hours}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}.${two(hundredths % 100)}`;
}

function two(number) {
  return String(number).padStart(2, "0");
}
