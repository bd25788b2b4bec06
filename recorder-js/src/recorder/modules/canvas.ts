// Pictures of canvases: a few a second, only of those in view, only when something was drawn.
// Drawing is noticed by the drawing methods themselves, so that a canvas at rest costs nothing at all.

import type { Stop } from "../guard.ts";
import type { Scope } from "../scope.ts";
import { isBlocked, maskOf } from "../tree.ts";
import { createEncoder } from "./canvas/encoder.ts";
import { type Context, watchDrawing } from "./canvas/watch.ts";
import { mark } from "./shared/mark.ts";

/** How often a canvas that loses its content is kept meanwhile, so that its last picture is not missed. */
const TRAIL_MS = 100;
/** For what no event tells: frames that came, a tab that is shown again. */
const TICK_MS = 1000;
const MAX_SIDE = 1920;
const MAX_BYTES = 1024 * 1024;

interface Surface {
  readonly canvas: HTMLCanvasElement;
  /** Something was drawn that has not been taken. */
  dirty: boolean;
  /** Can be read in the task only that drew on it (WebGL without preserveDrawingBuffer). */
  fleeting: boolean;
  /** Drawn by a worker, unseen. */
  remote: boolean;
  busy: boolean;
  /** When the next picture may be taken, by performance.now(). */
  due: number;
  timer: ReturnType<typeof setTimeout> | undefined;
  held: Promise<ImageBitmap> | undefined;
  heldAt: number;
  /** Its size on the screen, CSS px. */
  width: number;
  height: number;
  told: string;
}

export function install(scope: Scope): Stop {
  const { tree, guard } = scope;
  const interval = 1000 / scope.settings.canvasRate;
  const encoder = createEncoder(guard);
  const surfaces = new WeakMap<Element, Surface>();
  const shown = new Set<Surface>();
  const drawn = new Set<Surface>();
  let last: unknown;
  let stopped = false;

  const sizes = new ResizeObserver(
    guard((entries: ResizeObserverEntry[]) => {
      for (const { target, contentRect } of entries) {
        const surface = surfaces.get(target);
        if (surface) ({ width: surface.width, height: surface.height } = contentRect);
      }
    }),
  );
  const views = new IntersectionObserver(
    guard((entries: IntersectionObserverEntry[]) => {
      for (const { target, isIntersecting } of entries) {
        const surface = surfaces.get(target);
        if (!surface) continue;
        if (!isIntersecting) shown.delete(surface);
        else if (shown.add(surface) && surface.dirty) look(surface, false);
      }
    }),
  );

  const surfaceOf = (canvas: HTMLCanvasElement): Surface => {
    const known = surfaces.get(canvas);
    if (known) return known;
    const surface: Surface = {
      canvas,
      dirty: true,
      fleeting: false,
      remote: false,
      busy: false,
      due: 0,
      timer: undefined,
      held: undefined,
      heldAt: 0,
      width: MAX_SIDE,
      height: MAX_SIDE,
      told: "",
    };
    surfaces.set(canvas, surface);
    views.observe(canvas);
    sizes.observe(canvas);
    return surface;
  };

  /** Called within each call that draws: the same context again costs one comparison. */
  const note = (context: Context) => {
    if (context === last) return;
    last = context;
    const { canvas } = context;
    if (!canvas || !("localName" in canvas)) return;
    const surface = surfaceOf(canvas);
    surface.dirty = true;
    surface.fleeting = isFleeting(context);
    if (!drawn.size) queueMicrotask(settle);
    drawn.add(surface);
  };

  /** When the page's own code has come to its end: what was drawn is still there. */
  const settle = guard(() => {
    last = undefined;
    for (const surface of drawn) {
      if (surface.fleeting && !stopped && !shown.has(surface)) hold(surface, TICK_MS);
      look(surface, true);
    }
    drawn.clear();
  });

  const isOff = (surface: Surface) => stopped || !shown.has(surface) || !scope.watching();

  const look = (surface: Surface, isFresh: boolean) => {
    if (isOff(surface)) return;
    const wait = surface.due - performance.now();
    const canRead = isFresh || !surface.fleeting;
    if (wait > 0 || surface.busy) {
      if (isFresh && surface.fleeting) hold(surface, TRAIL_MS);
      later(surface, wait);
    } else if (canRead) {
      close(surface);
      send(surface, shoot(surface));
    } else if (surface.held) send(surface, surface.held);
  };

  const later = (surface: Surface, wait: number) => {
    surface.timer ??= setTimeout(
      guard(() => {
        surface.timer = undefined;
        if (surface.dirty) look(surface, false);
      }),
      Math.max(wait, 1),
    );
  };

  /** Its picture would be gone when it is due, or in view. */
  const hold = (surface: Surface, often: number) => {
    const now = performance.now();
    if (surface.held && now - surface.heldAt < often) return;
    surface.heldAt = now;
    close(surface);
    surface.held = shoot(surface);
    surface.held?.catch(() => {}); // told when it is sent
  };

  /** The picture as it is now, no larger than it is shown. */
  const shoot = ({ canvas, width, height }: Surface): Promise<ImageBitmap> | undefined => {
    // Nothing of the page can be read where a size is 0.
    if (!canvas.width || !canvas.height) return undefined;
    const side = MAX_SIDE / Math.max(canvas.width, canvas.height);
    const seen = Math.max(width / canvas.width, height / canvas.height);
    const scale = Math.min(1, side, seen || 1);
    if (scale === 1) return createImageBitmap(canvas);
    return createImageBitmap(canvas, {
      resizeWidth: Math.max(1, Math.round(canvas.width * scale)),
      resizeHeight: Math.max(1, Math.round(canvas.height * scale)),
      resizeQuality: "medium",
    });
  };

  const send = (surface: Surface, picture: Promise<ImageBitmap> | undefined) => {
    surface.due = performance.now() + interval;
    surface.held = undefined;
    surface.dirty = surface.remote;
    if (!picture || !scope.idOf(surface.canvas)) return;
    if (isBlocked(surface.canvas, maskOf(surface.canvas, tree.mask))) return;
    surface.busy = true;
    void encode(surface, picture)
      .then(guard((told) => tell(surface, told)))
      .then(() => {
        surface.busy = false;
        if (surface.dirty) later(surface, surface.due - performance.now());
      });
  };

  /** What stands for the picture, or in one word why there is none. */
  const encode = async (surface: Surface, picture: Promise<ImageBitmap>): Promise<string> => {
    try {
      const { type, bytes } = await encoder.encode(await picture);
      if (bytes.byteLength > MAX_BYTES) return "large";
      const before = surface.told.slice(3);
      const isShared = [...shown].some((other) => other !== surface && other.told === surface.told);
      return `ff:${await scope.assets.keep(type, bytes, isShared ? "" : before)}`;
    } catch (error) {
      // A canvas with pictures of another origin on it can be read by nobody.
      return /^(SecurityError|DataCloneError)$/.test((error as Error).name) ? "tainted" : "failed";
    }
  };

  const tell = (surface: Surface, told: string) => {
    if (stopped || told === surface.told) return;
    surface.told = told;
    mark(scope, surface.canvas, "ff-canvas", told);
  };

  const drawing = watchDrawing(guard, tree.roots, {
    note,
    found: (canvas) => void surfaceOf(canvas),
    resized(canvas) {
      const surface = surfaces.get(canvas);
      if (surface) surface.dirty = true;
    },
    left(canvas) {
      surfaceOf(canvas).remote = true;
    },
  });
  const tick = guard(() => {
    drawing.renew();
    for (const surface of shown) if (surface.dirty) look(surface, false);
  });
  const ticker = setInterval(tick, TICK_MS);
  /** The page is known with its first keyframe. */
  const begin = () => {
    if (tree.roots.size || stopped) tick();
    else setTimeout(begin, 100);
  };
  begin();

  return () => {
    stopped = true;
    clearInterval(ticker);
    drawing.stop();
    views.disconnect();
    sizes.disconnect();
    encoder.stop();
    for (const surface of shown) close(surface);
    shown.clear();
  };
}

function isFleeting(context: Context): boolean {
  const kept = context.getContextAttributes?.()?.preserveDrawingBuffer;
  return kept === undefined ? "getCurrentTexture" in context : !kept;
}

function close(surface: Surface): void {
  surface.held?.then(
    (bitmap) => bitmap.close(),
    () => {},
  );
  surface.held = undefined;
}
