// What an element is called by what it says, for keys: a short digest of the text as it was recorded, masks included.
//
// Recorder and viewer must come to the same: the recorder gives texts as it sends them, the rebuilt page holds just those.

/** How a text node and an attribute read under the mask that holds there, and what shows nothing of what is in it. */
export interface Reader {
  readonly text: (text: string, parent: Element) => string;
  readonly isHidden: (element: Element) => boolean;
}

export const AS_RECORDED: Reader = { text: (text) => text, isHidden: () => false };

const MAX_NAME = 80;
const MAX_TEXTS = 100;
const FIELDS = /^(input|textarea|select)$/;
const SILENT = /^(style|script|noscript|template|input|textarea|select)$/;
/** What tells one item of a list from the others, where it has one. */
const HEADINGS = "h1,h2,h3,h4,h5,h6,[role=heading],legend,figcaption,th,a[href]";

/** What an element says, or a field's label: at most 80 characters. */
export function nameOf(element: Element, reader: Reader): string {
  const source = FIELDS.test(element.localName)
    ? (element as HTMLInputElement).labels?.[0]
    : element;
  const found: Found = { text: "", left: MAX_TEXTS };
  if (source && !reader.isHidden(source)) gather(source, reader, found);
  const text = found.text.replace(/\s+/g, " ").trim();
  const spoken = text || reader.text(element.getAttribute("aria-label") ?? "", element);
  return spoken.slice(0, MAX_NAME);
}

/** The name of an item of a list: that of its heading or link rather than all that stands in it. */
export function itemName(item: Element, reader: Reader): string {
  const heading = item.querySelector(HEADINGS);
  return (heading && nameOf(heading, reader)) || nameOf(item, reader);
}

interface Found {
  text: string;
  /** Texts that may still be looked at. */
  left: number;
}

function gather(element: Element, reader: Reader, found: Found): void {
  for (let node = element.firstChild; node; node = node.nextSibling) {
    if (found.text.length > MAX_NAME * 2 || found.left <= 0) return;
    if (node.nodeType === 1) gatherInside(node as Element, reader, found);
    if (node.nodeType !== 3 || !node.nodeValue) continue;
    if (node.nodeValue.trim()) found.left--;
    found.text += reader.text(node.nodeValue, element);
  }
}

function gatherInside(inner: Element, reader: Reader, found: Found): void {
  if (!SILENT.test(inner.localName) && !reader.isHidden(inner)) gather(inner, reader, found);
}

/** A name as it stands in a key: 32 bits in base 36, "" for none. */
export function nameDigest(name: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return name && ((hash ^ (hash >>> 15)) >>> 0).toString(36);
}
