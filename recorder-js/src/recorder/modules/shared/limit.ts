// A page in a loop must not fill the recording.

import { Kind } from "../../../wire/wire.gen.ts";
import type { Scope } from "../../scope.ts";

const WINDOW_MS = 5000;

/** Says whether one more may be told: at most `most` in five seconds. What is left out is told as a State fact. */
export function createLimit(scope: Scope, name: string, most: number): () => boolean {
  let begun = Number.NEGATIVE_INFINITY;
  let count = 0;
  return () => {
    if (scope.clock() - begun > WINDOW_MS) {
      if (count > most) scope.emit(Kind.State, [scope.now(), "dropped", name, count - most]);
      begun = scope.clock();
      count = 0;
    }
    return ++count <= most;
  };
}
