/** Calls when the browser has nothing else to do, in so many ms at the latest. */
export function whenIdle(work: () => void, timeout: number): void {
  if (typeof requestIdleCallback === "function") requestIdleCallback(work, { timeout });
  else setTimeout(work, 50);
}
