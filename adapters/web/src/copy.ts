// copyFrom lets a button copy the field beside it. The clipboard is missing on plain HTTP: the text is selected then, and
// copied the old way, or left to the reader's own keys.
export function copyFrom(button: HTMLElement): void {
  const field = document.getElementById(button.dataset.copy ?? "");
  if (!(field instanceof HTMLInputElement)) return;
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    const copied = navigator.clipboard ? await navigator.clipboard.writeText(field.value).then(yes, no) : document.execCommand("copy");
    button.textContent = copied ? (button.dataset.done ?? "") : label;
  });
}

const yes = (): boolean => true;
const no = (): boolean => document.execCommand("copy");
