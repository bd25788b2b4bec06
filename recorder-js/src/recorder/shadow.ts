import { type Guard, patch, type Stop } from "./guard.ts";

/** Keeps every shadow root that is attached in a window from now on in `roots`, closed ones too, and tells of its host. */
export function watchShadowRoots(
  view: Window & typeof globalThis,
  guard: Guard,
  roots: WeakMap<Element, ShadowRoot>,
  attached: (host: Element) => void,
): Stop {
  const note = guard((host: Element, root: ShadowRoot) => {
    roots.set(host, root);
    attached(host);
  });
  return patch(
    view.Element.prototype,
    "attachShadow",
    (original, isOn) =>
      function (this: Element, init) {
        const root = original.call(this, init);
        if (isOn()) note(this, root);
        return root;
      },
  );
}
