/** Statements on their way: in order, each once, through lost networks and stores that fail or refuse. */
import assert from "node:assert/strict";
import {openOutbox} from "../../scormkit/player/record/outbox.js";
import {timed} from "./sitting.js";
import {VERB, heardPage, storage, store, turns} from "./store.js";

const STORE = {endpoint: "https://lrs.example/xapi/", key: "player:s3cret"};
const NAME = "scormkit.xapi a learner";

const statement = (n, verb = "answered", size = 0) =>
  ({id: `00000000-0000-5000-8000-${String(n).padStart(12, "0")}`, verb: {id: `${VERB}${verb}`}, padding: "x".repeat(size)});
const ids = (statements) => statements.map(({id}) => Number(id.slice(-12)));
const arrived = (lrs) => ids(lrs.all());

/** An outbox of a page; the same `local` for two of them is the same browser. */
function open(lrs, local = storage(), more = {}) {
  const win = heardPage(lrs, local, more);
  const it = {win, local, log: []};
  it.box = openOutbox(STORE, NAME, win, (log) => { it.log = log; });
  it.add = (...numbers) => numbers.forEach((n) => it.box.add(typeof n === "number" ? statement(n) : n));
  it.kept = () => JSON.parse(local.getItem(NAME) ?? "[]");
  return it;
}

/** Lets time pass in steps, with all that promises bring about. */
async function pass(tick, ms) {
  for (let left = ms; left > 0; left -= 500) {
    tick(Math.min(left, 500));
    await turns();
  }
}

timed("xAPI 1.0.3 Communication 3.3, 2.1.2: a batch is posted with key, version and type; what is said together goes together.", async (tick) => {
  const lrs = store();
  const {add} = open(lrs);
  add(1);
  tick(300);
  add(2);
  await pass(tick, 600);
  assert.equal(lrs.requests.length, 1);
  const [{url, method, headers, credentials}] = lrs.requests;
  assert.deepEqual([url, method, credentials], ["https://lrs.example/xapi/statements", "POST", "omit"]);
  assert.deepEqual(headers, {
    "Authorization": `Basic ${btoa("player:s3cret")}`, "Content-Type": "application/json", "X-Experience-API-Version": "1.0.3",
  });
  assert.deepEqual(arrived(lrs), [1, 2]);
});

timed("More than fifty go in several requests, one after the other, in order; none is larger than a leaving page may send.", async (tick) => {
  const lrs = store();
  const {add, kept} = open(lrs);
  add(...Array.from({length: 120}, (_, n) => n));
  await pass(tick, 600);
  assert.deepEqual(lrs.requests.map(({batch}) => batch.length), [50, 50, 20]);
  add(...Array.from({length: 9}, (_, n) => statement(200 + n, "answered", 20000)));
  await pass(tick, 600);
  assert.ok(lrs.requests.slice(3).every(({body, keepalive}) => body.length <= 60000 && keepalive));
  assert.deepEqual(arrived(lrs), [...Array.from({length: 120}, (_, n) => n), ...Array.from({length: 9}, (_, n) => 200 + n)]);
  assert.deepEqual(kept(), []);
});

timed("While the network is gone everything is kept; sent again it is the same to the byte, and is there once.", async (tick) => {
  const lrs = store(() => "drop");
  const {add, kept} = open(lrs);
  add(1);
  await pass(tick, 1000);
  add(2);
  assert.deepEqual(kept().map((item) => item.statement), [statement(1), statement(2)]);
  lrs.fails = () => null;
  await pass(tick, 5000);
  assert.deepEqual(lrs.requests.at(-1).batch, [statement(1), statement(2)]);
  assert.deepEqual(arrived(lrs), [1, 2]);
  assert.deepEqual(kept(), []);
});

timed("An answer that got lost leads to the same request again, which adds nothing.", async (tick) => {
  const lrs = store();
  let lose = true;
  const fetch = async (...args) => {
    const answer = await lrs.fetch(...args);
    if (lose) throw new TypeError("connection reset");
    return answer;
  };
  const {add, kept} = open(lrs, storage(), {fetch});
  add(1, 2);
  await pass(tick, 600);
  assert.equal(kept().length, 2);
  lose = false;
  await pass(tick, 5000);
  assert.equal(lrs.requests[0].body, lrs.requests[1].body);
  assert.deepEqual(arrived(lrs), [1, 2]);
  assert.deepEqual(kept(), []);
});

timed("Tries come after 2, 4, 8 seconds and so on, at most five minutes apart, and at once when the network is back.", async (tick) => {
  const lrs = store(() => 503);
  const times = [];
  const {add, box} = open(lrs, storage(), {fetch: (...args) => {
    times.push(Date.now());
    return lrs.fetch(...args);
  }});
  add(1);
  await pass(tick, 2_000_000);
  const waits = times.slice(1).map((time, n) => Math.round((time - times[n]) / 1000));
  assert.deepEqual(waits.slice(0, 8), [2, 4, 8, 16, 32, 64, 128, 256]);
  assert.ok(waits.slice(8).every((wait) => wait === 300));
  const before = times.length;
  lrs.fails = () => null;
  box.retry();
  await pass(tick, 500);
  assert.equal(times.length, before + 1);
  assert.deepEqual(arrived(lrs), [1]);
});

timed("Without a network nothing is tried; 408, 429 and a store's faults are tried again, no sooner than it asks.", async (tick) => {
  const lrs = store();
  const navigator = {onLine: false};
  const {add, box} = open(lrs, storage(), {navigator});
  add(1);
  await pass(tick, 60000);
  assert.equal(lrs.requests.length, 0);
  navigator.onLine = true;
  lrs.fails = () => ({status: 429, headers: {"Retry-After": "40"}});
  box.retry();
  await pass(tick, 1000);
  lrs.fails = () => 408;
  add(2);
  await pass(tick, 30000);
  assert.equal(lrs.requests.length, 1);
  await pass(tick, 12000);
  assert.equal(lrs.requests.length, 2);
  for (const status of [401, 404, 500, 502]) {
    lrs.fails = () => status;
    await pass(tick, 300000);
  }
  lrs.fails = () => null;
  await pass(tick, 300000);
  assert.deepEqual(arrived(lrs), [1, 2]);
});

timed("A refused statement is found, set aside and told to the help desk; the others go on, in order.", async (tick) => {
  for (const status of [400, 403, 413, 422]) {
    const lrs = store((batch) => (batch.some(({id}) => id === statement(5).id) ? status : null));
    const {add, kept} = open(lrs);
    add(...Array.from({length: 12}, (_, n) => n));
    await pass(tick, 600);
    assert.deepEqual(arrived(lrs), [0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11]);
    assert.deepEqual(ids(kept().map((item) => item.statement)), [5]);
    const count = lrs.requests.length;
    await pass(tick, 600000);
    assert.equal(lrs.requests.length, count, "it isn't sent again and again");
  }
});

timed("The log for the help desk names what was refused, with the store's own words, and what found no way.", async (tick) => {
  const lrs = store(() => 400);
  const it = open(lrs);
  it.add(1);
  await pass(tick, 600);
  assert.deepEqual(it.log.map(({call, args, answer, code, text}) => [call, args[1], answer, code, text]), [["POST", statement(1).id, 400, "400", "set aside: no"]]);
  lrs.fails = () => "drop";
  it.add(2);
  await pass(tick, 600);
  assert.match(it.log.at(-1).text, /policy or the store forbids/);
});

timed("What was set aside gets another try in the next session: the store may have learned of the exercise since.", async (tick) => {
  const lrs = store(() => 403);
  const first = open(lrs);
  first.add(1, 2);
  await pass(tick, 2000);
  assert.equal(first.kept().length, 2);
  lrs.fails = () => null;
  const second = open(lrs, first.local);
  second.add(3);
  await pass(tick, 600);
  assert.deepEqual(arrived(lrs), [1, 2, 3]);
  assert.deepEqual(second.kept(), []);
});

timed("A conflict counts as arrived only where the request held that one statement: in a batch it may be about any.", async (tick) => {
  const lrs = store();
  lrs.kept.set(statement(2).id, "{\"told\":\"by another tab, a second before\"}");
  const {add, kept} = open(lrs);
  add(1, 2, 3);
  await pass(tick, 600);
  assert.deepEqual(arrived(lrs).sort(), [1, 2, 3]);
  assert.equal(lrs.kept.get(statement(2).id), "{\"told\":\"by another tab, a second before\"}");
  assert.deepEqual(kept(), []);
  const alone = lrs.requests.filter(({batch}) => batch.length === 1 && batch[0].id === statement(2).id);
  assert.equal(alone.length, 1);
});

timed("A page that goes away sends what waits at once, beside what is on its way, and no more than it may.", async (tick) => {
  const lrs = store();
  let release;
  const fetch = (...args) => (lrs.requests.length === 0 ? lrs.fetch(...args).then((answer) => new Promise((done) => { release = () => done(answer); })) : lrs.fetch(...args));
  const {add, box, kept} = open(lrs, storage(), {fetch});
  add(statement(1, "answered", 20000));
  await pass(tick, 500);
  add(...[2, 3, 4].map((n) => statement(n, "answered", 15000)));
  box.leave();
  assert.deepEqual(lrs.requests.map(({batch}) => ids(batch)), [[1], [2, 3]]);
  assert.ok(lrs.requests.reduce((sum, {body}) => sum + body.length, 0) <= 60000);
  await turns();
  assert.deepEqual(ids(kept().map((item) => item.statement)), [1, 4], "no answer, no room: kept for the next time");
  release();
  await pass(tick, 600);
  assert.deepEqual(arrived(lrs), [1, 2, 3, 4]);
});

timed("What a page left behind goes with the next one, before what that one says.", async (tick) => {
  const lrs = store(() => "drop");
  const first = open(lrs);
  first.add(1, 2);
  first.box.leave();
  await turns();
  lrs.fails = () => null;
  const second = open(lrs, first.local);
  second.add(3);
  await pass(tick, 600);
  assert.deepEqual(arrived(lrs), [1, 2, 3]);
});

timed("Two tabs share what waits: neither overwrites the other's, and one at a time sends where the browser has locks.", async (tick) => {
  for (const locks of [undefined, lockManager()]) {
    const lrs = store();
    const local = storage();
    const more = {navigator: {onLine: true, locks}};
    const [one, two] = [open(lrs, local, more), open(lrs, local, more)];
    one.add(1);
    two.add(2);
    one.add(3);
    assert.equal(one.kept().length, 3);
    await pass(tick, 30000);
    assert.deepEqual(arrived(lrs), [1, 2, 3]);
    assert.deepEqual(two.kept(), []);
    if (locks) assert.ok(lrs.requests.length <= 2, "one for all, and one for what the other tab has put there");
  }
});

timed("Of two tabs that write at one moment one doesn't see the other's: what is lost by that is still sent.", async (tick) => {
  const lrs = store();
  const local = storage();
  const [one, two] = [open(lrs, local), open(lrs, local)];
  one.add(1);
  const seen = local.getItem(NAME);
  two.add(2);
  local.setItem(NAME, seen); // what a third one writes, who hasn't seen the second statement yet
  await pass(tick, 1000);
  assert.deepEqual(arrived(lrs).sort(), [1, 2]);
  assert.deepEqual([one.kept(), two.kept()], [[], []]);
});

/** One holder at a time (Web Locks API, ifAvailable). */
function lockManager() {
  let held = false;
  return {async request(name, options, run) {
    if (held) return run(null);
    held = true;
    try {
      return await run({name});
    } finally {
      held = false;
    }
  }};
}

timed("Where the browser's storage is shut, full or holds something else, statements are sent from memory.", async (tick) => {
  const full = storage();
  full.setItem = () => { throw new Error("QuotaExceededError"); };
  const strange = storage();
  strange.setItem(NAME, "{not json");
  for (const local of [null, full, strange]) {
    const lrs = store(() => "drop");
    const win = heardPage(lrs, local);
    if (!local) Object.defineProperty(win, "localStorage", {get() { throw new Error("SecurityError"); }});
    const box = openOutbox(STORE, NAME, win, () => {});
    box.add(statement(1));
    await pass(tick, 1000);
    box.add(statement(2));
    lrs.fails = () => null;
    await pass(tick, 5000);
    assert.deepEqual(arrived(lrs), [1, 2]);
  }
});

timed("At most five hundred are kept; answers go first, results never before them, and the help desk is told.", async (tick) => {
  const lrs = store(() => "drop");
  const it = open(lrs);
  it.add(statement(0, "initialized"), statement(1, "passed"));
  it.add(...Array.from({length: 500}, (_, n) => 2 + n));
  assert.equal(it.kept().length, 500);
  assert.deepEqual(ids(it.kept().map((item) => item.statement)).slice(0, 3), [0, 1, 4]);
  assert.equal(it.log.filter(({call}) => call === "dropped").length, 2);
  await pass(tick, 500);
});
