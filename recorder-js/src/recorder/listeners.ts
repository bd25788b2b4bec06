// Event listeners over all recorded documents and shadow roots, those that come later included.

import type { Guard, Stop } from "./guard.ts";
import type { Listen } from "./scope.ts";
import type { Root } from "./tree.ts";

/** What the handlers of one event ask for again and again: found once. */
export interface Moment {
  /** The time by the visitor's clock, ms; of the event, while it is handled. */
  readonly clock: () => number;
  /** The nodes that an event came by, innermost first. */
  readonly pathOf: (event: Event) => readonly EventTarget[];
}

export interface Listeners extends Moment {
  readonly listen: Listen;
  readonly add: (root: Root) => void;
  readonly remove: (root: Root) => void;
}

/** All handlers of a type: the browser calls one for them, as each call costs more than most of them do. */
interface Group {
  readonly type: string;
  readonly everyRoot: boolean;
  readonly heard: EventListener;
  handlers: readonly EventListener[];
}

const EVENTS_A_LOOK = 16;
const OPTIONS = { capture: true, passive: true };

export function createListeners(guard: Guard, clock: () => number): Listeners {
  const roots = new Set<Root>();
  const groups = new Map<string, Group>();
  let current: Event | undefined;
  let at = 0;
  let path: readonly EventTarget[] | undefined;

  const targetOf = (root: Root, { type, everyRoot }: Group): EventTarget | undefined => {
    if ("host" in root) return everyRoot ? root : undefined;
    // The load events of elements reach the document, but not the window.
    return type === "load" ? root : (root.defaultView ?? root);
  };

  const attach = (root: Root, group: Group) =>
    targetOf(root, group)?.addEventListener(group.type, group.heard, OPTIONS);

  const detach = (root: Root, group: Group) =>
    targetOf(root, group)?.removeEventListener(group.type, group.heard, OPTIONS);

  const end = () => {
    current = path = undefined;
    at = 0;
  };

  const begin = (type: string, everyRoot: boolean): Group => {
    const heard = guard((event: Event) => {
      end();
      current = event;
      for (const handler of group.handlers) handler(event);
      end();
    }, EVENTS_A_LOOK) as EventListener;
    const group: Group = { type, everyRoot, heard, handlers: [] };
    for (const root of roots) attach(root, group);
    return group;
  };

  return {
    clock() {
      if (!current) return clock();
      at ||= clock();
      return at;
    },
    pathOf(event) {
      if (event !== current) return event.composedPath();
      path ??= event.composedPath();
      return path;
    },
    listen(type, handler, everyRoot = false): Stop {
      const key = `${type} ${everyRoot}`;
      const group = groups.get(key) ?? begin(type, everyRoot);
      groups.set(key, group);
      const safe = guard(handler) as EventListener;
      group.handlers = [...group.handlers, safe];
      return () => {
        group.handlers = group.handlers.filter((other) => other !== safe);
        if (group.handlers.length || groups.get(key) !== group) return;
        groups.delete(key);
        for (const root of roots) detach(root, group);
      };
    },
    add(root) {
      roots.add(root);
      for (const group of groups.values()) attach(root, group);
    },
    remove(root) {
      roots.delete(root);
      for (const group of groups.values()) detach(root, group);
    },
  };
}
