// The script of a page that shows one moment of a recording at its full height: what `footfall heatmap` is drawn upon.

import { type BackdropPlace, showBackdrop } from "../player/backdrop.ts";
import { embeddedSource } from "../player/embedded.ts";
import { findPlaces } from "./element-box.ts";

/** What is to be shown, and whose places are to be told. */
interface Asked {
  readonly place: BackdropPlace;
  readonly keys: readonly string[];
  readonly renamed: readonly string[];
}

declare global {
  interface Window {
    /** What the server must know of the page that is shown, when it is there: as a heatmap's viewer tells it. */
    footfallStill?: Promise<Readonly<Record<string, unknown>>>;
  }
}

async function show(frame: HTMLIFrameElement, asked: Asked) {
  const { document, width, height } = await showBackdrop(frame, embeddedSource(), asked.place);
  const { boxes, sights } = findPlaces(document, asked.keys, asked.renamed);
  return { width, height, boxes: Object.fromEntries(boxes), sights: Object.fromEntries(sights) };
}

const frame = document.querySelector<HTMLIFrameElement>("#still");
if (frame !== null)
  window.footfallStill = show(frame, JSON.parse(frame.dataset.asked ?? "") as Asked);
