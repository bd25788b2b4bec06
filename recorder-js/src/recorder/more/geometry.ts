// Where things are: in the viewport of the top document, and on its page.

import { frameOf } from "../../dom/frame.ts";
import { ELEMENT } from "../node-types.ts";
import { around } from "../tree.ts";

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Where a document's viewport begins in the top document's viewport. */
export function frameOffset(inner: Document): Place {
  let x = 0;
  let y = 0;
  for (let frame = frameOf(inner); frame; frame = frameOf(frame.ownerDocument)) {
    const box = frame.getBoundingClientRect();
    x += box.left + frame.clientLeft;
    y += box.top + frame.clientTop;
  }
  return { x, y };
}

/** Whether an element stays where it is while the page scrolls. */
export function isFixed(element: Element): boolean {
  for (let at: Node | undefined = element; at; at = around(at)) {
    if (at.nodeType !== ELEMENT) continue;
    const style = getComputedStyle(at as Element);
    if (style.position === "fixed") return true;
    if (style.position === "sticky" && isStuck(at as Element, style)) return true;
  }
  return false;
}

/** Sticky elements are in flow until they touch the edge that they stick to. */
function isStuck(element: Element, style: CSSStyleDeclaration): boolean {
  const box = element.getBoundingClientRect();
  const [port, scrolled, more] = scrollPort(element);
  const top = Number.parseFloat(style.top);
  const bottom = Number.parseFloat(style.bottom);
  return (
    (scrolled > 0 && Math.abs(box.top - port.top - top) <= 1) ||
    (more > 1 && Math.abs(port.bottom - box.bottom - bottom) <= 1)
  );
}

/** The box that an element scrolls in, and the px that it was and can still be scrolled down. */
function scrollPort(
  element: Element,
): readonly [port: { top: number; bottom: number }, scrolled: number, more: number] {
  const [container] = scrollContainers(element);
  const scroller = container ?? element.ownerDocument.documentElement;
  const { scrollTop, clientHeight, scrollHeight } = container
    ? scroller
    : (element.ownerDocument.scrollingElement ?? scroller);
  const port = container?.getBoundingClientRect() ?? { top: 0, bottom: scroller.clientHeight };
  return [port, scrollTop, scrollHeight - clientHeight - scrollTop];
}

/** The elements that scroll around an element, innermost first; the windows are not among them. */
export function scrollContainers(element: Element): readonly Element[] {
  const found: Element[] = [];
  for (let at = around(element); at; at = around(at)) {
    if (at.nodeType !== ELEMENT) continue;
    const box = at as Element;
    const root = box.ownerDocument;
    if (box === root.scrollingElement || box === root.documentElement) continue;
    const scrolls = box.scrollHeight > box.clientHeight || box.scrollWidth > box.clientWidth;
    if (scrolls && /auto|scroll|hidden/.test(getComputedStyle(box).overflow)) found.push(box);
  }
  return found;
}
