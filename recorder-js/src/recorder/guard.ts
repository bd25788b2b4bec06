// Nothing of the recorder may throw into the page: whatever the page calls is wrapped here.

export type Stop = () => void;

export type Guard = <A extends unknown[]>(work: (...given: A) => void) => (...given: A) => void;

/** `failed` hears how many failures there have been so far. */
export function createGuard(failed: (count: number, message: string) => void): Guard {
  let failures = 0;
  return (work) =>
    (...given) => {
      try {
        work(...given);
      } catch (error) {
        failures++;
        // Its own class of error only: a message may quote the page.
        failed(failures, error instanceof Error ? error.name : "unknown");
      }
    };
}

/** Replaces a method until stopped; if somebody wrapped ours meanwhile, ours stays as a mere passage. */
export function patch<T extends object, K extends keyof T>(
  owner: T,
  name: K,
  wrap: (original: T[K], isOn: () => boolean) => T[K],
): Stop {
  const original = owner[name];
  if (typeof original !== "function") return () => {};
  let on = true;
  const had = Object.getOwnPropertyDescriptor(owner, name);
  const wrapped = wrap(original, () => on);
  Object.defineProperty(owner, name, {
    configurable: true,
    enumerable: had?.enumerable ?? true,
    writable: true,
    value: wrapped,
  });
  return () => {
    on = false;
    if (owner[name] !== wrapped) return;
    if (had) Object.defineProperty(owner, name, had);
    else delete owner[name];
  };
}
