// Nothing of the recorder may throw into the page: whatever the page calls is wrapped here.

export type Stop = () => void;

/** `weight`: how many calls one that is metered stands for; what is called often, and does little, is not metered each time. */
export type Guard = <A extends unknown[]>(
  work: (...given: A) => void,
  weight?: number,
) => (...given: A) => void;

/** What the recording has cost so far. */
export interface Meter {
  /** Of the main thread, ms. */
  time: number;
  /** Sent. */
  bytes: number;
}

/** `failed` hears how many failures there have been so far; the meter runs while any guarded work does. */
export function createGuard(
  failed: (count: number, message: string) => void,
  meter: Meter = { time: 0, bytes: 0 },
): Guard {
  let failures = 0;
  let depth = 0;
  let calls = 0;
  return (work, weight = 1) =>
    (...given) => {
      // To ask the time may take longer than the work.
      const isMetered = depth++ === 0 && calls++ % weight === 0;
      const start = isMetered ? performance.now() : 0;
      try {
        work(...given);
      } catch (error) {
        failures++;
        // Its own class of error only: a message may quote the page.
        failed(failures, error instanceof Error ? error.name : "unknown");
      }
      depth--;
      if (isMetered) meter.time += (performance.now() - start) * weight;
    };
}

/** Calls `note` after each call of a method (or setting of an accessor), until stopped; what it returns or throws stays as it is. */
export function after<T extends object, K extends keyof T>(
  owner: T,
  name: K,
  note: (self: T, result: unknown, given: readonly unknown[]) => void,
): Stop {
  const find = () => Object.getOwnPropertyDescriptor(owner, name);
  const own = find();
  const slot = own?.set ? "set" : "value";
  const original: unknown = own?.set ?? owner[name];
  if (typeof original !== "function") return () => {};
  let on = true;
  const wrapped = function (this: T, ...given: unknown[]) {
    const result: unknown = original.apply(this, given);
    if (on) note(this, result, given);
    return result;
  };
  Object.defineProperty(owner, name, {
    ...(own ?? { configurable: true, writable: true }),
    [slot]: wrapped,
  });
  return () => {
    on = false;
    // If somebody wrapped ours meanwhile, ours stays as a mere passage.
    if (find()?.[slot] !== wrapped) return;
    if (own) Object.defineProperty(owner, name, own);
    else delete owner[name];
  };
}

/** Stops all, the last first: what was put over another's patch goes before it. */
export function stopAll(stops: Iterable<Stop>): void {
  for (const stop of [...stops].reverse()) stop();
}
