import { Kind } from "../wire/wire.gen.ts";
import { documentSize } from "./geometry.ts";
import { after, type Stop, stopAll } from "./guard.ts";
import { maskText } from "./privacy.ts";
import type { Scope } from "./scope.ts";
import { cleanUrl } from "./url.ts";

export interface PageViews {
  /** The URL of the current page view, cleaned. */
  readonly url: () => string;
  readonly begin: (scope: Scope, cause: "load" | "history" | "restore") => void;
}

export function createPageViews(allowQuery: readonly string[], nextView: () => number): PageViews {
  const here = () => cleanUrl(location.href, location.href, allowQuery);
  let url = here();
  return {
    url: () => url,
    begin(scope, cause) {
      const referrer =
        cause === "load" ? cleanUrl(document.referrer, location.href, allowQuery) : url;
      url = here();
      const number = nextView(); // before the chunk begins, so that the chunk belongs to it
      scope.emit(Kind.PageView, [
        scope.now(),
        number,
        url,
        document.referrer || cause !== "load" ? referrer : "",
        maskText(document.title, scope.tree.mask),
        cause,
        innerWidth,
        innerHeight,
        screen.width,
        screen.height,
        devicePixelRatio,
        navigator.maxTouchPoints > 0,
        ...documentSize(),
        matchMedia("(prefers-color-scheme: dark)").matches,
      ]);
    },
  };
}

/** Records page views that a script makes by changing the path. */
export function trackHistory(scope: Scope, views: PageViews, begin: () => void): Stop {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const { allowQuery } = scope.settings;
  const look = scope.guard(() => {
    timer = undefined;
    if (cleanUrl(location.href, location.href, allowQuery) !== views.url()) begin();
  });
  // A router changes the address first and the title after it, in the same task.
  const changed = () => {
    timer ??= setTimeout(look);
  };
  const stops = (["pushState", "replaceState"] as const).map((name) =>
    after(history, name, changed),
  );
  addEventListener("popstate", changed);
  return () => {
    clearTimeout(timer);
    removeEventListener("popstate", changed);
    stopAll(stops);
  };
}
