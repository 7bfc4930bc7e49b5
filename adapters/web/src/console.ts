// The operator's console. It works without any of this: it keeps what is shown as new as the server's.
import { sendOnce } from "./form";
import { openFromLink } from "./session";

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-once]")) sendOnce(form);
const session = document.querySelector<HTMLFormElement>("form[data-session]");
if (session) openFromLink(session);
