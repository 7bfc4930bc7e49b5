import assert from "node:assert/strict";
import { test } from "node:test";
import { Convoke } from "../../adapters/web/client/client.js";
import { begin, collect, job, pass, settle, Socket, state } from "./kit.mjs";

// open makes the globals of a page, and takes them away after the test.
function open(t) {
  const page = new EventTarget();
  const document = Object.assign(new EventTarget(), { hidden: false });
  const listeners = new Set();
  Object.assign(globalThis, {
    document,
    addEventListener: (type, listener, options) => {
      listeners.add(options.signal);
      page.addEventListener(type, listener, options);
    },
  });
  t.after(() => {
    delete globalThis.document;
    delete globalThis.addEventListener;
  });
  return {
    tell: (type, more = {}) => page.dispatchEvent(Object.assign(new Event(type), more)),
    show: (shown) => {
      document.hidden = !shown;
      document.dispatchEvent(new Event("visibilitychange"));
    },
    listens: () => Array.from(listeners).some((signal) => !signal.aborted),
  };
}

test("a page that is hidden or left has no connection, and gets one at once when it returns", async (t) => {
  begin(t);
  const page = open(t);
  const end = new AbortController();
  const told = [];
  const seen = collect(new Convoke({ baseUrl: "http://x", WebSocket: Socket }).watchJob(job, { signal: end.signal, onConnection: (c) => told.push(c) }));
  const alive = async (version) => {
    Socket.last.open();
    assert.equal(Socket.last.sent[0].version, version > 1 ? version - 1 : undefined);
    Socket.last.say(state(version));
    await settle();
  };
  await alive(1);
  page.show(false);
  assert.ok(Socket.last.closed);
  page.tell("offline");
  page.tell("online");
  pass(3_600_000);
  assert.equal(Socket.all.length, 1);
  page.show(true);
  await alive(2);
  page.tell("pagehide");
  assert.ok(Socket.last.closed);
  page.tell("pageshow", { persisted: true });
  page.tell("online");
  page.show(true);
  assert.equal(Socket.all.length, 3);
  await alive(3);
  assert.deepEqual(told, []);
  page.tell("offline");
  assert.ok(Socket.last.closed);
  pass(2_000);
  assert.deepEqual(told, ["lost"]);
  page.tell("online");
  await alive(4);
  assert.deepEqual(told, ["lost", "live"]);
  assert.deepEqual(seen.states.map((s) => s.version), [1, 2, 3, 4]);
  end.abort();
  await settle();
  assert.ok(Socket.last.closed && !page.listens());
});

test("what begins to watch in a hidden page connects when the page is shown", async (t) => {
  begin(t);
  const page = open(t);
  page.show(false);
  collect(new Convoke({ baseUrl: "http://x", WebSocket: Socket }).watchJob(job));
  await settle();
  assert.equal(Socket.all.length, 0);
  page.show(true);
  assert.equal(Socket.all.length, 1);
});
