// What facts say of a form field: found once while somebody types, as nothing of it changes then.

import { hasSelectors } from "../rules.ts";
import type { Scope } from "../scope.ts";
import { hasRule } from "../tree.ts";
import { kindOf } from "./field.ts";
import { keyOf } from "./target.ts";

export interface Subject {
  readonly field: Element;
  readonly id: number;
  readonly key: string;
  readonly kind: string;
  readonly isIgnored: boolean;
  readonly isBlocked: boolean;
}

export type SubjectOf = (field: Element) => Subject;

export function createSubjects(scope: Scope): {
  readonly of: SubjectOf;
  readonly forget: () => void;
} {
  let last: Subject | undefined;
  let seen = -1;
  return {
    of(field) {
      const now = scope.mutations();
      // Selectors may mean states, which change without a mutation; of a page that is not watched nothing is known.
      const isKnown = last?.field === field && now === seen && !hasSelectors() && scope.watching();
      if (last && isKnown) return last;
      seen = now;
      last = {
        field,
        id: scope.idOf(field),
        key: keyOf(field, scope.tree),
        kind: kindOf(field),
        isIgnored: hasRule(field, "ignore"),
        isBlocked: hasRule(field, "block"),
      };
      return last;
    },
    forget() {
      last = undefined;
    },
  };
}
