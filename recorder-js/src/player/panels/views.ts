// Which page view a moment belongs to. Pure.

import type { Manifest, ManifestPageView } from "../source.ts";

/** The first page view of a document. */
export function viewOf(
  manifest: Manifest | undefined,
  tab: string,
  document: number,
): ManifestPageView | undefined {
  return manifest?.page_views
    .filter((view) => view.tab === tab && view.document === document)
    .reduce<ManifestPageView | undefined>(earlier, undefined);
}

/** The page view of a tab at a time, ms from the session's start. */
export function viewAt(
  manifest: Manifest | undefined,
  tab: string | undefined,
  time: number,
): ManifestPageView | undefined {
  if (manifest === undefined) return undefined;
  const at = manifest.started + time;
  const own = manifest.page_views.filter((view) => view.tab === tab);
  const begun = own.filter((view) => view.started <= at);
  return (
    begun.reduce<ManifestPageView | undefined>(later, undefined) ?? own.reduce(earlier, undefined)
  );
}

type MaybeView = ManifestPageView | undefined;

function earlier(best: MaybeView, view: ManifestPageView): ManifestPageView {
  return best === undefined || view.started < best.started ? view : best;
}

function later(best: MaybeView, view: ManifestPageView): ManifestPageView {
  return best === undefined || view.started >= best.started ? view : best;
}
