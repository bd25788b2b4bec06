// The layers of a heatmap: the page itself, and how it looked while something was open (a dialog, a menu).

import type { BackdropPlace } from "../player/backdrop.ts";
import { apiSource, type Source } from "../player/source.ts";
import { FLAG_KEYFRAME } from "../wire/wire.gen.ts";
import type { Backdrop } from "./heatmap-api.ts";

/** A moment at which a state could be seen. */
export interface Moment {
  readonly session: string;
  readonly tab: string;
  readonly time: number;
  readonly width: number;
  readonly height: number;
}

export interface LayerState {
  /** Element keys of what was open, joined by a line feed. */
  readonly state: string;
  readonly clicks: number;
  /** Of the commonest width first. */
  readonly moments: readonly Moment[];
}

/** Just before the click of a moment, as that may close what is open. */
const BEFORE_MS = 1;

/** The moment whose window was most like this width; undefined where there is none. */
export function momentFor(layer: LayerState, width: number): Moment | undefined {
  const distance = (one: Moment) => Math.abs(one.width - width);
  return [...layer.moments].sort((a, b) => distance(a) - distance(b))[0];
}

/** Where in its session's recording the page of a moment is; undefined where the recording does not go back to it. */
export async function placeOf(moment: Moment, source: Source): Promise<BackdropPlace | undefined> {
  const { tabs } = await source.manifest();
  const chunks = tabs.find(({ tab }) => tab === moment.tab)?.chunks ?? [];
  const keyframe = chunks.findLast(
    ({ start, flags }) => start <= moment.time && (flags & FLAG_KEYFRAME) > 0,
  );
  if (!keyframe) return undefined;
  const { sequence, document } = keyframe;
  const { tab, time, width } = moment;
  return { tab, document, sequence, width, time: time - BEFORE_MS };
}

/** What to rebuild for a layer in a window about this wide, else for the page itself. */
export async function backdropOf(
  api: string,
  plain: Backdrop,
  layer: LayerState | undefined,
): Promise<readonly [Source, BackdropPlace]> {
  const moment = layer && momentFor(layer, plain.width);
  const source = apiSource(api, (moment ?? plain).session);
  return [source, (moment && (await placeOf(moment, source))) ?? plain];
}

/** "While open: menu (12 clicks)" */
export function layerText({ state, clicks }: LayerState): string {
  const names = state.split("\n").map(shortName);
  return `${clicks.toLocaleString("en")} ${clicks === 1 ? "click" : "clicks"} while open: ${names.join(", ")}`;
}

/** The end of a key, as a person may know it: "#cart", "nav>button". */
function shortName(key: string): string {
  return key.replace(/@\w+/g, "").split(">").slice(-2).join(" ");
}
