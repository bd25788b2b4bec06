// Custom properties that scripts register, told as the @property rules that would register them.

import { Op } from "../../wire/wire.gen.ts";
import { after, type Stop } from "../guard.ts";
import type { Scope } from "../scope.ts";

/** A document cannot be asked for them, and they last as long as it does: longer than a recording. */
const rules = new Set<string>();

export function trackProperties({ guard, operate, afterKeyframe, watchRealms }: Scope): Stop {
  const tell = () => {
    if (!rules.size) return;
    operate((frames) => {
      for (const value of [Op.Rules, 0, 0, -1, rules.size]) frames.int(value);
      rules.forEach(frames.text);
    });
  };
  const registered = guard((_: unknown, __: unknown, [given]: readonly unknown[]) => {
    const { name, syntax = "*", inherits, initialValue } = given as PropertyDefinition;
    const initial = initialValue === undefined ? "" : `initial-value:${initialValue};`;
    rules.add(
      `@property ${name}{syntax:${JSON.stringify(syntax)};inherits:${inherits};${initial}}`,
    );
    tell();
  });
  const stopTelling = afterKeyframe(tell);
  const stopWatching = watchRealms((view) =>
    after(view.CSS as { registerProperty: unknown }, "registerProperty", registered),
  );
  return () => {
    stopTelling();
    stopWatching();
  };
}
