// Full screen, where the browser can (an iPhone's cannot).

import { iconButton, setLabel } from "./elements.ts";

export interface FullScreen {
  /** One button, or none where the browser has no full screen. */
  readonly buttons: readonly HTMLElement[];
  toggle(): void;
}

export function createFullScreen(element: HTMLElement): FullScreen {
  if (!document.fullscreenEnabled) return { buttons: [], toggle: () => undefined };
  const button = iconButton("full", "Full screen (F)", toggle);
  button.setAttribute("aria-pressed", "false");

  function toggle(): void {
    const change = isFull() ? document.exitFullscreen() : element.requestFullscreen();
    change.catch(() => {
      // The browser refused: everything stays as it is, and is seen to.
    });
  }

  function isFull(): boolean {
    return document.fullscreenElement === element;
  }

  document.addEventListener("fullscreenchange", () => {
    button.setAttribute("aria-pressed", String(isFull()));
    setLabel(button, isFull() ? "Leave full screen (F)" : "Full screen (F)");
  });
  return { buttons: [button], toggle };
}
