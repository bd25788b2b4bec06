import { Kind } from "../../wire/wire.gen.ts";
import { isSecretField } from "../attributes.ts";
import { type Stop, stopAll } from "../guard.ts";
import { ELEMENT } from "../node-types.ts";
import type { Scope } from "../scope.ts";
import { about, hitOf } from "./about.ts";
import { fieldOf } from "./field.ts";

/** A selection is told when it has stood so long. */
const REST_MS = 500;

/** Records that something was selected, copied, cut or pasted: where, and how long it was. */
export function trackExcerpts(scope: Scope): Stop {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let moved = 0;
  let told = "";
  let inner: Document = document;

  const tell = (element: Element, action: string, length: number) => {
    const named = about(scope, element);
    if (named) scope.emit(Kind.Excerpt, [scope.now(), ...named, action, length]);
  };

  const rest = scope.guard(() => {
    const left = REST_MS - (scope.clock() - moved);
    timer = left > 0 ? setTimeout(rest, left) : undefined;
    if (timer !== undefined) return;
    const [element, length] = selected(inner);
    const field = element && fieldOf(element);
    if (!element || !length || (field && isSecretField(field))) {
      told = "";
      return;
    }
    const where = `${scope.idOf(element)} ${length}`;
    if (where === told) return;
    told = where;
    tell(element, "select", length);
  });

  const taken = (event: ClipboardEvent) => {
    const hit = hitOf(scope, event);
    if (!hit) return;
    const field = fieldOf(hit);
    const { type, clipboardData } = event;
    const length =
      type === "paste"
        ? (clipboardData?.getData("text").length ?? 0)
        : selected(hit.ownerDocument)[1];
    tell(field ?? hit, type, field && isSecretField(field) ? -1 : length);
  };

  const stops = [
    scope.listen("selectionchange", (event) => {
      const target = event.target as Node | null;
      inner = target?.ownerDocument ?? (target as Document | null) ?? document;
      moved = scope.clock();
      timer ??= setTimeout(rest, REST_MS);
    }),
    scope.listen("copy", taken),
    scope.listen("cut", taken),
    scope.listen("paste", taken),
  ];
  return () => {
    clearTimeout(timer);
    stopAll(stops);
  };
}

/** Where something is selected in a document, and how many characters. */
function selected(inner: Document): readonly [element: Element | undefined, length: number] {
  const active = inner.activeElement;
  if (active && /^(input|textarea)$/.test(active.localName)) {
    const { selectionStart, selectionEnd } = active as HTMLInputElement;
    return [active, (selectionEnd ?? 0) - (selectionStart ?? 0)];
  }
  const selection = inner.getSelection();
  if (!selection?.rangeCount || selection.isCollapsed) return [undefined, 0];
  const range = selection.getRangeAt(0);
  const around = range.commonAncestorContainer;
  // The range's text, not the selection's: that would force a layout.
  return [
    around.nodeType === ELEMENT ? (around as Element) : (around.parentElement ?? undefined),
    range.toString().length,
  ];
}
