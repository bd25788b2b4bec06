// What every panel beside the page is, and the small parts that they share.

import { clock, make } from "../elements.ts";
import type { Player } from "../player.ts";
import type { SessionFact } from "../session-facts.ts";

export interface Panel {
  readonly id: string;
  readonly name: string;
  readonly element: HTMLElement;
  /** New facts have come, or the panel has come into sight. */
  fill(): void;
  /** The clock has moved. */
  follow(): void;
  /** The panel is out of sight. */
  leave?(): void;
}

/** Why there is nothing to see, in a sentence; what is between backquotes is code. */
export function empty(text: string): HTMLElement {
  const parts = text.split("`");
  return make(
    "p",
    "ff-empty",
    ...parts.map((part, index) => (index % 2 === 1 ? make("code", "", part) : part)),
  );
}

/** Until everything has come, what is not there may still come. */
export function isComplete(player: Player): boolean {
  const { loaded, total } = player.progress();
  return loaded >= total;
}

/** Calls `build` only where facts have come since, or where all have: a list that is read is left alone. */
export function whenNew(
  player: Player,
  build: (facts: readonly SessionFact[]) => void,
): () => void {
  let seen = "";
  return () => {
    const facts = player.facts();
    const now = `${facts.length} ${isComplete(player)}`;
    if (now !== seen) build(facts);
    seen = now;
  };
}

export function seekTo(player: Player, time: number): void {
  player.seek(Math.max(0, time)).catch(() => {
    // The stage says that the server does not answer.
  });
}

/** A line that leads to its moment. */
export function line(player: Player, time: number, className: string): HTMLButtonElement {
  const button = make("button", `ff-line ${className}`, make("span", "ff-event-time", clock(time)));
  button.type = "button";
  button.addEventListener("click", () => seekTo(player, time));
  return button;
}

export interface Follower {
  /** The lines, ascending by time. */
  set(times: readonly number[]): void;
  to(time: number): void;
}

/** Marks the child of a list that is the latest, and keeps it in sight unless the pointer is over the list. */
export function createFollower(list: HTMLElement): Follower {
  let times: readonly number[] = [];
  let current = -1;
  return {
    set(now) {
      times = now;
      current = -1;
    },
    to(time) {
      let last = times.length - 1;
      while (last >= 0 && (times[last] ?? 0) > time + 1) last--;
      if (last === current) return;
      list.children[current]?.classList.remove("ff-current");
      current = last;
      const now = list.children[current];
      if (!(now instanceof HTMLElement)) return;
      now.classList.add("ff-current");
      // By hand: scrollIntoView would move the page as well.
      const above = now.offsetTop - list.offsetTop;
      const outside = above < list.scrollTop || above > list.scrollTop + list.clientHeight - 40;
      if (outside && !list.matches(":hover")) list.scrollTop = above - list.clientHeight / 2;
    },
  };
}

/** Buttons of which each can be pressed or not. */
export function toggles(
  names: Readonly<Record<string, string>>,
  off: ReadonlySet<string>,
  changed: (on: ReadonlySet<string>) => void,
  className = "ff-filters",
): HTMLElement {
  const on = new Set(Object.keys(names).filter((key) => !off.has(key)));
  const buttons = Object.entries(names).map(([key, name]) => {
    const button = make("button", "ff-button ff-text-button", name);
    button.type = "button";
    button.setAttribute("aria-pressed", String(on.has(key)));
    button.addEventListener("click", () => {
      if (!on.delete(key)) on.add(key);
      button.setAttribute("aria-pressed", String(on.has(key)));
      changed(on);
    });
    return button;
  });
  return make("div", className, ...buttons);
}
