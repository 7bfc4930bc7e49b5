import type { ConvokeError } from "./error";

// State is any message about what is watched. Jobs count versions, occasions revisions.
export interface State {
  type: string;
  jobId?: string;
  occasionId?: string;
  version?: number;
  revision?: number;
  status?: string;
}

// About names what is watched, as servers read it.
export type About = { jobId: string } | { occasionId: string };

export interface WatchOptions {
  signal?: AbortSignal | undefined;
  token?: string | undefined;
  version?: number | undefined;
  onConnection?: ((connection: "live" | "lost") => void) | undefined;
}

const patience = 2_000; // ms without a connection before anybody is told
const ends = ["job_complete", "job_failed", "job_cancelled"];
const ended = ["COMPLETED", "FAILED", "CANCELLED"];

// keyOf names what a message is about.
export function keyOf(about: { jobId?: string; occasionId?: string }): string {
  return about.jobId ? `job ${about.jobId}` : `occasion ${about.occasionId}`;
}

// Watch is one look at one thing. It keeps the newest state until it is asked for: who is slow misses what is old.
export class Watch {
  readonly key: string;
  told: number; // the version that a server need not tell again
  private seen: number; // what is not newer is dropped
  private newest: State | undefined;
  private over = false;
  private error: ConvokeError | undefined;
  private wake = (): void => undefined;
  private telling: ReturnType<typeof setTimeout> | undefined;
  private lost = false;

  constructor(
    readonly about: About,
    readonly options: WatchOptions,
  ) {
    this.key = keyOf(about);
    this.seen = options.version ?? 0;
    // A job that has ended is told of once more than was seen: a server says nothing of an end that is no news.
    this.told = "jobId" in about ? 0 : this.seen;
  }

  // next returns the next state; undefined: there is none any more.
  async next(): Promise<State | undefined> {
    for (;;) {
      const state = this.newest;
      this.newest = undefined;
      if (state) return state;
      if (this.error) throw this.error;
      if (this.over) return undefined;
      await new Promise<void>((done) => (this.wake = done));
    }
  }

  // take takes a state from a server. The last snapshot of a job does not count as seen, because its end follows.
  take(state: State): void {
    const version = state.version ?? state.revision ?? 0;
    const end = ends.includes(state.type);
    if (version > this.seen) {
      this.newest = state;
      if (!end && !ended.includes(state.status ?? "")) this.seen = this.told = version;
    }
    if (end) this.finish();
    this.wake();
  }

  // finish ends it, after the state that still waits.
  finish(error?: ConvokeError): void {
    this.over = true;
    this.error = error;
    this.wake();
  }

  // abort ends it at once.
  abort(): void {
    this.newest = undefined;
    this.finish();
  }

  get isOver(): boolean {
    return this.over;
  }

  // connected and disconnected note how the connection stands. That it is lost is told after a while, not at each hiccup.
  connected(): void {
    this.rest();
    if (this.lost) this.options.onConnection?.("live");
    this.lost = false;
  }

  disconnected(): void {
    this.telling ??= setTimeout(() => {
      this.lost = true;
      this.options.onConnection?.("lost");
    }, patience);
  }

  // rest forgets that there is no connection, because none is wanted.
  rest(): void {
    clearTimeout(this.telling);
    this.telling = undefined;
  }
}
