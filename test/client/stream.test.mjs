import assert from "node:assert/strict";
import { test } from "node:test";
import { Convoke } from "../../adapters/web/client/client.js";
import { begin, collect, job, pass, settle, Socket, state } from "./kit.mjs";

delete globalThis.WebSocket; // which later versions of Node have

// streams is a fetch whose streams the test writes.
function streams() {
  const asked = [];
  const fetch = async (url, { headers, signal }) => {
    const body = new TransformStream();
    const writer = body.writable.getWriter();
    writer.closed.catch(() => undefined);
    signal.addEventListener("abort", () => writer.abort(signal.reason).catch(() => undefined));
    const stream = { url, headers, signal, status: 200, write: (bytes) => void writer.write(bytes).catch(() => undefined), end: () => writer.close() };
    asked.push(stream);
    return fetch.answer?.(stream) ?? new Response(body.readable);
  };
  return { asked, fetch };
}

const event = (s) => new TextEncoder().encode(`event: progress\nid: ${s.version}\ndata: ${JSON.stringify(s)}\n\n`);
const busy = async () => {
  for (let i = 0; i < 5; i++) await settle();
};

test("without a WebSocket it reads streams, in whatever pieces they come", async (t) => {
  begin(t);
  const { asked, fetch } = streams();
  const seen = collect(new Convoke({ baseUrl: "http://x", token: "mine", fetch }).watchJob(job));
  await busy();
  assert.equal(asked[0].url, `http://x/api/streams/jobs/${job}`);
  assert.equal(asked[0].headers.Authorization, "Bearer mine");
  assert.equal(asked[0].headers["Last-Event-ID"], undefined);
  const bytes = event({ ...state(2), progressMessage: "Größe — 寸法" });
  for (const byte of bytes) asked[0].write(Uint8Array.of(byte));
  asked[0].write(new TextEncoder().encode("retry: 1000\n\n:\n\n"));
  await busy();
  assert.equal(seen.states[0].progressMessage, "Größe — 寸法");
  asked[0].end();
  await busy();
  pass(500);
  await busy();
  assert.equal(asked[1].headers["Last-Event-ID"], "2");
  asked[1].write(event(state(3, "job_complete", "COMPLETED")));
  await busy();
  assert.deepEqual(seen.states.map((s) => s.version), [2, 3]);
  assert.ok(seen.ended && asked[1].signal.aborted);
});

test("a stream that has died in silence is given up", async (t) => {
  begin(t);
  const { asked, fetch } = streams();
  collect(new Convoke({ baseUrl: "http://x", fetch }).watchJob(job));
  await busy();
  for (let i = 0; i < 3; i++) {
    pass(15_000);
    asked[0].write(new TextEncoder().encode(":\n\n"));
    await busy();
  }
  assert.ok(!asked[0].signal.aborted);
  pass(45_000);
  await busy();
  pass(500);
  await busy();
  assert.ok(asked[0].signal.aborted);
  assert.equal(asked.length, 2);
});

test("a refusal ends the watch, what passes is tried again, and 204 is the end", async (t) => {
  begin(t);
  const { asked, fetch } = streams();
  const answers = [
    () => Promise.reject(new TypeError("no network")),
    () => new Response("{}", { status: 503, headers: { "Retry-After": "7" } }),
    () => new Response(null, { status: 204 }),
  ];
  fetch.answer = () => answers[asked.length - 1]();
  const client = new Convoke({ baseUrl: "http://x", fetch });
  const seen = collect(client.watchJob(job));
  await busy();
  pass(500);
  await busy();
  assert.equal(asked.length, 2);
  pass(7_999);
  await busy();
  assert.equal(asked.length, 2);
  pass(1);
  await busy();
  assert.equal(asked.length, 3);
  assert.ok(seen.ended && !seen.error);

  fetch.answer = () => Response.json({ code: "job-not-found", detail: "there is no such job", status: 404 }, { status: 404 });
  const gone = collect(client.watchJob(job));
  await busy();
  assert.deepEqual([gone.error.code, gone.error.status, gone.error.message], ["job-not-found", 404, "there is no such job"]);
  assert.equal(asked.length, 4);
});

test("three sockets that never open give way to streams, until one opens", async (t) => {
  begin(t);
  const { asked, fetch } = streams();
  const told = [];
  const seen = collect(new Convoke({ baseUrl: "http://x", fetch, WebSocket: Socket }).watchJob(job, { onConnection: (c) => told.push(c) }));
  Socket.last.end(1006);
  pass(500);
  pass(10_000); // the second hangs, and is given up
  assert.ok(Socket.last.closed);
  pass(1000);
  assert.equal(asked.length, 0);
  Socket.last.end(1006);
  await busy();
  asked[0].write(event(state(2)));
  await busy();
  assert.deepEqual(told, ["lost", "live"]);
  for (const wait of [15_000, 30_000, 60_000, 120_000, 240_000, 480_000, 600_000]) {
    const tries = Socket.all.length;
    for (let i = 0; i < wait / 5_000; i++) {
      assert.equal(Socket.all.length, tries);
      asked.at(-1).write(new TextEncoder().encode(":\n\n"));
      await busy();
      pass(5_000);
    }
    assert.equal(Socket.all.length, tries + 1);
    if (wait < 600_000) Socket.last.end(1006);
  }
  assert.equal(asked.length, 1);
  Socket.last.open();
  assert.ok(asked[0].signal.aborted);
  assert.deepEqual(Socket.last.sent, [{ type: "subscribe", jobId: job, version: 2 }]);
  Socket.last.say(state(3));
  await busy();
  assert.deepEqual(seen.states.map((s) => s.version), [2, 3]);
  assert.deepEqual(told, ["lost", "live"]);

  const tries = Socket.all.length;
  Socket.last.end(1006);
  pass(500);
  await busy();
  assert.deepEqual([Socket.all.length, asked.length], [tries + 1, 1], "what has opened once is not given up at once");
});
