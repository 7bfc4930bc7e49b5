// The operator's console. It works without any of this: it keeps what is shown as new as the server's, until it is paused,
// and tells times as the reader's clock does.
import { sendOnce } from "./form";
import { Keeper } from "./keep";
import { chooseZone, showMoments } from "./moments";
import { openFromLink } from "./session";

const bound = new WeakSet<HTMLFormElement>();
function bind(part: ParentNode): void {
  for (const form of part.querySelectorAll<HTMLFormElement>("form[data-once]")) {
    if (!bound.has(form)) sendOnce(form);
    bound.add(form);
  }
}
bind(document);

const session = document.querySelector<HTMLFormElement>("form[data-session]");
if (session) openFromLink(session);

const tools = document.querySelector<HTMLElement>("[data-tools]");
if (tools) {
  const zone = tools.querySelector<HTMLButtonElement>("[data-zone]");
  if (zone) chooseZone(zone);
  showMoments(document);
  new Keeper(tools, bind).start();
  // Whoever is signed in needs no token; and what was done is said once.
  const address = new URL(location.href);
  address.searchParams.delete("done");
  if (address.hash.startsWith("#a=")) address.hash = "";
  if (address.href !== location.href) history.replaceState(null, "", address);
}
