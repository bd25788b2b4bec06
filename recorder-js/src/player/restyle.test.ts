import assert from "node:assert/strict";
import { test } from "node:test";
import type { FrameOp, NodeToken, RulesOp } from "../wire/read-frames.ts";
import { NodeType, Op } from "../wire/wire.gen.ts";
import { apply, endBatch } from "./apply.ts";
import { isOver, positionAt } from "./motion.ts";
import { copyTree, createTree, type Tree } from "./tree.ts";

const end: NodeToken = { node: NodeType.End };
const style: readonly NodeToken[] = [
  { node: NodeType.Element, tag: "style", attributes: [] },
  { node: NodeType.Text, text: "p{}" },
  end,
];

function page(): Tree {
  const tree = createTree();
  const nodes = [{ node: NodeType.Document } as const, ...style, end];
  tree.time = 1000;
  apply(tree, { op: Op.Keyframe, t: 0, width: 1, height: 1, quirks: false, base: "", nodes });
  endBatch(tree);
  return tree;
}

function rules(owner: number, start: number, deleted: number, ...texts: string[]): RulesOp {
  return { op: Op.Rules, owner, start, deleted, rules: texts };
}

function applied(tree: Tree, ...ops: readonly FrameOp[]): Tree {
  for (const op of ops) apply(tree, op);
  endBatch(tree);
  return tree;
}

test("rules are put in and taken out where they stood", () => {
  const tree = applied(
    page(),
    rules(2, 0, -1, "a", "b", "c"),
    rules(2, 1, 1, "x", "y"),
    rules(2, 4, 0, "z"),
  );
  assert.deepEqual(tree.sheets.get(2)?.rules, ["a", "x", "y", "c", "z"]);
  assert.equal(tree.ignored, 0);
});

test("edits of what is not there are ignored and counted", () => {
  const tree = applied(
    page(),
    rules(2, 0, 0, "a"), // nothing was told of this sheet
    rules(-1, 0, -1, "a"),
    rules(-1, 1, 1, "b"),
    rules(-1, -1, 0, "b"),
    rules(1, 0, -1, "b"), // a document is no sheet
    rules(77, 0, -1, "b"),
  );
  assert.equal(tree.ignored, 5);
  assert.deepEqual([...tree.sheets], [[-1, { rules: ["a"] }]]);
});

test("new text makes a new sheet, and a copy keeps the old one", () => {
  const tree = applied(page(), rules(2, 0, -1, "a"));
  const copy = copyTree(tree);
  applied(tree, rules(2, 0, 1, "b"));
  assert.deepEqual(copy.sheets.get(2)?.rules, ["a"]);
  applied(tree, { op: Op.Text, id: 3, text: "i{}" });
  assert.equal(tree.sheets.has(2), false);
});

test("a style that is moved loses what scripts made of it; one that is removed is forgotten", () => {
  const tree = applied(page(), rules(2, 0, -1, "a"));
  const nodes: readonly NodeToken[] = [{ node: NodeType.Known, id: 2 }];
  applied(tree, { op: Op.Remove, ids: [2] }, { op: Op.Insert, parent: 1, after: 0, nodes });
  assert.equal(tree.sheets.has(2), false);
  applied(tree, rules(2, 0, -1, "a"), { op: Op.Remove, ids: [2] });
  assert.equal(tree.sheets.size, 0);
});

test("an animation goes on at its rate from where it was told, until it is over", () => {
  const tree = page();
  const animate = { op: Op.Animate, id: 2, pseudo: "", name: "w:1", easing: "linear" } as const;
  applied(
    tree,
    { ...animate, keyframes: [], timing: [100, 0, 400, 1000, 0, 0, 0, 0] },
    { op: Op.Motion, id: 2, pseudo: "", name: "w:1", current: 50, rate: 2000, state: 1 },
  );
  const motion = tree.nodes.get(2)?.state.motions?.get(" w:1");
  assert.ok(motion);
  assert.equal(positionAt(motion, 1100), 250);
  assert.equal(isOver(motion, 1200), false);
  assert.equal(isOver(motion, 1300), true);
});

test("the animations of one element stay bounded", () => {
  const tree = page();
  for (let number = 0; number < 500; number++) {
    applied(tree, {
      op: Op.Motion,
      id: 2,
      pseudo: "",
      name: `a:${number}`,
      current: 0,
      rate: 1000,
      state: 1,
    });
  }
  assert.ok((tree.nodes.get(2)?.state.motions?.size ?? 0) <= 64);
});
