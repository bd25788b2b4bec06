// Which part of the page most of its changes happen in. Pure but for reading the tree.

const MAX_TARGETS = 2000;
const SHARE = 0.8;

/** The smallest element that holds most of these nodes, page and body left out; undefined where there is none. */
export function noisiest(targets: readonly Node[]): Element | undefined {
  const counts = new Map<Element, number>();
  const sample = targets.slice(0, MAX_TARGETS);
  for (const target of sample) {
    const start = target.nodeType === 1 ? (target as Element) : target.parentElement;
    for (let at = start; at?.parentElement; at = at.parentElement) {
      if (at.localName !== "body") counts.set(at, (counts.get(at) ?? 0) + 1);
    }
  }
  const enough = [...counts].filter(([, count]) => count >= sample.length * SHARE);
  // Of those that hold enough each holds the next: the innermost is the one that holds none of the others.
  return enough.find(
    ([element]) => !enough.some(([other]) => other !== element && element.contains(other)),
  )?.[0];
}
