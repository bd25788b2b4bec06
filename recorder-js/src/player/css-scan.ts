// Splits CSS into tokens as CSS Syntax 3 does (escapes, comments, bad strings), as far as the rewriter needs to tell
// them apart: `u\72l(` and `url/**/(` are not what they look like.

export type CssToken =
  | { readonly type: "string"; readonly content: string; readonly written: string }
  /** `url(…)`, quoted or not, with its parenthesis. */
  | { readonly type: "url"; readonly content: string }
  /** A name and its opening parenthesis. */
  | { readonly type: "function"; readonly name: string; readonly written: string }
  | { readonly type: "at"; readonly name: string; readonly written: string }
  | { readonly type: "word"; readonly name: string; readonly written: string }
  | { readonly type: "comment" }
  | { readonly type: "space"; readonly written: string }
  /** One of ( ) [ ] { } ; or a run of what matters to nobody. */
  | { readonly type: "other"; readonly written: string };

export interface CssScanner {
  next(): CssToken | undefined;
  /** The next token, left in its place. */
  peek(): CssToken | undefined;
}

const SPACE = /[ \t\n]+/y;
const RUN = /[^"'/@\\a-zA-Z_\-<()[\]{}; \t\n]+/y;
// No letters beyond ASCII: which of them belong to a name differs between browsers, and `×url(` must not hide a url().
const WORD = /(?:[-\w]|\\(?:[0-9a-fA-F]{1,6}[ \t\n]?|[^\n0-9a-fA-F]))+/y;
const ESCAPE = /\\(?:([0-9a-fA-F]{1,6})[ \t\n]?|\n|([\s\S]))/g;

/** What escapes stand for. */
export function unescapeCss(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(ESCAPE, (_, hex: string | undefined, char: string | undefined) => {
    if (hex === undefined) return char ?? "";
    const code = Number.parseInt(hex, 16);
    return code === 0 || code > 0x10ffff ? "\ufffd" : String.fromCodePoint(code);
  });
}

export function createCssScanner(source: string): CssScanner {
  const css = source.replace(/\r\n?|\f/g, "\n").replace(/\0/g, "\ufffd");
  let at = 0;
  let ahead: CssToken | undefined;

  function match(pattern: RegExp): string {
    pattern.lastIndex = at;
    const found = pattern.exec(css)?.[0] ?? "";
    at += found.length;
    return found;
  }

  /** A bad string ends at its line; one that is cut short is closed, so that nothing put after it is drawn in. */
  function string(): { content: string; written: string } {
    const start = at;
    const quote = css.charAt(at++);
    for (; at < css.length; at++) {
      const char = css.charAt(at);
      if (char === "\n") return { content: "", written: css.slice(start, at) };
      if (char === "\\") at++;
      else if (char === quote) {
        at++;
        const content = unescapeCss(css.slice(start + 1, at - 1));
        return { content, written: css.slice(start, at) };
      }
    }
    at = css.length;
    return { content: "", written: '""' };
  }

  function urlContent(): string {
    match(SPACE);
    const quoted = css.charAt(at) === '"' || css.charAt(at) === "'";
    const content = quoted ? string().content : undefined;
    const start = at;
    while (at < css.length && css.charAt(at) !== ")") at += css.charAt(at) === "\\" ? 2 : 1;
    const raw = css.slice(start, at++);
    return content ?? unescapeCss(raw).trim();
  }

  function word(): CssToken {
    const written = match(WORD);
    const name = unescapeCss(written).toLowerCase();
    if (written === "") return { type: "other", written: css.charAt(at++) };
    if (css.charAt(at) !== "(") return { type: "word", name, written };
    at++;
    if (name === "url") return { type: "url", content: urlContent() };
    return { type: "function", name, written: `${written}(` };
  }

  function comment(): CssToken {
    const end = css.indexOf("*/", at + 2);
    at = end < 0 ? css.length : end + 2;
    return { type: "comment" };
  }

  function read(): CssToken {
    const space = match(SPACE);
    if (space !== "") return { type: "space", written: space };
    const run = match(RUN);
    if (run !== "") return { type: "other", written: run };
    switch (css.charAt(at)) {
      case '"':
      case "'":
        return { type: "string", ...string() };
      case "@": {
        at++;
        const written = match(WORD);
        return { type: "at", name: unescapeCss(written).toLowerCase(), written: `@${written}` };
      }
      case "/":
        if (css.charAt(at + 1) === "*") return comment();
        return { type: "other", written: css.charAt(at++) };
      case "<":
        // `<!--` is a token of its own, whose dashes belong to no name.
        at += css.startsWith("<!--", at) ? 4 : 1;
        return { type: "other", written: css.charAt(at - 1) === "<" ? "<" : " " };
      default:
        return word();
    }
  }

  function next(): CssToken | undefined {
    const token = ahead ?? (at < css.length ? read() : undefined);
    ahead = undefined;
    return token;
  }

  return {
    next,
    peek() {
      ahead = next();
      return ahead;
    },
  };
}
