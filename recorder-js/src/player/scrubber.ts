// The scrubber: where one is, and what is where: page views, clicks, errors, inactive stretches, gaps, where less is recorded, what is loaded.

import { clock, make, setLabel } from "./elements.ts";
import type { Player } from "./player.ts";

export interface Scrubber {
  readonly element: HTMLElement;
  /** The clock moved. */
  move(): void;
  /** What is known has grown. */
  mark(): void;
}

const STEP_MS = 5000;
const MAX_CLICK_MARKS = 600;

export function createScrubber(player: Player): Scrubber {
  const marks = make("div", "ff-marks");
  const played = make("div", "ff-played");
  const knob = make("div", "ff-knob");
  const hover = make("div", "ff-hover");
  hover.hidden = true;
  const element = make("div", "ff-scrubber", marks, played, knob, hover);
  element.tabIndex = 0;
  element.setAttribute("role", "slider");
  element.setAttribute("aria-valuemin", "0");
  setLabel(element, "Time");
  element.title = "";

  const share = (time: number) => {
    const duration = player.duration();
    return duration <= 0 ? 0 : Math.min(100, Math.max(0, (time / duration) * 100));
  };

  function timeOf(event: PointerEvent): number {
    const box = element.getBoundingClientRect();
    const at = (event.clientX - box.left) / Math.max(1, box.width);
    return Math.min(1, Math.max(0, at)) * player.duration();
  }

  function seek(time: number): void {
    player.seek(time).catch(() => {
      // The stage says that the server does not answer.
    });
  }

  element.addEventListener("pointerdown", (event) => {
    element.setPointerCapture(event.pointerId);
    seek(timeOf(event));
  });
  element.addEventListener("pointermove", (event) => {
    const time = timeOf(event);
    hover.hidden = false;
    hover.style.left = `${share(time)}%`;
    hover.textContent = clock(time);
    if (element.hasPointerCapture(event.pointerId)) seek(time);
  });
  element.addEventListener("pointerleave", () => {
    hover.hidden = true;
  });
  element.addEventListener("keydown", (event) => {
    const page = { PageUp: 10 * STEP_MS, PageDown: -10 * STEP_MS }[event.key];
    if (page === undefined) return;
    event.preventDefault();
    seek(player.time() + page);
  });

  function put(className: string, start: number, end: number | undefined, title: string): void {
    const mark = make("div", className);
    mark.style.left = `${share(start)}%`;
    if (end !== undefined) mark.style.width = `${Math.max(0.2, share(end) - share(start))}%`;
    if (title !== "") mark.title = title;
    marks.append(mark);
  }

  function mark(): void {
    marks.replaceChildren();
    for (const { start, end } of player.inactive()) put("ff-inactive", start, end, "Inactive");
    for (const gap of player.gaps()) put("ff-gap", gap.start, gap.end, gap.reason);
    const events = player.events();
    for (const click of sampled(events.filter((event) => event.kind === "click"))) {
      put("ff-click-mark", click.time, undefined, "");
    }
    for (const error of sampled(events.filter((event) => event.kind === "error"))) {
      put("ff-error-mark", error.time, undefined, error.title);
    }
    for (const { time, title, detail } of sampled(events.filter(({ kind }) => kind === "budget"))) {
      put("ff-budget-mark", time, undefined, `${title} (${detail})`);
    }
    for (const page of events.filter((event) => event.kind === "page")) {
      put("ff-page-mark", page.time, undefined, page.title);
    }
    move();
  }

  function move(): void {
    const time = player.time();
    played.style.width = `${share(time)}%`;
    knob.style.left = `${share(time)}%`;
    element.setAttribute("aria-valuemax", String(Math.round(player.duration() / 1000)));
    element.setAttribute("aria-valuenow", String(Math.round(time / 1000)));
    element.setAttribute("aria-valuetext", `${clock(time)} of ${clock(player.duration())}`);
  }

  return { element, move, mark };
}

/** Evenly fewer, where more would only cover each other. */
function sampled<T>(items: readonly T[]): readonly T[] {
  const every = Math.ceil(items.length / MAX_CLICK_MARKS);
  return items.filter((_, index) => index % every === 0);
}
