// Brings the chunks in: what is needed now at once, the rest one request after the other.

import type { Track } from "./track.ts";

export interface Progress {
  readonly loaded: number;
  readonly total: number;
}

export interface Loader {
  /** Brings chunks in, ready to be played. */
  now(track: Track, from: number, to: number): Promise<void>;
  /** Brings in all that is left, from the time that is shown on; then what lies before it. */
  stream(tracks: readonly Track[], time: number): Promise<void>;
  progress(tracks: readonly Track[]): Progress;
  stop(): void;
}

const CHUNKS_AT_ONCE = 24;
const RETRY_AFTER_MS = [500, 2000, 5000];

export function createLoader(changed: (last: boolean) => void): Loader {
  let stopped = false;

  async function repeated(load: () => Promise<void>): Promise<void> {
    for (const delay of RETRY_AFTER_MS) {
      try {
        await load();
        return;
      } catch {
        if (stopped) return;
        await new Promise((resolve) => setTimeout(resolve, delay));
      }
    }
    await load();
  }

  async function bring(track: Track, from: number, end: number): Promise<void> {
    for (let at = from; at < end && !stopped; at += CHUNKS_AT_ONCE) {
      await repeated(() => track.fetch(at, Math.min(at + CHUNKS_AT_ONCE, end) - 1));
      changed(false);
    }
  }

  return {
    now: (track, from, to) => repeated(() => track.ensure(from, to)),
    async stream(tracks, time) {
      for (const track of tracks) await bring(track, track.chunkAt(time), track.info.chunks.length);
      for (const track of tracks) await bring(track, 0, track.chunkAt(time));
      changed(true);
    },
    progress: (tracks) => ({
      loaded: tracks.reduce((sum, track) => sum + track.loaded(), 0),
      total: tracks.reduce((sum, track) => sum + track.info.chunks.length, 0),
    }),
    stop() {
      stopped = true;
    },
  };
}
