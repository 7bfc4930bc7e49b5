// Moments are times that the server writes in UTC. The reader may have them as their own clock shows them; the browser
// remembers which.
const key = "console-times";

let local = localStorage.getItem(key) === "local";

// showMoments writes the moments of a part of the page as the reader wants them.
export function showMoments(root: ParentNode): void {
  for (const time of root.querySelectorAll<HTMLTimeElement>("time[data-moment]")) {
    time.dataset.utc ??= time.textContent;
    time.textContent = local ? own(time) : time.dataset.utc;
  }
}

// chooseZone lets a button switch between the two.
export function chooseZone(button: HTMLButtonElement): void {
  button.setAttribute("aria-pressed", String(local));
  button.addEventListener("click", () => {
    local = !local;
    localStorage.setItem(key, local ? "local" : "utc");
    button.setAttribute("aria-pressed", String(local));
    showMoments(document);
  });
}

// clock is the time of day now, in the zone that is chosen.
export function clock(): string {
  return new Intl.DateTimeFormat(document.documentElement.lang, {
    hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", ...(local ? {} : { timeZone: "UTC", timeZoneName: "short" }),
  }).format();
}

function own(time: HTMLTimeElement): string {
  const minute: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const whole: Intl.DateTimeFormatOptions = { ...minute, day: "numeric", month: "short", year: "numeric", second: "2-digit", timeZoneName: "short" };
  const format = new Intl.DateTimeFormat(document.documentElement.lang, time.dataset.moment === "minute" ? minute : whole);
  return format.format(new Date(time.dateTime));
}
