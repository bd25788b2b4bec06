// A recorded page at its full height, standing still: what a heatmap lies on.

import { buildAll } from "./build.ts";
import { createCursor } from "./cursor.ts";
import { createDecoder } from "./decoder.ts";
import { imagesLoaded } from "./images.ts";
import { createMirror, type Mirror } from "./mirror.ts";
import { createMotions } from "./motions.ts";
import { refreshAsset } from "./patch.ts";
import * as dom from "./safe-dom.ts";
import type { Source } from "./source.ts";
import { openFrame } from "./stage.ts";
import { createTrack, type Track } from "./track.ts";
import type { Tree } from "./tree.ts";

export interface BackdropPlace {
  readonly tab: string;
  readonly document: number;
  /** Of the chunk that the keyframe begins in. */
  readonly sequence: number;
  /** CSS px to lay the page out in. */
  readonly width: number;
  /** ms since 1970: the page as it was then, rather than at the keyframe; 0 for that. */
  readonly time?: number;
}

export interface BackdropPage {
  readonly document: Document;
  readonly width: number;
  readonly height: number;
}

const MAX_HEIGHT = 16384;
const MAX_PASSES = 3;
const IMAGES_WITHIN_MS = 4000;
/** Assets become known in the chunks after the keyframe; later ones are rarely about what it shows. */
const CHUNKS_FOR_ASSETS = 40;

/** Builds the page into the frame, waits for its styles and images, and gives the frame the page's full height. */
export async function showBackdrop(
  frame: HTMLIFrameElement,
  source: Source,
  place: BackdropPlace,
): Promise<BackdropPage> {
  const [manifest, document] = await Promise.all([
    source.manifest(),
    openFrame(frame, source.frameUrl),
  ]);
  const info = manifest.tabs.find(({ tab }) => tab === place.tab);
  const index = info?.chunks.findIndex(({ sequence }) => sequence === place.sequence) ?? -1;
  if (info === undefined || index < 0) throw new Error("This picture of the page is gone.");
  let mirror: Mirror | undefined;
  const track = createTrack(info, source, createDecoder(undefined, manifest.clock_offset), {
    loaded: () => {},
    asset: (_, ref) => {
      if (mirror !== undefined) refreshAsset(mirror, ref);
    },
  });
  const end = lastForAssets(track, index, place.document);
  const time = place.time || (info.chunks[index]?.start ?? 0);
  await track.ensure(index, Math.max(track.keyframeEnd(index), track.chunkAt(time)));
  const tree = treeAt(track, time);
  const viewportHeight = tree.height || 720;
  // The frame will be as high as the page: 1vh stays what it was for the visitor.
  const assets = { ...track.vault(place.document), pixelsPerVh: viewportHeight / 100 };
  frame.style.width = `${place.width}px`;
  frame.style.height = `${viewportHeight}px`;
  mirror = createMirror(document, assets);
  mirror.environment = tree.environment;
  buildAll(mirror, tree);
  await track.fetch(index, end);
  await track.vault(place.document).settled();
  await imagesLoaded(document, IMAGES_WITHIN_MS);
  createMotions(mirror).sync(tree.time, true);
  return { document, width: place.width, height: await stretch(frame, document, viewportHeight) };
}

function lastForAssets(track: Track, from: number, document: number): number {
  const { chunks } = track.info;
  let last = from;
  while (last - from < CHUNKS_FOR_ASSETS && chunks[last + 1]?.document === document) last++;
  return Math.max(last, track.keyframeEnd(from));
}

function treeAt(track: Track, time: number): Tree {
  const cursor = createCursor(track, () => {});
  cursor.seek(time);
  const tree = cursor.tree();
  if (tree.root === undefined) throw new Error("This picture of the page is damaged.");
  return tree;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Some pages follow the window's height by other ways than vh; after a few passes the height is what it is. */
async function stretch(
  frame: HTMLIFrameElement,
  document: Document,
  viewportHeight: number,
): Promise<number> {
  let height = viewportHeight;
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const wanted = Math.min(dom.scrollerOf(document)?.scrollHeight ?? height, MAX_HEIGHT);
    if (wanted <= height) break;
    height = wanted;
    frame.style.height = `${height}px`;
    await pause(0);
  }
  return height;
}
