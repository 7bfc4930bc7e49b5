import { ConvokeError, passing, refusal, unreachable } from "./error";
import type { Http } from "./http";
import { jitter, sleep } from "./wait";
import type { State, Watch } from "./watch";

const silence = 45_000; // ms; a server says something every 15 s

// follow watches over server-sent events, where there is no WebSocket, until the watch is over or the signal aborts. It
// is made of fetch, unlike EventSource, so that it runs outside browsers and can carry a token.
export async function follow(http: Http, watch: Watch, signal: AbortSignal): Promise<void> {
  for (let failures = 0; !watch.isOver && !signal.aborted; failures++) {
    const error = await once(http, watch, signal, () => (failures = 0)).catch(unreachable);
    if (signal.aborted) return;
    if (error && !passing(error)) watch.finish(error);
    if (watch.isOver) return;
    watch.disconnected();
    await sleep((error?.retryAfter ?? 0) * 1000 + jitter(failures), signal).catch(() => undefined);
  }
}

// once reads one answer to its end, or says why there is none.
async function once(http: Http, watch: Watch, signal: AbortSignal, opened: () => void): Promise<ConvokeError | undefined> {
  const broken = new AbortController();
  const abort = (): void => broken.abort();
  signal.addEventListener("abort", abort);
  let timer = setTimeout(abort, silence);
  try {
    const about = watch.about;
    const path = "jobId" in about ? `/api/streams/jobs/${about.jobId}` : `/api/streams/occasions/${about.occasionId}`;
    const headers = { Accept: "text/event-stream", ...(watch.told > 0 && { "Last-Event-ID": String(watch.told) }) };
    const response = await http.send("GET", path, { headers, signal: broken.signal, token: watch.options.token });
    if (!response.ok) return await refusal(response);
    if (!response.body) return void watch.finish(); // 204: the end has been seen
    opened();
    watch.connected();
    for await (const data of events(response.body)) {
      clearTimeout(timer);
      timer = setTimeout(abort, silence);
      if (data) watch.take(JSON.parse(data) as State);
      if (watch.isOver) return undefined;
    }
    return undefined;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
    broken.abort();
  }
}

// events yields the data of each event; "" for what is none, such as a heartbeat.
async function* events(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (text + decoder.decode(value, { stream: true })).split("\n\n");
    text = blocks.pop() ?? "";
    yield* blocks.map((block) => /^data: ?(.*)$/m.exec(block)?.[1] ?? "");
  }
}
