// An attribute of the recorder's own on an element: it stands in every keyframe, and is told at once.

import { Op } from "../../../wire/wire.gen.ts";
import type { Scope } from "../../scope.ts";

export function mark(
  { tree, operate }: Scope,
  element: Element,
  name: string,
  value: string,
): void {
  tree.marks.set(element, [name, value]);
  operate((frames) => {
    const id = tree.ids.get(element);
    if (id === undefined) return;
    frames.int(Op.Attribute);
    frames.int(id);
    frames.text(name);
    frames.text(value);
  });
}
