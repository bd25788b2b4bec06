// Which part of the page most of its changes happen in. Pure but for reading the tree.

import { ELEMENT } from "../node-types.ts";
import { around } from "../tree.ts";

const SHARE = 0.8;
const WHOLE = /^(html|head|body|frameset)$/;

/**
 * The smallest element that holds most of the changes, out of shadow roots and frames too, but never a whole document;
 * undefined where there is none.
 * @param weights how much changed at which node
 */
export function noisiest(weights: ReadonlyMap<Node, number>): Element | undefined {
  const held = new Map<Node, { weight: number; depth: number }>();
  let total = 0;
  for (const [target, weight] of weights) {
    total += weight;
    const path: Node[] = [];
    for (let at: Node | undefined = target; at; at = around(at)) path.unshift(at);
    for (const [depth, node] of path.entries()) {
      const known = held.get(node);
      if (known) known.weight += weight;
      else held.set(node, { weight, depth });
    }
  }
  // Those that hold most of them hold one another: the deepest is the smallest.
  const most = [...held]
    .filter(([node, { weight }]) => weight >= total * SHARE && isPart(node))
    .sort(([, a], [, b]) => b.depth - a.depth);
  return most[0]?.[0] as Element | undefined;
}

function isPart(node: Node): boolean {
  return node.nodeType === ELEMENT && !WHOLE.test((node as Element).localName);
}
