// Where an element of the rebuilt page lies, in that page's coordinates.
import { findByKey } from "../dom/element-key.ts";
import type { Box } from "./heatmap-api.ts";

const MAX_FRAMES = 20;

/** The boxes of the keys that are on the page; an element without area has a box without area. */
export function findBoxes(page: Document, keys: readonly string[]): Map<string, Box> {
  const boxes = new Map<string, Box>();
  for (const key of keys) {
    const element = findByKey(page, key);
    const box = element && boxOf(page, element);
    if (box) boxes.set(key, box);
  }
  return boxes;
}

function boxOf(page: Document, element: Element): Box | undefined {
  const rect = element.getBoundingClientRect();
  let { left, top } = rect;
  let at: Document = element.ownerDocument;
  for (let depth = 0; at !== page; depth++) {
    const frame = at.defaultView?.frameElement;
    if (!frame || depth > MAX_FRAMES) return undefined;
    const outer = frame.getBoundingClientRect();
    left += outer.left + frame.clientLeft;
    top += outer.top + frame.clientTop;
    at = frame.ownerDocument;
  }
  const view = page.defaultView;
  return [left + (view?.scrollX ?? 0), top + (view?.scrollY ?? 0), rect.width, rect.height];
}
