// Requests as a waterfall: each burst of them has a scale of its own, so that it can be read in a session of hours.

import { make } from "../elements.ts";
import type { Player } from "../player.ts";
import { seconds } from "../told.ts";
import { createFollower, empty, isComplete, line, type Panel, toggles, whenNew } from "./panel.ts";
import { type Burst, bursts, bytes, type RequestBar, requestBars, shortUrl } from "./requests.ts";

const MAX_LINES = 1500;
const HOW =
  "All requests are recorded only where the script tag has `data-network`: see docs/recorder.md.";

export function createNetworkPanel(player: Player): Panel {
  const list = make("ol", "ff-events ff-network");
  const follower = createFollower(list);
  const note = make("div", "");
  let onlyFailed = false;
  let bars: readonly RequestBar[] = [];
  const onFilter = (on: ReadonlySet<string>) => {
    onlyFailed = on.has("failed");
    show();
  };
  const filters = toggles({ failed: "Only failed" }, new Set(["failed"]), onFilter, "ff-tools");
  const element = make("div", "", filters, note, list);

  function show(): void {
    const chosen = bars.filter(({ failed }) => !onlyFailed || failed !== "").slice(0, MAX_LINES);
    const items: HTMLElement[] = [];
    const times: number[] = [];
    for (const burst of bursts(chosen)) {
      items.push(heading(burst));
      times.push(burst.start);
      for (const bar of burst.bars) {
        items.push(item(bar, burst));
        times.push(bar.start);
      }
    }
    list.replaceChildren(...items);
    follower.set(times);
    filters.hidden = bars.length === 0;
    note.replaceChildren(...reasons(chosen.length));
    follower.to(player.time());
  }

  function reasons(count: number): readonly HTMLElement[] {
    if (bars.some(({ received }) => received >= 0)) {
      return count === 0 ? [empty("No request failed.")] : [];
    }
    if (bars.length > 0) return [empty(`Only what failed is known. ${HOW}`)];
    return [empty(isComplete(player) ? `No request failed. ${HOW}` : "Still loading…")];
  }

  function heading({ start, end, bars: its }: Burst): HTMLElement {
    const received = its.reduce((sum, bar) => sum + Math.max(0, bar.received), 0);
    const failed = its.filter((bar) => bar.failed !== "").length;
    const told = [
      its.length === 1 ? "1 request" : `${its.length} requests`,
      seconds(end - start),
      received > 0 ? bytes(received) : "",
      failed > 0 ? `${failed} failed` : "",
    ];
    const button = line(player, start, "ff-burst");
    button.append(make("span", "ff-event-title", told.filter(Boolean).join(" · ")));
    return make("li", "", button);
  }

  function item(bar: RequestBar, burst: Burst): HTMLElement {
    const drawn = make("span", "ff-bar");
    const width = Math.max(1, burst.end - burst.start);
    drawn.style.left = `${(100 * (bar.start - burst.start)) / width}%`;
    drawn.style.width = `${(100 * bar.duration) / width}%`;
    const button = line(
      player,
      bar.start,
      bar.failed === "" ? "ff-request" : "ff-request ff-failed",
    );
    const head = make(
      "span",
      "ff-request-head",
      make("span", "ff-status", bar.failed || String(bar.status || "")),
      make("span", "ff-event-title", `${bar.method || bar.type} ${shortUrl(bar.url)}`),
      make("span", "ff-number", seconds(bar.duration)),
    );
    button.append(
      head,
      make("span", "ff-event-detail", detail(bar)),
      make("span", "ff-bar-room", drawn),
    );
    button.title = bar.url;
    return make("li", "", button);
  }

  return {
    id: "network",
    name: "Network",
    element,
    fill: whenNew(player, (facts) => {
      bars = requestBars(facts);
      show();
    }),
    follow: () => follower.to(player.time()),
  };
}

function detail({ type, sent, received, size, count, url }: RequestBar): string {
  const told = [
    count > 1 ? `× ${count}` : "",
    type,
    received > 0 ? `${bytes(received)} received` : "",
    received === 0 && size > 0 ? `${bytes(size)} from the cache` : "",
    sent > 0 ? `${bytes(sent)} sent` : "",
    url,
  ];
  return told.filter(Boolean).join(" · ");
}
