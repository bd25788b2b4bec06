// What operations do to the style sheets of the tree.

import type { FrameOp, RulesOp } from "../wire/read-frames.ts";
import { Op } from "../wire/wire.gen.ts";
import { holds, type SheetState, type Tree, type TreeNode } from "./tree.ts";

/** What is to be made anew of a sheet: some rules, its media, or all. */
export type SheetChange = RulesOp | "media" | "all";

export type SheetWatcher = (owner: number, change: SheetChange) => void;

const MAX_SHEETS = 100_000;

/** Applies an operation on a sheet; false where it makes no sense. */
export function restyle(
  tree: Tree,
  op: Extract<FrameOp, { readonly owner: number }>,
  changed: SheetWatcher,
): boolean {
  const sheet = tree.sheets.get(op.owner) ?? {};
  if (op.owner > 0 ? !isSheet(tree.nodes.get(op.owner)) : tree.sheets.size > MAX_SHEETS)
    return false;
  if (op.op === Op.SheetMedia) sheet.media = op.media;
  else if (!splice(sheet, op)) return false;
  tree.sheets.set(op.owner, sheet);
  changed(op.owner, op.op === Op.SheetMedia ? "media" : op);
  return true;
}

function splice(sheet: SheetState, { start, deleted, rules }: RulesOp): boolean {
  if (deleted < 0) {
    sheet.rules = [...rules];
    return true;
  }
  const known = sheet.rules;
  if (known === undefined || start < 0 || start + deleted > known.length) return false;
  known.splice(start, deleted, ...rules);
  return true;
}

function isSheet(node: TreeNode | undefined): boolean {
  return node !== undefined && /^(?:style|link)$/i.test(node.tag);
}

/** A style's text, or where a link leads, has changed: the browser makes a new sheet of it. */
export function renewSheet(tree: Tree, owner: TreeNode, changed: SheetWatcher): void {
  if (!tree.sheets.delete(owner.id)) return;
  changed(owner.id, "all");
}

/** The same of all sheets in a subtree that stands at a new place. */
export function renewSheetsIn(tree: Tree, top: TreeNode, changed: SheetWatcher): void {
  for (const owner of tree.sheets.keys()) {
    const node = tree.nodes.get(owner);
    if (node !== undefined && holds(tree, top, node)) renewSheet(tree, node, changed);
  }
}
