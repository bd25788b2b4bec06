// What a session is made of: where it begins, why there may be nothing to show, its addresses, gaps and rests. Pure.

import { type Gap, gapsOf } from "./gaps.ts";
import type { View } from "./screen.ts";
import type { Manifest } from "./source.ts";
import { outermost } from "./tabs.ts";
import { activeTab, inactiveStretches, type Stretch } from "./timeline.ts";

export function firstKeyframe({ track }: View): number | undefined {
  const index = track.keyframeAfter(-1);
  return index === undefined ? undefined : track.info.chunks[index]?.start;
}

export function earlierView(best: View | undefined, view: View): View {
  const start = (of: View) => firstKeyframe(of) ?? Number.POSITIVE_INFINITY;
  return best === undefined || start(view) < start(best) ? view : best;
}

export function whyNothing(manifest: Manifest): string {
  const gaps = manifest.tabs.reduce((sum, tab) => sum + tab.gaps.length, 0);
  return gaps > 0
    ? "The picture of the page (its keyframe) never arrived, so there is nothing to show. What the visitor did is in the list."
    : "The picture of the page (its keyframe) has not arrived yet. If the visit is still going on, try again in a moment.";
}

interface Parts {
  readonly manifest: Manifest;
  readonly views: readonly View[];
}

interface Shown {
  readonly view: View;
  readonly tabs: ReadonlySet<string>;
}

/** As far as everything up to there is loaded: what is not here is not known to be inactive. */
export function inactiveIn({ views, manifest }: Parts): readonly Stretch[] {
  const known = views.map(({ track }) => {
    const missing = track.firstUnknown();
    return missing === undefined ? manifest.ended : (track.info.chunks[missing]?.start ?? 0);
  });
  const activity = views.flatMap(({ timeline }) => timeline.activity).sort((a, b) => a - b);
  return inactiveStretches(activity, manifest.started, Math.min(...known, manifest.ended));
}

export function gapsIn({ manifest, views }: Parts): readonly Gap[] {
  return views.flatMap(({ track }) => gapsOf(track.info, track.troubles, manifest.ended));
}

export function urlAt(
  { manifest, view }: { readonly manifest: Manifest; readonly view: View },
  time: number,
): string {
  const { tab, chunks } = view.track.info;
  const views = manifest.page_views.filter((page) => page.tab === tab && page.started <= time);
  const latest = views.reduce<(typeof views)[number] | undefined>(
    (best, page) => (best === undefined || page.started >= best.started ? page : best),
    undefined,
  );
  return latest?.url ?? chunks[view.track.chunkAt(time)]?.url ?? "";
}

/** What is to be seen at a time: the tab that was picked, else the one in the foreground. */
export function viewAt(
  { views, view, tabs }: Pick<Parts, "views"> & Shown,
  picked: string | undefined,
  at: number,
): View {
  const activities = views.map(({ track, timeline }) => ({
    tab: outermost(track.info.tab, tabs),
    activity:
      timeline.activity.length > 0 ? timeline.activity : track.info.chunks.map((c) => c.start),
  }));
  const tab = picked ?? activeTab(activities, at);
  return views.find(({ track }) => track.info.tab === tab) ?? view;
}

/** Times from the session's start. */
export function shifted<T extends Stretch>(
  stretches: readonly T[],
  { started }: Manifest,
): readonly T[] {
  return stretches.map((one) => ({ ...one, start: one.start - started, end: one.end - started }));
}
