// What the client's tests drive by hand: time, sockets, streams and a page.
import { mock } from "node:test";

export const job = "01a207bd-a9c0-7c41-9d0e-5b1f6a2c8e37";
export const other = "01a207bd-a9c0-7c41-9d0e-5b1f6a2c8e38";

// Socket is a WebSocket whose server is the test.
export class Socket {
  static all = [];
  static get last() {
    return Socket.all.at(-1);
  }
  sent = [];
  opened = false;
  closed = false;
  constructor(url) {
    this.url = url;
    Socket.all.push(this);
  }
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  // close, before it has opened, is an error, as in Node.
  close() {
    this.closed = true;
    if (!this.opened) this.onerror({});
  }
  open() {
    this.opened = true;
    this.onopen({});
    this.say({ type: "connected" });
  }
  say(message) {
    this.onmessage({ data: JSON.stringify(message) });
  }
  end(code, reason = "") {
    this.onclose({ code, reason });
  }
}

// begin starts a test: time stands still, chance always takes the longest wait, and there are no sockets yet.
export function begin(t) {
  Socket.all = [];
  mock.timers.enable({ apis: ["setTimeout"] });
  t.mock.method(Math, "random", () => 1);
  t.after(() => mock.timers.reset());
}

export const pass = (ms) => mock.timers.tick(ms);

// settle lets everything run that need not wait for time.
export const settle = () => new Promise((done) => setImmediate(done));

// collect follows a watch to its end and keeps what it told.
export function collect(watch) {
  const seen = { states: [], ended: false, error: undefined };
  (async () => {
    try {
      for await (const state of watch) seen.states.push(state);
    } catch (error) {
      seen.error = error;
    }
    seen.ended = true;
  })();
  return seen;
}

export const state = (version, type = "job_progress", status = "PROCESSING", jobId = job) => ({ type, jobId, version, status });
