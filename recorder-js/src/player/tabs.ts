// What tabs' ids say: the page in a frame of another origin is a tab of its own, named after the tab around it.

const GUEST = /^([A-Za-z0-9_-]{16,})--[A-Za-z0-9_-]{12}$/;

/** The tab around a tab, where that is one of `tabs`. */
export function hostOf(tab: string, tabs: ReadonlySet<string>): string | undefined {
  const host = GUEST.exec(tab)?.[1];
  return host !== undefined && tabs.has(host) ? host : undefined;
}

/** The outermost tab around a tab: itself, where there is none. */
export function outermost(tab: string, tabs: ReadonlySet<string>): string {
  let at = tab;
  for (let host = hostOf(at, tabs); host !== undefined; host = hostOf(at, tabs)) at = host;
  return at;
}
