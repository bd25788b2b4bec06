// Brings the chunks in: what is needed now at once, the rest one request after the other.

import type { Track } from "./track.ts";

export interface Progress {
  readonly loaded: number;
  readonly total: number;
}

export interface Loader {
  now(track: Track, from: number, to: number): Promise<void>;
  stream(tracks: readonly Track[]): Promise<void>;
  progress(tracks: readonly Track[]): Progress;
  stop(): void;
}

const CHUNKS_AT_ONCE = 24;
const RETRY_AFTER_MS = [500, 2000, 5000];

export function createLoader(changed: () => void): Loader {
  let stopped = false;

  async function now(track: Track, from: number, to: number): Promise<void> {
    for (const delay of RETRY_AFTER_MS) {
      try {
        await track.ensure(from, to);
        return;
      } catch {
        if (stopped) return;
        await new Promise((resolve) => setTimeout(resolve, delay));
      }
    }
    await track.ensure(from, to);
  }

  async function stream(tracks: readonly Track[]): Promise<void> {
    for (const track of tracks) {
      const last = track.info.chunks.length - 1;
      for (let from = 0; from <= last && !stopped; from += CHUNKS_AT_ONCE) {
        await now(track, from, Math.min(from + CHUNKS_AT_ONCE - 1, last));
        changed();
      }
    }
  }

  return {
    now,
    stream,
    progress: (tracks) => ({
      loaded: tracks.reduce((sum, track) => sum + track.loaded(), 0),
      total: tracks.reduce((sum, track) => sum + track.info.chunks.length, 0),
    }),
    stop() {
      stopped = true;
    },
  };
}
