// What style sheets ask of the visitor's device and settings: media features, density, screen, room of scroll bars.

import { MEDIA_FEATURES, Op } from "../../wire/wire.gen.ts";
import type { Writer } from "../../wire/write.ts";
import { type Stop, stopAll } from "../guard.ts";
import type { Scope } from "../scope.ts";

const LOOK_MS = 200;

export function trackEnvironment(scope: Scope): Stop {
  const queries = MEDIA_FEATURES.split(" ").map((feature) => matchMedia(`(${feature})`));
  let timer: ReturnType<typeof setTimeout> | undefined;
  let bar = -1;
  let looks = 5;
  let last = "";

  const now = () => {
    const bits = queries.reduce((sum, { matches }, bit) => sum + (matches ? 1 << bit : 0), 0);
    return [bits, Math.round(devicePixelRatio * 1000), screen.width, screen.height, bar];
  };

  const write = (frames: Writer, values: readonly number[]) => {
    frames.int(Op.Environment);
    frames.int(values.length);
    for (const value of values) frames.int(value);
  };

  const look = scope.guard(() => {
    timer = undefined;
    bar = barWidth(bar);
    const values = now();
    if (last === String(values)) return;
    last = String(values);
    scope.operate((frames) => write(frames, values));
  });
  const soon = () => {
    timer ??= setTimeout(look, LOOK_MS);
  };

  for (const query of queries) query.addEventListener?.("change", soon);
  const stops = [
    scope.listen("resize", soon),
    // A page that scrolls shows its bars now, and is laid out.
    scope.listen("scroll", () => bar < 0 && looks-- > 0 && soon(), true),
    scope.listen("load", soon),
    scope.afterKeyframe((frames) => {
      const values = now();
      last = String(values);
      write(frames, values);
    }),
  ];
  soon();
  return () => {
    clearTimeout(timer);
    for (const query of queries) query.removeEventListener?.("change", soon);
    stopAll(stops);
  };
}

/** How wide the bars of what scrolls in the middle of the window are; what was known where nothing there scrolls. */
function barWidth(known: number): number {
  const root = document.documentElement;
  let found = known;
  const note = (element: Element, width: number) => {
    const { overflowY, scrollbarWidth } = getComputedStyle(element);
    const isRoot = element === root;
    const scrolls = /auto|scroll/.test(overflowY) || (isRoot && overflowY === "visible");
    // Bars that the page styles itself are styled so in the replay.
    const isOwn =
      (scrollbarWidth && scrollbarWidth !== "auto") ||
      /^\d/.test(getComputedStyle(element, "::-webkit-scrollbar").width);
    if (scrolls && !isOwn && element.scrollHeight > element.clientHeight) found = width;
  };
  for (
    let at = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
    at;
    at = at.parentElement
  ) {
    if (at === root || at === document.body) continue;
    const { offsetWidth, clientWidth } = at as HTMLElement;
    const { borderLeftWidth, borderRightWidth } = getComputedStyle(at);
    const borders = Number.parseFloat(borderLeftWidth) + Number.parseFloat(borderRightWidth);
    note(at, Math.round(offsetWidth - clientWidth - borders));
  }
  note(root, innerWidth - root.clientWidth);
  return found;
}
