// What happens again and again is told once a chunk, with a count. Pure.

export interface Repeats<T> {
  /** Tells it at once when it is new in this chunk, else counts it. */
  readonly add: (key: string, item: T) => void;
  /** Tells what was only counted so far; a chunk ends. */
  readonly flush: () => void;
}

const MAX_KEYS = 50;

/** @param tell hears the last of its kind and how many there were since it was told last */
export function createRepeats<T>(tell: (item: T, count: number) => void): Repeats<T> {
  let kept = new Map<string, { item: T; count: number }>();
  return {
    add(key, item) {
      const known = kept.get(key);
      if (known) {
        known.item = item;
        known.count++;
      } else if (kept.size < MAX_KEYS) {
        kept.set(key, { item, count: 0 });
        tell(item, 1);
      }
    },
    flush() {
      const all = kept;
      kept = new Map();
      for (const { item, count } of all.values()) if (count) tell(item, count);
    },
  };
}
