// showOwnTime adds the reader's own time where their clock differs from the occasion's. It compares distances from UTC,
// because browsers and servers do not always know the same names of zones.
export function showOwnTime(time: HTMLTimeElement): void {
  const start = new Date(time.dateTime);
  const line = time.parentElement?.querySelector<HTMLElement>("[data-your-time]");
  const place = line?.querySelector("span");
  if (!line || !place || -start.getTimezoneOffset() === Number(time.dataset.offset)) return;
  const format = new Intl.DateTimeFormat(document.documentElement.lang, {
    weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short",
  });
  const end = time.dataset.end;
  place.textContent = end ? format.formatRange(start, new Date(end)) : format.format(start);
  line.hidden = false;
}
