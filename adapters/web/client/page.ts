interface Hooks {
  leave: () => void;
  back: () => void;
  offline: () => void;
}

// followPage tells when the page is left or hidden, when it or the network is back, and when the network is gone, until
// the function that it returns is called. Where there is no page nothing is told.
export function followPage({ leave, back, offline }: Hooks): () => void {
  if (typeof document === "undefined") return () => undefined;
  const end = new AbortController();
  const options = { signal: end.signal };
  addEventListener("pagehide", leave, options);
  addEventListener("pageshow", (event) => event.persisted && back(), options);
  addEventListener("offline", offline, options);
  addEventListener("online", back, options);
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : back()), options);
  return () => end.abort();
}

export function isHidden(): boolean {
  return typeof document !== "undefined" && document.hidden;
}
