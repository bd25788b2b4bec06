// What a session in progress has got since it was opened, as the server tells it (web/live.py).

import type { ManifestPageView, ManifestTab } from "./source.ts";

/** As in the manifest: of the tabs only what is new, of the page views all. */
export interface Growth {
  readonly ended: number;
  readonly clock_offset: number;
  readonly tabs: readonly ManifestTab[];
  readonly page_views: readonly ManifestPageView[];
}

export interface GrowthListener {
  grown(growth: Growth): void;
  /** The visit is over. */
  over(): void;
  /** The server takes no more viewers, or knows the session no more. */
  refused(): void;
}

/** Listens until the function that it gives is called. A connection that breaks is opened again, by the browser. */
export function listenAt(url: string, listener: GrowthListener): () => void {
  const stream = new EventSource(url);
  stream.addEventListener("grown", ({ data }: MessageEvent<string>) => {
    listener.grown(JSON.parse(data) as Growth); // of our own server
  });
  stream.addEventListener("over", () => {
    stream.close();
    listener.over();
  });
  stream.addEventListener("error", () => {
    if (stream.readyState === EventSource.CLOSED) listener.refused();
  });
  return () => stream.close();
}
