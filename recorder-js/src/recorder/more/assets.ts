// Style sheets, images, fonts and media: what the page has loaded is read again from the browser's cache, hashed,
// and told; the server asks for what it lacks. Never loads what the visitor's browser has not loaded itself. What an
// earlier page has read is not read again.

import { Kind } from "../../wire/wire.gen.ts";
import { type Stop, stopAll } from "../guard.ts";
import { ownFetch } from "../references.ts";
import type { Realm, Scope } from "../scope.ts";
import { createKeeper } from "./keeper.ts";
import { type Content, createKnown, type Loaded } from "./known.ts";
import { hashed, readAsset, unhex } from "./read-asset.ts";

const IDLE_MS = 2000;

export function trackAssets(scope: Scope): Stop {
  const { assets, guard } = scope;
  const known = createKnown(scope.session.assets, Date.now);
  const keeper = createKeeper({
    known,
    pause,
    read: (url) => readAsset(url, assets.reference, ownFetch, pause),
    hash: hashed,
    upload: scope.upload,
    tell: guard((ref: string, { hash, type, size, reason }: Content) =>
      scope.emit(Kind.Asset, [scope.now(), ref, unhex(hash), type, size, reason]),
    ),
    unreadable: guard(scope.unreadable),
    isWatched: typeof PerformanceObserver === "function",
  });

  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = guard(() => {
    clearTimeout(timer);
    timer = undefined;
    for (const reference of assets.take()) keeper.look(reference);
  });
  const stops: readonly Stop[] = [
    scope.watchRealms((view) => observeLoads(view, guard(keeper.heard))),
    // What is known already goes along with the page that shows it. A visitor who withdraws leaves without a cut.
    scope.beforeCut((urgent) => {
      look();
      if (urgent) known.save();
    }),
    keeper.stop,
    known.save,
    () => clearTimeout(timer),
  ];
  assets.serve({
    ...keeper,
    found() {
      timer ??= setTimeout(look);
    },
    needed: guard(keeper.needed),
  });
  look();
  return () => stopAll(stops);
}

function observeLoads(view: Realm, heard: (url: string, loaded: Loaded) => void): Stop {
  try {
    const observer = new view.PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { name, decodedBodySize, encodedBodySize, transferSize } =
          entry as PerformanceResourceTiming;
        // Without a body, only headers came: the browser's own copy still held.
        const isFresh = transferSize > 0 && transferSize >= encodedBodySize;
        heard(name.split("#")[0] ?? "", { body: decodedBodySize, isFresh });
      }
    });
    observer.observe({ type: "resource", buffered: true });
    return () => observer.disconnect();
  } catch {
    return () => {};
  }
}

/** Whatever the page itself loads and does comes first. */
async function pause(): Promise<void> {
  if (document.readyState !== "complete") {
    await new Promise((done) => addEventListener("load", done, { once: true }));
  }
  await new Promise<void>((done) => {
    if (typeof requestIdleCallback === "function") {
      requestIdleCallback(() => done(), { timeout: IDLE_MS });
    } else setTimeout(done, 50);
  });
}
