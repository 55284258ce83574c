/** Where a package looks for its LMS. */
import assert from "node:assert/strict";
import {test} from "node:test";
import {findApi} from "../../scormkit/player/record/session.js";

const API = {LMSInitialize() {}};
const find = (win) => findApi(win, "API", "LMSInitialize");

/** A window in a chain of frames: the innermost, with the outermost given first. */
function nested(...windows) {
  let above = null;
  for (const win of windows) {
    win.parent = above ?? win;
    win.top = above?.top ?? win;
    above = win;
  }
  return above;
}

/** A window of another origin: its frames can be asked for, nothing else. */
function foreign(more = {}) {
  const open = ["parent", "top", "opener"];
  return new Proxy(more, {get(target, name) {
    if (open.includes(name)) return target[name];
    throw new DOMException("Blocked a frame", "SecurityError");
  }});
}

test("SCORM 1.2 RTE 3.3.6: the API is found in a parent window.", () => {
  assert.equal(find(nested({API}, {}, {})), API);
});

test("SCORM 1.2 RTE 3.3.6: it is found in the nearest window, through more frames than the 7 of the sample code.", () => {
  assert.equal(find(nested({API: {LMSInitialize() {}}}, {API}, ...Array.from({length: 20}, () => ({})))), API);
});

test("SCORM 2004 RTE 3.3.1: parents come first, then the opener and its parents.", () => {
  const opener = nested({API}, {});
  assert.equal(find(nested({opener})), API);
  const near = {LMSInitialize() {}};
  assert.equal(find(nested({API: near}, {opener})), near);
});

test("A frame inside a window that the LMS opened finds the API through the top's opener.", () => {
  assert.equal(find(nested({opener: nested({API})}, {}, {})), API);
});

test("A parent of another origin, which throws at each touch, is passed over.", () => {
  const inner = {};
  inner.parent = foreign({parent: nested({API})});
  inner.top = inner.parent.parent;
  assert.equal(find(inner), API);
});

test("A foreign parent without a way on leaves the opener.", () => {
  const wall = foreign();
  assert.equal(find({parent: wall, top: wall, opener: nested({API})}), API);
});

test("A top that throws when asked for its opener means that there is no API, not an error.", () => {
  const inner = {get top() { throw new DOMException("no", "SecurityError"); }};
  inner.parent = inner;
  assert.equal(find(inner), null);
});

test("SCORM 2004 RTE 3.3.1: the search is bounded where parents never end.", () => {
  const endless = () => ({get parent() { return endless(); }});
  assert.equal(find(endless()), null);
});

test("Only the name of the package's own edition counts.", () => {
  assert.equal(find(nested({API_1484_11: {Initialize() {}}}, {})), null);
  assert.equal(findApi(nested({API}, {}), "API_1484_11", "Initialize"), null);
});

test("An element that happens to have the id API is not taken for one.", () => {
  assert.equal(find(nested({API}, {API: {tagName: "DIV"}})), API);
});

test("No window has it: there is none.", () => {
  assert.equal(find(nested({}, {})), null);
  assert.equal(find({}), null);
});
