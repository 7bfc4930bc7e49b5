// A region is a part of a page that the server can render alone: an element with data-region. Its newer rendering is put
// in its place piece by piece, so that focus, selection, scrolling and what is half written stay as they are.

interface Policy {
  createHTML(html: string): string;
}
declare const trustedTypes: { createPolicy(name: string, rules: Policy): Policy } | undefined;

// The one way from text to markup. What comes this way was rendered, and escaped, by our own server.
const rules: Policy = { createHTML: (html) => html };
const policy = typeof trustedTypes === "undefined" ? rules : trustedTypes.createPolicy("convoke", rules);

// fetchRegion asks for a region as it is now at an address. It returns nothing when there is none any more: the server can
// not be reached, or the reader is signed out.
export async function fetchRegion(name: string, address: string, signal?: AbortSignal): Promise<Element | undefined> {
  const answer = await askRegion(name, address, signal);
  return answer instanceof Element ? answer : undefined;
}

// askRegion asks likewise, and returns the status of the answer where there is no region; 0 where there was no answer.
export async function askRegion(name: string, address: string, signal?: AbortSignal): Promise<Element | number> {
  try {
    const answer = await fetch(address, { headers: { "X-Fragment": name }, signal: signal ?? null });
    if (!answer.ok || answer.redirected) return answer.status;
    const template = document.createElement("template");
    template.innerHTML = policy.createHTML(await answer.text());
    return template.content.querySelector(`[data-region="${name}"]`) ?? answer.status;
  } catch {
    return 0;
  }
}

// swap turns an element into its newer rendering. Children that have an id or a data-key are the same wherever they stand.
export function swap(old: Element, next: Element): void {
  swapAttributes(old, next);
  const kept = new Map<string, Element>();
  for (const child of old.children) {
    const key = keyOf(child);
    if (key) kept.set(key, child);
  }
  let place = old.firstChild;
  for (const wanted of [...next.childNodes]) {
    const match = findMatch(wanted, place, kept);
    if (match) {
      if (match === place) place = place.nextSibling;
      else old.insertBefore(match, place);
      if (match instanceof Element) swap(match, wanted as Element);
      else if (match.nodeValue !== wanted.nodeValue) match.nodeValue = wanted.nodeValue;
    } else {
      old.insertBefore(wanted, place);
    }
  }
  while (place) {
    const rest: ChildNode = place;
    place = place.nextSibling;
    rest.remove();
  }
}

function keyOf(node: Node): string {
  return node instanceof Element ? node.id || node.getAttribute("data-key") || "" : "";
}

// findMatch returns what a wanted node can be made of: the child of the same key, or the next one of the same kind.
function findMatch(wanted: ChildNode, place: ChildNode | null, kept: Map<string, Element>): ChildNode | undefined {
  const key = keyOf(wanted);
  const match = key ? kept.get(key) : place && !keyOf(place) ? place : undefined;
  if (!match || match.nodeType !== wanted.nodeType || match.nodeName !== wanted.nodeName) return undefined;
  kept.delete(key);
  return match;
}

function swapAttributes(old: Element, next: Element): void {
  const writing = old === document.activeElement && old.matches("input, textarea, select");
  const opened = old.matches("details"); // the reader opens and closes these
  for (const { name } of [...old.attributes]) {
    if (!next.hasAttribute(name) && !(opened && name === "open")) old.removeAttribute(name);
  }
  for (const { name, value } of [...next.attributes]) {
    if ((writing && name === "value") || (opened && name === "open")) continue;
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}
