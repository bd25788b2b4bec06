// The callers in an error's stack, in the notations of all browsers. Pure.

const MAX_FRAMES = 10;
const MAX_LINES = 50;
/** A URL, a line and a column at the end of a line of a stack. */
const FRAME =
  /((?:https?|blob|file|[\w-]+-extension):[^\s()@]{1,2048}?):(\d{1,9})(?::(\d{1,9}))?\)?$/;

/** "url:line:column" of each caller, the innermost first; names of functions are left out. */
export function callers(stack: string, clean: (url: string) => string): readonly string[] {
  return stack
    .split("\n", MAX_LINES)
    .flatMap((line) => {
      const [, url, row, column] = FRAME.exec(line.slice(-2100).trim()) ?? [];
      return url ? [`${clean(url)}:${row}:${column ?? 0}`] : [];
    })
    .slice(0, MAX_FRAMES);
}
