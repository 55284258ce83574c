/** Starts the player with a SCORM 1.2 record that others hear. */
import {start} from "./main.js";
import * as record from "./record/scorm12.js";

const calls = [];
start(new Proxy(record, {get: (own, name) => (given) => {
  const call = {name, given, at: Date.now()};
  calls.push(call);
  return call.answer = own[name](call.given);
}}));
const wait = setInterval(() => document.querySelector(".scene, .ending")
  && import(`./record/xapi.js`).then(({hear}) => hear(calls, record, wait)), 2000);
