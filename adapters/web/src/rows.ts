// stand lets the rows of a list stay where they are. A row that the newer list does not have any more is kept, and says so;
// rows that have come since are counted by the server, and wait until they are asked for.
export function stand(old: Element, next: Element): void {
  const table = old.querySelector<HTMLElement>("[data-rows]");
  if (!table) return;
  const place = next.querySelector("[data-rows] tbody");
  if (!place) {
    const kept = table.cloneNode(true) as HTMLElement;
    for (const row of kept.querySelectorAll("tbody tr")) mark(row, table.dataset.moved ?? "");
    next.querySelector(".empty")?.replaceWith(kept);
    return;
  }
  const known = new Map([...place.children].map((row) => [row.getAttribute("data-key"), row]));
  let before: Element | null = null;
  for (const row of table.querySelectorAll("tbody tr")) {
    let here: Element | undefined = known.get(row.getAttribute("data-key"));
    if (!here) {
      here = row.cloneNode(true) as Element;
      mark(here, table.dataset.moved ?? "");
      if (before) before.after(here);
      else place.prepend(here);
    }
    before = here;
  }
}

function mark(row: Element, text: string): void {
  if (row.classList.contains("moved")) return;
  row.classList.add("moved");
  const note = document.createElement("span");
  note.className = "quiet";
  note.textContent = ` ${text}`;
  row.querySelector(".status, td")?.append(note);
}
