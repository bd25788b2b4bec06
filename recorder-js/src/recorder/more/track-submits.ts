import { Kind, type SubmitFact } from "../../wire/wire.gen.ts";
import { type Stop, stopAll } from "../guard.ts";
import type { Scope } from "../scope.ts";
import { hasRule } from "../tree.ts";
import { cleanUrl } from "../url.ts";
import { about, beforeHidden, hitOf } from "./about.ts";
import { keyOf, labelOf } from "./target.ts";

/** Records which button submitted a form, and whether a script took that over. */
export function trackSubmits(scope: Scope): Stop {
  let waiting: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const flush = scope.guard(() => {
    clearTimeout(timer);
    const work = waiting;
    waiting = undefined;
    work?.();
  });

  const submitted = (event: SubmitEvent) => {
    const form = hitOf(scope, event) as HTMLFormElement | undefined;
    if (!form || hasRule(form, "ignore") || hasRule(form, "block")) return;
    flush();
    const fact = submitFact(scope, form, event.submitter);
    waiting = () => fact && scope.emit(Kind.Submit, [scope.now(), ...fact, event.defaultPrevented]);
    // The page's own listeners come first.
    timer = setTimeout(flush);
  };

  const stops = [scope.listen("submit", submitted, true), beforeHidden(scope, flush)];
  return () => {
    flush();
    stopAll(stops);
  };
}

type Told = SubmitFact extends readonly [number, ...infer Rest, boolean] ? Rest : never;

function submitFact(
  scope: Scope,
  form: HTMLFormElement,
  button: HTMLElement | null,
): Told | undefined {
  const named = about(scope, form);
  const attribute = (name: string) =>
    button?.getAttribute(`form${name}`) ?? form.getAttribute(name) ?? "";
  const method = attribute("method").toLowerCase();
  return (
    named && [
      ...named,
      button ? scope.idOf(button) : 0,
      button ? keyOf(button, scope.tree) : "",
      button ? labelOf(button, scope.tree) : "",
      /^(post|dialog)$/.test(method) ? method : "get",
      cleanUrl(attribute("action"), form.baseURI, scope.settings.allowQuery),
    ]
  );
}
