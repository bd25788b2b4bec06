import { elementKey } from "../../dom/element-key.ts";
import { Kind } from "../../wire/wire.gen.ts";
import { isSecretField } from "../attributes.ts";
import { type Stop, stopAll } from "../guard.ts";
import type { Scope } from "../scope.ts";
import { hasRule } from "../tree.ts";
import { innermost } from "./target.ts";

/** Records that a field was focused, changed, left or its form submitted; never what it holds. */
export function trackInputs(scope: Scope): Stop {
  let told: Element | undefined;
  /** How many strokes it took would tell the length of a secret. */
  const isOneMore = (field: Element, action: string) => {
    const last = told;
    told = action === "input" && isSecretField(field) ? field : undefined;
    return told !== undefined && last === told;
  };

  const note = (action: string) => (event: Event) => {
    const target = innermost(event, scope);
    const field = target && subjectOf(target, action);
    if (!field) return;
    // Scripts send these events too, when they set a field.
    if (action !== "submit") scope.changed(field);
    if (!event.isTrusted) return;
    scope.active();
    if (hasRule(field, "ignore") || hasRule(field, "block") || isOneMore(field, action)) return;
    const id = scope.idOf(field);
    scope.emit(Kind.Input, [
      scope.now(),
      id,
      elementKey(field),
      kindOf(field),
      action,
      lengthOf(field),
    ]);
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
  ];
  return () => stopAll(stops);
}

function subjectOf(element: Element, action: string): Element | undefined {
  return action === "submit" ? element : fieldOf(element);
}

/** The form field that an element is or belongs to. */
export function fieldOf(element: Element): Element | undefined {
  if (/^(input|textarea|select)$/.test(element.localName)) return element;
  return element.closest('[contenteditable]:not([contenteditable="false"])') ?? undefined;
}

/** What kind of field it is. */
export function kindOf(field: Element): string {
  const { localName } = field;
  if (localName === "input") return (field as HTMLInputElement).type;
  return /^(textarea|select|form)$/.test(localName) ? localName : "editable";
}

/** Characters of what was typed; 0 where nothing is, -1 where it must not be told. */
export function lengthOf(field: Element): number {
  if (isSecretField(field)) return -1;
  const { localName } = field;
  if (localName === "textarea") return (field as HTMLTextAreaElement).value.length;
  if (localName === "input") {
    const { type, value } = field as HTMLInputElement;
    return /^(checkbox|radio|range|color|submit|button|reset|image)$/.test(type) ? 0 : value.length;
  }
  return /^(select|form)$/.test(localName) ? 0 : (field.textContent?.length ?? 0);
}
