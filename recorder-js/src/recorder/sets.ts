import type { Stop } from "./guard.ts";

/** Puts into a set, until stopped. */
export function join<T>(set: Set<T>, item: T): Stop {
  set.add(item);
  return () => set.delete(item);
}

/** Empties a set, and then works on what was in it: what comes meanwhile waits for the next time. */
export function drain<T>(set: Set<T>, work: (item: T) => void): void {
  const all = [...set];
  set.clear();
  all.forEach(work);
}
