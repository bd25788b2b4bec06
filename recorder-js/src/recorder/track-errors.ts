import type { Stop } from "./guard.ts";
import type { Scope } from "./scope.ts";

/** Tells that an error or a rejection was not handled; nothing of what it says. */
export function signalErrors({ guard, signal }: Pick<Scope, "guard" | "signal">): Stop {
  const note = guard((event: Event) => {
    if (event.target === window) signal("error");
  });
  addEventListener("error", note);
  addEventListener("unhandledrejection", note);
  return () => {
    removeEventListener("error", note);
    removeEventListener("unhandledrejection", note);
  };
}
