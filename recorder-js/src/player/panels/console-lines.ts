// Console lines and errors as one list, repeats in a row as one line. Pure.

import { Kind } from "../../wire/wire.gen.ts";
import type { SessionFact } from "../session-facts.ts";

export type Level = "error" | "warn" | "info" | "log" | "debug";

export interface ConsoleLine {
  /** Of the first. */
  readonly time: number;
  readonly level: Level;
  readonly text: string;
  /** Where in which script; "" when not known. */
  readonly where: string;
  /** "url:line:column" of its callers. */
  readonly stack: readonly string[];
  readonly count: number;
  /** Whether the page wrote it, rather than the browser meeting it. */
  readonly written: boolean;
}

const LEVELS = /^(?:error|warn|info|log|debug)$/;

export function consoleLines(facts: readonly SessionFact[]): readonly ConsoleLine[] {
  const all = facts.map(lineOf).filter((line) => line !== undefined);
  const lines: ConsoleLine[] = [];
  for (const line of all.sort((a, b) => a.time - b.time)) {
    const before = lines.at(-1);
    if (before !== undefined && isSame(before, line)) {
      const stack = before.stack.length > 0 ? before.stack : line.stack;
      lines[lines.length - 1] = { ...before, stack, count: before.count + line.count };
    } else lines.push(line);
  }
  return lines;
}

function lineOf({ time, fact }: SessionFact): ConsoleLine | undefined {
  if (fact.kind === Kind.Console) {
    const [, level, text, count] = fact.fields;
    const known = LEVELS.test(level) ? (level as Level) : "log";
    return { time, level: known, text, where: "", stack: [], count, written: true };
  }
  if (fact.kind !== Kind.Failure) return undefined;
  const [, cause, name, message, url, row, column, stack, count, ago] = fact.fields;
  const shared = {
    time: time - ago,
    level: "error" as const,
    stack: stack === "" ? [] : stack.split("\n"),
    count,
    written: false,
  };
  if (cause === "resource") return { ...shared, text: `Did not load: ${name}`, where: url };
  const text = [name, message].filter(Boolean).join(": ");
  return {
    ...shared,
    text: cause === "rejection" ? `Unhandled rejection: ${text}` : text,
    where: url === "" || row === 0 ? url : `${url}:${row}:${column}`,
  };
}

function isSame(a: ConsoleLine, b: ConsoleLine): boolean {
  return a.level === b.level && a.text === b.text && a.where === b.where && a.written === b.written;
}
