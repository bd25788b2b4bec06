import { Kind } from "../../wire/wire.gen.ts";
import { isSecretField } from "../attributes.ts";
import { type Stop, stopAll } from "../guard.ts";
import type { Scope } from "../scope.ts";
import { hasRule } from "../tree.ts";
import { about, beforeHidden, hitOf } from "./about.ts";
import { fieldOf, kindOf, lengthOf } from "./field.ts";
import type { SubjectOf } from "./subject.ts";
import { keyOf, plainFormKeyOf, plainKeyOf, unblocked } from "./target.ts";

interface Visit {
  readonly field: Element;
  readonly form: string;
  /** Of the field and of its form; found before anything is typed, as an editable part is called what stands in it. */
  readonly plain: readonly [string, string];
  readonly began: number;
  readonly before: number;
  first: number;
  last: number;
  pause: number;
  edits: number;
  length: number;
  removed: number;
  pasted: number;
  autofilled: boolean;
}

/** Unknown selectors in :is() are passed over, so that no browser throws. */
const AUTOFILLED = ":is(:autofill,:-webkit-autofill)";
const FLAGS = [
  "valueMissing",
  "typeMismatch",
  "patternMismatch",
  "tooLong",
  "tooShort",
  "rangeUnderflow",
  "rangeOverflow",
  "stepMismatch",
  "badInput",
  "customError",
] as const;

/** Records visits to fields as their sums, what the browser filled in, and constraints that were not met. */
export function trackFields(scope: Scope, subjectOf: SubjectOf): Stop {
  let visit: Visit | undefined;
  let autofilled = new WeakSet<Element>();

  const begin = (field: Element) => {
    end();
    const { key, isIgnored, isBlocked } = subjectOf(field);
    if (isIgnored || isBlocked) return;
    const { tree } = scope;
    const length = lengthOf(field);
    const inForm = formOf(field);
    const shown = inForm && unblocked(inForm);
    const form = shown ? keyOf(shown, tree) : "";
    visit = {
      field,
      form,
      plain: [plainKeyOf(field, key, tree), shown ? plainFormKeyOf(shown, form, tree) : ""],
      began: scope.clock(),
      before: length,
      first: -1,
      last: 0,
      pause: -1,
      edits: 0,
      length,
      removed: 0,
      pasted: 0,
      autofilled: false,
    };
  };

  const end = () => {
    if (!visit) return;
    const { field, form, plain, began, first, pause, edits, before, removed, pasted } = visit;
    const named = about(scope, field);
    const isFilled = visit.autofilled;
    visit = undefined;
    if (!named) return;
    const numbers = [pause, edits, before, lengthOf(field), removed, pasted] as const;
    scope.emit(Kind.Field, [
      scope.now(),
      ...named,
      kindOf(field),
      scope.clock() - began,
      first,
      // How long the pauses were is told of a secret field, too: of two changes at least, not of how many.
      ...(isSecretField(field) ? ([pause, -1, -1, -1, -1, -1] as const) : numbers),
      isFilled,
      flagOf(field),
      form,
      ...plain,
    ]);
  };

  const edited = (field: Element) => {
    if (visit?.field !== field) return;
    const now = scope.clock();
    if (visit.edits++) visit.pause = Math.max(visit.pause, now - visit.last);
    else visit.first = now - visit.began;
    visit.last = now;
    const length = lengthOf(field);
    visit.removed += Math.max(0, visit.length - length);
    visit.length = length;
  };

  /** The browser fills fields without a visit, too. */
  const lookForAutofill = (field: Element) => {
    if (!field.matches(AUTOFILLED)) autofilled.delete(field);
    else if (!autofilled.has(field)) {
      autofilled.add(field);
      if (visit?.field === field) visit.autofilled = true;
      const { id, key, kind, isIgnored, isBlocked } = subjectOf(field);
      if (isIgnored || isBlocked) return;
      scope.emit(Kind.Input, [scope.now(), id, key, kind, "autofill", lengthOf(field)]);
    }
  };

  const onField = (work: (field: Element, event: Event) => void) => (event: Event) => {
    const hit = hitOf(scope, event);
    const field = hit && fieldOf(hit);
    if (field) work(field, event);
  };

  const changed = onField((field, { type }) => {
    if (type === "input") edited(field);
    lookForAutofill(field);
  });

  const stops = [
    scope.listen("focus", onField(begin)),
    scope.listen(
      "blur",
      onField((field) => visit?.field === field && end()),
    ),
    scope.listen("input", changed),
    scope.listen("change", changed, true),
    scope.listen(
      "paste",
      onField((field, event) => {
        if (visit?.field !== field) return;
        visit.pasted += (event as ClipboardEvent).clipboardData?.getData("text").length ?? 0;
      }),
    ),
    scope.listen(
      "invalid",
      onField((field) => {
        const named = about(scope, field);
        if (!named || hasRule(field, "block")) return;
        scope.emit(Kind.Invalid, [scope.now(), ...named, kindOf(field), flagOf(field)]);
      }),
      true,
    ),
    beforeHidden(scope, end),
  ];
  return () => {
    end();
    autofilled = new WeakSet();
    stopAll(stops);
  };
}

/** The form that a field belongs to, by its attribute too. */
function formOf(field: Element): Element | null {
  return "form" in field ? (field as HTMLInputElement).form : field.closest("form");
}

/** The first constraint that a field does not meet. */
function flagOf(field: Element): string {
  const state = "validity" in field ? (field as HTMLInputElement).validity : undefined;
  return FLAGS.find((flag) => state?.[flag]) ?? "";
}
