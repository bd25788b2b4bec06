// The assets of one recorded document: which content its URLs had, and the texts of its style sheets.

import type { CssAssets } from "./css.ts";
import type { Environment } from "./environment.ts";

export interface Vault extends CssAssets {
  environment: Environment | undefined;
  /** An Asset fact: the content of a URL, or that there is none (`sha256` empty). */
  know(ref: string, sha256: string): void;
  /** Resolves when no style sheet is on its way. */
  settled(): Promise<void>;
}

const MAX_SHEET_CHARACTERS = 5_000_000;

/** @param changed is called with a ref when its URL or its text has become known. */
export function createVault(
  assetUrl: (sha256: string) => string,
  changed: (ref: string) => void,
): Vault {
  const hashes = new Map<string, string>();
  const texts = new Map<string, string>();
  const underWay = new Map<string, Promise<void>>();

  async function fetchText(ref: string, url: string): Promise<void> {
    try {
      const answer = await fetch(url);
      const text = answer.ok ? await answer.text() : "";
      texts.set(ref, text.slice(0, MAX_SHEET_CHARACTERS));
    } catch {
      texts.set(ref, ""); // the network failed: the page is shown without this sheet
    }
    underWay.delete(ref);
    changed(ref);
  }

  const absolute = (sha256: string) => new URL(assetUrl(sha256), location.href).href;

  return {
    environment: undefined,
    know(ref, sha256) {
      if (sha256 === "" || hashes.get(ref) === sha256) return;
      hashes.set(ref, sha256);
      texts.delete(ref);
      changed(ref);
    },
    url(ref) {
      const sha256 = hashes.get(ref);
      return sha256 === undefined ? undefined : absolute(sha256);
    },
    sheet(ref) {
      const text = texts.get(ref);
      const sha256 = hashes.get(ref);
      if (text !== undefined || sha256 === undefined || underWay.has(ref)) return text;
      underWay.set(ref, fetchText(ref, absolute(sha256)));
      return undefined;
    },
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay.values());
    },
  };
}
