import assert from "node:assert/strict";
import { test } from "node:test";
import { noisiest } from "./noisiest.ts";

type Fake = Node & { readonly name: string };

/** As much of a node as is looked at. */
function node(localName: string, parentNode?: Node, more: object = {}): Fake {
  return { nodeType: 1, localName, parentNode: parentNode ?? null, ...more } as unknown as Fake;
}

function page() {
  const root = node("#document", undefined, { nodeType: 9, defaultView: null });
  const body = node("body", node("html", root));
  const main = node("main", body);
  return { body, main, box: node("section", main), calm: node("aside", main) };
}

function of(targets: readonly Node[]) {
  const weights = new Map<Node, number>();
  for (const target of targets) weights.set(target, (weights.get(target) ?? 0) + 1);
  return noisiest(weights);
}
const times = <T>(count: number, one: () => T) => Array.from({ length: count }, one);

test("the smallest that holds most of the changes", () => {
  const { main, box, calm } = page();
  const inside = times(8, () => node("i", box));
  assert.equal(of([...inside, calm, calm]), box);
  assert.equal(of([...inside, calm, calm, calm]), main);
  assert.equal(of(times(10, () => box)), box);
  const text = node("#text", inside[0], { nodeType: 3 });
  assert.equal(of(times(10, () => text)), inside[0], "of a text, its element");
});

test("the whole page is no part of it", () => {
  const { body } = page();
  assert.equal(of([]), undefined);
  assert.equal(of(times(10, () => node("div", body))), undefined);
  assert.equal(of([body, body]), undefined);
});

test("out of shadow roots and frames", () => {
  const { box } = page();
  const shadow = node("#fragment", undefined, { nodeType: 11, host: box });
  assert.equal(of(times(10, () => node("i", shadow))), box);
  const frame = node("iframe", box);
  const inner = node("#document", undefined, {
    nodeType: 9,
    defaultView: { frameElement: frame },
  });
  const innerBody = node("body", node("html", inner));
  assert.equal(of(times(10, () => node("p", innerBody))), frame);
});

test("what has left the page meanwhile does no harm", () => {
  const { box } = page();
  assert.equal(of([...times(9, () => node("i", box)), node("i")]), box);
});

test("a change that brings much weighs more", () => {
  const { box, calm } = page();
  const weights = new Map<Node, number>([[box, 1000], ...times(100, () => [calm, 1] as const)]);
  assert.equal(noisiest(weights), box);
});
