import { ConvokeError } from "./error";
import { Http, type Origin } from "./http";
import { followPage, isHidden } from "./page";
import { Socket, type WebSocketConstructor } from "./socket";
import { follow } from "./stream";
import type { JobMessage, OccasionCounts } from "./types";
import { jitter } from "./wait";
import { keyOf, Watch, type About, type State, type WatchOptions } from "./watch";

export interface LiveOptions extends Origin {
  WebSocket?: WebSocketConstructor | undefined;
}

type Message = State & { code?: string; message?: string };

const mostWatched = 128; // things on one socket
const refused = 3500; // close codes from here on say: do not come back
const enough = 3; // sockets that never opened, before streams are used
const firstRetry = 15_000; // ms until a socket is tried again beside streams
const lastRetry = 600_000;
const id = /^(default|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

// Live watches jobs and occasions over one socket, which is there while anything is watched. It comes back after a random
// part of a growing time; at once when the network or the page returns; and never after a refusal. It gives the connection
// up while the page is left or hidden, so that Back can show the page as it was. Where no socket can be had, each watch has
// a stream, and the socket is tried again from time to time.
export class Live {
  private readonly http: Http;
  private readonly WebSocket: WebSocketConstructor | undefined;
  private readonly watches = new Set<Watch>();
  private readonly streams = new Map<Watch, AbortController>();
  private socket: Socket | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined; // until the next attempt
  private failures = 0; // since a server last answered
  private unopened = 0; // sockets since the last that opened
  private asleep = false;
  private unfollow = (): void => undefined;

  constructor(options: LiveOptions = {}, http = new Http(options)) {
    this.http = http;
    this.WebSocket = options.WebSocket ?? globalThis.WebSocket;
  }

  job(jobId: string, options: WatchOptions = {}): AsyncGenerator<JobMessage, void, void> {
    return this.watch({ jobId: jobId.toLowerCase() }, options);
  }

  occasion(occasionId: string, options: WatchOptions = {}): AsyncGenerator<OccasionCounts, void, void> {
    return this.watch({ occasionId: occasionId.toLowerCase() }, options);
  }

  private async *watch<T extends State>(about: About, options: WatchOptions): AsyncGenerator<T, void, void> {
    const { signal } = options;
    if (signal?.aborted) return;
    const watch = new Watch(about, { ...options, token: options.token ?? this.http.token });
    const abort = (): void => {
      watch.abort();
      this.end(watch);
    };
    signal?.addEventListener("abort", abort);
    try {
      this.begin(watch);
      for (let state; (state = await watch.next()); ) yield state as T;
    } finally {
      signal?.removeEventListener("abort", abort);
      this.end(watch);
    }
  }

  private begin(watch: Watch): void {
    if (!id.test(Object.values(watch.about)[0] ?? "")) throw new ConvokeError("this is nobody's id", 0, "invalid");
    const keys = this.keys();
    if (keys.size === mostWatched && !keys.has(watch.key)) {
      throw new ConvokeError(`a client watches at most ${mostWatched} things at once`, 0, "too-many-subscriptions");
    }
    if (!this.watches.size) this.wake();
    this.watches.add(watch);
    if (this.asleep) return;
    watch.disconnected();
    if (this.socket?.isOpen) this.subscribe(watch.key);
    else if (!this.socket && !this.timer) this.connect();
    else this.fallBack();
  }

  private end(watch: Watch): void {
    if (!this.watches.delete(watch)) return;
    watch.rest();
    this.streams.get(watch)?.abort();
    this.streams.delete(watch);
    if (!this.watches.size) {
      this.hangUp();
      this.unfollow();
    } else if (this.socket?.isOpen && !this.keys().has(watch.key)) {
      this.socket.send({ type: "unsubscribe", ...watch.about });
    }
  }

  private wake(): void {
    this.asleep = isHidden();
    this.failures = 0;
    this.unfollow = followPage({
      leave: () => {
        this.asleep = true;
        this.hangUp();
      },
      back: () => {
        this.asleep = isHidden(); // the network may return to a page that nobody sees
        this.failures = 0;
        if (!this.asleep && !this.socket) this.connect();
      },
      offline: () => {
        this.hangUp();
        if (!this.asleep) this.later();
      },
    });
  }

  private connect(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.miss();
    this.fallBack();
    if (!this.WebSocket) return;
    let opened = false;
    this.socket = new Socket(this.WebSocket, this.http.base.replace(/^http/, "ws") + "/ws", {
      opened: () => {
        opened = true;
        this.unopened = 0;
        this.endStreams();
        for (const key of this.keys()) this.subscribe(key);
      },
      receive: (text) => this.receive(JSON.parse(text) as Message),
      lost: (code, reason) => {
        this.socket = undefined;
        if (!opened) this.unopened++;
        if (code >= refused && code < 5000) this.finish(this.watches, "refused", reason);
        else this.later();
      },
    });
  }

  // later tries a socket again; soon, unless there are streams meanwhile.
  private later(): void {
    this.miss();
    this.fallBack();
    const wait = this.unopened < enough ? jitter(this.failures++) : jitter(this.unopened - enough, firstRetry, lastRetry);
    this.timer = setTimeout(() => this.connect(), wait);
  }

  // fallBack gives each watch a stream, where no socket can be had.
  private fallBack(): void {
    if (this.WebSocket && this.unopened < enough) return;
    for (const watch of this.watches) {
      if (this.streams.has(watch)) continue;
      const stop = new AbortController();
      this.streams.set(watch, stop);
      void follow(this.http, watch, stop.signal);
    }
  }

  // miss has the watches that nothing feeds note it.
  private miss(): void {
    for (const watch of this.watches) if (!this.streams.has(watch)) watch.disconnected();
  }

  private subscribe(key: string): void {
    const group = this.group(key);
    const version = Math.min(...group.map((watch) => watch.told));
    const token = group.map((watch) => watch.options.token).filter(Boolean).pop();
    this.socket?.send({ type: "subscribe", ...group[0]?.about, ...(version > 0 && { version }), token });
  }

  private receive(message: Message): void {
    const group = this.group(keyOf(message));
    switch (message.type) {
      case "connected":
      case "pong":
      case "unsubscribed":
        return;
      case "error":
        if (message.code === "unavailable") this.socket?.drop();
        else this.finish(group, message.code, message.message);
        return;
      default: // subscribed, or a state
        this.failures = 0;
        for (const watch of group) {
          watch.connected();
          if (message.type !== "subscribed") watch.take(message);
        }
    }
  }

  private finish(watches: Iterable<Watch>, code = "unknown", message = "the server refuses"): void {
    for (const watch of watches) watch.finish(new ConvokeError(message, 0, code));
  }

  private hangUp(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.socket?.hangUp();
    this.socket = undefined;
    this.endStreams();
    for (const watch of this.watches) watch.rest();
  }

  private endStreams(): void {
    for (const stop of this.streams.values()) stop.abort();
    this.streams.clear();
  }

  private keys(): Set<string> {
    return new Set(Array.from(this.watches, (watch) => watch.key));
  }

  private group(key: string): Watch[] {
    return Array.from(this.watches).filter((watch) => watch.key === key);
  }
}
