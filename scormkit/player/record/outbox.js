/** Statements on their way: kept in the browser until the store has them, sent in order, again with the same ids. */

const BATCH = 50; // statements in a request
const ROOM = 60000; // bytes in one: what a page may send while it goes away is 64 KiB in all (Fetch, 4.6)
const MOST = 500; // statements kept; one exercise makes some forty
const SOON = 500; // ms in which what is said together is sent together
const LONGEST_WAIT = 300000; // ms between two tries
const PATIENCE = 30000; // ms for an answer
const ANOTHER_TAB = 15000; // ms after which a tab looks if the one that sends is done
const LOG = 100;
// What these say is about the statements, and sending the same again would not help; any other failure may pass.
const ABOUT_STATEMENTS = [400, 403, 409, 413, 422];
const THERE_ALREADY = 409;

/**
 * @param {{endpoint: string, key: string}} store
 * @param {string} name under which the browser keeps what waits
 * @param {object} win the page's window: its storage, fetch, locks and timers
 * @param {function} tell hears the log of requests at each change
 * @param {number} began the time from which the log counts
 */
export function openOutbox({endpoint, key}, name, win, tell, began = Date.now()) {
  const kept = shelf(win, name);
  const log = [];
  const onTheWay = new Map(); // id -> bytes
  let most = BATCH;
  let tries = 0;
  let timer = null;
  let busy = false;
  let notBefore = 0; // the time until which the store wants to be left alone

  kept.change((items) => items.map(({statement}) => ({statement}))); // what was refused last time gets another try

  function note(call, args, answer = "", code = "0", text = "") {
    log.push({at: Date.now() - began, call, args, answer, code, text});
    if (log.length > LOG) log.shift();
    tell(log);
  }

  function add(statement) {
    let dropped = null;
    kept.change((items) => {
      if (items.some((item) => item.statement.id === statement.id)) return items;
      if (items.length < MOST) return [...items, {statement}];
      // A path says what its decisions were: they go first, and results last.
      const oldest = items.find((item) => item.statement.verb.id.endsWith("/answered")) ?? items[0];
      dropped = oldest.statement;
      return [...items.filter((item) => item !== oldest), {statement}];
    });
    if (dropped) note("dropped", [dropped.verb.id, dropped.id], "", "full", `more than ${MOST} statements wait`);
    soon();
  }

  function soon(wait = SOON) {
    win.clearTimeout(timer);
    timer = win.setTimeout(send, Math.max(wait, notBefore - Date.now()));
  }

  /** What can go in one request, from the first that waits. */
  function next(room) {
    const batch = [];
    let bytes = 2;
    for (const {statement, refused} of kept.read()) {
      if (refused || onTheWay.has(statement.id)) continue;
      const more = size(statement) + 1;
      if (batch.length === most || (bytes + more > room && batch.length > 0)) break;
      batch.push(statement);
      bytes += more;
    }
    return batch;
  }

  /** Sends what waits, one request after the other; one tab of several, where the browser can tell. */
  async function send() {
    if (busy || win.navigator?.onLine === false) return;
    busy = true;
    const locks = win.navigator?.locks; // there on https pages only
    try {
      await (locks ? locks.request(name, {ifAvailable: true}, (lock) => (lock ? all() : soon(ANOTHER_TAB))) : all());
    } catch (error) {
      note("send", [], "", "thrown", String(error));
      later();
    } finally {
      busy = false;
    }
  }

  async function all() {
    for (let batch = next(ROOM); batch.length > 0; batch = next(ROOM)) {
      if (!await post(batch)) return later();
    }
  }

  function later() {
    soon(Math.min(2000 * 2 ** tries, LONGEST_WAIT));
    tries += 1;
  }

  /** One request; whether to go on with the next. */
  async function post(batch) {
    const body = JSON.stringify(batch);
    const about = [batch.length === 1 ? batch[0].verb.id.split("/").pop() : `${batch.length} statements`];
    for (const statement of batch) onTheWay.set(statement.id, size(statement) + 1);
    try {
      const answer = await win.fetch(`${endpoint}statements`, {
        method: "POST", body, keepalive: new TextEncoder().encode(body).length <= ROOM,
        mode: "cors", credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer",
        signal: win.AbortSignal?.timeout?.(PATIENCE),
        headers: {
          "Authorization": `Basic ${btoa(key)}`, "Content-Type": "application/json", "X-Experience-API-Version": "1.0.3",
        },
      });
      if (answer.ok) {
        [most, tries] = [Math.min(most * 2, BATCH), 0];
        return arrived(batch, about, answer);
      }
      const said = (await answer.text().catch(() => "")).slice(0, 500);
      if (ABOUT_STATEMENTS.includes(answer.status)) return refused(batch, about, answer, said);
      notBefore = Date.now() + (Number(answer.headers.get("Retry-After")) || 0) * 1000;
      note("POST", about, answer.status, String(answer.status), said);
    } catch (error) {
      note("POST", about, "", "no answer", `${error.message}; no network, or the LMS's policy or the store forbids it`);
    } finally {
      for (const {id} of batch) onTheWay.delete(id);
    }
    return false;
  }

  function arrived(batch, about, {status}) {
    const ids = new Set(batch.map(({id}) => id));
    kept.change((items) => items.filter(({statement}) => !ids.has(statement.id)));
    note("POST", about, status);
    return true;
  }

  /**
   * A refused request says nothing of each statement in it: halves find the one that it is about. That one is set
   * aside, so that the others go on. Refused for being there already, alone, it has arrived: its id is made of what it
   * says, and whatever the store has under it tells of the same moment. In a request with others it may be any of them.
   */
  function refused(batch, about, answer, said) {
    if (batch.length > 1) {
      most = Math.ceil(batch.length / 2);
      return true;
    }
    most = BATCH;
    if (answer.status === THERE_ALREADY) return arrived(batch, about, answer);
    kept.change((items) => items.map((item) => (item.statement.id === batch[0].id ? {...item, refused: true} : item)));
    note("POST", [...about, batch[0].id], answer.status, String(answer.status), `set aside: ${said}`);
    return true;
  }

  return {
    add, note,
    /** Tries at once: the network is back. */
    retry() {
      tries = 0;
      soon(0);
    },
    /** The page goes away: all that fits goes now, whether or not anybody will hear the answer. */
    leave() {
      win.clearTimeout(timer);
      const taken = [...onTheWay.values()].reduce((sum, bytes) => sum + bytes, 2);
      const batch = next(ROOM - taken);
      if (batch.length > 0) post(batch).then((well) => (well ? soon(0) : later()));
    },
  };
}

function size(statement) {
  return new TextEncoder().encode(JSON.stringify(statement)).length;
}

/**
 * A list in the browser's storage, or in memory where that is shut or full. Each change reads first: tabs share it. Two
 * that write at one moment don't see each other, so that one's may be lost: what a page has put there itself it keeps
 * until it has arrived by itself. What comes twice by that is one statement to the store.
 */
function shelf(win, name) {
  const own = new Map(); // id -> item
  let memory = [];
  let shut = false;

  function guarded(use) {
    try {
      return shut ? memory : use(win.localStorage);
    } catch {
      shut = true; // a frame of another site's page, a private window, a full disk
      return memory;
    }
  }

  function read() {
    const items = guarded((storage) => list(storage.getItem(name)));
    const there = new Set(items.map(({statement}) => statement.id));
    return [...items, ...[...own.values()].filter(({statement}) => !there.has(statement.id))];
  }

  return {
    read,
    change(how) {
      const before = new Set(read().map(({statement}) => statement.id));
      memory = how(read());
      const after = new Map(memory.map((item) => [item.statement.id, item]));
      for (const [id, item] of after) if (own.has(id) || !before.has(id)) own.set(id, item);
      for (const id of own.keys()) if (!after.has(id)) own.delete(id);
      guarded((storage) => {
        if (memory.length > 0) storage.setItem(name, JSON.stringify(memory));
        else storage.removeItem(name);
      });
    },
  };
}

function list(text) {
  try {
    return JSON.parse(text) ?? [];
  } catch {
    return []; // not ours
  }
}
