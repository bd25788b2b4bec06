// Custom elements that are defined after they were recorded: `:defined` matches from then on.

import { Op } from "../../wire/wire.gen.ts";
import { after, type Stop } from "../guard.ts";
import type { Scope } from "../scope.ts";

export function trackDefinitions(scope: Scope): Stop {
  const { tree } = scope;
  const waiting = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const write = scope.guard(() => {
    timer = undefined;
    const ids = [...tree.roots].flatMap((root) =>
      [...root.querySelectorAll([...waiting].join())].flatMap((one) => tree.ids.get(one) ?? []),
    );
    waiting.clear();
    if (!ids.length) return;
    scope.operate((frames) => {
      for (const id of ids) {
        frames.int(Op.Attribute);
        frames.int(id);
        frames.text("ff-undefined");
        frames.nil();
      }
    });
  });

  const stop = after(CustomElementRegistry.prototype, "define", (_, __, [name]) => {
    waiting.add(CSS.escape(String(name)));
    timer ??= setTimeout(write);
  });
  return () => {
    clearTimeout(timer);
    stop();
  };
}
