// What the visitor had selected, drawn as a highlight: a page that has no focus shows no selection of its own.

import { NodeType } from "../wire/wire.gen.ts";
import type { Mirror } from "./mirror.ts";
import { HIGHLIGHT } from "./pseudo.ts";
import * as dom from "./safe-dom.ts";
import type { Tree } from "./tree.ts";

export function applySelection(mirror: Mirror, tree: Tree): void {
  const [anchor = 0, from = 0, focus = 0, to = 0] = tree.selection;
  const first = placeOf(mirror, tree, anchor, from);
  const last = placeOf(mirror, tree, focus, to);
  for (const { node } of mirror.containers.values()) {
    if (dom.isDocument(node)) dom.highlight(node, HIGHLIGHT, undefined, undefined);
  }
  if (first === undefined || last === undefined) return;
  const document = dom.documentOf(first.node);
  if (document !== undefined) dom.highlight(document, HIGHLIGHT, first, last);
}

/** A place in the rebuilt page; undefined in a field, whose inside is out of reach. */
function placeOf(mirror: Mirror, tree: Tree, id: number, offset: number): dom.Place | undefined {
  const node = tree.nodes.get(id);
  if (node === undefined) return undefined;
  const built = mirror.built.get(id) ?? mirror.containers.get(id)?.node;
  const isField = node.kind === NodeType.Element && /^(?:input|textarea|select)$/i.test(node.tag);
  return built === undefined || isField ? undefined : { node: built, offset };
}
