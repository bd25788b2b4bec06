import { Kind } from "../wire/wire.gen.ts";
import { documentSize } from "./document-size.ts";
import { after, type Guard, type Stop, stopAll } from "./guard.ts";
import { maskText } from "./privacy.ts";
import type { Scope } from "./scope.ts";
import type { Settings } from "./settings.ts";
import { cleanPath, cleanUrl } from "./url.ts";

export interface PageViews {
  /** The URL of the current page view, cleaned. */
  readonly url: () => string;
  readonly begin: (scope: Scope, cause: "load" | "history" | "restore" | "page") => void;
  /** Tells the current page view once more: what was told before is not sent. */
  readonly again: (scope: Scope) => void;
  /** Whether the address has become that of another page view. */
  readonly hasMoved: () => boolean;
}

export function createPageViews(settings: Settings, nextView: () => number): PageViews {
  const { allowQuery, pageViews } = settings;
  const here = () => cleanUrl(location.href, location.href, allowQuery) + routeOf(pageViews);
  const place = () =>
    location.pathname +
    (pageViews === "path" ? "" : location.search) +
    (pageViews === "hash" ? location.hash : "");
  let url = here();
  let seen = place();
  let number = 0;
  let said: readonly [referrer: string, cause: string] = ["", ""];

  const again = (scope: Scope) =>
    scope.emit(Kind.PageView, [
      scope.now(),
      number,
      url,
      said[0],
      maskText(document.title, scope.tree.mask),
      said[1],
      innerWidth,
      innerHeight,
      screen.width,
      screen.height,
      devicePixelRatio,
      navigator.maxTouchPoints > 0,
      ...documentSize(),
      matchMedia("(prefers-color-scheme: dark)").matches,
    ]);

  return {
    url: () => url,
    again,
    hasMoved: () => place() !== seen,
    begin(scope, cause) {
      const { referrer } = document;
      const from = referrer && cleanUrl(referrer, location.href, allowQuery);
      said = [cause === "load" ? from : url, cause];
      url = here();
      seen = place();
      number = nextView(); // before the chunk begins, so that the chunk belongs to it
      again(scope);
    },
  };
}

/** The route of a page that keeps it in the fragment, as in "#/cart", where the site says so. */
function routeOf(pageViews: Settings["pageViews"]): string {
  const route = pageViews === "hash" && /^#!?\/[^?#&=]*/.exec(location.hash)?.[0];
  return route ? cleanPath(route) : "";
}

/** Calls `moved` at once when a script or the visitor changes the address. */
export function watchHistory(guard: Guard, moved: () => void): Stop {
  const note = guard(moved);
  const stops = (["pushState", "replaceState"] as const).map((name) => after(history, name, note));
  addEventListener("popstate", note);
  return () => {
    removeEventListener("popstate", note);
    stopAll(stops);
  };
}
