// Patterns in which * stands for any text, for pages and event names. Linear, whatever the pattern.

/** Whether a text matches from its beginning to its end. */
export function matches(pattern: string, text: string): boolean {
  const [first = "", ...parts] = pattern.split("*");
  const last = parts.pop();
  if (last === undefined) return text === pattern;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

interface Place {
  readonly origin: string;
  readonly pathname: string;
  readonly hash: string;
}

/** Whether a pattern means this page: "/admin/*" is a path, "#/admin/*" a fragment, all else an address without query. */
export function matchesPage(pattern: string, { origin, pathname, hash }: Place): boolean {
  if (pattern[0] === "#") return matches(pattern, hash);
  return matches(pattern, pattern[0] === "/" || pattern[0] === "*" ? pathname : origin + pathname);
}
