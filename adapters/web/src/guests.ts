import { ConvokeError } from "../client/error";
import { Live } from "../client/live";
import type { OccasionCounts } from "../client/types";
import { begin } from "./begin";
import { write } from "./live";
import { fetchRegion, swap } from "./region";

// watchGuests keeps a host's numbers as new as the server's, and says how many replies are new. The list itself waits for
// the host: no row moves under the pointer.
export async function watchGuests(page: HTMLElement): Promise<void> {
  const { occasion = "", base, revision } = page.dataset;
  const state = page.querySelector<HTMLElement>("[data-live-state]");
  const say = (what: string): void => void (state && (state.textContent = state.dataset[what] ?? ""));
  let next: OccasionCounts | undefined;

  const paint = (): void => {
    if (!next) return;
    const { replies, people, seatsLeft } = next;
    const all = replies.yes + replies.no + replies.maybe + replies.waitlisted + replies.cancelled;
    write(page, "coming", people.yes, true);
    write(page, "maybe", people.maybe, true);
    write(page, "waiting", people.waitlisted, true);
    if (seatsLeft !== null) write(page, "seats", seatsLeft, true);
    for (const [name, n] of Object.entries({ ...replies, all })) {
      for (const place of page.querySelectorAll<HTMLElement>(`[data-tab="${name}"]`)) place.textContent = String(n);
    }
    offer(page, next.revision, all);
  };

  page.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-show-new]")) {
      event.preventDefault();
      void show(page, () => paint());
    }
  });
  const counts = new Live({ baseUrl: base }).occasion(occasion, {
    version: Number(revision),
    onConnection: (now) => say(now === "lost" ? "connecting" : ""),
  });
  try {
    for await (const newer of counts) {
      if (!next || newer.revision > next.revision) next = newer;
      requestAnimationFrame(paint);
    }
  } catch (error) {
    if (!(error instanceof ConvokeError)) throw error;
    say("stopped");
  }
}

// offer says what the list does not show yet.
function offer(page: HTMLElement, revision: number, all: number): void {
  const list = page.querySelector<HTMLElement>("[data-region=guests]");
  const button = page.querySelector<HTMLElement>("[data-show-new]");
  if (!list || !button) return;
  const more = all - Number(list.dataset.all);
  button.hidden = revision <= Number(list.dataset.revision);
  button.textContent = more > 0 ? `${more} ${button.dataset.new}` : (button.dataset.changed ?? "");
}

async function show(page: HTMLElement, done: () => void): Promise<void> {
  const list = page.querySelector("[data-region=guests]");
  const next = await fetchRegion("guests", location.href);
  if (!list || !next) return location.reload();
  swap(list, next);
  begin(list);
  done();
}
