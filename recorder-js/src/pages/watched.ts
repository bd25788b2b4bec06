// The mark that a session has been watched: set by itself after a few seconds, taken away and set again by hand.

import { make } from "../player/elements.ts";
import type { Book } from "./annotations-api.ts";
import { run } from "./small-parts.ts";

/** A look at the wrong session is over before. */
const AFTER_MS = 5000;

/** @param loaded resolves when it is known whether the session has been watched */
export function markWatched(place: HTMLElement, book: Book, loaded: Promise<void>): void {
  const button = make("button", "button quiet small-button", "");
  button.type = "button";
  const problem = make("span", "label-problem");
  problem.setAttribute("role", "alert");
  const set = (watched: boolean) => {
    run(book.send("PUT", "watched", { watched }), (text) => {
      problem.textContent = text;
    });
  };
  button.addEventListener("click", () => set(!book.now().watched));
  book.on(({ watched }) => {
    button.textContent = watched ? "Watched" : "Not watched";
    button.setAttribute("aria-pressed", String(watched));
    button.title = watched ? "Mark as not watched" : "Mark as watched";
  });
  place.append(button, problem);
  loaded.then(
    () => setTimeout(() => !book.now().watched && !document.hidden && set(true), AFTER_MS),
    () => {}, // the page says that nothing could be loaded
  );
}
