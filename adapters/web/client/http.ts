import { ConvokeError, passing, refusal, unreachable } from "./error";
import { randomKey } from "./key";
import { jitter, sleep } from "./wait";

const mostAttempts = 5;
const longestWait = 30; // s that a server may ask for and that are worth waiting

export interface Call {
  body?: unknown;
  headers?: Record<string, string> | undefined;
  idempotencyKey?: string | undefined;
  signal?: AbortSignal | undefined;
  token?: string | undefined;
}

export interface Origin {
  baseUrl?: string | undefined;
  fetch?: typeof fetch | undefined;
  token?: string | undefined;
}

// Http asks one deployment.
export class Http {
  readonly base: string;
  readonly token: string | undefined;
  private readonly fetch: typeof fetch;

  constructor(origin: Origin) {
    const here = globalThis.location?.href ?? "http://127.0.0.1:3001";
    this.base = new URL(origin.baseUrl ?? "/", here).href.replace(/\/+$/, "");
    this.token = origin.token;
    this.fetch = origin.fetch ?? ((...request) => fetch(...request)); // it must not be called as our method
  }

  // call asks until there is an answer that stands. A POST is marked with a key, the same whenever it is repeated, so that
  // it takes effect once. A DELETE is not repeated if it may have taken effect: the second would say that there is nothing.
  async call<T>(method: string, path: string, call: Call = {}): Promise<T> {
    const marked = method === "POST" ? { ...call, idempotencyKey: call.idempotencyKey ?? randomKey() } : call;
    for (let attempt = 1; ; attempt++) {
      const error = await this.once<T>(method, path, marked);
      if (!(error instanceof ConvokeError)) return error.answer;
      error.attempts = attempt;
      const wait = error.retryAfter ?? 0;
      if (attempt === mostAttempts || wait > longestWait || !repeatable(method, error)) throw error;
      await sleep(wait * 1000 + jitter(attempt), call.signal);
    }
  }

  private async once<T>(method: string, path: string, call: Call): Promise<{ answer: T } | ConvokeError> {
    try {
      const response = await this.send(method, path, call);
      if (!response.ok) return await refusal(response);
      return { answer: (response.status === 204 ? undefined : await response.json()) as T };
    } catch (cause) {
      call.signal?.throwIfAborted();
      return unreachable(cause);
    }
  }

  // send sends a request once.
  send(method: string, path: string, { body, headers, idempotencyKey, signal, token = this.token }: Call): Promise<Response> {
    return this.fetch(this.base + path, {
      method,
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
      headers: {
        ...(body !== undefined && { "Content-Type": "application/json" }),
        ...(idempotencyKey !== undefined && { "Idempotency-Key": idempotencyKey }),
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...headers,
      },
    });
  }
}

function repeatable(method: string, error: ConvokeError): boolean {
  if (error.status === 429 || error.code === "idempotency-key-running") return true;
  return method !== "DELETE" && passing(error);
}
