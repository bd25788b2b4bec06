import { HESITATION_MS, Kind } from "../../wire/wire.gen.ts";
import { type Stop, stopAll } from "../guard.ts";
import type { Scope } from "../scope.ts";
import { about, beforeHidden, hitOf } from "./about.ts";
import { frameOffset } from "./geometry.ts";
import { kindOfTarget } from "./near.ts";
import { labelOf, meant } from "./target.ts";

/** Kinds of things that one clicks; a pointer may well rest over a field or a video. */
const ANSWERS = /^(link|button|pointer|label)$/;

interface Hover {
  readonly element: Element;
  readonly since: number;
  readonly pointer: string;
  readonly place: readonly [x: number, y: number];
}

/** Records where the pointer stayed over something that looks interactive, and went on without a click. */
export function trackHovers(scope: Scope): Stop {
  let hover: Hover | undefined;

  const end = () => {
    const last = hover;
    hover = undefined;
    if (!last) return;
    const duration = scope.clock() - last.since;
    if (duration < HESITATION_MS || !ANSWERS.test(kindOfTarget(last.element))) return;
    const named = about(scope, last.element);
    if (!named) return;
    const text = labelOf(last.element, scope.tree);
    const how = [last.pointer, ...last.place, 0, 0, duration, 100, text] as const;
    scope.emit(Kind.Gesture, [scope.now(), ...named, "hover", ...how]);
  };

  const over = (event: PointerEvent) => {
    if (event.pointerType === "touch") return;
    const hit = hitOf(scope, event);
    const element = hit && meant(hit);
    if (!element || element === hover?.element) return;
    end();
    const offset = frameOffset(element.ownerDocument);
    const place = [event.clientX + offset.x + scrollX, event.clientY + offset.y + scrollY] as const;
    const [x, y] = place;
    hover = {
      element,
      since: scope.clock(),
      pointer: event.pointerType,
      place: [Math.round(x), Math.round(y)],
    };
  };

  /** A click is told by itself, with what came before it. */
  const cancel = () => {
    hover = undefined;
  };

  const stops = [
    scope.listen("pointerover", over),
    scope.listen("pointerdown", cancel),
    scope.listen("pointerout", (event: PointerEvent) => event.relatedTarget === null && end()),
    // What moves under a pointer at rest is not hesitated over.
    scope.listen("scroll", cancel, true),
    beforeHidden(scope, end),
  ];
  return () => {
    end();
    stopAll(stops);
  };
}
