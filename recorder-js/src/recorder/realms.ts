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
  const stops = new Map<Realm, Stop[]>();

  const viewOf = (root: Root): Realm | undefined => {
    const view = "host" in root ? undefined : root.defaultView;
    return view && view !== window ? view : undefined;
  };

  return {
    enter(root) {
      const view = viewOf(root);
      if (view && !stops.has(view)) {
        stops.set(
          view,
          watchers.map((work) => work(view)),
        );
      }
    },
    leave(root) {
      const view = viewOf(root);
      stopAll((view && stops.get(view)) ?? []);
      if (view) stops.delete(view);
    },
    watch(work) {
      watchers.push(work);
      for (const [view, own] of stops) own.push(work(view));
      return work(window);
    },
    stop() {
      for (const own of stops.values()) stopAll(own);
      stops.clear();
    },
  };
}
