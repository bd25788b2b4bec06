// What happened, as a list beside the page: it follows the clock, and each line leads to its moment.

import { clock, make, textButton } from "./elements.ts";
import type { Player } from "./player.ts";

export interface EventList {
  readonly element: HTMLElement;
  follow(): void;
  fill(): void;
}

/** Beyond this a list is no help; the scrubber still shows everything. */
const MAX_LINES = 3000;

/** What a list may be reduced to; kinds that are not named here are always shown. */
const KINDS = {
  click: "Clicks",
  input: "Input",
  vital: "Vitals",
  console: "Console",
  network: "Network",
} as const;
type Filtered = keyof typeof KINDS;

export function createEventList(player: Player): EventList {
  const list = make("ol", "ff-events");
  const filters = make("div", "ff-filters");
  const element = make(
    "aside",
    "ff-side",
    make("h2", "ff-side-title", "What happened"),
    filters,
    list,
  );
  element.setAttribute("aria-label", "What happened");
  // Many, and seldom what one is looking for; poor ones are told as slow.
  const hidden = new Set<string>(["network", "vital"]);
  const offered = new Set<string>();
  let all = -1;
  let times: readonly number[] = [];
  let current = -1;

  function offer(kind: Filtered): void {
    offered.add(kind);
    const name = KINDS[kind];
    const button = textButton(name, `Show or hide: ${name}`, () => {
      if (!hidden.delete(kind)) hidden.add(kind);
      button.setAttribute("aria-pressed", String(!hidden.has(kind)));
      show();
    });
    button.setAttribute("aria-pressed", String(!hidden.has(kind)));
    filters.append(button);
  }

  function fill(): void {
    const events = player.events();
    if (events.length === all) return;
    all = events.length;
    for (const kind of Object.keys(KINDS) as Filtered[]) {
      if (!offered.has(kind) && events.some((event) => event.kind === kind)) offer(kind);
    }
    show();
  }

  function show(): void {
    const events = player
      .events()
      .filter((event) => !hidden.has(event.kind))
      .slice(0, MAX_LINES);
    times = events.map((event) => event.time);
    current = -1;
    list.replaceChildren(
      ...events.map((event) => {
        const line = make(
          "button",
          `ff-event ff-event-${event.kind}`,
          make("span", "ff-event-time", clock(event.time)),
          make("span", "ff-event-title", event.title),
          make("span", "ff-event-detail", event.detail),
        );
        line.type = "button";
        line.addEventListener("click", () => {
          player.seek(event.time).catch(() => {
            // The stage says that the server does not answer.
          });
        });
        return make("li", "", line);
      }),
    );
    follow();
  }

  function follow(): void {
    const time = player.time() + 1;
    let last = times.length - 1;
    while (last >= 0 && (times[last] ?? 0) > time) last--;
    if (last === current) return;
    list.children[current]?.classList.remove("ff-current");
    current = last;
    const line = list.children[current];
    if (!(line instanceof HTMLElement)) return;
    line.classList.add("ff-current");
    // By hand: scrollIntoView would move the page as well.
    const above = line.offsetTop - list.offsetTop;
    const outside = above < list.scrollTop || above > list.scrollTop + list.clientHeight - 40;
    if (outside && !list.matches(":hover")) list.scrollTop = above - list.clientHeight / 2;
  }

  return { element, fill, follow };
}
