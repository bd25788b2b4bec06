// What the placement test asks of the viewer's own code: a layer of a page, and where its elements are.
import { showBackdrop } from "../../../recorder-js/src/player/backdrop.ts";
import { findPlaces } from "../../../recorder-js/src/pages/element-box.ts";
import type { Backdrop } from "../../../recorder-js/src/pages/heatmap-api.ts";
import { backdropOf, type LayerState } from "../../../recorder-js/src/pages/layers.ts";

/** Parts that scroll by themselves are looked at from their beginning to their end, as a person would. */
const MOST_STEPS = 12;

export async function look(
  api: string,
  backdrop: Backdrop,
  layer: LayerState | undefined,
  keys: readonly string[],
  renamed: readonly string[],
) {
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-same-origin");
  frame.setAttribute("src", "about:blank");
  document.body.append(frame);
  const page = await showBackdrop(frame, ...(await backdropOf(api, backdrop, layer)));
  const parts = Array.from(page.document.querySelectorAll("body *")).filter(
    (one) => one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1,
  );
  const seen = [];
  for (let step = 0; step < (parts.length > 0 ? MOST_STEPS : 1); step++) {
    for (const one of parts) {
      one.scrollTo(step * one.clientWidth * 0.8, step * one.clientHeight * 0.8);
    }
    const { boxes, sights } = findPlaces(page.document, keys, renamed);
    const truths = Array.from(page.document.querySelectorAll("[data-truth]")).map((one) => {
      const { left, top, width, height } = one.getBoundingClientRect();
      return [one.getAttribute("data-truth"), [left, top, width, height]];
    });
    seen.push({
      width: page.width,
      height: page.height,
      boxes: Object.fromEntries(boxes),
      sights: Object.fromEntries(sights),
      truths: Object.fromEntries(truths),
    });
  }
  frame.remove();
  return seen;
}
