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

  const defined = (name: string) => {
    waiting.add(CSS.escape(name));
    timer ??= setTimeout(write);
  };
  const stop = after(CustomElementRegistry.prototype, "define", (_, __, [name]) =>
    defined(String(name)),
  );
  for (const name of tree.undefinedNames) if (customElements.get(name)) defined(name);
  return () => {
    clearTimeout(timer);
    stop();
  };
}
