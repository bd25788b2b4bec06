import { after, type Guard, type Stop } from "./guard.ts";

/** For the whole life of the page: a recording that begins anew finds what was attached before it. */
const closedRoots = new WeakMap<Element, ShadowRoot>();

/** Keeps every shadow root that is attached in a window from now on, closed ones too, and tells of its host. */
export function watchShadowRoots(
  view: Window & typeof globalThis,
  guard: Guard,
  attached?: (host: Element) => void,
): Stop {
  const note = guard((host: Element, root: unknown) => {
    closedRoots.set(host, root as ShadowRoot);
    attached?.(host);
  });
  return after(view.Element.prototype, "attachShadow", note);
}

/** The shadow root of an element; a closed one only if it was attached while somebody watched. */
export function shadowOf(host: Element): ShadowRoot | undefined {
  return host.shadowRoot ?? closedRoots.get(host);
}
