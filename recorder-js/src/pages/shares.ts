// Links that show this one replay to whoever has them: made for a time, listed, copied, withdrawn.

import { make } from "../player/elements.ts";
import type { Book, Share } from "./annotations-api.ts";
import { copyText } from "./deep-link.ts";
import { exactTime } from "./relative.ts";
import { card, run, smallButton } from "./small-parts.ts";

const DAYS: readonly (readonly [days: number, text: string])[] = [
  [1, "1 day"],
  [7, "7 days"],
  [30, "30 days"],
  [90, "90 days"],
];
const USUAL_DAYS = 7;
const COPIED_MS = 1500;

/** @param hasLogin whether a password is set: without one the server answers on its own computer alone */
export function showShares(book: Book, hasLogin: boolean): HTMLElement {
  const list = make("ul", "share-list");
  const days = make("select", "input");
  days.setAttribute("aria-label", "How long the link is good");
  for (const [value, text] of DAYS) {
    days.append(new Option(text, String(value), value === USUAL_DAYS, value === USUAL_DAYS));
  }
  const about = make(
    "p",
    "muted",
    "Whoever has the link sees this replay without logging in, and nothing else: no notes, no other session.",
  );
  if (!hasLogin) {
    about.append(" Without a password this server answers on this computer alone, links too.");
  }
  const add = smallButton("Make a link", () => {
    run(book.send("POST", "shares", { days: Number(days.value) }), made.say);
  });
  const made = card("Share links", about, list, make("div", "row", days, add));

  book.on(({ shares }) => {
    list.hidden = shares.length === 0;
    list.replaceChildren(...shares.map((share) => line(book, share, made.say)));
  });
  return made.element;
}

function line(book: Book, share: Share, say: (text: string) => void): HTMLLIElement {
  const address = new URL(share.path, location.href).href;
  const link = make("a", "ellipsis", address);
  link.href = address;
  const until = make("span", "muted small", `until ${exactTime(share.expires, Date.now())}`);
  const copy = smallButton("Copy", () => {
    void copyText(address).then((done) => {
      if (!done) return;
      copy.textContent = "Copied";
      setTimeout(() => {
        copy.textContent = "Copy";
      }, COPIED_MS);
    });
  });
  const withdraw = smallButton("Withdraw", () =>
    run(book.send("DELETE", `shares/${share.id}`), say),
  );
  return make("li", "", link, until, copy, withdraw);
}
