// What the kinds of heatmaps share: what is on the stage, where answers come from, where they are told.
import type { Places } from "./element-box.ts";
import type { HeatmapFacts, LegendStop } from "./heatmap-api.ts";
import { postJson } from "./http.ts";
import { showLegend } from "./numbers.ts";
import type { Stage } from "./stage.ts";
import { part } from "./stage.ts";
import type { ViewState } from "./view-state.ts";

/** What is on the stage: a rebuilt page and where its elements lie. */
export interface Shown extends Places {
  readonly document: Document;
  /** What is open on it. */
  readonly state: string;
  /** Keys that take the place of others, as the server has learned. */
  readonly drifting: readonly string[];
  readonly width: number;
  readonly height: number;
}

/** One stage with its numbers; there are two of them side by side. */
export interface Viewer {
  readonly root: HTMLElement;
  readonly api: string;
  /** Path of the project's pages. */
  readonly base: string;
  /** The segment that is looked at, as a query string with its "?". */
  readonly query: string;
  readonly kind: string;
  /** The page is a template, which takes several together. */
  readonly isTemplate: boolean;
  /** It is compared with itself. */
  readonly isAlike: boolean;
  readonly stage: Stage;
  readonly facts: HeatmapFacts;
  /** Tell the largest value that was drawn, for a scale that both sides share. */
  readonly report: (most: number) => void;
  /** Change how it is looked at, and keep that in the address. */
  readonly change: (changes: Partial<ViewState>) => void;
}

/** Draws a kind of heatmap for what is on the stage, and tells its numbers. */
export type Show = (viewer: Viewer, shown: Shown, state: ViewState) => Promise<void>;

/** Ask for a kind of heatmap of what is on the stage. */
export function ask<T>(viewer: Viewer, shown: Shown, state: ViewState, kind: string): Promise<T> {
  return postJson<T>(`${viewer.api}/heatmap/${kind}${viewer.query}`, {
    ...canvasOf(shown),
    colours: state.colours,
    radius: state.radius,
  });
}

/** What the server must know of the stage to place and draw. */
export function canvasOf(shown: Shown) {
  return {
    width: shown.width,
    height: shown.height,
    boxes: Object.fromEntries(shown.boxes),
    sights: Object.fromEntries(shown.sights),
    state: shown.state,
    drifting: shown.drifting,
  };
}

export function headline(viewer: Viewer, text: string): void {
  part(viewer.root, "[data-headline]").textContent = text;
}

export function legendOf(
  viewer: Viewer,
  stops: readonly LegendStop[],
  write: (value: number) => string,
  text: string,
): void {
  const { root } = viewer;
  const parts = {
    box: part(root, "[data-legend]"),
    bar: part(root, "[data-legend-bar]"),
    numbers: part(root, "[data-legend-numbers]"),
    text: part(root, "[data-legend-text]"),
  };
  showLegend(parts, stops, write, text);
}

/** What lists of sessions are asked for by the same names. */
const SHARED = [
  ...["device", "time", "from", "to", "zone"],
  ...["source", "visitors", "goal", "converted", "moment"],
];

/** The sessions behind something on this page, as an address. */
export function sessionsLink(viewer: Viewer, extra: Readonly<Record<string, string>>): string {
  return `${viewer.base}/sessions?${asked(viewer, extra)}`;
}

/** The catalogue of events in the same time, about to name this step. */
export function namingLink(viewer: Viewer, step: string): string {
  return `${viewer.base}/events?${asked(viewer, { step })}#name`;
}

function asked(viewer: Viewer, extra: Readonly<Record<string, string>>): URLSearchParams {
  const now = new URLSearchParams(viewer.query);
  const told = new URLSearchParams();
  for (const name of SHARED) {
    const value = now.get(name);
    if (value) told.set(name, value);
  }
  const [property, ...value] = (now.get("user") ?? "").split(":");
  if (property) {
    told.set("property", property);
    told.set("value", value.join(":"));
  }
  for (const [name, value] of Object.entries(extra)) told.set(name, value);
  return told;
}

/** The page that is looked at; undefined where it is a template. */
export function onePage(viewer: Viewer): string | undefined {
  return viewer.isTemplate
    ? undefined
    : (new URLSearchParams(viewer.query).get("page") ?? undefined);
}
