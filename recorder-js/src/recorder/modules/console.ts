// What the page writes to the console: in short, masked, the same line once a second.

import { Kind } from "../../wire/wire.gen.ts";
import { after, type Stop, stopAll } from "../guard.ts";
import type { Scope } from "../scope.ts";
import { hideTyped } from "../typed.ts";
import { describeAll } from "./shared/describe.ts";
import { createLimit } from "./shared/limit.ts";

const LEVELS = ["log", "info", "warn", "error", "debug"] as const;
const MAX_TEXT = 1000;
const MAX_LINES = 100;
const REPEAT_MS = 1000;
/** Values of queries, wherever in a line an address stands. */
const QUERY = /([?&;][\w.%[\]-]{1,64}=)[^\s&#;"'<>]+/g;

interface Line {
  readonly at: number;
  readonly level: string;
  readonly text: string;
  count: number;
}

export function install(scope: Scope): Stop {
  const { tree } = scope;
  const mayTell = createLimit(scope, "console", MAX_LINES);
  let lines = new Map<string, Line>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let inside = false;

  const flush = scope.guard(() => {
    clearTimeout(timer);
    timer = undefined;
    const told = lines;
    lines = new Map();
    for (const { at, level, text, count } of told.values()) {
      scope.emit(Kind.Console, [scope.since(at), level, text, count]);
    }
  });

  const add = (level: string, given: readonly unknown[]) => {
    const shown = describeAll(given, MAX_TEXT).replace(QUERY, "$1•");
    const text = hideTyped(tree, shown);
    const known = lines.get(level + text);
    if (known) known.count++;
    else if (mayTell()) {
      lines.set(level + text, { at: scope.clock(), level, text, count: 1 });
      timer ??= setTimeout(flush, REPEAT_MS);
    }
  };

  const note = (level: string) =>
    scope.guard((_self: unknown, _result: unknown, given: readonly unknown[]) => {
      // A value may write to the console itself while it is looked at.
      if (inside || !scope.watching()) return;
      inside = true;
      try {
        add(level, given);
      } finally {
        inside = false;
      }
    });

  const stops = [
    ...LEVELS.map((level) => after(console, level, note(level))),
    scope.beforeCut(flush),
  ];
  return () => {
    flush();
    stopAll(stops);
  };
}
