// A session that goes on while it is watched: its manifest and its tabs take in what is new. Pure but for `grow`.

import type { Decoder } from "./decoder.ts";
import type { Growth } from "./live-source.ts";
import type { View } from "./screen.ts";
import type { Manifest, ManifestChunk, ManifestPageView, ManifestTab } from "./source.ts";

import { hostOf } from "./tabs.ts";
import type { Track } from "./track.ts";

interface Growing {
  manifest: Manifest;
  readonly views: View[];
  /** Those in frames of others. */
  readonly inner: View[];
  readonly tabs: Set<string>;
  readonly decoder: Decoder;
}

type Timed = { readonly start: number; readonly end: number };

/**
 * The growth as this viewer's manifest would tell it: without the chunks that it has, and with times by the clock offset
 * that it began with. The server learns a better one from each chunk; what is shown already must not move.
 */
export function fitGrowth(manifest: Manifest, growth: Growth): Growth {
  const shift = manifest.clock_offset - growth.clock_offset;
  const moved = <T extends Timed>(one: T): T => ({
    ...one,
    start: one.start + shift,
    end: one.end + shift,
  });
  const movedView = (view: ManifestPageView): ManifestPageView => ({
    ...view,
    started: view.started + shift,
    ended: view.ended + shift,
  });
  const tabs = growth.tabs.map(({ tab, chunks, gaps }) => {
    const last = lastOf(manifest.tabs.find((known) => known.tab === tab));
    return {
      tab,
      chunks: chunks.filter(({ sequence }) => sequence > last).map(moved),
      gaps: gaps.filter(({ before }) => before > last).map(moved),
    };
  });
  return {
    ended: growth.ended + shift,
    clock_offset: manifest.clock_offset,
    tabs: tabs.filter(({ chunks }) => chunks.length > 0),
    page_views: growth.page_views.map(movedView),
  };
}

/** The manifest with a growth that fits it. */
export function grown(manifest: Manifest, growth: Growth): Manifest {
  const tabs = manifest.tabs.map((known) => {
    const more = growth.tabs.find(({ tab }) => tab === known.tab);
    return more === undefined ? known : joined(known, more);
  });
  const isNew = ({ tab }: ManifestTab) => manifest.tabs.every((known) => known.tab !== tab);
  return {
    ...manifest,
    ended: Math.max(manifest.ended, growth.ended),
    tabs: [...tabs, ...growth.tabs.filter(isNew)],
    page_views: growth.page_views,
  };
}

function lastOf(tab: ManifestTab | undefined): number {
  const last: ManifestChunk | undefined = tab?.chunks.at(-1);
  return last?.sequence ?? Number.NEGATIVE_INFINITY;
}

function joined(known: ManifestTab, more: ManifestTab): ManifestTab {
  return {
    tab: known.tab,
    chunks: [...known.chunks, ...more.chunks],
    gaps: [...known.gaps, ...more.gaps],
  };
}

/** Has a session take in what is new; gives the tracks to load, from which index on. */
export function grow(
  session: Growing,
  growth: Growth,
  makeView: (info: ManifestTab, decoder: Decoder) => View,
): readonly (readonly [Track, number])[] {
  const { tabs, views, inner, decoder, manifest } = session;
  const more = fitGrowth(manifest, growth);
  session.manifest = grown(manifest, more);
  return more.tabs.map((tab) => {
    const known = views.find(({ track }) => track.info.tab === tab.tab);
    if (known !== undefined) return [known.track, known.track.extend(tab)];
    const view = makeView(tab, decoder);
    tabs.add(tab.tab);
    views.push(view);
    if (hostOf(tab.tab, tabs) !== undefined) inner.push(view);
    return [view.track, 0];
  });
}
