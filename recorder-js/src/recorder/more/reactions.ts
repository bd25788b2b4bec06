import { Kind } from "../../wire/wire.gen.ts";
import { after, type Stop, stopAll } from "../guard.ts";
import type { Scope } from "../scope.ts";
import { hasRule } from "../tree.ts";
import { beforeHidden, hitOf } from "./about.ts";
import {
  holds,
  kindOfTarget,
  nearness,
  rootsAround,
  type Surroundings,
  surroundings,
} from "./near.ts";
import { keyOf, meant, unblocked } from "./target.ts";
import { createWatches } from "./watches.ts";

const WATCHED = { childList: true, attributes: true, characterData: true, subtree: true };
/** Of a storm of mutations only the first are looked at: it is near, or it is elsewhere. */
const MAX_RECORDS = 500;
const FIELDS = 'input,textarea,select,[contenteditable]:not([contenteditable="false"])';

interface Pressed extends Surroundings {
  readonly href: string;
}
interface Clicked {
  readonly stamp: number;
  readonly key: string;
  readonly target: string;
}

export interface Reactions {
  /** Other trackers tell what they saw: "request", "download". */
  readonly note: (effect: string) => void;
  readonly stop: Stop;
}

/** Records what each click caused, from its pointerdown to 7 s after it: the first thing that a person could notice. */
export function createReactions(scope: Scope): Reactions {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isWatching = false;
  let label: HTMLLabelElement | null = null;

  const watches = createWatches<Pressed, Clicked>(
    (a, b) => a.element === b.element,
    ({ click, effect, delay, elsewhere }) => {
      const { stamp, key, target } = click;
      scope.emit(Kind.Reaction, [scope.now(), stamp, key, target, effect, delay, elsewhere]);
    },
  );

  const look = scope.guard(() => {
    clearTimeout(timer);
    watches.expire(scope.clock());
    const due = watches.due();
    if (due !== undefined) timer = setTimeout(look, Math.max(0, due - scope.clock()));
    else if (isWatching) {
      observer.disconnect();
      isWatching = false;
    }
  });

  const isWaiting = () => watches.due() !== undefined;

  const happen = (name: (pressed: Pressed) => string) => {
    if (!isWaiting()) return;
    watches.happen(scope.clock(), name);
    if (!isWaiting()) look();
  };
  const note = (effect: string) => happen(() => effect);

  const observer = new MutationObserver(
    scope.guard((records: MutationRecord[]) => {
      const some = records.slice(0, MAX_RECORDS);
      happen((pressed) => {
        if (location.href !== pressed.href) return "navigation";
        let found = "";
        for (const record of some) {
          const one = nearness(pressed, record);
          if (one !== "elsewhere") return one;
          found = one;
        }
        return found;
      });
    }),
  );

  /** A scripted animation shows as a change of attributes does; one of styles may be the pointer's own doing. */
  const animated = scope.guard((moved: Element) =>
    happen(({ element, places }) => {
      const isNear = places.some((place) => holds(place, moved)) || holds(moved, element);
      return isNear ? "mutation" : "elsewhere";
    }),
  );

  const pressedOn = (hit: Element): Pressed => {
    const near = { ...surroundings(meant(hit)), href: location.href };
    for (const root of rootsAround(hit, near, scope.tree)) observer.observe(root, WATCHED);
    isWatching = true;
    return near;
  };

  const down = (event: PointerEvent) => {
    const hit = hitOf(scope, event);
    if (!hit || event.button > 0 || scope.isLate()) return;
    watches.press(scope.clock(), pressedOn(hit));
    look();
  };

  const clicked = (event: MouseEvent) => {
    const hit = hitOf(scope, event);
    if (!hit) return;
    // As for the Click fact: the click that a label hands on to its field is no other.
    const isEcho = label?.control === hit;
    label = isEcho ? null : hit.closest("label");
    // What happened before it could be watched cannot be told.
    if (isEcho || hasRule(hit, "ignore") || scope.isLate()) return;
    const element = meant(hit);
    const stamp = Math.round(event.timeStamp);
    const click = {
      stamp,
      key: keyOf(unblocked(element), scope.tree),
      target: kindOfTarget(element),
    };
    watches.click(scope.clock(), click, pressedOn(hit), event.detail > 0);
    look();
  };

  const focused = (event: FocusEvent) => {
    const at = isWaiting() && hitOf(scope, event);
    // That the browser focuses what is clicked is no answer of the page's.
    if (at)
      happen(({ element }) => {
        const isItself = holds(at, element) || holds(element, at);
        return isItself && !at.matches(FIELDS) ? "" : "focus";
      });
  };

  const changed = (event: Event) => {
    const at = isWaiting() && hitOf(scope, event);
    // Another field tells of its change when it is left.
    if (at)
      happen(({ element }) => {
        const isItself = holds(element, at) || (element as HTMLLabelElement).control === at;
        return isItself ? "input" : "";
      });
  };

  const selected = (event: Event) => {
    if (!isWaiting()) return;
    const inner = (event.target as Node | null)?.ownerDocument ?? (event.target as Document);
    if (inner.getSelection()?.isCollapsed === false) note("selection");
  };

  const trusted = (effect: string) => (event: Event) => event.isTrusted && note(effect);

  const stops = [
    scope.listen("pointerdown", down),
    scope.listen("click", clicked),
    scope.listen("keydown", watches.act),
    scope.listen("wheel", watches.act),
    scope.listen("focus", focused),
    scope.listen("selectionchange", selected),
    scope.listen("scroll", trusted("scroll"), true),
    scope.listen("change", changed, true),
    scope.listen("input", changed),
    ...(["play", "pause", "seeking", "volumechange", "ratechange"] as const).map((type) =>
      scope.listen(type, trusted("media"), true),
    ),
    ...(["toggle", "cancel", "beforeprint"] as const).map((type) =>
      scope.listen(type, trusted("dialog"), true),
    ),
    scope.listen("popstate", ({ target }) => target === window && note("navigation")),
    scope.listen("blur", ({ target }) => target === window && note("visibility")),
    beforeHidden(scope, (isLeft) => {
      note(isLeft ? "navigation" : "visibility");
      watches.end();
      look();
    }),
    watchNavigation(scope, note),
    after(Element.prototype, "animate", animated),
  ];

  return {
    note: scope.guard(note),
    stop() {
      watches.end();
      observer.disconnect();
      clearTimeout(timer);
      stopAll(stops);
    },
  };
}

interface NavigateEvent extends Event {
  readonly destination?: { readonly url: string };
  readonly downloadRequest?: string | null;
}

/** Where the browser tells of navigations as they begin: those of links, forms and scripts alike. */
function watchNavigation(scope: Scope, note: (effect: string) => void): Stop {
  const navigation = (window as { navigation?: EventTarget }).navigation;
  const begins = scope.guard(({ destination, downloadRequest }: NavigateEvent) => {
    if (typeof downloadRequest === "string") note("download");
    else if (destination?.url !== location.href) note("navigation");
  }) as EventListener;
  navigation?.addEventListener("navigate", begins);
  return () => navigation?.removeEventListener("navigate", begins);
}
