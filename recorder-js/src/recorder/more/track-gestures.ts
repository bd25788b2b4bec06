import { Kind } from "../../wire/wire.gen.ts";
import { type Stop, stopAll } from "../guard.ts";
import type { Scope } from "../scope.ts";
import { about, hitOf } from "./about.ts";
import { frameOffset } from "./geometry.ts";
import { classify, type Finger } from "./gesture.ts";
import { meant } from "./target.ts";

interface Place {
  readonly clientX: number;
  readonly clientY: number;
}

/** Records double clicks, context menus, and what fingers did: where they began and ended, not their paths. */
export function trackGestures(scope: Scope): Stop {
  let fingers = new Map<number, Finger>();
  let began = 0;
  let hit: Element | undefined;
  let page: readonly [number, number] = [0, 0];

  const onPage = (element: Element, { clientX, clientY }: Place) => {
    const [right, down] = scope.drift(element.ownerDocument);
    const offset = frameOffset(element.ownerDocument);
    return [
      Math.round(clientX + offset.x + scrollX - right),
      Math.round(clientY + offset.y + scrollY - down),
    ] as const;
  };

  const pointed = (action: string) => (event: MouseEvent) => {
    const element = hitOf(scope, event);
    const named = element && about(scope, meant(element));
    if (!named) return;
    scope.active();
    const pointer = "pointerType" in event ? String(event.pointerType) : "mouse";
    const place = onPage(element, event);
    scope.emit(Kind.Gesture, [scope.now(), ...named, action, pointer, ...place, 0, 0, 0, 100, ""]);
  };

  const down = (event: TouchEvent) => {
    const element = hitOf(scope, event);
    if (!element) return;
    scope.active();
    for (const { identifier, clientX, clientY } of event.changedTouches) {
      if (!fingers.size) {
        began = scope.clock();
        hit = element;
        page = onPage(element, { clientX, clientY });
      }
      fingers.set(identifier, { x: clientX, y: clientY, toX: clientX, toY: clientY });
    }
  };

  const up = (event: TouchEvent) => {
    for (const { identifier, clientX, clientY } of event.changedTouches) {
      const finger = fingers.get(identifier);
      if (!finger) continue;
      finger.toX = clientX;
      finger.toY = clientY;
    }
    const all = [...fingers.values()];
    const [first] = all;
    if (event.touches.length || !first || !hit) return;
    fingers = new Map();
    const named = about(scope, meant(hit));
    hit = undefined;
    if (!named) return;
    const duration = scope.clock() - began;
    const { action, scale } = classify(all, duration);
    const moved = [Math.round(first.toX - first.x), Math.round(first.toY - first.y)] as const;
    scope.emit(Kind.Gesture, [
      scope.now(),
      ...named,
      action,
      "touch",
      ...page,
      ...moved,
      duration,
      scale,
      "",
    ]);
  };

  const stops = [
    scope.listen("dblclick", pointed("double")),
    scope.listen("contextmenu", pointed("menu")),
    scope.listen("touchstart", down),
    scope.listen("touchend", up),
    scope.listen("touchcancel", up),
  ];
  return () => stopAll(stops);
}
