import { Kind } from "../../wire/wire.gen.ts";
import { isSecretField } from "../attributes.ts";
import { type Stop, stopAll } from "../guard.ts";
import type { Scope } from "../scope.ts";
import { hasRule } from "../tree.ts";
import { about, hitOf } from "./about.ts";
import { fieldOf } from "./field.ts";
import type { SubjectOf } from "./subject.ts";

/** Keys that write nothing, in the order of the fact's fields; all others are one number. */
const NAMED = /^(?:(Enter)|(Escape)|(Tab)|(Backspace)|Arrow\w+)$/;
const SILENT = /^(Shift|Control|Alt|AltGraph|Meta|CapsLock|Fn|Dead|Process|Unidentified)$/;
const ARROWS = 4;

/** Records how many keys were pressed in each field (but for secret ones) and outside of fields; never which. */
export function trackKeys(scope: Scope, subjectOf: SubjectOf): Stop {
  let field: Element | undefined;
  let counts = [0, 0, 0, 0, 0] as [number, number, number, number, number];
  let count = 0;
  let first = 0;
  let last = 0;

  const flush = () => {
    const named = field ? about(scope, field) : ([0, ""] as const);
    if (count && named) {
      scope.emit(Kind.Keys, [scope.since(last), ...named, last - first, count, ...counts]);
    }
    count = 0;
    counts = [0, 0, 0, 0, 0];
  };

  /** Whether keys may be counted there. */
  const isOpen = (hit: Element, at: Element | undefined) => {
    if (at === hit ? subjectOf(at).isIgnored : hasRule(hit, "ignore")) return false;
    return !at || !(isSecretField(at) || subjectOf(at).isBlocked);
  };

  const pressed = (event: KeyboardEvent) => {
    const hit = hitOf(scope, event);
    if (!hit || event.repeat || SILENT.test(event.key)) return;
    const at = fieldOf(hit);
    if (!isOpen(hit, at)) return;
    if (at !== field) flush();
    field = at;
    last = scope.clock();
    if (!count++) first = last;
    scope.since(last); // the chunk begins here, at the latest
    const name = NAMED.exec(event.key);
    if (!name) return;
    const index = name.slice(1).findIndex(Boolean);
    counts[(index < 0 ? ARROWS : index) as 0 | 1 | 2 | 3 | 4]++;
  };

  const stops = [
    scope.listen("keydown", pressed),
    scope.listen("blur", () => field && flush()),
    scope.beforeCut(flush),
  ];
  return () => {
    flush();
    stopAll(stops);
  };
}
