import assert from "node:assert/strict";
import { test } from "node:test";
import type { FrameOp, NodeToken } from "../wire/read-frames.ts";
import { NodeType, Op } from "../wire/wire.gen.ts";
import { apply, endBatch } from "./apply.ts";
import { copyTree, createTree, type Tree, type TreeNode, walk } from "./tree.ts";

function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const end: NodeToken = { node: NodeType.End };
const text = (value: string): NodeToken => ({ node: NodeType.Text, text: value });
const open = (tag: string): NodeToken => ({ node: NodeType.Element, tag, attributes: [] });
const known = (id: number): NodeToken => ({ node: NodeType.Known, id });

function keyframe(...nodes: readonly NodeToken[]): FrameOp {
  const all = [{ node: NodeType.Document } as const, ...nodes, end];
  return { op: Op.Keyframe, t: 0, width: 1, height: 1, quirks: false, base: "", nodes: all };
}

const insert = (parent: number, after: number, ...nodes: NodeToken[]): FrameOp => ({
  op: Op.Insert,
  parent,
  after,
  nodes,
});
const remove = (...ids: number[]): FrameOp => ({ op: Op.Remove, ids });

function outline(tree: Tree): string {
  const write = (node: TreeNode): string => {
    const children: string[] = [];
    for (let child = node.first; child !== undefined; child = child.next)
      children.push(write(child));
    return `${node.id}${node.tag || node.text}${children.length > 0 ? `(${children.join(" ")})` : ""}`;
  };
  return tree.root === undefined ? "" : write(tree.root);
}

function played(...ops: readonly FrameOp[]): Tree {
  const tree = createTree();
  for (const op of ops) apply(tree, op);
  endBatch(tree);
  return tree;
}

/** Links agree with each other, and the map holds exactly what hangs in the tree or was detached. */
function assertSound(tree: Tree): void {
  const seen = new Set<TreeNode>();
  for (const node of tree.root === undefined ? [] : walk(tree.root)) {
    assert.ok(!seen.has(node), "a node twice");
    seen.add(node);
    assert.equal(tree.nodes.get(node.id), node);
    assert.equal(node.first?.previous, undefined);
    assert.equal(node.last?.next, undefined);
    for (let child = node.first; child !== undefined; child = child.next) {
      assert.equal(child.parent, node);
      assert.equal(child.next?.previous ?? child, child);
      if (child.next === undefined) assert.equal(node.last, child);
    }
  }
}

const START = keyframe(open("a"), text("x"), open("b"), end, end, open("c"), end);

test("ids follow the stream", () => {
  assert.equal(outline(played(START)), "1(2a(3x 4b) 5c)");
});

test("insertion first, between, last; ids go on", () => {
  const tree = played(START, insert(2, 0, text("f")), insert(2, 3, open("m"), end, text("n")));
  assert.equal(outline(tree), "1(2a(6f 3x 7m 8n 4b) 5c)");
});

test("a move keeps the node, a removal forgets it with its subtree", () => {
  const moved = played(START, remove(2), insert(5, 0, known(2)));
  assert.equal(outline(moved), "1(5c(2a(3x 4b)))");
  assert.equal(moved.ignored, 0);
  const gone = played(START, remove(2));
  assert.equal(outline(gone), "1(5c)");
  assert.deepEqual([...gone.nodes.keys()], [1, 5]);
});

test("a moved node may stand inside a new one", () => {
  assert.equal(
    outline(played(START, remove(4), insert(5, 0, open("n"), known(4), text("t"), end))),
    "1(2a(3x) 5c(6n(4b 7t)))",
  );
});

test("what makes no sense is ignored, counted, and its ids are taken", () => {
  const tree = played(
    START,
    remove(2),
    insert(4, 0, known(2)), // into its own subtree
    insert(5, 0, known(2), known(2)), // twice
    insert(5, 0, known(3)), // not detached
    insert(5, 99, text("lost")), // takes id 6
    insert(99, 0, text("lost")), // takes id 7
    insert(3, 0, text("in a text")), // takes id 8
    insert(5, 2, text("kept")),
    remove(1, 77),
    { op: Op.Text, id: 5, text: "no text node" },
    { op: Op.TextPatch, id: 3, start: 5, deleted: 1, text: "" },
    { op: Op.Attribute, id: 3, name: "a", value: "b" },
  );
  assert.equal(outline(tree), "1(5c(2a(3x 4b) 9kept))");
  assert.ok(tree.ignored >= 8);
  assertSound(tree);
});

test("states and attributes of a copy are its own", () => {
  const tree = played(START, { op: Op.Attribute, id: 2, name: "k", value: "1" });
  const copy = copyTree(tree);
  const before = outline(tree);
  for (const op of [
    { op: Op.Attribute, id: 2, name: "k", value: "2" },
    { op: Op.Value, id: 2, text: "v" },
    { op: Op.Text, id: 3, text: "changed" },
    remove(5),
  ] satisfies FrameOp[]) {
    apply(tree, op);
  }
  endBatch(tree);
  assert.equal(outline(copy), before);
  assert.equal(copy.nodes.get(2)?.attributes.get("k"), "1");
  assert.equal(copy.nodes.get(2)?.state.value, undefined);
  assertSound(copy);
});

test("60 000 siblings and 100 000 levels", () => {
  const wide = played(START, insert(5, 0, ...Array.from({ length: 60_000 }, () => text("s"))));
  assert.equal(wide.nodes.size, 60_005);
  const deep = played(START, insert(5, 0, ...Array.from({ length: 100_000 }, () => open("d"))));
  assert.ok(deep.nodes.size > 1000 && deep.nodes.size < 10_000);
  assertSound(deep);
  assert.equal(copyTree(deep).nodes.size, deep.nodes.size);
});

/** The same with arrays and nothing clever: what an honest stream must give. */
interface Naive {
  id: number;
  children: Naive[];
}

function allOf(root: Naive): Naive[] {
  const list = [root];
  for (const node of list) list.push(...node.children);
  return list;
}

function ids(node: TreeNode | undefined): unknown {
  const children: unknown[] = [];
  for (let child = node?.first; child !== undefined; child = child.next) children.push(ids(child));
  return [node?.id, children];
}

const naiveIds = (node: Naive): unknown => [node.id, node.children.map(naiveIds)];

/** One random change of the model, and the operations that tell it: 0 move, 1 remove, 2–3 insert. */
function randomChange(
  root: Naive,
  next: (below: number) => number,
  newId: () => number,
): FrameOp[] {
  const action = next(4);
  const nodes = allOf(root);
  const chosen = nodes[1 + next(Math.max(1, nodes.length - 1))];
  const from = nodes.find((node) => chosen !== undefined && node.children.includes(chosen));
  const ops: FrameOp[] = [];
  if (action <= 1) {
    if (chosen === undefined || from === undefined) return [];
    from.children.splice(from.children.indexOf(chosen), 1);
    ops.push(remove(chosen.id));
  }
  const targets = allOf(root);
  const target = targets[next(targets.length)] ?? root;
  const at = next(target.children.length + 1);
  const after = target.children[at - 1]?.id ?? 0;
  if (action === 0 && chosen !== undefined) {
    target.children.splice(at, 0, chosen);
    ops.push(insert(target.id, after, known(chosen.id)));
  } else if (action > 1) {
    const [outer, inner] = [newId(), newId()];
    target.children.splice(at, 0, { id: outer, children: [{ id: inner, children: [] }] });
    ops.push(insert(target.id, after, open("n"), open("i"), end, end));
  }
  return ops;
}

test("random honest streams give what a naive model gives", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const next = random(seed);
    const tree = played(keyframe(open("r"), end));
    const root: Naive = { id: 2, children: [] };
    let lastId = 2;
    for (let step = 0; step < 80; step++) {
      for (const op of randomChange(root, next, () => ++lastId)) apply(tree, op);
      endBatch(tree);
    }
    assert.deepEqual(ids(tree.root?.first), naiveIds(root), `seed ${seed}`);
    assert.equal(tree.ignored, 0);
    assert.equal(tree.nodes.size, allOf(root).length + 1);
    assertSound(tree);
  }
});

test("random forged streams leave a sound tree", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const next = random(seed);
    const tree = played(START);
    for (let step = 0; step < 120; step++) {
      const tokens = Array.from({ length: next(6) }, () => {
        const kinds: NodeToken[] = [
          open("o"),
          end,
          text("t"),
          known(next(40)),
          { node: NodeType.Frame },
        ];
        const more: NodeToken[] = [
          { node: NodeType.ShadowRoot, mode: 0 },
          { node: NodeType.Document },
        ];
        return [...kinds, ...more][next(7)] ?? end;
      });
      const ops: FrameOp[] = [
        insert(next(40), next(40), ...tokens),
        insert(next(40), 0, ...tokens),
        remove(next(40), next(40)),
        { op: Op.Time, t: 0 },
        { op: Op.Value, id: next(40), text: "v" },
      ];
      const op = ops[next(ops.length)];
      if (op !== undefined) apply(tree, op);
      assertSound(tree);
    }
  }
});
