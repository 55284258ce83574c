/** What a statement says: a play's moments in xAPI's words (1.0.3), in the vocabulary of its SCORM profile. Pure. */
import {uuid5} from "./uuid.js";

const OURS = "https://scormkit.example/xapi"; // a name, not a page; the README has the table of what is under it
const ADL = "http://adlnet.gov/expapi";
const NAMESPACE = "7ba40dc3-b3b3-54ab-988d-5860fa57da5b"; // the UUID of OURS as a URL
const PLAYED = {id: OURS, definition: {type: `${ADL}/activities/profile`}};
// Its word for a decision is "responded"; ours is "answered", so those don't claim it.
const SCORM = {id: "https://w3id.org/xapi/scorm", definition: {type: `${ADL}/activities/profile`}};

/**
 * An attempt at an LMS as a UUID, the same on each device and after each pause: made of whose it is and the second in
 * which it began, which the saved state keeps.
 */
export function registration({homePage, activity}, learner, began) {
  return uuid5(NAMESPACE, JSON.stringify([homePage, activity, learner, began]));
}

/**
 * The statements of one registration. Each id is made of what is said: said twice, or by two tabs, it is one statement.
 * @param {object} settings what the compiler wrote into lrs.js, with a home page
 * @param {{learner: string, began: number, opened: number, language: string}} sitting times in ms, but `began` in s
 */
export function statements(settings, {learner, began, opened, language}) {
  const {activity, name, version, digest, edition, interactions} = settings;
  const enrolled = registration(settings, learner, began);
  const lesson = {objectType: "Activity", id: activity, definition: {type: `${ADL}/activities/lesson`, name}};
  const grouping = [
    {id: `${activity}/course`, definition: {type: `${ADL}/activities/course`, name}},
    {id: `${activity}/attempts/${enrolled}`, definition: {type: `${ADL}/activities/attempt`}},
  ];

  function statement(verb, told, at, {object = lesson, result, parent, play}) {
    const {attempt, seed, missed, path: acts} = play ?? {};
    const category = parent ? [PLAYED] : [PLAYED, SCORM];
    return {
      id: uuid5(enrolled, `${verb} ${told}`),
      actor: {objectType: "Agent", account: {homePage: settings.homePage, name: learner}},
      verb: {id: `${ADL}/verbs/${verb}`, display: {"en-US": verb}},
      object,
      ...(result && {result}),
      context: {
        registration: enrolled,
        contextActivities: {...(parent && {parent: [parent]}), grouping, category},
        revision: version, platform: "scormkit", language,
        extensions: named({digest, edition, ...(play && {attempt, seed, missed, path: acts})}),
      },
      timestamp: new Date(at).toISOString(),
    };
  }

  /** A moment of this sitting, which no other can share. */
  const moment = (verb, at, result) => statement(verb, opened, at, {result});
  const lasted = (at) => duration((at - opened) / 1000);

  return {
    initialized: (at) => moment("initialized", at),
    resumed: (at) => moment("resumed", at),
    /** `decision` is what the LMS is told of it too; `play`: attempt, seed, missed, path up to and with it. */
    answered({id, act, outcome, points, latency, time}, play) {
      const object = {objectType: "Activity", id: `${activity}/interactions/${id}`, definition: interactions[id]};
      const success = {right: {success: true}, wrong: {success: false}}[outcome];
      const result = {response: act, ...success, duration: duration(latency), extensions: named({outcome, points})};
      return statement("answered", path(play), time, {object, result, parent: lesson, play});
    },
    /** What a try came to: passed or failed, and all that a replay needs. */
    judged({passed, score, completed, objectives}, play, at) {
      const extensions = named({objectives, began: new Date(began * 1000).toISOString()});
      const result = {...worth({passed, score, completed}), duration: lasted(at), extensions};
      return statement(passed ? "passed" : "failed", path(play), at, {result, play});
    },
    /** Once in a registration: by a pass, or with the last try. */
    completed: (play, at) => statement("completed", "", at, {result: {completion: true, duration: lasted(at)}, play}),
    /** The end of a sitting: suspended, unless nothing is left to do; `last` is what was judged last in it. */
    left: (last, at) =>
      moment(last?.completed ? "terminated" : "suspended", at, {...(last && worth(last)), duration: lasted(at)}),
  };
}

function worth({passed, score, completed}) {
  return {score: {scaled: score / 100, raw: score, min: 0, max: 100}, success: passed, completion: completed};
}

function named(values) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${OURS}/extensions/${name}`, value]));
}

function path({attempt, path: acts}) {
  return `${attempt} ${acts.join(".")}`;
}

/** ISO 8601, to the hundredth of a second and never in days (xAPI 1.0.3 Data 4.6). */
function duration(seconds) {
  return `PT${Math.max(0, Math.round(seconds * 100) / 100)}S`;
}
