// Pages in frames of other origins. Each was recorded as a tab of its own (`OUTER--NUMBER`) and is shown in the frame
// that its outer page says it was in.

import { prepareDocument } from "./safe-dom.ts";
import { createScreen, type Screen, type View } from "./screen.ts";
import type { Track } from "./track.ts";

export interface Guests {
  /** Brings the pages in a screen's frames to a time. */
  sync(screen: Screen, time: number): void;
  /** Where a tab is shown now, inside another. */
  screenOf(track: Track): Screen | undefined;
}

interface Guest {
  readonly view: View;
  readonly screen: Screen;
  /** The time that it shows; undefined while it shows nothing. */
  at: number | undefined;
}

/** Tabs' ids allow no more. */
const MAX_DEPTH = 3;

/** @param load brings what is missing, and has everything shown again then */
export function createGuests(
  views: readonly View[],
  load: (view: View, from: number, to: number) => void,
): Guests {
  const byDocument = new WeakMap<Document, Guest>();
  const shown = new Map<Track, Screen>();

  function guestIn(document: Document, view: View): Guest {
    const known = byDocument.get(document);
    if (known?.view === view) return known;
    // The frame's own size is its viewport.
    const screen = createScreen({ resize() {} }, document);
    const made: Guest = { view, screen, at: undefined };
    byDocument.set(document, made);
    return made;
  }

  function bring(guest: Guest, document: Document, time: number): void {
    const { view } = guest;
    const start = view.track.info.chunks[view.track.keyframeAfter(-1) ?? -1]?.start;
    if (start === undefined || time < start) {
      if (guest.at !== undefined) prepareDocument(document, "standards");
      guest.at = undefined;
      return;
    }
    const [from, to] = view.cursor.needs(time);
    if (view.track.has(from, to)) show(guest, time);
    else load(view, from, to);
  }

  function show(guest: Guest, time: number): void {
    const { view, screen, at } = guest;
    if (at !== undefined && at <= time && view.cursor.isNear(time)) {
      if (at < time) screen.advance(view, at, time, Number.POSITIVE_INFINITY, 0);
      else screen.settle(view, time);
    } else {
      view.cursor.seek(time);
      screen.show(view, time);
    }
    guest.at = time;
  }

  function syncIn(screen: Screen, time: number, depth: number, done: Set<View>): void {
    for (const [document, tab] of screen.guests()) {
      const view = views.find(({ track }) => track.info.tab === tab);
      // A tab has one place; a forged recording may name it twice, or itself.
      if (view === undefined || done.has(view) || depth > MAX_DEPTH) continue;
      done.add(view);
      const guest = guestIn(document, view);
      shown.set(view.track, guest.screen);
      bring(guest, document, time);
      syncIn(guest.screen, time, depth + 1, done);
    }
  }

  return {
    sync(screen, time) {
      shown.clear();
      syncIn(screen, time, 1, new Set());
    },
    screenOf: (track) => shown.get(track),
  };
}
