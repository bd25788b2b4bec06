// What the time line says of the place under the pointer: the time, the page, and what happened near it.

import { clock, make } from "./elements.ts";
import { MARK_NAMES, markOf, nearest } from "./moments.ts";
import type { Player } from "./player.ts";
import type { TimelineEvent } from "./timeline.ts";

export interface Hint {
  readonly element: HTMLElement;
  /** @param events of the session and what was added to it, in order of time */
  show(time: number, events: readonly TimelineEvent[]): void;
  hide(): void;
}

/** Of the session: about ten pixels of a time line. */
const REACH_SHARE = 0.012;
const MAX_LINES = 3;

/** @param picture of the page at that time; it stays where it is, as a frame that is moved is loaded anew */
export function createHint(player: Player, picture: HTMLElement): Hint {
  const text = make("div", "ff-hint-text");
  const element = make("div", "ff-hover ff-hint", picture, text);
  element.hidden = true;

  function show(time: number, events: readonly TimelineEvent[]): void {
    const duration = Math.max(1, player.duration());
    const share = Math.min(1, Math.max(0, time / duration));
    const page = events.findLast((event) => event.kind === "page" && event.time <= time);
    const near = events.filter(({ kind }) => kind !== "page" && markOf(kind) !== undefined);
    const lines = nearest(near, time, duration * REACH_SHARE, MAX_LINES).map((event) => {
      const mark = markOf(event.kind) ?? "told";
      const told = [event.title || MARK_NAMES[mark], event.detail].filter(Boolean).join(" · ");
      return make("span", `ff-hint-line ff-hint-${mark}`, told);
    });
    text.replaceChildren(
      make("strong", "ff-hint-time", clock(time)),
      ...(page === undefined ? [] : [make("span", "ff-hint-page", page.title)]),
      ...state(time),
      ...lines,
    );
    element.hidden = false;
    // Its own place goes along with the pointer's, so that it never leaves the time line.
    element.style.left = `${share * 100}%`;
    element.style.translate = `${-share * 100}% 0`;
  }

  function state(time: number): readonly HTMLElement[] {
    const { started = 0, tabs = [] } = player.manifest() ?? {};
    const holds = (start: number, end: number) => start <= time && time <= end;
    const isLost = tabs
      .flatMap((tab) => tab.gaps)
      .some(({ start, end }) => holds(start - started, end - started));
    if (isLost) return [make("span", "ff-hint-line ff-hint-gap", "A part never arrived")];
    const idle = player.inactive().find(({ start, end }) => holds(start, end));
    if (idle === undefined) return [];
    return [make("span", "ff-hint-line", `Inactive for ${clock(idle.end - idle.start)}`)];
  }

  return {
    element,
    show,
    hide() {
      element.hidden = true;
    },
  };
}
