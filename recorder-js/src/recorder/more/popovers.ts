import { Op } from "../../wire/wire.gen.ts";
import type { Writer } from "../../wire/write.ts";
import { type Stop, stopAll } from "../guard.ts";
import type { Scope } from "../scope.ts";

/** Records which popovers are shown. */
export function trackPopovers(scope: Scope): Stop {
  const { tree } = scope;
  /** In the order in which they were shown: the later lies above. */
  const shown = new Set<Element>();

  const write = (frames: Writer, popover: Element) => {
    const id = tree.ids.get(popover);
    if (id === undefined) return;
    for (const value of [Op.Popover, id, Number(popover.matches(":popover-open"))])
      frames.int(value);
  };
  const open = () => [...tree.roots].flatMap((root) => [...root.querySelectorAll(":popover-open")]);

  // Browsers that do not know the selector have no popovers.
  if (!("showPopover" in HTMLElement.prototype)) return () => {};
  const stops = [
    scope.listen(
      "toggle" as keyof WindowEventMap,
      (event) => {
        const popover = scope.pathOf(event)[0] as Element;
        if (!popover.hasAttribute("popover")) return;
        shown.delete(popover);
        if (popover.matches(":popover-open")) shown.add(popover);
        scope.operate((frames) => write(frames, popover));
      },
      true,
    ),
    scope.afterKeyframe((frames) => {
      for (const popover of new Set([...shown, ...open()])) write(frames, popover);
    }),
  ];
  return () => stopAll(stops);
}
