// Moments as people say them. Pure.

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];
const EXACT_AFTER_MS = 7 * 86_400_000;

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** "3 minutes ago"; undefined where only the exact time helps, or the clock of one of the two is wrong. */
export function relativeTime(moment: number, now: number): string | undefined {
  const passed = now - moment;
  if (passed < -60_000 || passed > EXACT_AFTER_MS) return undefined;
  if (passed < 10_000) return "just now";
  if (passed < 60_000) return `${Math.floor(passed / 1000)} seconds ago`;
  const step = STEPS.find(([, ms]) => passed >= ms);
  return step && relative.format(-Math.floor(passed / step[1]), step[0]);
}

/** "12 Nov 2025, 14:05", with the year left out when it is this year's, in a time zone. */
export function exactTime(moment: number, now: number, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const year = new Intl.DateTimeFormat("en-GB", { year: "numeric", ...zone });
  const isThisYear = year.format(moment) === year.format(now);
  return new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "short",
    ...(isThisYear ? {} : { year: "numeric" }),
    hour: "2-digit",
    minute: "2-digit",
    ...zone,
  }).format(moment);
}
