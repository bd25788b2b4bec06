// Builds the frame's DOM from the tree: only what allow.ts names, only through safe-dom.ts, in loops.

import { NodeType } from "../wire/wire.gen.ts";
import { mayBeOwn, type Plan, planAttribute, planElement, SMIL } from "./allow.ts";
import { type CssAssets, RENAMED, safeUrl } from "./css.ts";
import { applyMarks } from "./marks.ts";
import { assetsFor, type Container, type Mirror } from "./mirror.ts";
import { isMoving } from "./motions.ts";
import * as dom from "./safe-dom.ts";
import { applySelection } from "./selection.ts";
import { refreshSheet } from "./sheets.ts";
import { applyStates } from "./states.ts";
import { following, isElement, NO_STATE, type Tree, type TreeNode } from "./tree.ts";

/** The depth that HTML parsers stop at. Beyond it laying out would end the viewer's tab. */
const MAX_DEPTH = 512;
const MAX_NESTED_FRAMES = 200;

/** HTML standard, "limited-quirks mode"; where the doctype means quirks, the recording says so itself. */
const ALMOST_STANDARD = /^-\/\/W3C\/\/DTD (?:XHTML 1\.0|HTML 4\.01) (?:Frameset|Transitional)\/\//i;

/** Builds the whole document anew. */
export function buildAll(mirror: Mirror, tree: Tree): void {
  mirror.built.clear();
  mirror.origin.clear();
  mirror.roots.clear();
  mirror.moving.clear();
  mirror.timed.clear();
  mirror.keyframeTime = () => tree.wholeAt;
  mirror.containers.clear();
  mirror.frames.clear();
  mirror.guests.clear();
  mirror.waiting.clear();
  mirror.shared.clear();
  mirror.sheets = tree.sheets;
  mirror.late.length = 0;
  mirror.marked.clear();
  mirror.media.clear();
  dom.prepareDocument(mirror.document, modeOf(tree.root, tree.quirks));
  if (tree.root === undefined) return;
  fill(mirror, tree.root, mirror.document, 0);
  finish(mirror);
  applyMarks(mirror, tree);
  applySelection(mirror, tree);
}

function fill(mirror: Mirror, top: TreeNode, node: Document | ShadowRoot, depth: number): void {
  mirror.containers.set(top.id, { node, depth });
  mirror.roots.set(top.id, top);
  mirror.late.push(top);
  for (let child = top.first; child !== undefined; child = child.next) {
    if (child.kind === NodeType.Document && dom.isDocument(node)) {
      fillDocument(mirror, child, node, depth);
      continue;
    }
    const built = grow(mirror, child, node, depth + 1);
    if (built !== undefined) dom.insert(node, built, undefined);
  }
}

/** A Frame may hold its document's nodes, or a Document that does. */
function fillDocument(mirror: Mirror, top: TreeNode, node: Document, depth: number): void {
  mirror.containers.set(top.id, { node, depth });
  mirror.late.push(top);
  for (let child = top.first; child !== undefined; child = child.next) {
    const built = grow(mirror, child, node, depth + 1);
    if (built !== undefined) dom.insert(node, built, undefined);
  }
}

interface Level {
  next: TreeNode | undefined;
  readonly container: Node;
  readonly depth: number;
}

/** Builds a node with its subtree, to go into `container`; what was built before and only moves is used again. */
export function grow(
  mirror: Mirror,
  top: TreeNode,
  container: Node,
  depth: number,
): Node | undefined {
  const document = dom.documentOf(container);
  if (document === undefined || depth > MAX_DEPTH) return undefined;
  const known = mirror.built.get(top.id);
  if (known !== undefined) return known;
  const levels: Level[] = [];
  const root = make(mirror, document, top, depth, levels);
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const child = level.next;
    if (child === undefined || level.depth >= MAX_DEPTH) {
      levels.pop();
      continue;
    }
    level.next = child.next;
    growChild(mirror, document, child, level, levels);
  }
  return root;
}

function growChild(
  mirror: Mirror,
  document: Document,
  child: TreeNode,
  level: Level,
  levels: Level[],
): void {
  if (child.kind === NodeType.ShadowRoot) {
    openShadow(mirror, child, level.container, level.depth, levels);
    return;
  }
  const built =
    mirror.built.get(child.id) ?? make(mirror, document, child, level.depth + 1, levels);
  if (built !== undefined) dom.insert(level.container, built, undefined);
}

function openShadow(
  mirror: Mirror,
  top: TreeNode,
  host: Node,
  depth: number,
  levels: Level[],
): void {
  const shadow = dom.attachShadow(host as Element, top.tag === "closed" ? "closed" : "open");
  if (shadow === undefined) return;
  mirror.containers.set(top.id, { node: shadow, depth });
  mirror.late.push(top);
  levels.push({ next: top.first, container: shadow, depth });
}

/** Attaches a shadow root that came later than its host. */
export function growShadow(mirror: Mirror, top: TreeNode, host: Container): void {
  const shadow = dom.attachShadow(host.node as Element, top.tag === "closed" ? "closed" : "open");
  if (shadow !== undefined) fill(mirror, top, shadow, host.depth);
}

function make(
  mirror: Mirror,
  document: Document,
  node: TreeNode,
  depth: number,
  levels: Level[],
): Node | undefined {
  if (isElement(node)) return makeElement(mirror, document, node, depth, levels);
  if (node.kind !== NodeType.Text && node.kind !== NodeType.Comment) return undefined;
  const built =
    node.kind === NodeType.Text ? dom.createText(document, node.text) : dom.createComment(document);
  mirror.built.set(node.id, built);
  return built;
}

const NAMESPACE = {
  [NodeType.Element]: dom.NAMESPACES.html,
  [NodeType.Svg]: dom.NAMESPACES.svg,
  [NodeType.MathMl]: dom.NAMESPACES.mathml,
} as const;

function makeElement(
  mirror: Mirror,
  document: Document,
  node: TreeNode,
  depth: number,
  levels: Level[],
): Element | undefined {
  const plan = planElement(node.kind, node.tag);
  // A stand-in is an HTML element wherever it stands, so that it is laid out as nothing.
  const namespace = plan.hidden === true ? dom.NAMESPACES.html : namespaceOf(node);
  const element = dom.attempt(() => dom.createElement(document, namespace, plan.tag));
  if (element === undefined) return undefined;
  mirror.built.set(node.id, element);
  mirror.origin.set(node.id, node);
  mirror.meant.set(element, node);
  if (isMoving(node)) mirror.moving.add(node);
  if (node.kind === NodeType.Svg && SMIL.test(node.tag)) mirror.timed.add(node);
  dress(mirror, node, element, plan);
  if (plan.open) {
    mirror.containers.set(node.id, { node: element, depth });
    levels.push({ next: node.first, container: element, depth });
  }
  if (node.first?.kind === NodeType.Frame && plan.tag === "iframe") {
    mirror.frames.set(node.first, undefined);
  }
  if (node.state !== NO_STATE || mirror.sheets.has(node.id)) mirror.late.push(node);
  return element;
}

function namespaceOf(node: TreeNode): string {
  return node.kind === NodeType.Svg || node.kind === NodeType.MathMl
    ? NAMESPACE[node.kind]
    : NAMESPACE[NodeType.Element];
}

/** Sets all attributes. */
export function dress(mirror: Mirror, node: TreeNode, element: Element, plan: Plan): void {
  if (plan.tag === "iframe") {
    dom.setAttribute(element, "sandbox", "allow-same-origin");
    noteGuest(mirror, node);
  }
  if (plan.tag === "video" || plan.tag === "audio")
    dom.setAttribute(element, "preload", "metadata");
  const assets = assetsFor(mirror, node);
  if (plan.hidden !== true) {
    for (const [name, value] of node.attributes)
      setPlanned(node, element, plan, name, value, assets);
  }
  dressStyle(node, element, plan, assets);
  if (plan.tag === "style") refreshSheet(mirror, node, element);
}

/** The page in a frame of another origin was recorded as a tab of its own. */
function noteGuest(mirror: Mirror, node: TreeNode): void {
  const tab = node.attributes.get("ff-frame");
  if (tab === undefined) mirror.guests.delete(node.id);
  else mirror.guests.set(node.id, tab);
}

/** Sets one attribute again, or removes it. */
export function dressOne(mirror: Mirror, node: TreeNode, element: Element, name: string): void {
  const plan = planElement(node.kind, node.tag);
  if (plan.hidden === true) return;
  const lower = name.toLowerCase();
  if (lower === "ff-frame" && plan.tag === "iframe") noteGuest(mirror, node);
  const value = node.attributes.get(name);
  const assets = assetsFor(mirror, node);
  if (lower !== "sandbox" && lower !== "preload") dom.removeAttribute(element, name);
  if (lower === "xlink:href") dom.removeAttribute(element, "href");
  if (RENAMED.has(lower)) dom.removeAttribute(element, `data-ff-${lower}`);
  if (lower.startsWith("ff-")) dom.removeAttribute(element, `data-${lower}`);
  if (value !== undefined) setPlanned(node, element, plan, name, value, assets);
  dressStyle(node, element, plan, assets);
  if (plan.tag === "style") refreshSheet(mirror, node, element);
}

function setPlanned(
  node: TreeNode,
  element: Element,
  plan: Plan,
  name: string,
  value: string,
  assets: CssAssets,
): void {
  const tag = node.kind === NodeType.Element ? plan.tag : node.tag;
  const planned = planAttribute(node.kind, tag, name, value, assets);
  for (const [safeName, safeValue] of planned) {
    if (safeName !== "style") dom.setAttribute(element, safeName, safeValue);
  }
  // Style sheets select by what means nothing to the browser, too.
  const isOwn = planned.length === 0 && node.kind === NodeType.Element && mayBeOwn(tag, name);
  if (isOwn && !dom.gives(element, tag, name)) dom.setAttribute(element, name, value);
}

const HATCHED =
  "repeating-linear-gradient(45deg,rgb(128 128 128/.18) 0 8px,rgb(128 128 128/.3) 8px 16px)";

/** The style attribute, together with what stand-ins need to take the right room. */
function dressStyle(node: TreeNode, element: Element, plan: Plan, assets: CssAssets): void {
  if (plan.hidden === true) {
    dom.setAttribute(element, "style", "display:none!important");
    return;
  }
  const recorded = node.attributes.get("style");
  const parts: string[] = [];
  if (plan.tag === "ff-object") {
    const size = (name: string, otherwise: number) =>
      `${name}:${Math.min(Number.parseFloat(node.attributes.get(name) ?? "") || otherwise, 16384)}px`;
    parts.push("display:inline-block", size("width", 300), size("height", 150));
  }
  if (plan.tag === "canvas") parts.push(canvasStyle(node));
  if (recorded !== undefined) {
    for (const [, value] of planAttribute(node.kind, plan.tag, "style", recorded, assets))
      parts.push(value);
  }
  const [, width, height] =
    /^(\d{1,6})x(\d{1,6})$/.exec(node.attributes.get("ff-blocked") ?? "") ?? [];
  if (width !== undefined && height !== undefined) {
    parts.push(`box-sizing:border-box;width:${width}px;height:${height}px;background:${HATCHED}`);
  }
  if (plan.tag === "canvas") parts.push(...canvasPicture(node, assets));
  if (parts.length > 0) dom.setAttribute(element, "style", parts.join(";"));
  else dom.removeAttribute(element, "style");
}

/** Scripting is off, where a canvas is laid out as text: an empty image of its size makes a picture of it again. */
function canvasStyle(node: TreeNode): string {
  const size = (name: string, otherwise: number) =>
    /^\s*\+?(\d{1,5})/.exec(node.attributes.get(name) ?? "")?.[1] ?? otherwise;
  const svg = `<svg xmlns='http://www.w3.org/2000/svg' width='${size("width", 300)}' height='${size("height", 150)}'/>`;
  return `content:url("data:image/svg+xml,${encodeURIComponent(svg)}")`;
}

/** What was drawn on it; a hatched box where that could not be read. */
function canvasPicture(node: TreeNode, assets: CssAssets): readonly string[] {
  const recorded = node.attributes.get("ff-canvas");
  if (recorded === undefined) return [];
  const url = recorded.startsWith("ff:") ? safeUrl(recorded, assets) : undefined;
  if (url === undefined) return recorded.startsWith("ff:") ? [] : [`background:${HATCHED}`];
  return [
    `background-image:url("${url}")!important`,
    "background-size:100% 100%!important",
    "background-position:0 0!important",
    "background-repeat:no-repeat!important",
    "background-origin:content-box!important",
  ];
}

/** After an insertion: fills the frames that are now in the document, and sets what only works there. */
export function finish(mirror: Mirror): void {
  fillFrames(mirror);
  for (const node of mirror.late.splice(0)) applyStates(mirror, node);
}

function fillFrames(mirror: Mirror): void {
  let left = MAX_NESTED_FRAMES;
  // Frames within frames join the map while it is walked.
  for (const [frame, filled] of mirror.frames) {
    const host = frame.parent === undefined ? undefined : mirror.built.get(frame.parent.id);
    const document = host === undefined ? undefined : dom.contentOf(host);
    if (document === undefined || document === filled || --left < 0) continue;
    forget(mirror, frame, false);
    mirror.frames.set(frame, document);
    dom.prepareDocument(document, modeOf(frame, isQuirky(frame)));
    fill(mirror, frame, document, mirror.containers.get(frame.id)?.depth ?? 0);
  }
}

/** A document without a doctype is quirky, but not in `srcdoc`. */
function isQuirky(frame: TreeNode): boolean {
  return doctypeOf(frame) === undefined && frame.parent?.attributes.has("srcdoc") !== true;
}

function doctypeOf(root: TreeNode | undefined): TreeNode | undefined {
  const top = root?.first?.kind === NodeType.Document ? root.first : root;
  let child = top?.first;
  while (child !== undefined && child.kind !== NodeType.Doctype) child = child.next;
  return child;
}

function modeOf(root: TreeNode | undefined, quirks: boolean): dom.Mode {
  if (quirks) return "quirks";
  return ALMOST_STANDARD.test(doctypeOf(root)?.publicId ?? "") ? "almost" : "standards";
}

/** Forgets what was built for a subtree; its top is spared on demand. */
export function forget(mirror: Mirror, top: TreeNode, withTop: boolean): void {
  let node = withTop ? top : top.first;
  while (node !== undefined) {
    mirror.built.delete(node.id);
    mirror.origin.delete(node.id);
    mirror.timed.delete(node);
    mirror.roots.delete(node.id);
    mirror.containers.delete(node.id);
    mirror.frames.delete(node);
    mirror.guests.delete(node.id);
    node = node.first ?? following(node, top);
  }
}
