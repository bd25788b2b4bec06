// What happened, as a list beside the page: it follows the clock, can be searched, and each line leads to its moment.

import { make, setLabel } from "./elements.ts";
import { createFollower, empty, isComplete, line, type Panel, toggles } from "./panels/panel.ts";
import type { Player } from "./player.ts";
import type { TimelineEvent } from "./timeline.ts";

/** Beyond this a list is no help; the scrubber still shows everything. */
const MAX_LINES = 3000;

/** What a list may be reduced to; kinds that are not named here are always shown. */
const KINDS: Readonly<Record<string, string>> = {
  click: "Clicks",
  input: "Input",
  vital: "Vitals",
  console: "Console",
  network: "Network",
};
/** Many, and seldom what one is looking for; poor vitals are told as slow. */
const HIDDEN: ReadonlySet<string> = new Set(["network", "vital"]);

export function createEventList(player: Player): Panel {
  const list = make("ol", "ff-events");
  const follower = createFollower(list);
  const search = make("input", "ff-search");
  search.type = "search";
  search.placeholder = "Search what happened";
  setLabel(search, "Search what happened");
  const found = make("p", "ff-found");
  found.setAttribute("role", "status");
  const filters = make("div", "");
  const note = make("div", "");
  const element = make("div", "", search, filters, found, note, list);
  let offered = "";
  let hidden = HIDDEN;
  let seen = "";

  function offer(events: readonly TimelineEvent[]): void {
    const kinds = new Set(events.map(({ kind }) => kind));
    const known = Object.entries(KINDS).filter(([kind]) =>
      kinds.has(kind as TimelineEvent["kind"]),
    );
    const names = known.map(([kind]) => kind).join();
    if (names === offered) return;
    offered = names;
    const buttons = toggles(Object.fromEntries(known), hidden, (on) => {
      hidden = new Set(Object.keys(KINDS).filter((kind) => !on.has(kind)));
      show();
    });
    filters.replaceChildren(buttons);
  }

  function show(): void {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = player
      .events()
      // Whoever searches, searches everything.
      .filter((event) => (words.length > 0 ? has(event, words) : !hidden.has(event.kind)));
    const events = wanted.slice(0, MAX_LINES);
    follower.set(events.map((event) => event.time));
    found.hidden = words.length === 0;
    found.textContent = `${wanted.length} ${wanted.length === 1 ? "line" : "lines"} found`;
    list.replaceChildren(
      ...events.map((event) => {
        const button = line(player, event.time, `ff-event ff-event-${event.kind}`);
        button.append(
          make("span", "ff-event-title", event.title),
          make("span", "ff-event-detail", event.detail),
        );
        return make("li", "", button);
      }),
    );
    const nothing = isComplete(player) ? "Nothing happened in this session." : "Still loading…";
    note.replaceChildren(...(events.length === 0 && words.length === 0 ? [empty(nothing)] : []));
    follower.to(player.time());
  }

  search.addEventListener("input", show);

  return {
    id: "events",
    name: "Events",
    element,
    fill() {
      const events = player.events();
      const now = `${events.length} ${isComplete(player)}`;
      if (now === seen) {
        follower.to(player.time());
        return;
      }
      seen = now;
      offer(events);
      show();
    },
    follow: () => follower.to(player.time()),
  };
}

function has({ title, detail }: TimelineEvent, words: readonly string[]): boolean {
  const text = `${title} ${detail}`.toLowerCase();
  return words.every((word) => text.includes(word));
}
