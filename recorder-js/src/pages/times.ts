// <time> elements of the server, which knows only UTC, in the viewer's own zone.
import { exactTime, relativeTime } from "./relative.ts";

const REFRESH_MS = 10_000;

/** Rewrite every time below `root`; again after a while, because "just now" passes. */
export function showTimes(root: ParentNode): void {
  const now = Date.now();
  for (const element of root.querySelectorAll<HTMLTimeElement>("time[data-time]")) {
    const moment = Date.parse(element.dateTime);
    if (Number.isNaN(moment)) continue;
    const exact = exactTime(moment, now);
    const text = element.dataset.time === "relative" ? relativeTime(moment, now) : undefined;
    const shown = text ?? exact;
    if (element.textContent !== shown) element.textContent = shown;
    element.title = new Date(moment).toString();
  }
}

export function keepTimes(root: ParentNode): void {
  showTimes(root);
  setInterval(() => showTimes(root), REFRESH_MS);
}
