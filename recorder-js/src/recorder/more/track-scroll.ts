import { Kind, SCROLL_SAMPLE_MS } from "../../wire/wire.gen.ts";
import { type Stop, stopAll } from "../guard.ts";
import { DOCUMENT } from "../node-types.ts";
import type { Scope } from "../scope.ts";
import { type Columns, createColumns } from "./columns.ts";
import { keyOf } from "./target.ts";

interface Scroller {
  readonly element: Element;
  readonly owner: Node;
  readonly columns: Columns;
  sampled: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** Records scrolling of the window, of frames and of every container, with its last position. */
export function trackScroll(scope: Scope): Stop {
  const scrollers = new Map<Node, Scroller>();

  const write = ({ element, owner, columns }: Scroller) => {
    const stretch = columns.take();
    if (!stretch) return;
    const isWindow = owner === document;
    scope.emit(Kind.Scroll, [
      scope.since(stretch.start),
      isWindow ? 0 : scope.idOf(owner),
      isWindow ? "" : keyOf(element, scope.tree),
      element.scrollWidth,
      element.scrollHeight,
      stretch.times,
      stretch.xs,
      stretch.ys,
    ]);
  };

  const flush = () => {
    for (const scroller of scrollers.values()) {
      if (scroller.timer) take(scroller); // where it stands, not where it was sampled
      write(scroller);
    }
    scrollers.clear();
  };

  const take = (scroller: Scroller) => {
    clearTimeout(scroller.timer);
    scroller.timer = undefined;
    const clock = scope.clock();
    scroller.sampled = clock;
    scope.since(clock); // the chunk begins here, at the latest
    const { element, columns } = scroller;
    if (columns.add(clock, element.scrollLeft, element.scrollTop)) write(scroller);
  };

  const stops = [
    scope.listen(
      "scroll",
      (event) => {
        const owner = scope.pathOf(event)[0] as Node | undefined;
        const scroller = owner && (scrollers.get(owner) ?? open(owner));
        if (!scroller) return;
        scrollers.set(scroller.owner, scroller);
        scope.active();
        const left = SCROLL_SAMPLE_MS - (scope.clock() - scroller.sampled);
        if (left <= 0) take(scroller);
        else scroller.timer ??= setTimeout(scope.guard(take), left, scroller);
      },
      true,
    ),
    scope.beforeCut(flush),
  ];
  return () => {
    for (const { timer } of scrollers.values()) clearTimeout(timer);
    stopAll(stops);
  };
}

function open(owner: Node): Scroller | undefined {
  const element =
    owner.nodeType === DOCUMENT
      ? ((owner as Document).scrollingElement ?? (owner as Document).documentElement)
      : (owner as Element);
  return { element, owner, columns: createColumns(), sampled: 0, timer: undefined };
}
