// The guest's pages. They work without any of this: it adds the reader's own time, live counts, and one reply for three
// clicks.
import { sendOnce } from "./form";
import { watchCounts } from "./live";
import { hideJump } from "./jump";
import { openFromLink } from "./session";
import { showOwnTime } from "./time";

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-once]")) sendOnce(form);
const session = document.querySelector<HTMLFormElement>("form[data-session]");
if (session) openFromLink(session);
for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-offset]")) showOwnTime(time);
const counts = document.querySelector<HTMLElement>("[data-live]");
if (counts) void watchCounts(counts);
const jump = document.querySelector<HTMLElement>("[data-jump]");
if (jump) hideJump(jump);

// What was done is said once: a reload, a bookmark or a shared address does not say it again.
if (location.search.startsWith("?done=")) history.replaceState(null, "", location.pathname + location.hash);
