import { Kind } from "../../wire/wire.gen.ts";
import { isSecretField } from "../attributes.ts";
import { type Stop, stopAll } from "../guard.ts";
import type { Scope } from "../scope.ts";
import { fieldOf, lengthOf } from "./field.ts";
import type { SubjectOf } from "./subject.ts";
import { innermost } from "./target.ts";

/** What is typed in that time is told at once. */
const TYPING_MS = 100;

/** Records that a field was focused, changed, left or its form submitted; never what it holds. */
export function trackInputs(scope: Scope, subjectOf: SubjectOf): Stop {
  let told: Element | undefined;
  let typing: Element | undefined;
  let at = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** How many strokes it took would tell the length of a secret. */
  const isOneMore = (field: Element, action: string) => {
    const last = told;
    told = action === "input" && isSecretField(field) ? field : undefined;
    return told !== undefined && last === told;
  };

  const tell = (field: Element, action: string) => {
    const { id, key, kind, isIgnored, isBlocked } = subjectOf(field);
    if (isIgnored || isBlocked || isOneMore(field, action)) return;
    scope.emit(Kind.Input, [scope.since(at), id, key, kind, action, lengthOf(field)]);
  };

  const flush = scope.guard(() => {
    clearTimeout(timer);
    timer = undefined;
    const field = typing;
    typing = undefined;
    if (field) tell(field, "input");
  });

  const typed = (field: Element) => {
    if (typing !== field) flush();
    at = scope.clock();
    scope.since(at); // the chunk begins here, at the latest
    typing = field;
    timer ??= setTimeout(flush, TYPING_MS);
  };

  const happened = (event: Event, field: Element, action: string) => {
    // Scripts send these events too, when they set a field.
    if (action !== "submit") scope.changed(field);
    if (!event.isTrusted) return;
    scope.active();
    if (action === "input") return typed(field);
    flush();
    at = scope.clock();
    tell(field, action);
  };

  const note = (action: string) => (event: Event) => {
    const target = innermost(event, scope);
    const field = target && action !== "submit" ? fieldOf(target) : target;
    if (field) happened(event, field, action);
  };

  const stops = [
    scope.listen("focus", note("focus")),
    scope.listen("blur", note("blur")),
    scope.listen("input", note("input")),
    scope.listen("change", note("change"), true),
    scope.listen("submit", note("submit"), true),
    scope.listen("keydown", () => scope.active()),
    scope.listen(
      "reset",
      (event) => {
        // The fields are reset after the event.
        const [form] = scope.pathOf(event) as HTMLFormElement[];
        const fields = () => {
          for (const field of form?.elements ?? []) scope.changed(field);
        };
        setTimeout(scope.guard(fields));
      },
      true,
    ),
    scope.beforeCut(flush),
  ];
  return () => {
    flush();
    stopAll(stops);
  };
}
