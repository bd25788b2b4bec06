// Erasing for good: this session, or all sessions of its visitor, after a look at what goes. A card below the replay.

import { make } from "../player/elements.ts";
import type { Visitor } from "../player/panels/surroundings.ts";
import { getJson, sendJson } from "./http.ts";
import { exactTime } from "./relative.ts";
import { card, smallButton } from "./small-parts.ts";

interface Erased {
  readonly sessions: number;
  readonly done: boolean;
}

/** @param place of the cards; null on a shared page, where nothing is erased */
export function showErasing(place: HTMLElement | null): void {
  const { api, sessions, expires = "" } = place?.dataset ?? {};
  if (place === null || api === undefined || sessions === undefined) return;
  const until =
    expires === ""
      ? "It is kept until somebody erases it."
      : `It is erased after ${exactTime(Number(expires), Date.now())}, unless more of it comes or it has a star.`;
  const confirm = createDialog(sessions);
  const one = smallButton("Erase this session…", () => confirm("Erase this session?", "", api));
  const all = smallButton("Erase this visitor…", () => {
    getJson<Visitor>(`${api}/visitor`).then(
      ({ count }) => {
        made.say("");
        const many = count === 1 ? "This session is the only one." : `That is ${count} sessions.`;
        confirm("Erase all sessions of this visitor?", many, `${api}/visitor`);
      },
      (error: unknown) => made.say(reason(error)),
    );
  });
  const made = card("Keep or erase", make("p", "muted", until), make("div", "row", one, all));
  place.append(made.element);
}

/** @param next where to go when it is done */
function createDialog(next: string): (title: string, more: string, path: string) => void {
  const title = make("h2", "", "");
  const text = make("p", "", "");
  const problem = make("p", "notice bad");
  problem.setAttribute("role", "alert");
  const erase = make("button", "button danger", "Erase");
  const cancel = smallButton("Cancel", () => dialog.close());
  const form = make("form", "stack", title, text, problem, make("div", "row", erase, cancel));
  const dialog = make("dialog", "card note-dialog", form);
  let path = "";
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    erase.disabled = true;
    sendJson<Erased>("DELETE", path, {}).then(
      () => location.assign(next),
      (error: unknown) => {
        erase.disabled = false;
        problem.hidden = false;
        problem.textContent = reason(error);
      },
    );
  });
  document.body.append(dialog);

  return (asked, more, at) => {
    path = at;
    title.textContent = asked;
    dialog.setAttribute("aria-label", asked);
    text.textContent =
      `${more} Recording, clicks, notes and links are gone at once and for good; nobody can bring them back.`.trim();
    problem.hidden = true;
    dialog.showModal();
    cancel.focus();
  };
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : "It could not be erased.";
}
