import { Kind } from "../../wire/wire.gen.ts";
import { type Stop, stopAll } from "../guard.ts";
import type { Scope } from "../scope.ts";

/** Records how many tasks were so long that a visitor feels them, and how long: sums only. */
export function trackLongTasks(scope: Scope): Stop {
  if (!globalThis.PerformanceObserver?.supportedEntryTypes?.includes("longtask")) return () => {};
  let [first, last, count, total, longest] = [0, 0, 0, 0, 0];

  const take = scope.guard((entries: readonly PerformanceEntry[]) => {
    for (const { startTime, duration } of entries) {
      last = scope.clock();
      scope.since(last); // the chunk begins here, at the latest
      if (!count++) first = performance.timeOrigin + startTime;
      total += duration;
      longest = Math.max(longest, duration);
    }
  });
  const observer = new PerformanceObserver((list) => take(list.getEntries()));
  const flush = () => {
    take(observer.takeRecords());
    if (!count) return;
    const told = [last - first, count, total, longest].map(Math.round);
    const [span = 0, tasks = 0, sum = 0, most = 0] = told;
    scope.emit(Kind.LongTasks, [scope.since(last), Math.max(0, span), tasks, sum, most]);
    count = total = longest = 0;
  };
  observer.observe({ type: "longtask", buffered: true });
  const stops = [scope.beforeCut(flush), () => observer.disconnect()];
  return () => {
    flush();
    stopAll(stops);
  };
}
