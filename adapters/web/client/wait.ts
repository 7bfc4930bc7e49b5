const first = 500; // ms
const longest = 30_000; // ms

// jitter is a random part of a time that doubles with each failure, so that the clients of a server that starts again do
// not all come at once.
export function jitter(failures: number, from = first, to = longest): number {
  return Math.random() * Math.min(to, from * 2 ** failures);
}

// sleep waits, or throws the signal's reason.
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((done, fail) => {
    signal?.throwIfAborted();
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", aborted);
      done();
    }, ms);
    const aborted = (): void => {
      clearTimeout(timer);
      fail(signal?.reason);
    };
    signal?.addEventListener("abort", aborted, { once: true });
  });
}
