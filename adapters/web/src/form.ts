import { randomKey } from "../client/key";

// sendOnce sends a form once, however often its button is pressed, and marks what is sent with a key, so that a browser
// which sends it again by itself does nothing twice. The button keeps the focus: it is not disabled, it only says so.
export function sendOnce(form: HTMLFormElement): void {
  const button = form.querySelector<HTMLButtonElement>("button[type=submit]");
  if (!button) return;
  const label = button.textContent;
  const key = document.createElement("input");
  key.type = "hidden";
  key.name = "key";
  form.append(key);

  form.addEventListener("submit", (event) => {
    if (button.getAttribute("aria-disabled") === "true") {
      event.preventDefault();
      return;
    }
    key.value = randomKey();
    button.setAttribute("aria-disabled", "true");
    button.textContent = form.dataset.once ?? label;
  });
  // Back shows the page as it was left.
  addEventListener("pageshow", () => {
    button.removeAttribute("aria-disabled");
    button.textContent = label;
  });
}
