// The scrubber: where one is, and what is where: page views, how busy it was, moments by kind, inactive stretches,
// gaps, where less is recorded, notes.

import { clock, make, setLabel } from "./elements.ts";
import { createHint } from "./hint.ts";
import { density, MARK_NAMES, type Mark, markOf } from "./moments.ts";
import type { Player } from "./player.ts";
import type { Preview } from "./preview.ts";
import type { TimelineEvent } from "./timeline.ts";

export interface Scrubber {
  readonly element: HTMLElement;
  /** The clock moved. */
  move(): void;
  /** What is known has grown. */
  mark(): void;
}

const STEP_MS = 5000;
const MAX_MARKS_OF_A_KIND = 600;
const DENSITY_BINS = 160;
const SVG = "http://www.w3.org/2000/svg";
/** What covers what: the last is drawn above the others. */
const ORDER: readonly Mark[] = ["click", "told", "budget", "slow", "error", "moment", "note"];

/** @param added what is not of the recording, such as notes; times from the session's start */
export function createScrubber(
  player: Player,
  added: () => readonly TimelineEvent[],
  preview: Preview,
): Scrubber {
  const marks = make("div", "ff-marks");
  const played = make("div", "ff-played");
  const knob = make("div", "ff-knob");
  const hint = createHint(player, preview.element);
  const element = make("div", "ff-scrubber", marks, played, knob, hint.element);
  let events: readonly TimelineEvent[] = [];
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
    hint.show(time, events);
    preview.show(time);
    if (element.hasPointerCapture(event.pointerId)) seek(time);
  });
  element.addEventListener("pointerleave", () => {
    hint.hide();
    preview.leave();
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

  function putPages(): void {
    const pages = events.filter((event) => event.kind === "page");
    for (const [index, page] of pages.entries()) {
      const end = pages[index + 1]?.time ?? player.duration();
      put(`ff-page-band ff-page-band-${index % 2}`, page.time, end, page.title);
      put("ff-page-mark", page.time, undefined, page.title);
    }
  }

  function putMoments(): void {
    for (const kind of ORDER) {
      const found = events.filter((event) => markOf(event.kind) === kind);
      for (const { time, title, detail } of sampled(found)) {
        const text = detail === "" ? title : `${title} (${detail})`;
        put(`ff-mark ff-${kind}-mark`, time, undefined, text || MARK_NAMES[kind]);
      }
    }
  }

  function mark(): void {
    const started = player.manifest()?.started ?? 0;
    events = [...player.events(), ...added()].sort((a, b) => a.time - b.time);
    const activity = player.activity().map((time) => time - started);
    marks.replaceChildren(curve(density(activity, player.duration(), DENSITY_BINS)));
    for (const { start, end } of player.inactive()) put("ff-inactive", start, end, "Inactive");
    for (const gap of player.gaps()) put("ff-gap", gap.start, gap.end, gap.reason);
    for (const { start, end, reason } of player.fidelity().differing) {
      put("ff-differs", start, end, `Not quite as it looked: ${reason}`);
    }
    putPages();
    putMoments();
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

/** Heights of 0 … 1 as an area, as wide and as high as the time line. */
function curve(heights: readonly number[]): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "ff-density");
  svg.setAttribute("viewBox", `0 0 ${heights.length} 1`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  const steps = heights.map((height, bin) => `V${(1 - height).toFixed(3)}H${bin + 1}`);
  path.setAttribute("d", `M0 1${steps.join("")}V1Z`);
  svg.append(path);
  return svg;
}

/** Evenly fewer, where more would only cover each other. */
function sampled<T>(items: readonly T[]): readonly T[] {
  const every = Math.ceil(items.length / MAX_MARKS_OF_A_KIND);
  return items.filter((_, index) => index % every === 0);
}
