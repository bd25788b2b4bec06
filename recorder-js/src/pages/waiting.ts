// Notes of how many sessions no moments were looked for in yet: they count down while one looks at the page.
import { make } from "../player/elements.ts";
import { getJson } from "./http.ts";
import { count } from "./numbers.ts";

const POLL_MS = 2_000;

/** What a note says of a count; null: the server does not know it yet. */
export function waitingText(sessions: number | null): string {
  if (sessions === null) return "Sessions are still being looked at";
  return `${count(sessions, "session is", "sessions are")} still to be looked at`;
}

/** Follow a note, whose `data-waiting` is the path that tells the count, until nothing waits. */
export function followWaiting(note: HTMLElement): void {
  const path = note.dataset.waiting;
  if (!path) return;
  const look = async () => {
    if (document.hidden) return true;
    const { waiting } = await getJson<{ waiting: number | null }>(path);
    if (waiting !== 0) {
      // Nothing is said anew that is said already: screen readers read each change.
      const text = waitingText(waiting);
      if (note.textContent !== text) note.textContent = text;
      return true;
    }
    const again = make("a", "", "All looked at: show what was found");
    again.href = location.href;
    note.replaceChildren(again);
    return false;
  };
  const later = () => {
    setTimeout(async () => {
      if (await look().catch(() => true)) later();
    }, POLL_MS);
  };
  later();
}
