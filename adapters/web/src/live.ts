import { ConvokeError } from "../client/error";
import { Live } from "../client/live";
import type { OccasionCounts } from "../client/types";

// watchCounts keeps the numbers as new as the server's. However many messages come, the page is written at most once a
// frame. The numbers are not announced: they may change ten times a second.
export async function watchCounts(section: HTMLElement): Promise<void> {
  const { live, base, revision, connecting, stopped } = section.dataset;
  const state = section.querySelector<HTMLElement>("[data-live-state]");
  const say = (text = ""): void => void (state && (state.textContent = text));
  let next: OccasionCounts | undefined;

  const paint = (): void => {
    if (!next) return;
    const { people, seatsLeft } = next;
    next = undefined;
    write(section, "coming", people.yes, people.yes > 0);
    write(section, "maybe", people.maybe, people.maybe > 0);
    write(section, "waiting", people.waitlisted, people.waitlisted > 0);
    if (seatsLeft !== null) write(section, "seats", seatsLeft, true);
    const full = document.querySelector<HTMLElement>("[data-full]");
    if (full) full.hidden = seatsLeft !== 0;
  };

  const counts = new Live({ baseUrl: base }).occasion(live ?? "", {
    version: Number(revision),
    onConnection: (connection) => say(connection === "lost" ? connecting : ""),
  });
  try {
    for await (const newer of counts) {
      if (!next) requestAnimationFrame(paint);
      next = newer;
    }
  } catch (error) {
    if (!(error instanceof ConvokeError)) throw error;
    say(stopped); // the occasion is gone, or its counts have been hidden
  }
}

export function write(section: HTMLElement, name: string, value: number, visible: boolean): void {
  const row = section.querySelector<HTMLElement>(`[data-row="${name}"]`);
  const place = section.querySelector<HTMLElement>(`[data-count="${name}"]`);
  if (!row || !place) return;
  row.hidden = !visible;
  const text = String(value);
  if (place.textContent === text) return;
  place.textContent = text;
  place.classList.remove("rolled");
  void place.offsetWidth; // lets the animation begin again
  place.classList.add("rolled");
}
