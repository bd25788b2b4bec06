// The DOM that stands for a tree, and what is known of each of its nodes.

import type { CssAssets } from "./css.ts";
import type { Environment } from "./environment.ts";
import type { SheetState, TreeNode } from "./tree.ts";

export interface Container {
  readonly node: Node;
  readonly depth: number;
}

/** The DOM that stands for a tree. */
export interface Mirror {
  readonly document: Document;
  assets: CssAssets;
  /** As the recording told last; else as its assets say. */
  environment: Environment | undefined;
  /** By node id. */
  readonly built: Map<number, Node>;
  /** What each of them stands for, by id. */
  readonly origin: Map<number, TreeNode>;
  /** The same from the DOM's side. */
  readonly meant: WeakMap<Node, TreeNode>;
  /** Documents and shadow roots, by id. */
  readonly roots: Map<number, TreeNode>;
  /** Elements with animations that the recording tells of. */
  readonly moving: Set<TreeNode>;
  /** Elements of SVG that animate. */
  readonly timed: Set<TreeNode>;
  /** When the keyframe was whole. */
  keyframeTime: () => number;
  /** Where the children of a node go: itself, its shadow root, or the document in its frame. */
  readonly containers: Map<number, Container>;
  /** The frames that have a document, and which one was filled. */
  readonly frames: Map<TreeNode, Document | undefined>;
  /** By the id of a frame element: the tab whose page was in it. */
  readonly guests: Map<number, string>;
  /** Nodes, and numbers of constructed sheets, that name an asset not known yet. */
  readonly waiting: Map<string, Set<TreeNode | number>>;
  /** What scripts made of sheets, as the tree has it. */
  sheets: ReadonlyMap<number, SheetState>;
  /** The constructed sheets of each document, by number. */
  readonly shared: Map<Document, Map<number, CSSStyleSheet>>;
  /** Nodes with states to be set once they are in the document. */
  readonly late: TreeNode[];
  /** Elements by the name of their mark. */
  /** Whose place in time is kept in step. */
  readonly media: Set<TreeNode>;
  readonly marked: Map<string, readonly Element[]>;
}

export function createMirror(document: Document, assets: CssAssets): Mirror {
  return {
    document,
    assets,
    environment: undefined,
    built: new Map(),
    origin: new Map(),
    meant: new WeakMap(),
    roots: new Map(),
    moving: new Set(),
    timed: new Set(),
    keyframeTime: () => 0,
    containers: new Map(),
    frames: new Map(),
    guests: new Map(),
    waiting: new Map(),
    sheets: new Map(),
    shared: new Map(),
    late: [],
    marked: new Map(),
    media: new Set(),
  };
}

/** The assets as a node sees them: what it asks for in vain is noted, to come back when it is known. */
export function assetsFor(mirror: Mirror, node: TreeNode | number): CssAssets {
  const { assets, environment = assets.environment } = mirror;
  return remembering({ ...assets, environment }, (ref) => {
    const nodes = mirror.waiting.get(ref) ?? new Set();
    nodes.add(node);
    mirror.waiting.set(ref, nodes);
  });
}

/** Assets that remember who asked for what is not known yet. */
function remembering(assets: CssAssets, asked: (ref: string) => void): CssAssets {
  return {
    pixelsPerVh: assets.pixelsPerVh,
    environment: assets.environment,
    url(ref) {
      const url = assets.url(ref);
      if (url === undefined) asked(ref);
      return url;
    },
    sheet(ref) {
      const text = assets.sheet(ref);
      if (text === undefined) asked(ref);
      return text;
    },
  };
}
