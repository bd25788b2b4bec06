// What the page wrote to the console, and the errors that it met.

import { make } from "../elements.ts";
import type { Player } from "../player.ts";
import { type ConsoleLine, consoleLines, type Level } from "./console-lines.ts";
import { createFollower, empty, isComplete, line, type Panel, toggles, whenNew } from "./panel.ts";

const LEVELS: Readonly<Record<Level, string>> = {
  error: "Errors",
  warn: "Warnings",
  info: "Info",
  log: "Log",
  debug: "Debug",
};
const MAX_LINES = 2000;

export function createConsolePanel(player: Player): Panel {
  const list = make("ol", "ff-events ff-console");
  const note = make("div", "");
  let shown: ReadonlySet<string> = new Set(Object.keys(LEVELS));
  let lines: readonly ConsoleLine[] = [];
  const follower = createFollower(list);
  const filters = toggles(LEVELS, new Set(), (on) => {
    shown = on;
    show();
  });
  const element = make("div", "", filters, note, list);

  function show(): void {
    const chosen = lines.filter(({ level }) => shown.has(level)).slice(0, MAX_LINES);
    list.replaceChildren(...chosen.map(item));
    follower.set(chosen.map(({ time }) => time));
    filters.hidden = lines.length === 0;
    note.replaceChildren(...reasons(chosen.length));
    follower.to(player.time());
  }

  function reasons(count: number): readonly HTMLElement[] {
    if (lines.length > 0 && count === 0) return [empty("Nothing of these levels.")];
    if (lines.some(({ written }) => written)) return [];
    if (!isComplete(player)) return lines.length > 0 ? [] : [empty("Still loading…")];
    const how =
      "Console lines are recorded only where the script tag has `data-console`: see docs/recorder.md.";
    return [empty(lines.length > 0 ? how : `No errors in this session. ${how}`)];
  }

  function item(entry: ConsoleLine): HTMLElement {
    const count = entry.count > 1 ? [make("span", "ff-count", `× ${entry.count}`)] : [];
    const button = line(player, entry.time, `ff-level-${entry.level}`);
    button.append(
      make("span", "ff-event-title", make("span", "ff-level", entry.level), ...count, entry.text),
    );
    if (entry.where !== "") button.append(make("span", "ff-event-detail", entry.where));
    const stack = entry.stack.map((caller) => make("li", "", caller));
    const more =
      stack.length === 0
        ? []
        : [
            make(
              "details",
              "ff-stack",
              make("summary", "", `Called from ${stack.length}`),
              make("ol", "", ...stack),
            ),
          ];
    return make("li", "", button, ...more);
  }

  return {
    id: "console",
    name: "Console",
    element,
    fill: whenNew(player, (facts) => {
      lines = consoleLines(facts);
      show();
    }),
    follow: () => follower.to(player.time()),
  };
}
