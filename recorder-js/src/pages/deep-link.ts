// The time in the address: `?t=` (ms from the session's start) leads to it, and goes along while watching.

import { clock, iconButton, make } from "../player/elements.ts";
import type { Player } from "../player/player.ts";
import type { Shortcut } from "../player/shortcuts.ts";

const KEEP_EVERY_MS = 1000;
const SAID_MS = 2500;

/** The time that an address asks for; 0 where it asks for none. */
export function timeIn(address: string): number {
  const time = Number(new URL(address).searchParams.get("t") ?? "0");
  return Number.isFinite(time) && time > 0 ? time : 0;
}

/** The same address at another time. */
export function addressAt(address: string, time: number): string {
  const url = new URL(address);
  if (time >= 1) url.searchParams.set("t", String(Math.round(time)));
  else url.searchParams.delete("t");
  return url.href;
}

/** Goes to the time in the address, or else to another, then keeps it there. Not a step of the history: Back leaves the replay. */
export function followAddress(player: Player, otherwise = 0): void {
  const start = timeIn(location.href) || otherwise;
  // Asked before it is ready, it begins there, and need not load what lies before.
  (start > 0 ? player.seek(start) : player.ready)
    .then(() => {
      setInterval(() => {
        const address = addressAt(location.href, player.time());
        if (address !== location.href) history.replaceState(history.state, "", address);
      }, KEEP_EVERY_MS);
    })
    .catch(() => {
      // The player says on its stage why there is nothing to play.
    });
}

export interface CopyLink {
  readonly elements: readonly HTMLElement[];
  readonly shortcut: Shortcut;
}

/** A button that copies the address at the time that is shown. */
export function createCopyLink(player: Player): CopyLink {
  const said = make("span", "ff-said");
  said.setAttribute("role", "status");
  const act = () => {
    const time = player.time();
    void copyText(addressAt(location.href, time)).then((done) => {
      said.textContent = done ? `Link to ${clock(time)} copied` : "";
      setTimeout(() => said.replaceChildren(), SAID_MS);
    });
  };
  const button = iconButton("link", "Copy the link to this time (C)", act);
  const shortcut = { keys: ["c"], shown: "C", meaning: "Copy the link to this time", act };
  return { elements: [said, button], shortcut };
}

/** Copies a text; where the browser does not allow it (plain http), shows it to be copied by hand, and tells false. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    prompt("Copy this:", text);
    return false;
  }
}
