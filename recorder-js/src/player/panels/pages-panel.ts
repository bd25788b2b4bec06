// The page views of the session: where they were, how long, and the way to each page's heatmap.

import { make } from "../elements.ts";
import type { Player } from "../player.ts";
import type { ManifestPageView } from "../source.ts";
import { seconds } from "../told.ts";
import { createFollower, empty, line, type Panel } from "./panel.ts";
import type { Surroundings } from "./surroundings.ts";

export function createPagesPanel(player: Player, { heatmapUrl }: Surroundings): Panel {
  const list = make("ol", "ff-events");
  const follower = createFollower(list);
  const note = make("div", "");
  const element = make("div", "", note, list);
  let shown = -1;

  function item(view: ManifestPageView, started: number): HTMLElement {
    const clicks = view.clicks === 1 ? "1 click" : `${view.clicks} clicks`;
    const size = view.width > 0 ? `${view.width} × ${view.height}` : "";
    const stayed = seconds(Math.max(0, view.ended - view.started));
    const button = line(player, view.started - started, "ff-event ff-event-page");
    button.append(
      make("span", "ff-event-title", view.title || view.page),
      make("span", "ff-event-detail", [stayed, clicks, size].filter(Boolean).join(" · ")),
      make("span", "ff-event-detail", view.url),
    );
    if (heatmapUrl === undefined) return make("li", "", button);
    const link = make("a", "ff-beside", "Heatmap");
    link.href = heatmapUrl(view.page);
    link.setAttribute("aria-label", `Heatmap of ${view.page}`);
    return make("li", "ff-with-link", button, link);
  }

  return {
    id: "pages",
    name: "Pages",
    element,
    fill() {
      const manifest = player.manifest();
      const views = [...(manifest?.page_views ?? [])].sort((a, b) => a.started - b.started);
      if (views.length !== shown) {
        shown = views.length;
        const started = manifest?.started ?? 0;
        list.replaceChildren(...views.map((view) => item(view, started)));
        follower.set(views.map((view) => view.started - started));
        const nothing = "No page view has arrived: the first part of this session is missing.";
        note.replaceChildren(...(views.length === 0 ? [empty(nothing)] : []));
      }
      follower.to(player.time());
    },
    follow: () => follower.to(player.time()),
  };
}
