// The host's studio. It works without any of this: it adds live progress and counts, links that copy themselves, and one
// order for three clicks.
import { begin } from "./begin";
import { watchDesign } from "./design";
import { watchGuests } from "./guests";
import { openFromLink } from "./session";
import { guessZone } from "./zone";

begin(document);
const session = document.querySelector<HTMLFormElement>("form[data-session]");
if (session) openFromLink(session);
const design = document.querySelector<HTMLElement>("[data-region=design]");
if (design) watchDesign(design);
const guests = document.querySelector<HTMLElement>("[data-occasion]");
if (guests) void watchGuests(guests);
const zone = document.querySelector<HTMLInputElement>("[data-zone]");
if (zone) guessZone(zone);

// What was done is said once: a reload, a bookmark or a shared address does not say it again.
if (location.search.startsWith("?done=")) history.replaceState(null, "", location.pathname + location.hash);
