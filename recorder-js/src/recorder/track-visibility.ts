import { FLAG_LAST, Kind } from "../wire/wire.gen.ts";
import { documentSize } from "./document-size.ts";
import type { Stop } from "./guard.ts";
import type { Scope } from "./scope.ts";

/** Records whether the tab is seen and focused; sends what there is when it is hidden, and when it is left. */
export function trackVisibility(scope: Scope, closed: () => void): Stop {
  let last = "";
  const note = scope.guard(() => {
    const visible = document.visibilityState === "visible";
    const focused = document.hasFocus();
    if (last === `${visible}${focused}`) return;
    last = `${visible}${focused}`;
    scope.emit(Kind.Visibility, [scope.now(), visible, focused]);
    // A hidden page may be ended without another word.
    if (!visible) scope.seal(0, true);
  });
  const hide = scope.guard((event: PageTransitionEvent) => {
    scope.emit(Kind.PageHide, [scope.now(), event.persisted, ...documentSize()]);
    scope.seal(FLAG_LAST, true);
    closed();
  });
  note();
  document.addEventListener("visibilitychange", note);
  addEventListener("focus", note);
  addEventListener("blur", note);
  addEventListener("pagehide", hide);
  return () => {
    document.removeEventListener("visibilitychange", note);
    removeEventListener("focus", note);
    removeEventListener("blur", note);
    removeEventListener("pagehide", hide);
  };
}
