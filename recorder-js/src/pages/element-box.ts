// Where an element of the rebuilt page lies, in that page's coordinates.
import { findByKey, findSurely } from "../dom/element-key.ts";
import type { Box } from "./heatmap-api.ts";
import { asBox, sightOf } from "./sight.ts";

const MAX_FRAMES = 20;

export interface Places {
  /** Of the keys that are on the page; an element without area has a box without area. */
  readonly boxes: ReadonlyMap<string, Box>;
  /** What can be seen of those that are partly or wholly scrolled away in a part of the page. */
  readonly sights: ReadonlyMap<string, Box>;
}

/** @param renamed keys whose elements may be told by their places, as they are called now this, now that */
export function findPlaces(
  page: Document,
  keys: readonly string[],
  renamed: readonly string[],
): Places {
  const boxes = new Map<string, Box>();
  const sights = new Map<string, Box>();
  const loose = new Set(renamed);
  for (const key of keys) {
    const element = loose.has(key) ? findByKey(page, key) : findSurely(page, key);
    const box = element && boxOf(page, element);
    if (!box) continue;
    boxes.set(key, box);
    const seen = sightOf(element);
    if (seen) sights.set(key, asBox(seen, element.getBoundingClientRect(), box));
  }
  return { boxes, sights };
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
