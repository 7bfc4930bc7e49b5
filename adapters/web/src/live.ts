import { Socket } from "./socket";

// Counts are what the server says of an occasion. Only what is shown is named.
interface Counts {
  type: string;
  code?: string;
  occasionId: string;
  revision: number;
  people: { yes: number; maybe: number; waitlisted: number };
  seatsLeft: number | null;
}

// watchCounts keeps the numbers as new as the server's. What is older than what is shown is dropped, and however many
// messages come, the page is written at most once a frame. The numbers are not announced: they may change ten times a
// second.
export function watchCounts(section: HTMLElement): void {
  const occasionId = section.dataset.live ?? "";
  const state = section.querySelector<HTMLElement>("[data-live-state]");
  let shown = Number(section.dataset.revision);
  let next: Counts | undefined;

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

  const socket = new Socket(section.dataset.socket ?? "", {
    greeting: () => JSON.stringify({ type: "subscribe", occasionId, version: shown }),
    receive: (text) => {
      const message = JSON.parse(text) as Counts;
      if (message.type === "error" && message.code === "unavailable") return false;
      if (message.type === "error") socket.stop(); // the occasion is gone, or its counts have been hidden
      if (message.type !== "occasion_counts" || message.occasionId !== occasionId || message.revision <= shown) return true;
      shown = message.revision;
      if (!next) requestAnimationFrame(paint);
      next = message;
      return true;
    },
    tell: (now) => {
      if (state) state.textContent = now === "connecting" ? section.dataset.connecting! : now === "stopped" ? section.dataset.stopped! : "";
    },
  });
  socket.start();
}

function write(section: HTMLElement, name: string, value: number, visible: boolean): void {
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
