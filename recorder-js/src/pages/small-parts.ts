// Small parts of the cards below a replay.

import { make } from "../player/elements.ts";

export interface Card {
  readonly element: HTMLElement;
  readonly head: HTMLElement;
  /** Tells what went wrong; "" takes it away. */
  say(text: string): void;
}

export function card(title: string, ...content: readonly HTMLElement[]): Card {
  const head = make("div", "card-head", make("h2", "", title));
  const problem = make("p", "notice bad");
  problem.setAttribute("role", "alert");
  problem.hidden = true;
  const element = make(
    "section",
    "card",
    head,
    make("div", "card-body stack", problem, ...content),
  );
  element.setAttribute("aria-label", title);
  return {
    element,
    head,
    say(text) {
      problem.textContent = text;
      problem.hidden = text === "";
    },
  };
}

export function smallButton(text: string, act: () => void): HTMLButtonElement {
  const button = make("button", "button small-button", text);
  button.type = "button";
  button.addEventListener("click", act);
  return button;
}

/** Waits for a change; tells what went wrong. */
export function run(change: Promise<void>, say: (text: string) => void): void {
  change.then(
    () => say(""),
    (error: unknown) => say(error instanceof Error ? error.message : "That did not work."),
  );
}
