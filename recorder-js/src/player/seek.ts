// Brings a view to a time, wherever that is: loads what it needs and applies it in slices, so that the controls stay quick.

import { NOBODY } from "./apply.ts";
import type { View } from "./screen.ts";
import type { Track } from "./track.ts";

const SLICE_MS = 12;
/** So many chunks are decoded at a time: a long way from a keyframe must not fill the memory. */
const CHUNKS_AT_ONCE = 24;
/** And applied as they come: these few are waited for while the worker goes on with the others. */
const CHUNKS_AWAITED = 3;

type Load = (track: Track, from: number, to: number) => Promise<void>;

/**
 * @param load brings chunks of the track in
 * @param wanted whether this is still where the viewer wants to go
 * @returns whether the view is there
 */
export async function travel(
  { cursor, track }: View,
  time: number,
  load: Load,
  wanted: () => boolean,
): Promise<boolean> {
  let [from, to] = cursor.needs(time);
  await some(track, from, to, load);
  if (!wanted()) return false;
  // A keyframe that turns out to be lost: from the one before.
  while (from !== cursor.needs(time)[0]) {
    [from, to] = cursor.needs(time);
    await some(track, from, to, load);
    if (!wanted()) return false;
  }
  cursor.begin(time);
  for (;;) {
    const result = cursor.advance(time, NOBODY, SLICE_MS);
    if (result === "done") return true;
    if (result === "busy") await nextTask();
    else await some(track, cursor.chunk(), to, load);
    if (!wanted()) return false;
  }
}

/** Has what comes next decoded, and waits for the first of it. */
async function some(track: Track, from: number, to: number, load: Load): Promise<void> {
  const all = load(track, from, Math.min(to, from + CHUNKS_AT_ONCE));
  if (track.arrived(from, Math.min(to, from + CHUNKS_AWAITED))) {
    all.catch(() => {
      // whoever needs it asks again, and is told
    });
    await load(track, from, Math.min(to, from + CHUNKS_AWAITED));
  } else await all;
}

/** Decodes what comes next while the clock runs towards it. */
export function decodeAhead({ track, cursor }: View, until: number, load: Load): void {
  const [from, to] = [cursor.chunk(), track.chunkAt(until)];
  if (to < from || track.has(from, to)) return;
  load(track, from, to).catch(() => {
    // The clock will come there, and the stage says that the server does not answer.
  });
}

/** Lets the browser draw and hear the viewer first. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve();
    port2.postMessage(undefined);
  });
}
