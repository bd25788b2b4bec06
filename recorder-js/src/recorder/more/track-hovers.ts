import { HESITATION_MS, HOVER_MS, Kind } from "../../wire/wire.gen.ts";
import { type Stop, stopAll } from "../guard.ts";
import type { Scope } from "../scope.ts";
import { hasRule } from "../tree.ts";
import { about, beforeHidden, hitOf } from "./about.ts";
import { holds, kindOfTarget } from "./near.ts";
import { labelOf, meant } from "./target.ts";

/** Kinds of things that one clicks; a pointer may well rest over a field or a video. */
const ANSWERS = /^(link|button|pointer|label)$/;

interface Stay {
  readonly element: Element;
  readonly pointer: string;
  /** When the pointer was moved there; undefined while only the page has moved. */
  since: number | undefined;
  clicks: number;
}

export interface Hovers {
  /** Ms that the pointer has been over a clicked element; 0 where that is none, or where it was clicked before. */
  readonly clicked: (element: Element) => number;
  readonly stop: Stop;
}

/** Records where the pointer stayed over something that looks interactive, and whether it was clicked. */
export function createHovers(scope: Scope): Hovers {
  let stay: Stay | undefined;
  let [x, y] = [-1, -1];

  /** Ends the stay; what is still under the pointer is hovered over again when that moves. */
  const end = () => {
    if (!stay) return;
    const { element, pointer, since, clicks } = stay;
    stay = { element, pointer, since: undefined, clicks: 0 };
    const duration = since === undefined ? 0 : scope.clock() - since;
    if (duration < HOVER_MS || !element.isConnected || !ANSWERS.test(kindOfTarget(element))) return;
    const named = about(scope, element);
    if (!named) return;
    const isLong = duration >= HESITATION_MS && !hasRule(element, "block");
    const text = isLong ? labelOf(element, scope.tree) : "";
    scope.emit(Kind.Hover, [scope.now(), ...named, pointer, duration, clicks, text]);
  };

  const leave = () => {
    end();
    stay = undefined;
  };

  /** Whether the pointer is elsewhere on the screen than it was: the page may move under it, too. */
  const moves = ({ screenX, screenY }: PointerEvent) => {
    const isElsewhere = screenX !== x || screenY !== y;
    [x, y] = [screenX, screenY];
    return isElsewhere;
  };

  const over = (event: PointerEvent) => {
    if (event.pointerType === "touch") return;
    const isMoved = moves(event);
    const hit = hitOf(scope, event);
    const element = hit && meant(hit);
    if (!element || element === stay?.element) return;
    leave();
    const since = isMoved ? scope.clock() : undefined;
    stay = { element, pointer: event.pointerType, since, clicks: 0 };
  };

  const moved = (event: PointerEvent) => {
    if (moves(event) && stay) stay.since ??= scope.clock();
  };

  const stops = [
    scope.listen("pointerover", over),
    scope.listen("pointermove", moved),
    scope.listen("pointerout", (event: PointerEvent) => event.relatedTarget === null && leave()),
    // What moves under a pointer at rest is not hesitated over.
    scope.listen(
      "scroll",
      ({ target }) => stay && holds(target as Node, stay.element) && end(),
      true,
    ),
    scope.listen("blur", ({ target }) => target === window && end()),
    beforeHidden(scope, end),
  ];
  return {
    clicked(element) {
      if (stay?.element !== element) return 0;
      const isFirst = !stay.clicks++ && stay.since !== undefined;
      const answers = isFirst && ANSWERS.test(kindOfTarget(element));
      return answers ? scope.clock() - (stay.since ?? 0) : 0;
    },
    stop() {
      end();
      stopAll(stops);
    },
  };
}
