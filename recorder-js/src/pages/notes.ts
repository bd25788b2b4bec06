// Notes at a time: the key M and its button write one, a card below the player lists them, the time line shows them.

import type { Extras } from "../player/controls.ts";
import { clock, iconButton, make } from "../player/elements.ts";
import type { Player } from "../player/player.ts";
import { type Book, type Note, openBook } from "./annotations-api.ts";
import { showLabels } from "./labels.ts";
import { showShares } from "./shares.ts";
import { card, run, smallButton } from "./small-parts.ts";
import { markWatched } from "./watched.ts";

const MAX_NOTE = 2000;
const MAX_TITLE = 60;

/** @param place of the cards; undefined on a shared page, where nothing is added */
export function createNotes(
  player: Player,
  place: HTMLElement | null,
  changed: () => void,
): Extras {
  const api = place?.dataset.api;
  if (place === null || api === undefined) {
    return { buttons: [], shortcuts: [], moments: () => [] };
  }
  const book = openBook(api);
  const write = createDialog(player, book);
  place.append(notesCard(player, book, write), showShares(book, place.dataset.hasLogin === "yes"));
  const head = document.querySelector<HTMLElement>("#labels");
  if (head !== null) showLabels(head, book);
  book.on(changed);
  const loaded = book.load();
  if (head !== null) markWatched(head, book, loaded);
  loaded.catch(() => {
    place.prepend(make("p", "notice bad", "Notes, labels and links could not be loaded."));
  });
  return {
    buttons: [iconButton("note", "Note at this time (M)", write)],
    shortcuts: [{ keys: ["m"], shown: "M", meaning: "Note at this time", act: write }],
    moments: () =>
      book.now().notes.map(({ time, text }) => ({
        time,
        kind: "note",
        title: `Note: ${text.slice(0, MAX_TITLE)}`,
        detail: "",
      })),
  };
}

function notesCard(player: Player, book: Book, write: () => void): HTMLElement {
  const list = make("ul", "note-list");
  const none = make("p", "muted", "None yet. A note stands at its moment on the time line.");
  const made = card("Notes", list, none);
  const add = smallButton("Note at this time", write);
  made.head.append(add);
  book.on(({ notes }) => {
    none.hidden = notes.length > 0;
    list.replaceChildren(...notes.map((note) => line(player, book, note, made.say)));
  });
  return made.element;
}

function line(player: Player, book: Book, note: Note, say: (text: string) => void): HTMLLIElement {
  const at = smallButton(clock(note.time), () => run(player.seek(note.time), say));
  at.setAttribute("aria-label", `Go to ${clock(note.time)}`);
  const remove = smallButton("Remove", () => run(book.send("DELETE", `notes/${note.id}`), say));
  remove.setAttribute("aria-label", `Remove the note at ${clock(note.time)}`);
  return make("li", "", at, make("span", "note-text", note.text), remove);
}

/** Asks for a note's text, playing or not; returns the function that opens it. */
function createDialog(player: Player, book: Book): () => void {
  const text = make("textarea", "input");
  text.maxLength = MAX_NOTE;
  text.rows = 4;
  text.required = true;
  text.id = "note-text";
  const title = make("label", "", "");
  title.htmlFor = text.id;
  const problem = make("p", "notice bad");
  problem.setAttribute("role", "alert");
  const save = make("button", "button primary", "Save");
  const cancel = smallButton("Cancel", () => dialog.close());
  const form = make("form", "stack", title, text, problem, make("div", "row", save, cancel));
  const dialog = make("dialog", "card note-dialog", form);
  dialog.setAttribute("aria-label", "Note");
  let time = 0;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    book.send("POST", "notes", { time: Math.round(time), text: text.value }).then(
      () => dialog.close(),
      (error: unknown) => {
        problem.hidden = false;
        problem.textContent = error instanceof Error ? error.message : "It was not saved.";
      },
    );
  });
  document.body.append(dialog);

  return () => {
    player.pause();
    time = player.time();
    title.textContent = `Note at ${clock(time)}`;
    text.value = "";
    problem.hidden = true;
    dialog.showModal();
    text.focus();
  };
}
