// The panels beside the page, as one list of tabs. Only the panel in sight is filled and follows the clock.

import { make } from "../elements.ts";
import { createEventList } from "../event-list.ts";
import type { Player } from "../player.ts";
import { createConsolePanel } from "./console-panel.ts";
import { createHighlight } from "./highlight.ts";
import { createInspectorPanel } from "./inspector-panel.ts";
import { createNetworkPanel } from "./network-panel.ts";
import { createPagesPanel } from "./pages-panel.ts";
import type { Panel } from "./panel.ts";
import type { Surroundings } from "./surroundings.ts";
import { createTranscriptPanel } from "./transcript-panel.ts";
import { createVisitorPanel } from "./visitor-panel.ts";
import { createVitalsPanel } from "./vitals-panel.ts";

export interface Panels {
  readonly element: HTMLElement;
  fill(): void;
  follow(): void;
}

const KEPT_AS = "footfall-panel";
let made = 0;

/** @param around what is known beside the session; what is not given is said to be missing */
export function createPanels(player: Player, around: Surroundings): Panels {
  const highlight = createHighlight(player);
  const panels: readonly Panel[] = [
    createEventList(player),
    createPagesPanel(player, around),
    createConsolePanel(player),
    createNetworkPanel(player),
    createVitalsPanel(player, highlight),
    createVisitorPanel(player, around),
    createInspectorPanel(player, highlight, around),
    createTranscriptPanel(player),
  ];
  const prefix = `ff-panel-${++made}`;
  const tabs = panels.map((panel) => {
    const tab = make("button", "ff-tab", panel.name);
    tab.type = "button";
    tab.id = `${prefix}-${panel.id}-tab`;
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", `${prefix}-${panel.id}`);
    tab.addEventListener("click", () => choose(panel));
    panel.element.id = `${prefix}-${panel.id}`;
    panel.element.setAttribute("role", "tabpanel");
    panel.element.setAttribute("aria-labelledby", tab.id);
    panel.element.classList.add("ff-panel");
    return tab;
  });
  const tabList = make("div", "ff-tabs", ...tabs);
  tabList.setAttribute("role", "tablist");
  tabList.setAttribute("aria-label", "About this session");
  const element = make("aside", "ff-side", tabList, ...panels.map((panel) => panel.element));
  element.setAttribute("aria-label", "About this session");
  let current = panels.find(({ id }) => id === kept()) ?? panels[0];

  function choose(panel: Panel): void {
    if (current !== panel) current?.leave?.();
    current = panel;
    keep(panel.id);
    show();
    panel.fill();
    panel.follow();
  }

  function show(): void {
    panels.forEach((panel, index) => {
      const isCurrent = panel === current;
      panel.element.hidden = !isCurrent;
      tabs[index]?.setAttribute("aria-selected", String(isCurrent));
      tabs[index]?.setAttribute("tabindex", isCurrent ? "0" : "-1");
    });
  }

  tabList.addEventListener("keydown", (event) => {
    const at = panels.findIndex(({ id }) => id === current?.id);
    const next = neighbour(event.key, at, panels.length);
    const panel = next === undefined ? undefined : panels[next];
    if (next === undefined || panel === undefined || event.ctrlKey || event.altKey || event.metaKey)
      return;
    // The player's own keys would seek.
    event.preventDefault();
    event.stopPropagation();
    choose(panel);
    tabs[next]?.focus();
  });

  show();
  return {
    element,
    fill: () => current?.fill(),
    follow: () => current?.follow(),
  };
}

/** Where a key leads in a list that has its end joined to its beginning. */
function neighbour(key: string, at: number, count: number): number | undefined {
  if (key === "ArrowRight") return (at + 1) % count;
  if (key === "ArrowLeft") return (at - 1 + count) % count;
  if (key === "Home") return 0;
  return key === "End" ? count - 1 : undefined;
}

/** From session to session; a browser may forbid it. */
function kept(): string | undefined {
  try {
    return sessionStorage.getItem(KEPT_AS) ?? undefined;
  } catch {
    return undefined;
  }
}

function keep(id: string): void {
  try {
    sessionStorage.setItem(KEPT_AS, id);
  } catch {
    // The next session begins with the first panel.
  }
}
