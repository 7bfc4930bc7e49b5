// The host's studio. It works without any of this: it adds live progress and counts, and one order for three clicks.
import { sendOnce } from "./form";
import { openFromLink } from "./session";

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-once]")) sendOnce(form);
const session = document.querySelector<HTMLFormElement>("form[data-session]");
if (session) openFromLink(session);
