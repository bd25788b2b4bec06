import { Kind } from "../../wire/wire.gen.ts";
import { documentSize } from "../document-size.ts";
import type { Stop } from "../guard.ts";
import type { Scope } from "../scope.ts";

const RESIZE_MS = 200;

/** Records changes of the viewport's size and zoom. */
export function trackViewport(scope: Scope): Stop {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const write = scope.guard(() => {
    timer = undefined;
    scope.emit(Kind.Viewport, [
      scope.now(),
      innerWidth,
      innerHeight,
      devicePixelRatio,
      ...documentSize(),
    ]);
  });
  const unlisten = scope.listen("resize", ({ target }) => {
    if (target === window) timer ??= setTimeout(write, RESIZE_MS);
  });
  return () => {
    clearTimeout(timer);
    unlisten();
  };
}
