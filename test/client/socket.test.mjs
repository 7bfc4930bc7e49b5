import assert from "node:assert/strict";
import { test } from "node:test";
import { Convoke, ConvokeError } from "../../adapters/web/client/client.js";
import { begin, collect, job, other, pass, settle, Socket, state } from "./kit.mjs";

const convoke = (options = {}) => new Convoke({ baseUrl: "https://example.org/convoke/", WebSocket: Socket, ...options });

test("all watches share one socket, which is there while anything is watched", async (t) => {
  begin(t);
  const client = convoke({ token: "host" });
  const [first, second] = [new AbortController(), new AbortController()];
  const seen = collect(client.watchJob(job.toUpperCase(), { signal: first.signal }));
  Socket.last.open();
  collect(client.watchOccasion("default", { signal: second.signal, version: 7 }));
  assert.equal(Socket.all.length, 1);
  assert.equal(Socket.last.url, "wss://example.org/convoke/ws");
  assert.deepEqual(Socket.last.sent, [
    { type: "subscribe", jobId: job, token: "host" },
    { type: "subscribe", occasionId: "default", version: 7, token: "host" },
  ]);
  first.abort();
  await settle();
  assert.ok(seen.ended && !seen.error);
  assert.deepEqual(Socket.last.sent.at(-1), { type: "unsubscribe", jobId: job });
  assert.ok(!Socket.last.closed);
  second.abort();
  assert.ok(Socket.last.closed);
  pass(3_600_000);
  assert.equal(Socket.all.length, 1);
});

test("two watches of one job are one subscription, and each gets what it has not seen", async (t) => {
  begin(t);
  const client = convoke();
  const early = collect(client.watchJob(job));
  Socket.last.open();
  Socket.last.say(state(3));
  const late = collect(client.watchJob(job, { version: 5 }));
  for (const version of [3, 5, 6]) {
    Socket.last.say(state(version));
    await settle();
  }
  assert.deepEqual(early.states.map((s) => s.version), [3, 5, 6]);
  assert.deepEqual(late.states.map((s) => s.version), [6]);
  assert.deepEqual(Socket.last.sent.map((m) => m.version), [undefined, undefined]);
});

test("after a lost connection it goes on from the last version, and nothing older is told", async (t) => {
  begin(t);
  const seen = collect(convoke().watchJob(job));
  Socket.last.open();
  Socket.last.say(state(1, "job_status", "PENDING"));
  Socket.last.say(state(4));
  await settle();
  Socket.last.end(1006);
  pass(500);
  Socket.last.open();
  assert.deepEqual(Socket.last.sent, [{ type: "subscribe", jobId: job, version: 4 }]);
  for (const version of [4, 3, 6, 5]) {
    Socket.last.say(state(version));
    await settle();
  }
  Socket.last.say(state(7, "job_failed", "FAILED"));
  await settle();
  assert.deepEqual(seen.states.map((s) => s.version), [4, 6, 7]);
  assert.ok(seen.ended && Socket.last.closed);
});

test("the end of a job is told also if the connection broke between its last snapshot and it", async (t) => {
  begin(t);
  const seen = collect(convoke().watchJob(job));
  Socket.last.open();
  Socket.last.say(state(9, "job_status", "COMPLETED"));
  await settle();
  Socket.last.end(3008);
  pass(500);
  Socket.last.open();
  assert.equal(Socket.last.sent[0].version, undefined);
  Socket.last.say(state(9, "job_complete", "COMPLETED"));
  await settle();
  assert.equal(seen.states.at(-1).type, "job_complete");
  assert.ok(seen.ended);
});

test("who is slow gets the newest state", async (t) => {
  begin(t);
  const watch = convoke().watchJob(job);
  const first = watch.next();
  Socket.last.open();
  for (const version of [1, 2, 3]) Socket.last.say(state(version));
  assert.equal((await first).value.version, 3);
  Socket.last.say(state(4));
  Socket.last.say(state(5, "job_complete", "COMPLETED"));
  assert.equal((await watch.next()).value.version, 5);
  assert.ok((await watch.next()).done);
});

for (const code of [1006, 1013, 3001, 3008]) {
  test(`after ${code} it comes back, each time later, up to 30 seconds`, async (t) => {
    begin(t);
    collect(convoke().watchJob(job));
    for (const wait of [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
      Socket.last.onopen({});
      const tries = Socket.all.length;
      Socket.last.end(code);
      pass(wait - 1);
      assert.equal(Socket.all.length, tries, `before ${wait}`);
      pass(1);
      assert.equal(Socket.all.length, tries + 1, `at ${wait}`);
    }
    Socket.last.open();
    Socket.last.say({ type: "subscribed", jobId: job });
    Socket.last.end(code);
    const tries = Socket.all.length;
    pass(500);
    assert.equal(Socket.all.length, tries + 1, "an answer makes it soon again");
  });
}

test("an error is a loss, whether or not a close follows", async (t) => {
  begin(t);
  collect(convoke().watchJob(job));
  const first = Socket.last;
  first.onerror({});
  first.end(1006);
  pass(500);
  assert.equal(Socket.all.length, 2);
  pass(500);
  assert.equal(Socket.all.length, 2);
});

test("a close from 3500 on ends every watch with an error", async (t) => {
  begin(t);
  const client = convoke();
  const watches = [collect(client.watchJob(job)), collect(client.watchOccasion("default"))];
  Socket.last.open();
  Socket.last.end(3501, "messages must be JSON");
  await settle();
  for (const { ended, error } of watches) {
    assert.ok(ended && error instanceof ConvokeError && error.code === "refused" && error.message === "messages must be JSON");
  }
  pass(3_600_000);
  assert.equal(Socket.all.length, 1);
});

test("an error ends the watch that it is about, unless it passes", async (t) => {
  begin(t);
  const client = convoke();
  const [gone, stays] = [collect(client.watchJob(other)), collect(client.watchJob(job))];
  Socket.last.open();
  Socket.last.say({ type: "error", code: "job-not-found", message: "there is no such job", jobId: other });
  await settle();
  assert.equal(gone.error.code, "job-not-found");
  for (const wait of [500, 1000]) {
    Socket.last.say({ type: "error", code: "unavailable", message: "try again", jobId: job });
    assert.ok(Socket.last.closed);
    const tries = Socket.all.length;
    pass(wait - 1);
    assert.equal(Socket.all.length, tries);
    pass(1);
    assert.equal(Socket.all.length, tries + 1);
    Socket.last.open();
  }
  assert.ok(!stays.ended);
});

test("a lost connection is told after two seconds, not at each hiccup", async (t) => {
  begin(t);
  const told = [];
  collect(convoke().watchJob(job, { onConnection: (connection) => told.push(connection) }));
  const subscribed = () => {
    Socket.last.open();
    Socket.last.say({ type: "subscribed", jobId: job });
  };
  subscribed();
  Socket.last.end(1006);
  pass(500);
  subscribed();
  pass(10_000);
  assert.deepEqual(told, []);
  Socket.last.end(1006);
  pass(1_999);
  assert.deepEqual(told, []);
  pass(1);
  assert.deepEqual(told, ["lost"]);
  subscribed();
  assert.deepEqual(told, ["lost", "live"]);
});

test("a connection that has died in silence is given up", async (t) => {
  begin(t);
  collect(convoke().watchJob(job));
  Socket.last.open();
  Socket.last.say({ type: "subscribed", jobId: job });
  pass(25_000);
  assert.equal(Socket.last.sent.at(-1).type, "ping");
  Socket.last.say({ type: "pong" });
  pass(25_000);
  assert.equal(Socket.all.length, 1);
  pass(25_000);
  assert.ok(Socket.all[0].closed);
  pass(500);
  assert.equal(Socket.all.length, 2);
});

test("a client watches at most 128 things, and only what can be somebody's id", async (t) => {
  begin(t);
  const client = convoke();
  const ids = Array.from({ length: 128 }, (_, i) => job.slice(0, -3) + String(i).padStart(3, "0"));
  const watches = ids.map((id) => collect(client.watchJob(id)));
  const again = collect(client.watchJob(ids[0]));
  const [more, nobody] = [collect(client.watchOccasion("default")), collect(client.watchJob("nobody"))];
  await settle();
  assert.equal(more.error.code, "too-many-subscriptions");
  assert.equal(nobody.error.code, "invalid");
  assert.ok(!again.ended && watches.every((watch) => !watch.ended));
});
