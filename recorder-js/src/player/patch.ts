// Keeps the DOM in step with the tree while operations are applied.

import { NodeType } from "../wire/wire.gen.ts";
import { planElement } from "./allow.ts";
import type { Watcher } from "./apply.ts";
import { buildAll, dress, dressOne, finish, forget, grow, growShadow } from "./build.ts";
import { applyMarks } from "./marks.ts";
import type { Mirror } from "./mirror.ts";
import * as dom from "./safe-dom.ts";
import { applySelection } from "./selection.ts";
import {
  adoptSheets,
  isSheet,
  refreshAllSheets,
  refreshShared,
  refreshSheet,
  sheetChanged,
} from "./sheets.ts";
import { applyState, scrollNode } from "./states.ts";
import { isElement, type TreeNode } from "./tree.ts";

export function createPatcher(mirror: Mirror): Watcher {
  function refreshOwner(sheet: TreeNode): void {
    const element = mirror.built.get(sheet.id) as Element | undefined;
    if (element !== undefined) refreshSheet(mirror, sheet, element);
  }

  function inserted(node: TreeNode): void {
    const { parent } = node;
    if (parent === undefined) return;
    if (isSheet(parent)) refreshOwner(parent);
    if (node.kind === NodeType.Frame) mirror.frames.set(node, undefined);
    const container = mirror.containers.get(parent.id);
    if (container !== undefined) place(node, container);
    finish(mirror);
  }

  function place(node: TreeNode, container: { node: Node; depth: number }): void {
    if (node.kind === NodeType.ShadowRoot) {
      growShadow(mirror, node, container);
      return;
    }
    const built = grow(mirror, node, container.node, container.depth + 1);
    if (built === undefined) return;
    let next = node.next;
    while (next !== undefined && !mirror.built.has(next.id)) next = next.next;
    const before = next === undefined ? undefined : mirror.built.get(next.id);
    // The sibling may have been refused by the DOM: then last is the best place.
    if (!dom.insert(container.node, built, before)) dom.insert(container.node, built, undefined);
  }

  function removed(node: TreeNode, parent: TreeNode): void {
    if (isSheet(parent)) refreshOwner(parent);
    const built = mirror.built.get(node.id);
    if (built !== undefined) dom.remove(built);
    else if (node.kind === NodeType.ShadowRoot || node.kind === NodeType.Frame) {
      const container = mirror.containers.get(node.id);
      if (container !== undefined) dom.clear(container.node);
      forget(mirror, node, true);
    }
  }

  return {
    reset: (tree) => {
      buildAll(mirror, tree);
      scrollNode(mirror, 0, ...tree.windowScroll);
    },
    inserted,
    removed,
    forgotten: (node) => forget(mirror, node, true),
    attribute(node, name) {
      const element = mirror.built.get(node.id) as Element | undefined;
      if (element !== undefined) dressOne(mirror, node, element, name);
    },
    text(node) {
      const built = mirror.built.get(node.id);
      if (built !== undefined) dom.setTextContent(built, node.text);
      if (node.parent !== undefined && isSheet(node.parent)) refreshOwner(node.parent);
    },
    state: (node, what) => applyState(mirror, node, what),
    windowScroll: (tree) => scrollNode(mirror, 0, ...tree.windowScroll),
    marks: (tree) => applyMarks(mirror, tree),
    selection: (tree) => applySelection(mirror, tree),
    environment(tree) {
      if (JSON.stringify(tree.environment) === JSON.stringify(mirror.environment)) return;
      mirror.environment = tree.environment;
      refreshAllSheets(mirror, tree);
    },
    sheet: (owner, change) => sheetChanged(mirror, owner, change),
  };
}

/** An asset has become known: whatever asked for it in vain is made again. */
export function refreshAsset(mirror: Mirror, ref: string): void {
  const nodes = mirror.waiting.get(ref);
  if (nodes === undefined) return;
  mirror.waiting.delete(ref);
  for (const node of nodes) {
    if (typeof node === "number") {
      refreshShared(mirror, node);
      continue;
    }
    const element = mirror.built.get(node.id);
    if (element !== undefined && isElement(node)) {
      dress(mirror, node, element as Element, planElement(node.kind, node.tag));
    } else {
      adoptSheets(mirror, node);
    }
  }
}
