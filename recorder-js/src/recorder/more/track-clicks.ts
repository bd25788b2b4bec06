import { type ClickFact, Kind } from "../../wire/wire.gen.ts";
import { documentSize } from "../document-size.ts";
import type { Stop } from "../guard.ts";
import type { Scope } from "../scope.ts";
import { hasRule } from "../tree.ts";
import { frameOffset, isFixed, scrollContainers } from "./geometry.ts";
import { openState } from "./open-state.ts";
import { innermost, keyOf, labelOf, meant, plainKeyOf, unblocked } from "./target.ts";

/** A click should be seen soon, so its chunk leaves early. */
const SOON_MS = 1000;
const WHOLE = 10_000;

/**
 * Records trusted clicks: on what, where in it, where on the page.
 * @param hovered ms that the pointer has been over what is clicked
 */
export function trackClicks(scope: Scope, hovered: (element: Element) => number): Stop {
  let label: HTMLLabelElement | null = null;
  return scope.listen("click", (event) => {
    const hit = event.isTrusted && innermost(event, scope);
    if (!hit) return;
    // A click on a label makes the browser click its field.
    const isEcho = label?.control === hit;
    label = isEcho ? null : hit.closest("label");
    if (isEcho) return;
    scope.active();
    const waited = event.detail > 0 ? hovered(meant(hit)) : 0;
    if (!hasRule(hit, "ignore")) scope.emit(Kind.Click, clickFact(scope, event, hit, waited));
    scope.sealWithin(SOON_MS);
  });
}

function clickFact(scope: Scope, event: MouseEvent, hit: Element, waited: number): ClickFact {
  const element = unblocked(meant(hit));
  const box = element.getBoundingClientRect();
  const offset = frameOffset(element.ownerDocument);
  // By keyboard or script, a click has no place.
  const placed = event.detail > 0 || event.clientX !== 0 || event.clientY !== 0;
  const fixed = isFixed(element);
  const [right, down] = scope.drift(element.ownerDocument);
  const x = placed ? event.clientX - (fixed ? 0 : right) : box.left + box.width / 2;
  const y = placed ? event.clientY - (fixed ? 0 : down) : box.top + box.height / 2;
  const key = keyOf(element, scope.tree);
  const [state, statePlain] = openState(element, scope.tree);
  const id = scope.idOf(element); // first: it may end the chunk that times are told in
  return [
    scope.now(),
    id,
    key,
    share(x - box.left, box.width),
    share(y - box.top, box.height),
    Math.round(x + offset.x + scrollX),
    Math.round(y + offset.y + scrollY),
    ...documentSize(),
    event.button,
    "pointerType" in event ? String(event.pointerType) : "",
    fixed,
    scrollContainers(element)
      .map((container) => keyOf(container, scope.tree))
      .join("\n"),
    hasRule(element, "block") ? "" : labelOf(element, scope.tree),
    Math.round(event.timeStamp),
    event.detail,
    Number(event.shiftKey) + 2 * +event.ctrlKey + 4 * +event.altKey + 8 * +event.metaKey,
    state,
    waited,
    plainKeyOf(element, key, scope.tree),
    statePlain,
  ];
}

function share(distance: number, length: number): number {
  const value = length > 0 ? Math.round((distance / length) * WHOLE) : WHOLE / 2;
  return Math.min(WHOLE, Math.max(0, value));
}
