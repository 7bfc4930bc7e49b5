// The API of the client. How it works: README.md. What it takes and gives: types.d.ts.
import type * as t from "./types.js";

export type * from "./types.js";

export interface ConvokeOptions {
  /** Where the deployment is. In browsers: else the page's own origin; elsewhere: else http://127.0.0.1:3001. */
  baseUrl?: string | undefined;
  /** The bearer token of each call that is given none: a guest's, a host's or the admin's. */
  token?: string | undefined;
  /** Used instead of the global one. */
  fetch?: typeof fetch | undefined;
  /** Used instead of the global one; where there is neither, event streams are. The package `ws` exports one that fits. */
  WebSocket?: (new (url: string) => WebSocketLike) | undefined;
}

/** As much of a WebSocket as is needed. */
export interface WebSocketLike {
  onopen: unknown;
  onmessage: unknown;
  onclose: unknown;
  onerror: unknown;
  send(text: string): void;
  close(): void;
}

export interface CallOptions {
  /** Ends the call, its repetitions too; it then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Used instead of the client's. */
  token?: string | undefined;
}

export interface WriteOptions extends CallOptions {
  /** Makes what is sent take effect once, however often it is sent within a day. Else one is made for each call. */
  idempotencyKey?: string | undefined;
}

export interface OrderOptions extends WriteOptions {
  /** Seconds, at most 60, to wait for the design. */
  wait?: number | undefined;
}

export interface RequestOptions extends WriteOptions {
  /** Sent as JSON. */
  body?: unknown;
  headers?: Record<string, string> | undefined;
}

export interface WatchOptions {
  /** Ends the watch: its loop ends as if there was nothing more to tell. */
  signal?: AbortSignal | undefined;
  /** The host's, for counts that are hidden. Used instead of the client's. */
  token?: string | undefined;
  /** The version or revision that is known; only newer states are told. */
  version?: number | undefined;
  /** Told when there has been no connection for two seconds, and when there is one again. */
  onConnection?: ((connection: "live" | "lost") => void) | undefined;
}

/** An order that was taken. */
export interface Ordered {
  jobId: string;
  status: t.JobStatus;
  /** What `job` answers, if the call waited and the job finished in time. */
  finished: t.JobWithAsset | null;
}

/** A deployment of Convoke. All that is watched with one client shares one connection, which is there while anything is. */
export declare class Convoke {
  constructor(options?: ConvokeOptions);

  /** Orders a design. */
  generate(order: t.GenerateRequest, options?: OrderOptions): Promise<Ordered>;
  /** Orders the next version of a finished job's design. */
  refine(order: t.RefineRequest, options?: OrderOptions): Promise<Ordered>;
  /** A job, and its drawing once it is COMPLETED. */
  job(jobId: string, options?: CallOptions): Promise<t.JobWithAsset>;
  /** Cancels a job that is not finished. */
  cancel(jobId: string, options?: WriteOptions): Promise<t.Job>;
  /** The generators that an order may name as `serverId`. */
  servers(options?: CallOptions): Promise<t.Generator[]>;

  /**
   * Follows a job: its snapshot, then newer states (who is slow gets the newest), and last `job_complete`, `job_failed` or
   * `job_cancelled`. Lost connections are made good, and versions never fall.
   *
   *     for await (const state of convoke.watchJob(jobId)) show(state);
   */
  watchJob(jobId: string, options?: WatchOptions): AsyncGenerator<t.JobMessage, void, void>;
  /** Follows the counts of an occasion, until the loop is left or the signal aborts. It throws when they may not be seen. */
  watchOccasion(occasionId: string, options?: WatchOptions): AsyncGenerator<t.OccasionCounts, void, void>;

  /** A design and its versions. */
  design(designId: string, options?: CallOptions): Promise<t.Design>;
  /** What changed between two versions. */
  diff(designId: string, from: number, to: number, options?: CallOptions): Promise<t.DesignDiff>;
  /** Where a version is, drawn as PNG, for `<img src>`. */
  pictureUrl(designId: string, version: number, width?: number): string;

  /** Opens an occasion. Keep the host's token: it is shown nowhere else. */
  createOccasion(details: t.OccasionInput, options?: WriteOptions): Promise<t.OccasionOpened>;
  occasion(occasionId: string, options?: CallOptions): Promise<t.Occasion>;
  /** Changes what is given; `null` takes it away. With the host's token. */
  changeOccasion(occasionId: string, changes: t.OccasionPatch, options?: CallOptions): Promise<t.Occasion>;
  counts(occasionId: string, options?: CallOptions): Promise<t.Counts>;

  /** Replies to an invitation. Keep the token: with it the guest changes or cancels. */
  rsvp(answer: t.RsvpInput, options?: WriteOptions): Promise<t.RsvpCreated>;
  /** The reply whose token this is, whatever has become of it. */
  ownRsvp(options?: CallOptions): Promise<t.Rsvp>;
  /** Changes what is given. With the guest's token, or the host's. */
  changeRsvp(rsvpId: string, changes: t.RsvpPatch, options?: CallOptions): Promise<t.RsvpChanged>;
  /** Cancels a reply with the guest's token; removes it with the host's. */
  cancelRsvp(rsvpId: string, options?: CallOptions): Promise<t.RsvpChanged>;

  /** Any other endpoint, with the same repetitions and errors: `request<t.RsvpPage>("GET", "/api/rsvps?limit=100")`. */
  request<T>(method: string, path: string, options?: RequestOptions): Promise<T>;
}

/** What every failure is, but for an abort. Act on `code`; `message` is for people. */
export declare class ConvokeError extends Error {
  constructor(
    message: string,
    status: number,
    code: string,
    more?: { fields?: t.FieldError[] | undefined; correlationId?: string | undefined; retryAfter?: number | undefined; cause?: unknown },
  );
  readonly name: "ConvokeError";
  /** Of the answer; 0: there was none, or the refusal came over a WebSocket. */
  readonly status: number;
  /**
   * The server's, or our own: `network` (no answer), `unknown` (one that is not the server's), `refused` (the server closed
   * the connection for good).
   */
  readonly code: t.ProblemCode | t.LiveErrorCode | "network" | "unknown" | "refused" | (string & {});
  /** Each field that is wrong. */
  readonly fields: t.FieldError[];
  /** Of a failure of the server; its log has it, too. */
  readonly correlationId: string | undefined;
  /** Seconds after which the server wants to be asked again. */
  readonly retryAfter: number | undefined;
  /** How often it was tried. */
  readonly attempts: number;
}
