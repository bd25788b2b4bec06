// Brings a tab's state at a time onto the stage: the DOM, scroll positions, the viewport's size.

import { buildAll } from "./build.ts";
import type { Cursor } from "./cursor.ts";
import { applyMedia } from "./media.ts";
import { createMirror } from "./mirror.ts";
import { createMotions } from "./motions.ts";
import { createPatcher, refreshAsset } from "./patch.ts";
import { contentOf } from "./safe-dom.ts";
import { type Sight, sightOf } from "./sight.ts";
import type { Stage } from "./stage.ts";
import { scrollNode } from "./states.ts";
import { firstAfter, scrollsBetween, type Timeline } from "./timeline.ts";
import type { Track } from "./track.ts";

/** A tab with its place in time. */
export interface View {
  readonly track: Track;
  readonly cursor: Cursor;
  timeline: Timeline;
}

export interface Screen {
  /** The document whose assets are to be used from now on. */
  open(track: Track, document: number): void;
  asset(ref: string): void;
  /** Builds everything anew. */
  show(view: View, time: number): void;
  /** Goes forward, changing what is there. */
  advance(
    view: View,
    from: number,
    to: number,
    budgetMs: number,
    speed: number,
  ): "done" | "waiting" | "busy";
  /** Sets scroll positions and size again: facts, sheets or images have come since. */
  settle(view: View, time: number): void;
  /** Playing has stopped at this time. */
  hold(time: number): void;
  windowScroll(): readonly [x: number, y: number];
  /** The frames that show another tab's page. */
  guests(): readonly (readonly [document: Document, tab: string])[];
  /** What the page is like now, as far as a Digest tells. */
  sight(view: View, boxes: readonly number[]): Sight;
  /** How fast what moves by itself is to move; 0 while paused. */
  pace(rate: number, time: number): void;
}

export function createScreen(stage: Pick<Stage, "resize">, document: Document): Screen {
  const nothing = { url: () => undefined, sheet: () => undefined };
  const mirror = createMirror(document, nothing);
  const motions = createMotions(mirror);
  const patcher = createPatcher(mirror);
  let scrolled: readonly [number, number] = [0, 0];

  function scrollWindow(x: number, y: number): void {
    scrolled = [x, y];
    scrollNode(mirror, 0, x, y);
  }

  function applyScrolls(view: View, from: number, to: number): void {
    const { timeline, cursor } = view;
    for (const sample of scrollsBetween(timeline.scrolls, cursor.document(), from, to).values()) {
      if (sample.node === 0) scrollWindow(sample.x, sample.y);
      else scrollNode(mirror, sample.node, sample.x, sample.y);
    }
  }

  function applyViewport({ timeline, cursor }: View, time: number): void {
    const sample = timeline.viewports[firstAfter(timeline.viewports, time) - 1];
    const { width, height } = cursor.tree();
    if (sample !== undefined && sample.time > cursor.keyframeTime()) {
      stage.resize(sample.width, sample.height);
    } else if (width > 0) {
      stage.resize(width, height);
    }
  }

  function settle(view: View, time: number): void {
    applyViewport(view, time);
    scrollWindow(...view.cursor.tree().windowScroll);
    applyScrolls(view, view.cursor.keyframeTime(), time);
    applyMedia(mirror, time, 0);
    motions.sync(time, true);
  }

  return {
    open(track, number) {
      mirror.assets = track.vault(number);
    },
    asset: (ref) => refreshAsset(mirror, ref),
    show(view, time) {
      mirror.assets = view.track.vault(view.cursor.document());
      // The size first: media queries and percentages follow it.
      applyViewport(view, time);
      mirror.environment = view.cursor.tree().environment;
      buildAll(mirror, view.cursor.tree());
      settle(view, time);
    },
    advance(view, from, to, budgetMs, speed) {
      const keyframe = view.cursor.keyframeTime();
      const result = view.cursor.advance(to, patcher, budgetMs);
      if (view.cursor.keyframeTime() !== keyframe) settle(view, to);
      else {
        applyViewport(view, to);
        applyScrolls(view, from, to);
        motions.sync(to, false);
      }
      applyMedia(mirror, to, speed);
      return result;
    },
    settle,
    hold: (time) => applyMedia(mirror, time, 0),
    windowScroll: () => scrolled,
    sight: (view, boxes) => sightOf(mirror, view.cursor.tree(), boxes),
    pace(rate, time) {
      motions.pace(rate);
      motions.sync(time, false);
    },
    guests: () =>
      Array.from(mirror.guests).flatMap(([id, tab]) => {
        const element = mirror.built.get(id);
        const inside = element === undefined ? undefined : contentOf(element);
        return inside === undefined ? [] : [[inside, tab] as const];
      }),
  };
}
