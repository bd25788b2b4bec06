// What the keyboard does: one list, from which the keys are answered and the help sheet is written.

import { make } from "./elements.ts";

export interface Shortcut {
  /** As `KeyboardEvent.key` has them, letters in lower case. */
  readonly keys: readonly string[];
  /** As the help sheet shows them. */
  readonly shown: string;
  readonly meaning: string;
  act(): void;
}

/** Answers the keys until the returned function is called. */
export function answerKeys(shortcuts: readonly Shortcut[]): () => void {
  function answer(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isTaken(event)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const shortcut = shortcuts.find(({ keys }) => keys.includes(key));
    if (shortcut === undefined) return;
    event.preventDefault();
    shortcut.act();
  }
  document.addEventListener("keydown", answer);
  return () => document.removeEventListener("keydown", answer);
}

/** Whether the key belongs to what has the focus: a field, a list, a button, an open dialog. */
function isTaken({ key, target }: KeyboardEvent): boolean {
  if (document.querySelector("dialog[open]") !== null) return true;
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement && target.type === "checkbox") return key === " ";
  if (target.closest("input, select, textarea") !== null) return true;
  return key === " " && target.closest("button, a, summary, [role='tab']") !== null;
}

export function makeHelp(shortcuts: readonly Shortcut[]): HTMLDialogElement {
  const rows = shortcuts.flatMap(({ shown, meaning }) => [
    make("dt", "", ...shown.split(" ").map((key) => make("kbd", "", key))),
    make("dd", "", meaning),
  ]);
  const close = make("button", "ff-button ff-text-button", "Close");
  const form = make("form", "", close);
  form.setAttribute("method", "dialog");
  const help = make("dialog", "ff-help", make("h2", "", "Keyboard"), make("dl", "", ...rows), form);
  help.setAttribute("aria-label", "Keyboard help");
  return help;
}
