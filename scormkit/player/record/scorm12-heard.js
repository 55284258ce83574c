/** The SCORM 1.2 record, whose calls are noted for those who hear them once a scene stands. */
//# allFunctionsCalledOnLoad
import * as record from "./scorm12.js";

const calls = [];
const heard = (name) => (given) => {
  const call = {name, given, at: Date.now()};
  calls.push(call);
  return call.answer = record[name](call.given);
};
export const [open, save, finish, touch, close, watch] = ["open", "save", "finish", "touch", "close", "watch"].map(heard);

const wait = setInterval(() => document.querySelector(".scene, .ending")
  && import(`./xapi.js`).then(({hear}) => hear(calls, record, wait)), 2000);
