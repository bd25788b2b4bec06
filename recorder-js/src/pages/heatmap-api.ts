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
  readonly title: string;
}

export interface HeatmapFacts {
  readonly views: number;
  readonly clicks: number;
  readonly keys: readonly string[];
  /** Keys whose elements may be told by their places alone. */
  readonly renamed: readonly string[];
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
