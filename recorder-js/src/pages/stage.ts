// The stage: the recorded page scaled to fit, the picture over it, and marks over both.
import type { Box } from "./heatmap-api.ts";

const PNG = "data:image/png;base64,";

/** A horizontal line across the page. */
export interface Line {
  readonly y: number;
  readonly text: string;
  readonly kind: "share" | "fold" | "hover";
}

/** A part of the page that something is told of. */
export interface Zone {
  readonly box: Box;
  readonly text: string;
  /** 0..1 of the largest value. */
  readonly strength: number;
}

/** Told where the pointer is on the page, CSS px; undefined when it has left. */
export type PointerListener = (point: { x: number; y: number } | undefined) => void;

export interface Stage {
  readonly frame: HTMLIFrameElement;
  /** The recorded page has this size, CSS px. */
  setPage(width: number, height: number): void;
  /** Lay a picture over the page's upper `height` px. */
  setPicture(png: string, width: number, height: number): void;
  setOpacity(percent: number): void;
  setLines(lines: readonly Line[]): void;
  /** Tint parts of the page, each with a label. */
  setZones(zones: readonly Zone[]): void;
  showHover(line: Line | undefined): void;
  showBox(box: Box | undefined, text?: string): void;
  scrollTo(box: Box): void;
  /** Say what goes on, or why there is nothing to see; undefined: the page itself is shown. */
  setState(state: { readonly title: string; readonly text: string } | undefined): void;
  /** Say where the pointer is on the page; the listener before is told no more. */
  onPointer(listener: PointerListener): void;
}

export function part<T extends HTMLElement = HTMLElement>(root: ParentNode, selector: string): T {
  const found = root.querySelector<T>(selector);
  if (!found) throw new Error(`The page lacks ${selector}.`);
  return found;
}

function element(className: string, text = ""): HTMLElement {
  const made = document.createElement("div");
  made.className = className;
  if (text) {
    const label = document.createElement("span");
    label.textContent = text;
    made.append(label);
  }
  return made;
}

export function createStage(root: HTMLElement): Stage {
  const stage = part<HTMLElement>(root, "[data-stage]");
  const page = part<HTMLElement>(root, "[data-page]");
  const frame = part<HTMLIFrameElement>(root, "[data-frame]");
  const picture = part<HTMLImageElement>(root, "[data-overlay]");
  const marks = part<HTMLElement>(root, "[data-marks]");
  const state = part<HTMLElement>(root, "[data-state]");
  const lines = element("lines");
  const hover = element("hover");
  const zones = element("zones");
  marks.append(zones, lines, hover);

  let width = 0;
  let height = 0;
  let scale = 1;
  let covered = { width: 0, height: 0 };
  let drawn: readonly Line[] = [];
  let tinted: readonly Zone[] = [];
  let listen: PointerListener = () => {};

  const line = (one: Line) => {
    const made = element(`mark-line ${one.kind}`, one.text);
    made.style.top = `${one.y * scale}px`;
    return made;
  };

  const at = (made: HTMLElement, [x, y, boxWidth, boxHeight]: Box) => {
    made.style.left = `${x * scale}px`;
    made.style.top = `${y * scale}px`;
    made.style.width = `${Math.max(boxWidth * scale, 4)}px`;
    made.style.height = `${Math.max(boxHeight * scale, 4)}px`;
    return made;
  };

  const zone = ({ box, text, strength }: Zone) => {
    const made = at(element("mark-zone", text), box);
    const tint = element("tint");
    tint.style.opacity = String(0.15 + 0.55 * Math.min(Math.max(strength, 0), 1));
    made.prepend(tint);
    return made;
  };

  const layOut = () => {
    if (!width) return;
    // The bar at the side is there as soon as the page is longer than the stage.
    scale = Math.min(1, stage.clientWidth / width);
    page.style.width = `${width * scale}px`;
    page.style.height = `${height * scale}px`;
    frame.style.width = `${width}px`;
    frame.style.height = `${height}px`;
    frame.style.transform = `scale(${scale})`;
    picture.style.width = `${covered.width * scale}px`;
    picture.style.height = `${covered.height * scale}px`;
    lines.replaceChildren(...drawn.map(line));
    // The small ones over the large ones around them.
    const bySize = [...tinted].sort((a, b) => b.box[2] * b.box[3] - a.box[2] * a.box[3]);
    zones.replaceChildren(...bySize.map(zone));
    hover.replaceChildren();
  };
  new ResizeObserver(layOut).observe(stage);
  page.addEventListener("pointermove", (event) => {
    const edge = page.getBoundingClientRect();
    listen({ x: (event.clientX - edge.left) / scale, y: (event.clientY - edge.top) / scale });
  });
  page.addEventListener("pointerleave", () => listen(undefined));

  return {
    frame,
    setPage: (pageWidth, pageHeight) => {
      width = pageWidth;
      height = pageHeight;
      page.dataset.dimmed = "";
      layOut();
    },
    setPicture: (png, pictureWidth, pictureHeight) => {
      picture.src = PNG + png;
      picture.hidden = false;
      covered = { width: pictureWidth, height: pictureHeight };
      layOut();
    },
    setOpacity: (percent) => {
      picture.style.opacity = String(percent / 100);
      zones.style.opacity = String(percent / 100);
    },
    setLines: (given) => {
      drawn = given;
      layOut();
    },
    setZones: (given) => {
      tinted = given;
      layOut();
    },
    showHover: (given) => hover.replaceChildren(...(given ? [line(given)] : [])),
    showBox: (box, text) => {
      hover.replaceChildren();
      if (!box) return;
      const [x, y, , boxHeight] = box;
      hover.append(at(element("mark-box"), box));
      if (text === undefined) return;
      const tip = element("mark-tip", text);
      hover.append(tip);
      const below = (y + boxHeight) * scale + 8;
      const top = below + 24 < height * scale ? below : Math.max(y * scale - 32, 0);
      const left = Math.min(x * scale, width * scale - tip.offsetWidth - 8);
      tip.style.top = `${top}px`;
      tip.style.left = `${Math.max(left, 8)}px`;
    },
    scrollTo: ([, y, , boxHeight]) => {
      const top = y * scale;
      const bottom = top + boxHeight * scale;
      const isSeen = top >= stage.scrollTop && bottom <= stage.scrollTop + stage.clientHeight;
      if (!isSeen) stage.scrollTo({ top: top - stage.clientHeight / 3, behavior: "smooth" });
    },
    setState: (given) => {
      state.hidden = given === undefined;
      if (!given) return;
      const title = document.createElement("h2");
      title.textContent = given.title;
      const text = document.createElement("p");
      text.textContent = given.text;
      state.replaceChildren(title, text);
    },
    onPointer: (listener) => {
      listen = listener;
    },
  };
}
