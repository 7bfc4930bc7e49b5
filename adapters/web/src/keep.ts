import { clock, showMoments } from "./moments";
import { askRegion, swap } from "./region";
import { stand } from "./rows";

const beat = 2_000; // ms between an answer and the next question
const longest = 30_000; // ms between questions that nobody answers
const patience = 10_000; // ms with a question; a page of the console is answered sooner, whatever is ill
const key = "console-paused";

// Keeper keeps the regions of a page as new as the server's, each by itself, until the reader pauses them: then nothing on
// the page moves, nor on the pages after it, until they let it go on.
export class Keeper {
  private readonly regions: Region[] = [];
  private readonly state: HTMLElement | null;
  private readonly button: HTMLButtonElement | null;
  private readonly label: string;

  constructor(
    private readonly tools: HTMLElement,
    private readonly bind: (part: ParentNode) => void,
  ) {
    this.state = tools.querySelector("[data-state]");
    this.button = tools.querySelector<HTMLButtonElement>("[data-pause]");
    this.label = this.button?.textContent ?? "";
  }

  start(): void {
    for (const element of document.querySelectorAll<HTMLElement>("[data-region]")) {
      this.regions.push(new Region(element, this, this.bind));
    }
    this.button?.addEventListener("click", () => (this.paused ? this.resume() : this.pause()));
    document.addEventListener("visibilitychange", () => this.go());
    addEventListener("online", () => this.go());
    addEventListener("pagehide", () => this.halt());
    addEventListener("pageshow", (event) => event.persisted && this.go());
    document.addEventListener("click", (event) => this.fetchFresh(event));
    this.tools.hidden = false;
    this.tell();
    for (const region of this.regions) region.soon(beat);
  }

  // still reports whether nothing may be asked for now.
  get still(): boolean {
    return this.paused !== null || document.hidden || this.regions.some((r) => r.ended);
  }

  private get paused(): string | null {
    return sessionStorage.getItem(key);
  }

  private pause(): void {
    sessionStorage.setItem(key, clock());
    this.halt();
    this.tell();
  }

  private resume(): void {
    sessionStorage.removeItem(key);
    this.tell();
    this.go();
  }

  private halt(): void {
    for (const region of this.regions) region.halt();
  }

  private go(): void {
    for (const region of this.regions) region.soon(0);
  }

  // tell says what keeps the page from being new; nothing when it is.
  tell(): void {
    const { lost = "", ended = "", paused = "" } = this.tools.dataset;
    const since = this.regions.map((r) => r.lostAt).find((at) => at !== "");
    const text = this.regions.some((r) => r.ended) ? ended : this.paused !== null ? `${paused} ${this.paused}` : since ? `${lost} ${since}` : "";
    if (this.state && this.state.textContent !== text) this.state.textContent = text;
    if (!this.button) return;
    this.button.textContent = this.paused !== null ? (this.button.dataset.resume ?? "") : this.label;
    this.button.classList.toggle("on", this.paused !== null);
  }

  // fetchFresh shows what has come since, in the place where it was counted.
  private fetchFresh(event: MouseEvent): void {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-fresh]") : null;
    const region = link && this.regions.find((r) => r.element.contains(link));
    if (!link || !region || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    void region.fresh(link.href);
  }
}

// Region is one part of the page.
class Region {
  lostAt = ""; // when the server was first not reached
  ended = false; // the reader is signed out
  private timer = 0;
  private failures = 0;
  private asking: AbortController | undefined;

  constructor(
    readonly element: HTMLElement,
    private readonly keeper: Keeper,
    private readonly bind: (part: ParentNode) => void,
  ) {}

  soon(wait: number): void {
    clearTimeout(this.timer);
    if (!this.keeper.still) this.timer = setTimeout(() => void this.ask(), wait);
  }

  halt(): void {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.asking = undefined;
  }

  // fresh puts the region as it is at another address in the place of this one, without leaving rows where they were.
  async fresh(address: string): Promise<void> {
    this.halt();
    const next = await this.load(address);
    if (!next) {
      location.assign(address);
      return;
    }
    this.put(next);
    this.element.querySelector<HTMLElement>("tbody a")?.focus({ preventScroll: true });
    this.soon(beat);
  }

  private async ask(): Promise<void> {
    if (this.asking || this.keeper.still) return;
    if (this.held()) {
      this.soon(beat);
      return;
    }
    const next = await this.load(this.element.dataset.from ?? location.href);
    if (next === null) return; // halted meanwhile
    if (next && !this.held()) {
      stand(this.element, next);
      this.put(next);
    }
    this.soon(next ? beat : Math.min(longest, beat * 2 ** this.failures) * (0.75 + Math.random() / 2));
  }

  // load returns the region at an address; undefined when there is no answer, null when nobody wants it any more.
  private async load(address: string): Promise<Element | undefined | null> {
    const asking = new AbortController();
    this.asking = asking;
    const timer = setTimeout(() => asking.abort(), patience);
    const answer = await askRegion(this.element.dataset.region ?? "", address, asking.signal);
    clearTimeout(timer);
    if (this.asking !== asking) return null;
    this.asking = undefined;
    const found = answer instanceof Element;
    this.failures = found ? 0 : this.failures + 1;
    this.lostAt = found ? "" : this.lostAt || clock();
    this.ended = answer === 401;
    this.keeper.tell();
    return found ? answer : undefined;
  }

  private put(next: Element): void {
    showMoments(next);
    swap(this.element, next);
    this.bind(this.element);
  }

  // held reports whether the reader is at it: rows that could move stay under the pointer and the focus, and a form that is
  // being sent stays as it is.
  private held(): boolean {
    return this.element.querySelector("[data-hold]:hover, [data-hold]:focus-within, [aria-disabled=true]") !== null;
  }
}
