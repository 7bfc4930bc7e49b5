import type { FieldError, Problem } from "./types";

interface More {
  fields?: FieldError[] | undefined;
  correlationId?: string | undefined;
  retryAfter?: number | undefined;
  cause?: unknown;
}

// ConvokeError is what every failure of this client is, but for an abort, which is the signal's own reason.
export class ConvokeError extends Error {
  override readonly name = "ConvokeError";
  readonly fields: FieldError[];
  readonly correlationId: string | undefined;
  readonly retryAfter: number | undefined;
  attempts = 1;

  constructor(
    message: string,
    readonly status: number,
    readonly code: string,
    more: More = {},
  ) {
    super(message, { cause: more.cause });
    this.fields = more.fields ?? [];
    this.correlationId = more.correlationId;
    this.retryAfter = more.retryAfter;
  }
}

// unreachable is the error of a request that got no answer.
export function unreachable(cause: unknown): ConvokeError {
  return new ConvokeError("the server can not be reached", 0, "network", { cause });
}

// refusal is the error that an answer stands for. What comes from a proxy is no problem document.
export async function refusal(response: Response): Promise<ConvokeError> {
  const problem = (await response.json().catch(() => ({}))) as Partial<Problem>;
  return new ConvokeError(problem.detail ?? `the server answered ${response.status}`, response.status, problem.code ?? "unknown", {
    fields: problem.errors,
    correlationId: problem.correlationId,
    retryAfter: secondsOf(response.headers.get("Retry-After")),
  });
}

function secondsOf(header: string | null): number | undefined {
  if (!header) return undefined;
  const seconds = Number.isNaN(Number(header)) ? (Date.parse(header) - Date.now()) / 1000 : Number(header);
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}

// passing says of an error that the same request may succeed later.
export function passing(error: ConvokeError): boolean {
  return error.status === 0 || [408, 429, 502, 503, 504].includes(error.status);
}
