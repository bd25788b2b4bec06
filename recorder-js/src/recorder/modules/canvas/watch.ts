// Hears of everything that draws on a canvas, in this window and in those of recorded frames.

import { after, type Guard, type Stop, stopAll } from "../../guard.ts";
import type { Root } from "../../tree.ts";

/** What is used of a drawing context, of whatever kind it is. */
export interface Context {
  readonly canvas?: HTMLCanvasElement | OffscreenCanvas;
  readonly getContextAttributes?: () => { readonly preserveDrawingBuffer?: boolean } | null;
}

export interface Listener {
  /** Something was drawn. */
  readonly note: (context: Context) => void;
  /** A canvas that was there before. */
  readonly found: (canvas: HTMLCanvasElement) => void;
  readonly resized: (canvas: HTMLCanvasElement) => void;
  /** A worker draws on it from now on. */
  readonly left: (canvas: HTMLCanvasElement) => void;
}

export interface Watch {
  /** Looks for documents that have come or gone. */
  readonly renew: () => void;
  readonly stop: Stop;
}

const GL =
  "clear drawArrays drawElements drawArraysInstanced drawElementsInstanced blitFramebuffer";
const DRAWING: Readonly<Record<string, string>> = {
  CanvasRenderingContext2D:
    "fillRect strokeRect clearRect fill stroke fillText strokeText drawImage putImageData reset",
  WebGLRenderingContext: GL,
  WebGL2RenderingContext: `${GL} drawRangeElements clearBufferfv`,
  ImageBitmapRenderingContext: "transferFromImageBitmap",
  GPUCanvasContext: "getCurrentTexture",
};

type Realm = Readonly<Record<string, { readonly prototype: object } | undefined>>;

export function watchDrawing(guard: Guard, roots: ReadonlySet<Root>, listener: Listener): Watch {
  // By document: the window of a frame is another with each page in it, and yet says that it is the same.
  const realms = new Map<Root, Stop>();
  const seen = new WeakSet<Root>();

  const patch = (view: Window): Stop => {
    const realm = view as unknown as Realm;
    const on = <T>(type: string, names: string, heard: (self: T) => void): Stop[] => {
      const owner = realm[type]?.prototype as Record<string, unknown> | undefined;
      const safe = guard(heard);
      return owner
        ? names.split(" ").map((name) => after(owner, name, (self) => safe(self as T)))
        : [];
    };
    const stops = [
      ...Object.entries(DRAWING).flatMap(([type, names]) => on(type, names, listener.note)),
      ...on("HTMLCanvasElement", "width height", listener.resized),
      ...on("HTMLCanvasElement", "transferControlToOffscreen", listener.left),
    ];
    return () => stopAll(stops);
  };

  const viewOf = (root: Root) => ("host" in root ? null : root.defaultView);

  const search = (root: Root) => {
    if (seen.has(root)) return;
    seen.add(root);
    root.querySelectorAll("canvas").forEach(listener.found);
  };

  const renew = () => {
    roots.forEach(search);
    for (const root of new Set<Root>([document, ...roots])) {
      const view = viewOf(root);
      if (view && !realms.has(root)) realms.set(root, patch(view));
    }
    for (const [root, stop] of realms) {
      if (!viewOf(root) && realms.delete(root)) stop();
    }
  };
  renew();

  return { renew, stop: () => stopAll(realms.values()) };
}
