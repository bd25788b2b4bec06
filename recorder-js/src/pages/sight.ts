// What can be seen of elements inside the parts of a page that scroll by themselves.
import type { Box } from "./heatmap-api.ts";

const CLIPS = /auto|scroll|hidden|clip/;
const MAX_DEPTH = 400;

interface Edges {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** What the containers around an element leave to be seen of it, in its frame's viewport; undefined: all of it. */
export function sightOf(element: Element): DOMRect | undefined {
  const whole = element.getBoundingClientRect();
  const { left, top, right, bottom } = whole;
  const seen: Edges = { left, top, right, bottom };
  for (const container of containersOf(element)) clip(seen, container);
  const isWhole =
    seen.left === left && seen.top === top && seen.right === right && seen.bottom === bottom;
  if (isWhole) return undefined;
  const [width, height] = [seen.right - seen.left, seen.bottom - seen.top];
  return new DOMRect(seen.left, seen.top, Math.max(0, width), Math.max(0, height));
}

/** The elements that can clip this one, innermost first: out of flow, only its containing blocks do. */
function containersOf(element: Element): readonly Element[] {
  const { body, documentElement, defaultView: view } = element.ownerDocument;
  const found: Element[] = [];
  let position = view?.getComputedStyle(element).position;
  for (
    let at = element.parentElement;
    view && at && found.length < MAX_DEPTH;
    at = at.parentElement
  ) {
    if (position === "fixed" || at === body || at === documentElement) break;
    const its = view.getComputedStyle(at).position;
    if (position === "absolute" && its === "static") continue;
    position = its;
    found.push(at);
  }
  return found;
}

function clip(seen: Edges, container: Element): void {
  const style = container.ownerDocument.defaultView?.getComputedStyle(container);
  const box = container.getBoundingClientRect();
  if (style && CLIPS.test(style.overflowX)) {
    seen.left = Math.max(seen.left, box.left);
    seen.right = Math.min(seen.right, box.right);
  }
  if (style && CLIPS.test(style.overflowY)) {
    seen.top = Math.max(seen.top, box.top);
    seen.bottom = Math.min(seen.bottom, box.bottom);
  }
}

/** A rectangle of the element's viewport as a box of the page, given the element's own. */
export function asBox(rect: DOMRect, own: DOMRect, box: Box): Box {
  return [box[0] + rect.left - own.left, box[1] + rect.top - own.top, rect.width, rect.height];
}
