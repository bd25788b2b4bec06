// What is selected in the text, and where in a field the caret stands.

import { Op } from "../../wire/wire.gen.ts";
import type { Writer } from "../../wire/write.ts";
import { isSecretField } from "../attributes.ts";
import { type Stop, stopAll } from "../guard.ts";
import type { Scope } from "../scope.ts";
import { hasRule, innerDocument, type Tree } from "../tree.ts";

const SAMPLE_MS = 50;
const NONE = [0, 0, 0, 0];

export function trackSelection(scope: Scope): Stop {
  const { tree } = scope;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = String(NONE);

  const write = (frames: Writer, now: readonly number[]) => {
    if (String(now) === last) return;
    last = String(now);
    for (const value of [Op.Selection, ...now]) frames.int(value);
  };

  const flush = scope.guard(() => {
    timer = undefined;
    const now = selected(document, tree);
    if (String(now) !== last) scope.operate((frames) => write(frames, now));
  });

  const stops = [
    // Told at the document, not at the window.
    scope.listen("selectionchange" as keyof WindowEventMap, () => {
      timer ??= setTimeout(flush, SAMPLE_MS);
    }),
    scope.afterKeyframe((frames) => {
      last = String(NONE);
      write(frames, selected(document, tree));
    }),
  ];
  return () => {
    clearTimeout(timer);
    stopAll(stops);
  };
}

/** Number and offset of where the selection begins and of where it ends. */
function selected(document: Document, tree: Tree): readonly number[] {
  const active = document.activeElement;
  const inner = active && innerDocument(active);
  if (inner) return selected(inner, tree);
  if (active && /^(input|textarea)$/.test(active.localName)) return caret(active, tree);
  const found = document.getSelection();
  if (!found || found.isCollapsed || !found.anchorNode || !found.focusNode) return NONE;
  const [anchor, focus] = [tree.ids.get(found.anchorNode), tree.ids.get(found.focusNode)];
  return anchor && focus ? [anchor, found.anchorOffset, focus, found.focusOffset] : NONE;
}

/** Not even the place in a secret is told: it would tell of its length. */
function caret(field: Element, tree: Tree): readonly number[] {
  const id = tree.ids.get(field);
  if (!id || isSecretField(field) || hasRule(field, "ignore") || hasRule(field, "block"))
    return NONE;
  const { selectionStart, selectionEnd } = field as HTMLInputElement;
  return selectionStart === null ? NONE : [id, selectionStart, id, selectionEnd ?? selectionStart];
}
