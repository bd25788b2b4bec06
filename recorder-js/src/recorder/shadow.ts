import { after, type Guard, type Stop } from "./guard.ts";

/** Keeps every shadow root that is attached in a window from now on in `roots`, closed ones too, and tells of its host. */
export function watchShadowRoots(
  view: Window & typeof globalThis,
  guard: Guard,
  roots: WeakMap<Element, ShadowRoot>,
  attached: (host: Element) => void,
): Stop {
  const note = guard((host: Element, root: unknown) => {
    roots.set(host, root as ShadowRoot);
    attached(host);
  });
  return after(view.Element.prototype, "attachShadow", note);
}
