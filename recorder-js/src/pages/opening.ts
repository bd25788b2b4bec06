// A session opens where it tells most; why is said beside it, and one key leads to the start.

import { clock, make } from "../player/elements.ts";
import type { Player } from "../player/player.ts";
import type { Shortcut } from "../player/shortcuts.ts";

export interface Opening {
  /** ms from the session's start. */
  readonly time: number;
  readonly reason: string;
  /** What it is about, after the reason; "" where it is about nothing. */
  readonly label: string;
}

/** Where the page says that its session opens; undefined where an address names a time itself, or none is better. */
export function openingOf(element: HTMLElement, asked: number): Opening | undefined {
  const { opening, reason, label = "" } = element.dataset;
  if (opening === undefined || reason === undefined || asked > 0) return undefined;
  const time = Number(opening);
  return Number.isFinite(time) && time >= 0 ? { time, reason, label } : undefined;
}

/** Says why, above the player, with the way to the start; both go once one has gone there or closed it. */
export function showOpening(
  element: HTMLElement,
  player: Player,
  { time, reason, label }: Opening,
): Shortcut {
  const toStart = make("button", "button small-button", "From the start (0)");
  const close = make("button", "button small-button quiet", "Close");
  for (const button of [toStart, close]) button.type = "button";
  const text = make("span", "", `Opened at ${clock(time)}: ${reason} `, make("em", "", label));
  const line = make("div", "opening", text, toStart, close);
  line.setAttribute("role", "status");
  const start = () => {
    line.remove();
    player.seek(0).catch(() => {
      // The stage says that the server does not answer.
    });
  };
  toStart.addEventListener("click", start);
  close.addEventListener("click", () => line.remove());
  element.before(line);
  return { keys: ["0"], shown: "0", meaning: "From the start of the session", act: start };
}
