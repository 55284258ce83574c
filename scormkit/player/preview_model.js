/** The run-time data models of SCORM 1.2 and 2004 as tables, for the preview's LMS: access, format and first value of each element. */

/** What a format says of a value: it fits, is of another type, or lies outside its range. */
export const [FITS, MISTYPED, OUTSIDE] = ["fits", "mistyped", "outside"];

const when = (test) => (value) => (test(value) ? FITS : MISTYPED);
const text = (most) => when((value) => value.length <= most);
const shape = (pattern, most = 65535) => when((value) => pattern.test(value) && value.length <= most);
const oneOf = (...words) => when((value) => words.includes(value));

const number = (pattern, from, to) => (value) => {
  if (!pattern.test(value)) return MISTYPED;
  return Number(value) >= from && Number(value) <= to ? FITS : OUTSIDE;
};
const real = (from = -Infinity, to = Infinity) => number(/^-?\d+(\.\d{1,7})?$/, from, to);
const realOr = (...words) => (value) => (words.includes(value) ? FITS : real()(value));

/** SCORM 1.2 RTE 3.4: CMIDecimal, CMIIdentifier, CMITime, CMITimespan. */
const decimal12 = (from, to) => (value) => (value === "" ? FITS : number(/^-?\d+(\.\d+)?$/, from, to)(value));
const id12 = shape(/^[\x21-\x7e]+$/, 255);
const score12 = decimal12(0, 100);
const statusWords = ["passed", "completed", "failed", "incomplete", "browsed"];
const timespan12 = shape(/^\d{2,4}:[0-5]\d:[0-5]\d(\.\d{1,2})?$/);
const time12 = shape(/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,2})?$/);
const singles = /^\{?[0-9a-z](,[0-9a-z])*\}?$/;
const answers12 = {
  "true-false": shape(/^[01tf]$/), choice: shape(singles, 255), sequencing: shape(singles, 255), likert: shape(/^[0-9a-z]?$/),
  matching: shape(/^\{?([0-9a-z]\.[0-9a-z])(,[0-9a-z]\.[0-9a-z])*\}?$/, 255), numeric: decimal12(-Infinity, Infinity),
  "fill-in": text(255), performance: text(255),
};
const answer12 = (value, type) => (answers12[type] ?? text(255))(value);

/** Each row: access ("r", "w" or "rw"), format, value before anything is set. `n` stands for an index. */
const MODEL_12 = {
  "cmi.core.student_id": ["r"], "cmi.core.student_name": ["r"], "cmi.core.lesson_location": ["rw", text(255), ""],
  "cmi.core.credit": ["r"], "cmi.core.lesson_status": ["rw", oneOf(...statusWords), "not attempted"], "cmi.core.entry": ["r"],
  "cmi.core.score.raw": ["rw", score12, ""], "cmi.core.score.min": ["rw", score12, ""], "cmi.core.score.max": ["rw", score12, ""],
  "cmi.core.total_time": ["r"], "cmi.core.lesson_mode": ["r"],
  "cmi.core.exit": ["w", oneOf("time-out", "suspend", "logout", "")], "cmi.core.session_time": ["w", timespan12],
  "cmi.suspend_data": ["rw", text(4096), ""], "cmi.launch_data": ["r"],
  "cmi.comments": ["rw", text(4096), ""], "cmi.comments_from_lms": ["r"],
  "cmi.student_data.mastery_score": ["r"], "cmi.student_data.max_time_allowed": ["r"], "cmi.student_data.time_limit_action": ["r"],
  "cmi.student_preference.audio": ["rw", decimal12(-1, 100), "0"], "cmi.student_preference.language": ["rw", text(255), ""],
  "cmi.student_preference.speed": ["rw", decimal12(-100, 100), "0"], "cmi.student_preference.text": ["rw", decimal12(-1, 1), "0"],
  "cmi.objectives.n.id": ["rw", id12, ""], "cmi.objectives.n.status": ["rw", oneOf(...statusWords, "not attempted"), "not attempted"],
  "cmi.objectives.n.score.raw": ["rw", score12, ""], "cmi.objectives.n.score.min": ["rw", score12, ""],
  "cmi.objectives.n.score.max": ["rw", score12, ""],
  "cmi.interactions.n.id": ["w", id12], "cmi.interactions.n.objectives.n.id": ["w", id12], "cmi.interactions.n.time": ["w", time12],
  "cmi.interactions.n.type": ["w", oneOf(...Object.keys(answers12))], "cmi.interactions.n.correct_responses.n.pattern": ["w", answer12],
  "cmi.interactions.n.weighting": ["w", decimal12(-Infinity, Infinity)], "cmi.interactions.n.student_response": ["w", answer12],
  "cmi.interactions.n.result": ["w", realOr("correct", "wrong", "unanticipated", "neutral")],
  "cmi.interactions.n.latency": ["w", timespan12],
};

/** SCORM 2004 RTE 4.1.1.7: identifiers, time, time interval, localized strings. */
const id2004 = shape(/^(?!urn:(?![a-z0-9-]{2,32}:\S))\S+$/i, 4000);
const interval = shape(/^P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d{1,2})?S)?)?$/);
const instant = shape(/^(19[7-9]\d|20[0-3]\d)(-\d\d(-\d\d(T\d\d(:\d\d(:\d\d(\.\d{1,2}(Z|[+-]\d\d(:\d\d)?)?)?)?)?)?)?)?$/);
const localized = when((value) => value.length <= 250 && !/[\r\n]/.test(value) && /^(?!\{)|^\{lang=[A-Za-z-]+\}/.test(value));
const word = "[A-Za-z0-9_.]+";
const list = (item) => (value) => {
  const parts = value.split("[,]");
  return parts.every((part) => new RegExp(`^${item}$`).test(part)) && new Set(parts).size === parts.length ? FITS : MISTYPED;
};
const oneLine = shape(/^[^\r\n]*$/, 4000);
const answers2004 = {
  "true-false": oneOf("true", "false"), choice: list(word), sequencing: shape(new RegExp(`^${word}(\\[,\\]${word})*$`)),
  matching: list(`${word}\\[\\.\\]${word}`), performance: shape(/\[\.\]/, 4000), likert: shape(new RegExp(`^${word}$`)),
  numeric: shape(/^-?\d+(\.\d+)?(\[:\]-?\d+(\.\d+)?)?$/), "fill-in": oneLine, "long-fill-in": text(4000), other: oneLine,
};
const answer2004 = (value, type) => (answers2004[type] ?? oneLine)(value);
const completion = oneOf("completed", "incomplete", "not attempted", "unknown");
const success = oneOf("passed", "failed", "unknown");
const scores = (at) => ({
  [`${at}.scaled`]: ["rw", real(-1, 1)], [`${at}.raw`]: ["rw", real()], [`${at}.min`]: ["rw", real()], [`${at}.max`]: ["rw", real()],
});
const requests = /^(continue|previous|exit|exitAll|abandon|abandonAll|suspendAll|_none_|\{target=\S+\}(choice|jump))$/;

const MODEL_2004 = {
  "cmi.learner_id": ["r"], "cmi.learner_name": ["r"], "cmi.location": ["rw", text(1000)], "cmi.suspend_data": ["rw", text(64000)],
  "cmi.completion_status": ["rw", completion, "unknown"], "cmi.success_status": ["rw", success, "unknown"],
  "cmi.progress_measure": ["rw", real(0, 1)], ...scores("cmi.score"), "cmi.completion_threshold": ["r"],
  "cmi.scaled_passing_score": ["r"], "cmi.entry": ["r"], "cmi.exit": ["w", oneOf("time-out", "suspend", "logout", "normal", "")],
  "cmi.session_time": ["w", interval], "cmi.total_time": ["r"], "cmi.mode": ["r"], "cmi.credit": ["r"], "cmi.launch_data": ["r"],
  "cmi.max_time_allowed": ["r"], "cmi.time_limit_action": ["r"],
  "cmi.learner_preference.audio_level": ["rw", real(0), "1"], "cmi.learner_preference.language": ["rw", text(250), ""],
  "cmi.learner_preference.delivery_speed": ["rw", real(0), "1"],
  "cmi.learner_preference.audio_captioning": ["rw", oneOf("-1", "0", "1"), "0"],
  "cmi.objectives.n.id": ["rw", id2004], ...scores("cmi.objectives.n.score"), "cmi.objectives.n.success_status": ["rw", success, "unknown"],
  "cmi.objectives.n.completion_status": ["rw", completion, "unknown"], "cmi.objectives.n.progress_measure": ["rw", real(0, 1)],
  "cmi.objectives.n.description": ["rw", localized],
  "cmi.interactions.n.id": ["rw", id2004], "cmi.interactions.n.type": ["rw", oneOf(...Object.keys(answers2004))],
  "cmi.interactions.n.objectives.n.id": ["rw", id2004], "cmi.interactions.n.timestamp": ["rw", instant],
  "cmi.interactions.n.correct_responses.n.pattern": ["rw", answer2004], "cmi.interactions.n.weighting": ["rw", real()],
  "cmi.interactions.n.learner_response": ["rw", answer2004],
  "cmi.interactions.n.result": ["rw", realOr("correct", "incorrect", "unanticipated", "neutral")],
  "cmi.interactions.n.latency": ["rw", interval], "cmi.interactions.n.description": ["rw", localized],
  "cmi.comments_from_learner.n.comment": ["rw", text(4000)], "cmi.comments_from_learner.n.location": ["rw", text(250)],
  "cmi.comments_from_learner.n.timestamp": ["rw", instant], "cmi.comments_from_lms.n.comment": ["r"],
  "adl.nav.request": ["rw", shape(requests), "_none_"], "adl.nav.request_valid.continue": ["r"], "adl.nav.request_valid.previous": ["r"],
};

/** Per edition: its names, its elements and its error codes (SCORM 1.2 RTE 3.3 and 3.4, SCORM 2004 RTE 3.1.7). */
export const EDITIONS = {
  "1.2": {
    api: "API", model: MODEL_12, startsEmpty: true,
    calls: [
      "LMSInitialize", "LMSFinish", "LMSGetValue", "LMSSetValue", "LMSCommit", "LMSGetLastError", "LMSGetErrorString", "LMSGetDiagnostic",
    ],
    codes: {
      early: {start: 0, end: 301, get: 301, set: 301, commit: 301}, late: {start: 101, end: 301, get: 301, set: 301, commit: 301},
      twice: 101, general: 101, argument: 201, refused: 101, commit: 101, undefined: 401, noChildren: 202, noArray: 203, keyword: 402,
      readOnly: 403, writeOnly: 404, mistyped: 405, outside: 405, gap: 201, noIndex: 201, changed: 201, dependency: 201, unset: 0,
    },
    status: "cmi.core.lesson_status", exit: "cmi.core.exit", sessionTime: "cmi.core.session_time", score: "cmi.core.score.raw",
    mode: "cmi.core.lesson_mode",
    always: ({learner, mode, entry, total, launchData, mastery, language}) => ({
      "cmi.core.student_id": learner.id, "cmi.core.student_name": learner.name,
      "cmi.core.credit": mode === "normal" ? "credit" : "no-credit",
      "cmi.core.entry": entry, "cmi.core.lesson_mode": mode, "cmi.core.total_time": total, "cmi.launch_data": launchData,
      "cmi.comments_from_lms": "", "cmi.student_data.mastery_score": mastery, "cmi.student_data.max_time_allowed": "",
      "cmi.student_data.time_limit_action": "", "cmi.student_preference.language": language,
    }),
  },
  2004: {
    api: "API_1484_11", model: MODEL_2004, startsEmpty: false,
    calls: ["Initialize", "Terminate", "GetValue", "SetValue", "Commit", "GetLastError", "GetErrorString", "GetDiagnostic"],
    codes: {
      early: {start: 0, end: 112, get: 122, set: 132, commit: 142}, late: {start: 104, end: 113, get: 123, set: 133, commit: 143},
      twice: 103, general: 101, argument: 201, refused: 102, commit: 391, undefined: 401, noChildren: 301, noArray: 301, keyword: 404,
      readOnly: 404, writeOnly: 405, mistyped: 406, outside: 407, gap: 351, noIndex: 301, changed: 351, dependency: 408, unset: 403,
    },
    status: "cmi.completion_status", exit: "cmi.exit", sessionTime: "cmi.session_time", score: "cmi.score.raw", mode: "cmi.mode",
    always: ({learner, mode, entry, total, launchData, passing, threshold, language}) => ({
      "cmi.learner_id": learner.id, "cmi.learner_name": learner.name, "cmi.credit": mode === "normal" ? "credit" : "no-credit",
      "cmi.entry": entry, "cmi.mode": mode, "cmi.total_time": total, "cmi.learner_preference.language": language,
      "cmi.time_limit_action": "continue,no message",
      "adl.nav.request_valid.continue": "unknown", "adl.nav.request_valid.previous": "unknown",
      ...(launchData && {"cmi.launch_data": launchData}), ...(passing !== "" && {"cmi.scaled_passing_score": passing}),
      ...(threshold !== "" && {"cmi.completion_threshold": threshold}),
    }),
  },
};

/** What each code means, for GetErrorString. */
export const MEANINGS = {
  0: "No error", 101: "General exception", 102: "General initialization failure", 103: "Already initialized",
  104: "Content instance terminated",
  112: "Termination before initialization", 113: "Termination after termination", 122: "Retrieve data before initialization",
  123: "Retrieve data after termination", 132: "Store data before initialization", 133: "Store data after termination",
  142: "Commit before initialization", 143: "Commit after termination", 201: "Invalid argument", 202: "Element cannot have children",
  203: "Element not an array, cannot have count", 301: "Not initialized, or retrieval failure", 351: "General set failure",
  391: "General commit failure", 401: "Undefined or not implemented", 402: "Unimplemented, or element is a keyword",
  403: "Not initialized, or read only", 404: "Read only, or write only", 405: "Write only, or incorrect data type", 406: "Type mismatch",
  407: "Value out of range", 408: "Dependency not established",
};
