// The window and those of recorded frames: each has classes of its own, to be watched by themselves.

import { type Stop, stopAll } from "./guard.ts";
import type { Realm } from "./scope.ts";
import type { Root } from "./tree.ts";

export interface Realms {
  /** A root is recorded from now on; where it is a frame's document, its window is watched. */
  readonly enter: (root: Root) => void;
  readonly leave: (root: Root) => void;
  /** Watches the window and those of frames, now and later. */
  readonly watch: (work: (view: Realm) => Stop) => Stop;
  readonly stop: Stop;
}

export function createRealms(): Realms {
  const watchers: ((view: Realm) => Stop)[] = [];
  // By document: the window of a frame is another with each page in it, and yet says that it is the same.
  const stops = new Map<Root, Stop[]>();

  /** Nothing once the frame has gone on: its window may belong to another site. */
  const viewOf = (root: Root): Realm | undefined => {
    const view = "host" in root ? undefined : root.defaultView;
    return view && view !== window ? view : undefined;
  };

  return {
    enter(root) {
      const view = viewOf(root);
      if (!view || stops.has(root)) return;
      const own = watchers.map((work) => work(view));
      stops.set(root, own);
    },
    leave(root) {
      stopAll(stops.get(root) ?? []);
      stops.delete(root);
    },
    watch(work) {
      watchers.push(work);
      for (const [root, own] of stops) {
        const view = viewOf(root);
        if (view) own.push(work(view));
      }
      return work(window);
    },
    stop() {
      for (const own of stops.values()) stopAll(own);
      stops.clear();
    },
  };
}
