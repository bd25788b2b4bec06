// The hash over a page's elements that a Digest tells: recorder and player make it alike, from different trees.

/** Elements of one document or shadow root that count; what comes after them is not looked at. */
export const MAX_ELEMENTS = 20_000;
/** FNV-1a, 32 bits. */
const BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

export interface Outline {
  elements: number;
  /** Sum over all documents and shadow roots, so that their order does not matter. */
  hash: number;
}

/** The elements of one root, in the order of the document. */
export function createRootHash(): {
  /** @param depth of the element below the root */
  add(tag: string, depth: number): void;
  /** Adds this root to what is known of the page. */
  into(outline: Outline): void;
  isFull(): boolean;
} {
  let hash = BASIS;
  let elements = 0;
  return {
    add(tag, depth) {
      elements++;
      for (let at = 0; at < tag.length; at++) hash = Math.imul(hash ^ tag.charCodeAt(at), PRIME);
      hash = Math.imul(hash ^ (depth & 0xffff), PRIME);
    },
    into(outline) {
      outline.elements += elements;
      outline.hash = (outline.hash + hash) >>> 0;
    },
    isFull: () => elements >= MAX_ELEMENTS,
  };
}
