// Which element is hovered, pressed, focused, a target, in full screen: what pseudo-classes draw and no attribute tells.

import { Op } from "../../wire/wire.gen.ts";
import type { Writer } from "../../wire/write.ts";
import { type Stop, stopAll } from "../guard.ts";
import { ELEMENT } from "../node-types.ts";
import type { Scope } from "../scope.ts";
import { around, innerDocument, type Tree } from "../tree.ts";
import { innermost } from "./target.ts";

/** Moving over a page crosses many elements: so often at most is looked where it ended. */
const HOVER_MS = 40;

/** In the order of MARKS in the schema. */
const SELECTORS = [":hover", ":active", ":focus", ":focus-visible", ":target", ":fullscreen"];

/** Records those elements; what matches is asked of the browser once an event says that it may have changed. */
export function trackMarks(scope: Scope): Stop {
  const { tree } = scope;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let due = 0;
  let over = hoveredIn(document, tree);
  let pressed: Element | undefined;
  let isByPointer = true;
  let release: Stop | undefined;
  let last: readonly number[] = [];

  /** Numbers of the elements by mark; 0 where there is none. */
  const look = () => {
    const focused = focusedIn(document, tree);
    const tops = [
      over,
      pressed ?? focused,
      focused,
      focused,
      document.querySelector(":target") ?? undefined,
      document.fullscreenElement ?? undefined,
    ];
    return tops.map((top, mark) => numberOf(top, SELECTORS[mark] ?? "", tree));
  };

  const write = (frames: Writer, now: readonly number[]) => {
    for (const [mark, id] of now.entries()) {
      if (id === (last[mark] ?? 0)) continue;
      for (const value of [Op.Mark, mark, id]) frames.int(value);
    }
    last = now;
  };

  const flush = scope.guard(() => {
    timer = undefined;
    // What the pointer is over may have been inserted just now.
    if (over) scope.idOf(over);
    const now = look();
    if (now.some((id, mark) => id !== (last[mark] ?? 0))) {
      scope.operate((frames) => write(frames, now));
    }
  });

  const within = (ms: number) => {
    const at = scope.clock() + ms;
    if (timer !== undefined && at >= due) return;
    clearTimeout(timer);
    due = at;
    timer = setTimeout(flush, ms);
  };
  const soon = () => within(0);

  const entered = (event: Event) => {
    over = innermost(event, scope);
    within(HOVER_MS);
  };
  const left = (event: MouseEvent) => {
    if (event.relatedTarget) return;
    // Out of a frame or the window; into a frame the next event tells.
    over = undefined;
    within(HOVER_MS);
  };
  const down = (event: Event) => {
    isByPointer = true;
    pressed = innermost(event, scope);
    soon();
  };
  const up = () => {
    pressed = undefined;
    soon();
  };
  const released = () => {
    release?.();
    release = undefined;
    soon();
  };
  /** The ring appears with the first key, and a button is pressed by one; what is typed changes neither. */
  const key = ({ key, target }: KeyboardEvent) => {
    const isTyped = (target as Partial<HTMLInputElement> | null)?.selectionStart != null;
    const presses = !isTyped && /^( |Enter)$/.test(key);
    if (presses) release ??= scope.listen("keyup", released);
    if (isByPointer || presses) soon();
    isByPointer = false;
  };

  const stops = [
    scope.listen("mouseover", entered),
    scope.listen("mouseout", left),
    scope.listen("pointerdown", down),
    ...(["pointerup", "pointercancel", "dragend"] as const).map((type) => scope.listen(type, up)),
    scope.listen("keydown", key),
    () => release?.(),
    ...(["focus", "blur", "hashchange", "popstate", "fullscreenchange"] as const).map((type) =>
      scope.listen(type as keyof WindowEventMap, soon),
    ),
    scope.afterKeyframe((frames) => {
      last = [];
      write(frames, look());
    }),
  ];
  soon();
  return () => {
    clearTimeout(timer);
    stopAll(stops);
  };
}

/** What the pointer rests on before it has moved. */
function hoveredIn(document: Document, tree: Tree): Element | undefined {
  let found: Element | undefined;
  for (let at: Document | ShadowRoot | undefined = document; at; ) {
    const last = [...at.querySelectorAll(":hover")].at(-1);
    found = last ?? found;
    at = last && (innerDocument(last) ?? tree.shadowOf(last) ?? undefined);
  }
  return found;
}

/** The element in focus, in whichever shadow root or frame it is. */
function focusedIn(document: Document, tree: Tree): Element | undefined {
  let found: Element | undefined;
  for (let at: DocumentOrShadowRoot | undefined = document; at; ) {
    found = at.activeElement ?? found;
    at =
      found && at.activeElement
        ? (innerDocument(found) ?? tree.shadowOf(found) ?? undefined)
        : undefined;
  }
  return found;
}

/** The number of the nearest element around that matches and is recorded. */
function numberOf(top: Element | undefined, selector: string, tree: Tree): number {
  for (let at: Node | undefined = top; at; at = around(at)) {
    if (at.nodeType !== ELEMENT || !(at as Element).matches(selector)) continue;
    const id = tree.ids.get(at);
    if (id !== undefined) return id;
  }
  return 0;
}
