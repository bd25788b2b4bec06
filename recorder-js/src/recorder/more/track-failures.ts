import { Kind } from "../../wire/wire.gen.ts";
import type { Stop } from "../guard.ts";
import { ELEMENT } from "../node-types.ts";
import type { Scope } from "../scope.ts";
import { hideTyped } from "../typed.ts";
import { cleanUrl } from "../url.ts";
import { createRepeats } from "./repeats.ts";
import { callers } from "./stack.ts";

const MAX_MESSAGE = 500;
const MAX_NAME = 80;
const MAX_LOOKED_AT = 20_000;
/** An error that comes again and again has one stack. */
const MAX_STACKS = 200;

interface Told {
  readonly at: number;
  readonly cause: "error" | "rejection" | "resource";
  readonly name: string;
  readonly message: string;
  readonly url: string;
  readonly line: number;
  readonly column: number;
  readonly stack: string;
}

/** Records uncaught errors, rejections that nobody handled, and resources that did not load. */
export function trackFailures(scope: Scope): Stop {
  const stacks = new Set<string>();
  let stopped = false;
  const clean = (url: string) => cleanUrl(url, location.href, scope.settings.allowQuery);

  const repeats = createRepeats<Told>((told, count) => {
    const { at, cause, name, message, url, line, column, stack } = told;
    const whole = name + message + stack;
    const isNew = !stacks.has(whole) && stacks.size < MAX_STACKS;
    const shown = isNew ? stack : "";
    if (isNew) stacks.add(whole);
    const ago = Math.max(0, scope.clock() - at);
    const where = [url, line, column, shown] as const;
    scope.emit(Kind.Failure, [scope.now(), cause, name, message, ...where, count, ago]);
  });

  const note = (event: Event, at: number) => {
    if (stopped) return;
    const told = isResource(event)
      ? resourceOf(event.target as Element, at, clean)
      : errorOf(scope, event as ErrorEvent | PromiseRejectionEvent, at, clean);
    if (!told) return;
    const { cause, name, message, url, line, column } = told;
    repeats.add([cause, name, message, url, line, column].join("\n"), told);
  };

  scope.failures(scope.guard(note));
  const stop = scope.beforeCut(repeats.flush);
  return () => {
    repeats.flush();
    stopped = true;
    stop();
  };
}

function isResource({ target }: Event): boolean {
  return (target as Node | null)?.nodeType === ELEMENT;
}

function resourceOf(
  element: Element,
  at: number,
  clean: (url: string) => string,
): Told | undefined {
  const { localName } = element;
  // Of media its own fact tells.
  if (!/^(img|script|link|iframe|source|image|object|embed)$/.test(localName)) return undefined;
  const { currentSrc, src, href, data } = element as Partial<
    Record<"currentSrc" | "src" | "href" | "data", unknown>
  >;
  const url = [currentSrc, src, href, data].find((value) => value && typeof value === "string");
  const where = { url: clean(String(url ?? "")), line: 0, column: 0, stack: "" };
  return { at, cause: "resource", name: localName, message: "", ...where };
}

function errorOf(
  scope: Scope,
  event: ErrorEvent | PromiseRejectionEvent,
  at: number,
  clean: (url: string) => string,
): Told {
  const isRejection = "reason" in event;
  // Whatever was thrown: an error, of another frame maybe, a text, anything.
  const thrown: unknown = isRejection ? event.reason : event.error;
  const { name, message, stack } = (typeof thrown === "object" && thrown ? thrown : {}) as Partial<
    Record<"name" | "message" | "stack", unknown>
  >;
  const text = typeof thrown === "string" ? thrown : message;
  const spoken = typeof text === "string" ? text : isRejection ? "" : event.message;
  const hide = (quoted: string) => hideTyped(scope.tree, quoted.slice(0, MAX_LOOKED_AT));
  const callersOf = typeof stack === "string" ? callers(stack, clean) : [];
  const [, first = "", row = 0, place = 0] = /^(.*):(\d+):(\d+)$/.exec(callersOf[0] ?? "") ?? [];
  const where = isRejection
    ? { url: first, line: Number(row), column: Number(place) }
    : { url: clean(event.filename || location.href), line: event.lineno, column: event.colno };
  return {
    at,
    cause: isRejection ? "rejection" : "error",
    name: hide(typeof name === "string" ? name : typeof thrown).slice(0, MAX_NAME),
    message: hide(spoken).slice(0, MAX_MESSAGE),
    ...where,
    stack: callersOf.join("\n"),
  };
}
