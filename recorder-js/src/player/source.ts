// Where the player gets a session from. `apiSource` asks Footfall's own API; anything else that keeps this shape will do.

import { type GrowthListener, listenAt } from "./live-source.ts";

export interface ManifestChunk {
  readonly sequence: number;
  readonly document: number;
  readonly page_view: number;
  /** ms since 1970, corrected. */
  readonly start: number;
  readonly end: number;
  readonly flags: number;
  readonly bytes: number;
  readonly url: string;
}

export interface ManifestGap {
  readonly after: number;
  readonly before: number;
  readonly start: number;
  readonly end: number;
  readonly reason: string;
}

export interface ManifestTab {
  readonly tab: string;
  readonly chunks: readonly ManifestChunk[];
  readonly gaps: readonly ManifestGap[];
}

export interface ManifestPageView {
  readonly tab: string;
  readonly number: number;
  readonly document: number;
  readonly url: string;
  readonly page: string;
  readonly title: string;
  readonly started: number;
  readonly ended: number;
  readonly width: number;
  readonly height: number;
  readonly clicks: number;
}

/** Found by the server's rules in what the visitor did. */
export interface ManifestMoment {
  readonly kind: string;
  /** ms since 1970, corrected. */
  readonly time: number;
  readonly element: string;
  readonly grade: string;
  readonly detail: Readonly<Record<string, number>>;
}

export interface Manifest {
  readonly session: string;
  readonly started: number;
  readonly ended: number;
  /** ms to add to the visitor's clock. */
  readonly clock_offset: number;
  readonly tabs: readonly ManifestTab[];
  readonly page_views: readonly ManifestPageView[];
  /** Whether the visit is going on. */
  readonly live?: boolean;
  /** Where it is missing, nobody has looked for any. */
  readonly moments?: readonly ManifestMoment[];
}

export interface Source {
  manifest(): Promise<Manifest>;
  /** The chunks of a tab with these sequence numbers, both included; lost ones are left out. */
  chunks(tab: string, from: number, to: number): Promise<readonly Uint8Array[]>;
  assetUrl(sha256: string): string;
  /** An empty document with the headers that contain the rebuilt page. */
  readonly frameUrl: string;
  /** Tells what comes while the visit goes on, until the function that it gives is called. */
  live?(listener: GrowthListener): () => void;
}

/** @param api for example `/api/p/KEY` */
export function apiSource(api: string, session: string): Source {
  const base = `${api}/sessions/${encodeURIComponent(session)}`;
  const live = (listener: GrowthListener) => listenAt(`${base}/live`, listener);
  return { ...sourceAt(base, api, "/frame"), live };
}

/** The one session of a share link. @param api `/api/shared/TOKEN` */
export function sharedSource(api: string): Source {
  return sourceAt(api, api, `${api}/frame`);
}

function sourceAt(base: string, vault: string, frameUrl: string): Source {
  async function get(url: string): Promise<Response> {
    const answer = await fetch(url, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
    return answer;
  }

  return {
    async manifest() {
      return (await get(base)).json();
    },
    async chunks(tab, from, to) {
      const url = `${base}/chunks?tab=${encodeURIComponent(tab)}&from=${from}&to=${to}`;
      return splitChunks(new Uint8Array(await (await get(url)).arrayBuffer()));
    },
    assetUrl: (sha256) => `${vault}/assets/${sha256}`,
    frameUrl,
  };
}

/** Takes apart what the chunks route sends: each chunk after its length as a little-endian u32. */
export function splitChunks(bytes: Uint8Array): readonly Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Uint8Array[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = view.getUint32(at, true);
    chunks.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return chunks;
}
