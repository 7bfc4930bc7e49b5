import { copyFrom } from "./copy";
import { sendOnce } from "./form";

const begun = new WeakSet<Element>();

// begin gives life to what a page, or a part of it that has just come, holds. What has it already is left alone.
export function begin(root: ParentNode): void {
  each<HTMLFormElement>(root, "form[data-once]", sendOnce);
  each<HTMLElement>(root, "[data-copy]", copyFrom);
  each<HTMLElement>(root, "[data-fill]", fillFrom);
  for (const time of root.querySelectorAll<HTMLTimeElement>("time[data-stamp]")) sayInOwnTime(time); // a newer region tells it anew
}

function each<E extends Element>(root: ParentNode, selector: string, start: (element: E) => void): void {
  for (const element of root.querySelectorAll<E>(selector)) {
    if (begun.has(element)) continue;
    begun.add(element);
    start(element);
  }
}

// fillFrom puts an example into a field. Without scripts its link opens the page with the field filled in.
function fillFrom(example: HTMLElement): void {
  example.addEventListener("click", (event) => {
    const field = document.getElementById(example.dataset.fill ?? "");
    if (!(field instanceof HTMLTextAreaElement)) return;
    event.preventDefault();
    field.value = example.textContent ?? "";
    field.focus();
  });
}

// sayInOwnTime says by the reader's clock when something was done, which servers do not know.
function sayInOwnTime(time: HTMLTimeElement): void {
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" });
  time.textContent = format.format(new Date(time.dateTime));
}
