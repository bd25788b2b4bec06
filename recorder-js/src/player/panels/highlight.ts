// A box over an element of the rebuilt page, and picking one with the pointer. Both lie outside the page's frame.

import { findByKey } from "../../dom/element-key.ts";
import { frameOf } from "../../dom/frame.ts";
import { make } from "../elements.ts";
import type { Player } from "../player.ts";
import * as dom from "../safe-dom.ts";
import { boxOf, elementAt } from "./page-dom.ts";

export interface Highlight {
  /** Shows where it is; again after the page has moved. */
  show(element: Element): void;
  /** Whether the page has it now. */
  byKey(key: string): boolean;
  clear(): void;
  /** Tells what the pointer is over, and what was picked; the function ends it. */
  pick(picked: (element: Element) => void, ended: () => void): () => void;
}

export function createHighlight(player: Player): Highlight {
  const box = make("div", "ff-highlight");
  const layer = make("div", "ff-pick");
  box.setAttribute("aria-hidden", "true");
  layer.setAttribute("aria-hidden", "true");

  function frame(): HTMLIFrameElement | undefined {
    const document = player.document();
    const found = document === undefined ? undefined : frameOf(document);
    return found instanceof HTMLIFrameElement ? found : undefined;
  }

  function show(element: Element): void {
    const { x, y, width, height } = boxOf(element, player.document());
    box.style.translate = `${x}px ${y}px`;
    box.style.width = `${width}px`;
    box.style.height = `${height}px`;
    frame()?.parentElement?.append(box);
  }

  function under(event: MouseEvent): Element | undefined {
    const document = player.document();
    const at = frame();
    if (document === undefined || at === undefined) return undefined;
    // What is inert is not found; nothing can be clicked meanwhile, as this ends within the event.
    at.inert = false;
    const found = elementAt(document, event.offsetX, event.offsetY);
    at.inert = true;
    return found;
  }

  return {
    show,
    byKey(key) {
      const document = player.document();
      const found = document && dom.attempt(() => findByKey(document, key));
      if (found === undefined) box.remove();
      else show(found);
      return found !== undefined;
    },
    clear: () => box.remove(),
    pick(picked, ended) {
      const stop = new AbortController();
      function end(): void {
        stop.abort();
        layer.remove();
        ended();
      }
      const { signal } = stop;
      layer.addEventListener(
        "pointermove",
        (event) => {
          const found = under(event);
          if (found !== undefined) show(found);
        },
        { signal },
      );
      layer.addEventListener(
        "click",
        (event) => {
          const found = under(event);
          end();
          if (found !== undefined) picked(found);
        },
        { signal },
      );
      document.addEventListener("keydown", (event) => event.key === "Escape" && end(), { signal });
      frame()?.parentElement?.append(layer);
      return end;
    },
  };
}
