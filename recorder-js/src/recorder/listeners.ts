// Event listeners over all recorded documents and shadow roots, those that come later included.

import type { Guard, Stop } from "./guard.ts";
import type { Listen } from "./scope.ts";
import type { Root } from "./tree.ts";

export interface Listeners {
  readonly listen: Listen;
  readonly add: (root: Root) => void;
  readonly remove: (root: Root) => void;
}

interface Registration {
  readonly type: string;
  readonly handler: EventListener;
  readonly everyRoot: boolean;
}

const EVENTS_A_LOOK = 16;
const OPTIONS = { capture: true, passive: true };

export function createListeners(guard: Guard): Listeners {
  const roots = new Set<Root>();
  const registrations = new Set<Registration>();

  const targetOf = (root: Root, { type, everyRoot }: Registration): EventTarget | undefined => {
    if ("host" in root) return everyRoot ? root : undefined;
    // The load events of elements reach the document, but not the window.
    return type === "load" ? root : (root.defaultView ?? root);
  };

  const attach = (root: Root, registration: Registration) =>
    targetOf(root, registration)?.addEventListener(
      registration.type,
      registration.handler,
      OPTIONS,
    );

  const detach = (root: Root, registration: Registration) =>
    targetOf(root, registration)?.removeEventListener(
      registration.type,
      registration.handler,
      OPTIONS,
    );

  return {
    listen(type, handler, everyRoot = false): Stop {
      const registration: Registration = {
        type,
        everyRoot,
        handler: guard(handler, EVENTS_A_LOOK) as EventListener,
      };
      registrations.add(registration);
      for (const root of roots) attach(root, registration);
      return () => {
        registrations.delete(registration);
        for (const root of roots) detach(root, registration);
      };
    },
    add(root) {
      roots.add(root);
      for (const registration of registrations) attach(root, registration);
    },
    remove(root) {
      roots.delete(root);
      for (const registration of registrations) detach(root, registration);
    },
  };
}
