import { ConvokeError } from "../client/error";
import { Live } from "../client/live";
import type { JobMessage } from "../client/types";
import { jitter, sleep } from "../client/wait";
import { begin } from "./begin";
import { fetchRegion, swap } from "./region";

const queueBeat = 4_000; // ms between looks at how long the queue still is, which no message tells

// watchDesign keeps the page of a design as the server has it: the progress of what is being drawn by messages, anything
// else by asking for the page's region again. What was just finished under the reader's eyes arrives with a ceremony.
export function watchDesign(region: HTMLElement): void {
  const { base, job = "" } = region.dataset;
  const live = new Live({ baseUrl: base });
  const watched = new Set<string>();
  let looking: Promise<void> | undefined;

  const look = (): Promise<void> => (looking ??= renew(region).finally(() => (looking = undefined)));

  // follow watches what is being drawn: the page's own version, and others on the wall.
  const follow = (): void => {
    begin(region);
    if (region.dataset.state !== "ended") void watch(job, Number(region.dataset.version));
    for (const sketch of region.querySelectorAll<HTMLElement>("[data-sketch]")) void watch(sketch.dataset.sketch!, Number(sketch.dataset.version));
  };

  const watch = async (id: string, version: number): Promise<void> => {
    if (watched.has(id)) return;
    watched.add(id);
    try {
      for await (const state of live.job(id, { version, onConnection: (now) => say(now === "lost" ? "connecting" : "") })) {
        if (stateOf(state) === "ended") continue; // the region says how
        if (id === job && stateOf(state) !== region.dataset.state) await look();
        else paint(id, state);
      }
    } catch (error) {
      if (!(error instanceof ConvokeError)) throw error;
      say("stopped");
      return;
    }
    await look();
    follow();
  };

  const say = (what: string): void => {
    const place = region.querySelector<HTMLElement>("[data-live-state]");
    if (place) place.textContent = place.dataset[what] ?? "";
  };

  const paint = (id: string, { progress, progressMessage }: JobMessage): void => {
    const place = id === job ? region.querySelector("[data-making]") : null;
    const bars = [place?.querySelector<HTMLProgressElement>("[data-progress]"), region.querySelector<HTMLProgressElement>(`[data-sketch="${id}"] [data-progress]`)];
    for (const bar of bars) if (bar) bar.value = progress;
    write(place?.querySelector("[data-percent]"), `${progress} %`);
    if (progressMessage) write(place?.querySelector("[data-message]"), progressMessage);
  };

  setInterval(() => region.dataset.state === "waiting" && !document.hidden && void look(), queueBeat);
  follow();
}

// renew puts the region as it is now in the place of the older one. It does not give up: the end is told only once.
async function renew(region: HTMLElement): Promise<void> {
  const before = region.dataset.state;
  let next: Element | undefined;
  for (let failures = 0; !(next = await fetchRegion("design", location.href)); failures++) await sleep(jitter(failures));
  const focused = region.contains(document.activeElement);
  swap(region, next);
  begin(region);
  const { hue = "", state, ready } = region.dataset;
  document.documentElement.className = document.documentElement.className.replace(/hue-\d+/, hue);
  if (before === "ended" || state !== "ended") return;
  const drawn = region.querySelector(".paper");
  drawn?.classList.add("fresh");
  const heading = region.querySelector<HTMLElement>("#heading");
  write(document.querySelector("[data-said]"), (drawn ? ready : heading?.textContent) ?? "");
  if (focused && document.activeElement === document.body) heading?.focus();
}

function stateOf({ status }: JobMessage): string {
  return status === "PENDING" ? "waiting" : status === "PROCESSING" ? "running" : "ended";
}

function write(place: Element | null | undefined, text: string): void {
  if (place && place.textContent !== text) place.textContent = text;
}
