// A session that lies in the page itself (src/footfall/export/page.py): base64 in script elements that nothing runs.

import type { Manifest, Source } from "./source.ts";

export interface EmbeddedNote {
  readonly time: number;
  readonly text: string;
}

export function embeddedSource(): Source {
  const urls = new Map<string, string>();
  const chunks = new Map<string, HTMLElement>();
  for (const element of document.querySelectorAll<HTMLElement>("script[data-tab]")) {
    chunks.set(`${element.dataset.tab} ${element.dataset.sequence}`, element);
  }

  function assetUrl(sha256: string): string {
    const known = urls.get(sha256);
    if (known !== undefined) return known;
    const element = document.querySelector<HTMLElement>(`script[data-asset="${sha256}"]`);
    const url = element === null ? "data:," : URL.createObjectURL(fileIn(element));
    urls.set(sha256, url);
    return url;
  }

  return {
    async manifest() {
      return jsonIn<Manifest>("manifest");
    },
    async chunks(tab, from, to) {
      const found: Uint8Array[] = [];
      for (const [name, element] of chunks) {
        const sequence = Number(element.dataset.sequence);
        if (name.startsWith(`${tab} `) && from <= sequence && sequence <= to)
          found.push(bytesIn(element));
      }
      return found;
    },
    assetUrl,
    frameUrl: "about:blank", // with this page's policy, which it inherits
  };
}

export function embeddedNotes(): readonly EmbeddedNote[] {
  return jsonIn<readonly EmbeddedNote[]>("notes");
}

function jsonIn<T>(name: string): T {
  const element = document.querySelector(`script[data-name="${name}"]`);
  if (element === null) throw new Error("This file is cut short. Download it again.");
  return JSON.parse(new TextDecoder().decode(bytesIn(element))) as T;
}

function fileIn(element: HTMLElement): Blob {
  return new Blob([bytesIn(element)], { type: element.dataset.type ?? "" });
}

function bytesIn(element: Element): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(element.textContent ?? ""), (letter) => letter.charCodeAt(0));
}
