// Videos and sounds at the place in time where they were: playing along, silently, while the replay plays, standing still
// while it stands. What was not recorded of a video is a picture that says so.

import type { Mirror } from "./mirror.ts";
import * as dom from "./safe-dom.ts";
import type { TreeNode } from "./tree.ts";

const PAUSED = 1;
const ENDED = 4;
const LOOPS = 8;
/** A video that plays along may be so far off, s: each jump shows. */
const MAX_DRIFT = 0.3;
const MAX_SIDE = 8192;

/** @param speed of the replay; 0 while it stands */
export function applyMedia(mirror: Mirror, time: number, speed: number): void {
  for (const node of mirror.media) {
    const element = mirror.built.get(node.id);
    if (element !== undefined)
      dom.attempt(() => keepInStep(node, element as HTMLMediaElement, time, speed));
  }
}

/** Where it stood, s; pure. */
export function positionAt(
  { at, values }: { readonly at: number; readonly values: readonly number[] },
  time: number,
): number {
  const [flags = 0, position = 0, rate = 1000, , duration = -1] = values;
  const stands = (flags & (PAUSED | ENDED)) !== 0;
  const reached = position + (stands ? 0 : (Math.max(0, time - at) * rate) / 1000);
  if (duration <= 0) return reached / 1000;
  return ((flags & LOOPS) !== 0 ? reached % duration : Math.min(reached, duration)) / 1000;
}

function keepInStep(node: TreeNode, element: HTMLMediaElement, time: number, speed: number): void {
  const { media } = node.state;
  if (media === undefined) return;
  const wanted = positionAt(media, time);
  const [flags = 0, , rate = 1000, , duration = -1, width = 0, height = 0] = media.values;
  if (element.currentSrc === "") {
    const isVideo = node.tag.toLowerCase() === "video";
    const hasPicture = node.attributes.has("poster") && wanted === 0;
    if (isVideo && !hasPicture) standIn(element, wanted, duration / 1000, width, height);
    return;
  }
  const plays = speed > 0 && (flags & (PAUSED | ENDED)) === 0;
  element.muted = true;
  const drift = Math.abs(element.currentTime - wanted);
  if (drift > (plays ? MAX_DRIFT * Math.max(1, speed) : 0.01)) element.currentTime = wanted;
  if (plays) {
    element.playbackRate = Math.min(16, Math.max(0.0625, (speed * rate) / 1000));
    if (element.paused) element.play().catch(() => {});
  } else if (!element.paused) element.pause();
}

/** A picture of the video's own size, so that the page keeps its shape. */
function standIn(
  element: Element,
  position: number,
  duration: number,
  width: number,
  height: number,
): void {
  const side = (value: number, otherwise: number) =>
    value > 0 && value <= MAX_SIDE ? Math.round(value) : otherwise;
  const [w, h] = [side(width, 300), side(height, 150)];
  const of = duration > 0 ? ` of ${clock(duration)}` : "";
  const text = `Video, not recorded · ${clock(position)}${of}`;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}"><rect width="100%" height="100%" fill="#8886"/>` +
    `<text x="50%" y="50%" text-anchor="middle" dominant-baseline="middle" font-family="sans-serif" font-size="14">${text}</text></svg>`;
  dom.setAttribute(element, "poster", `data:image/svg+xml,${encodeURIComponent(svg)}`);
}

function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
