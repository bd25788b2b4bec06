// The script of a downloaded replay: the player over what lies in the page.

import { mountPlayer } from "../player/controls.ts";
import { clock, make } from "../player/elements.ts";
import { type EmbeddedNote, embeddedNotes, embeddedSource } from "../player/embedded.ts";
import type { Player } from "../player/player.ts";
import { timeIn } from "./deep-link.ts";
import { card, run, smallButton } from "./small-parts.ts";

function showNotes(player: Player, notes: readonly EmbeddedNote[]): void {
  const place = document.querySelector<HTMLElement>("#notes");
  if (place === null || notes.length === 0) return;
  const list = make("ul", "note-list");
  const made = card("Notes", list);
  for (const { time, text } of notes) {
    const at = smallButton(clock(time), () => run(player.seek(time), made.say));
    at.setAttribute("aria-label", `Go to ${clock(time)}`);
    list.append(make("li", "", at, make("span", "note-text", text)));
  }
  place.append(made.element);
}

const element = document.querySelector<HTMLElement>("#player");
if (element !== null) {
  const notes = embeddedNotes();
  const moments = notes.map(({ time, text }) => {
    return { time, kind: "note", title: `Note: ${text.slice(0, 60)}`, detail: "" } as const;
  });
  const player = mountPlayer(element, embeddedSource(), {}, () => {
    return { buttons: [], shortcuts: [], moments: () => moments };
  });
  showNotes(player, notes);
  window.footfallPlayer = player;
  const start = timeIn(location.href);
  if (start > 0) void player.seek(start);
}
