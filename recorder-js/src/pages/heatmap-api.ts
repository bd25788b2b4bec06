// What the heatmap API takes and gives (src/footfall/web/heatmap.py).

import type { LayerState } from "./layers.ts";

export interface Backdrop {
  readonly session: string;
  readonly tab: string;
  readonly document: number;
  readonly page_view: number;
  readonly sequence: number;
  readonly width: number;
  readonly height: number;
  readonly started: number;
  /** When it is shown: its scripts had built it, and nobody had clicked. ms since 1970. */
  readonly time: number;
  readonly title: string;
}

export interface HeatmapFacts {
  readonly views: number;
  readonly clicks: number;
  readonly keys: readonly string[];
  /** Keys whose elements may be told by their places alone. */
  readonly renamed: readonly string[];
  /** Keys without ids that take the place of keys, as the ids are made anew. */
  readonly drifting: readonly string[];
  readonly states: readonly LayerState[];
  readonly backdrops: readonly Backdrop[];
}

/** x, y, width, height in CSS px of the recorded page. */
export type Box = readonly [x: number, y: number, width: number, height: number];

export interface LegendStop {
  readonly value: number;
  readonly colour: string;
}

export interface RankedElement {
  readonly key: string;
  readonly text: string;
  readonly clicks: number;
  readonly share: number;
}

export interface NotPlaced {
  readonly other_state: number;
  readonly not_on_page: number;
  readonly scrolled_away: number;
  readonly element_hidden: number;
  readonly fixed_unknown: number;
  readonly not_finite: number;
  readonly outside: number;
}

export interface ClickPicture {
  readonly png: string;
  /** CSS px of the page that the picture covers. */
  readonly width: number;
  readonly height: number;
  readonly max: number;
  readonly legend: readonly LegendStop[];
  readonly clicks: number;
  readonly by_element: number;
  readonly scaled: number;
  readonly not_placed: number;
  readonly reasons: NotPlaced;
  readonly elements: readonly RankedElement[];
}

/** Clicks that moments are made of. */
export interface MomentPicture extends ClickPicture {
  readonly moments: number;
  /** With at least one of them. */
  readonly views: number;
}

export interface ConfettiGroup {
  readonly name: string;
  readonly clicks: number;
  readonly colour: string;
}

export interface ConfettiPicture {
  readonly png: string;
  readonly width: number;
  readonly height: number;
  readonly clicks: number;
  readonly drawn: number;
  readonly groups: readonly ConfettiGroup[];
}

export interface DifferencePicture {
  readonly png: string;
  readonly width: number;
  readonly height: number;
  /** CSS px of a cell's side. */
  readonly cell: number;
  readonly sessions: readonly [first: number, second: number];
  /** Cells with enough clicks to tell anything. */
  readonly tested: number;
  /** What differs beyond chance: the second segment's share of sessions − the first's. */
  readonly cells: readonly {
    readonly row: number;
    readonly column: number;
    readonly difference: number;
  }[];
  readonly legend: readonly LegendStop[];
}

/** A line of the element table; null: not known. */
export interface ElementLine {
  readonly key: string;
  readonly text: string;
  readonly clicks: number;
  readonly views_with_click: number;
  readonly click_rate: number;
  readonly click_rate_low: number;
  readonly click_rate_high: number;
  readonly exposure_rate: number | null;
  readonly attractiveness: number | null;
  readonly float_ms: number | null;
  readonly hesitation_ms: number | null;
  readonly sessions: number | null;
  readonly converted_later: number | null;
  readonly conversion_low: number | null;
  readonly conversion_high: number | null;
}

export interface FieldLine {
  readonly key: string;
  readonly visits: number;
  readonly views: number;
  readonly median_ms: number;
  readonly returns: number;
  readonly drops: number;
}

export interface ScrollPicture {
  readonly png: string;
  readonly width: number;
  readonly height: number;
  readonly views: number;
  readonly fold: number | null;
  /** Percent of the views to the lowest row, CSS px, that they reached. */
  readonly lines: Readonly<Record<string, number>>;
  /** For each 10 px, the share of the views that reached them. */
  readonly shares: readonly number[];
  readonly legend: readonly LegendStop[];
}

export interface MovePicture {
  readonly png: string;
  readonly width: number;
  readonly height: number;
  readonly views: number;
  /** Points at which the pointer rested for half a second. */
  readonly rests: number;
  /** How long pointers were on the page, all in all. */
  readonly seconds: number;
  /** The largest value within the radius, whatever the scale. */
  readonly max: number;
  readonly legend: readonly LegendStop[];
}

export interface AttentionPicture {
  readonly png: string;
  readonly width: number;
  readonly height: number;
  readonly views: number;
  readonly seconds: number;
  /** For each 10 px, the seconds that they were in sight, of all views. */
  readonly bands: readonly number[];
  /** The same by the mean of the page. */
  readonly relative: readonly number[];
  readonly legend: readonly LegendStop[];
}

/** Pixels of the page for each entry of `shares`. */
export const BAND_PX = 10;
