// Reading the rebuilt page: what stands in what, where, and how it looks. Never by a property that a page can hide.

import { elementKey } from "../../dom/element-key.ts";
import { frameOf } from "../../dom/frame.ts";
import { MARK_ATTRIBUTE } from "../pseudo.ts";
import * as dom from "../safe-dom.ts";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const MAX_RULES = 20_000;
const MAX_SHOWN_RULES = 40;
/** What the player itself puts into the page; other names with "data-ff-" are recorded ones that it made harmless. */
const OWN = /^data-ff-(?:is-|undefined$)/;
const RENAMED = /data-ff-(?=[a-z])/g;
const MARKED = new RegExp(`\\[${MARK_ATTRIBUTE}([a-z-]+)\\]`, "g");

function getter<T>(prototype: object, name: string): (this: object) => T {
  const found = Object.getOwnPropertyDescriptor(prototype, name)?.get;
  if (found === undefined) throw new Error(`This browser has no ${name}.`);
  return found;
}

const firstChild = getter<Node | null>(Node.prototype, "firstChild");
const nextSibling = getter<Node | null>(Node.prototype, "nextSibling");
const parentNode = getter<Node | null>(Node.prototype, "parentNode");
const nodeType = getter<number>(Node.prototype, "nodeType");
const nodeValue = getter<string | null>(Node.prototype, "nodeValue");
const localName = getter<string>(Element.prototype, "localName");
const host = getter<Element>(ShadowRoot.prototype, "host");
const attributes = getter<NamedNodeMap>(Element.prototype, "attributes");
const mode = getter<ShadowRootMode>(ShadowRoot.prototype, "mode");
const connected = getter<boolean>(Node.prototype, "isConnected");

export function isConnected(node: Node): boolean {
  return connected.call(node);
}

export function isElement(node: Node): node is Element {
  return nodeType.call(node) === Node.ELEMENT_NODE;
}

/** A shadow tree, the document in a frame, elements, and texts that are not blank. */
export function childrenOf(node: Node): readonly Node[] {
  const found: Node[] = [];
  if (isElement(node)) {
    const shadow = dom.shadowOf(node);
    if (shadow !== undefined) found.push(shadow);
    const content = dom.attempt(() => dom.contentOf(node));
    if (content !== undefined) return [content];
  }
  for (let at = firstChild.call(node); at !== null; at = nextSibling.call(at)) {
    if (isElement(at) || textOf(at) !== "") found.push(at);
  }
  return found;
}

/** Of a text node, without the blanks around it. */
function textOf(node: Node): string {
  return nodeType.call(node) === Node.TEXT_NODE ? (nodeValue.call(node) ?? "").trim() : "";
}

/** What stands around it: out of shadow trees and frames, too. */
export function parentOf(node: Node): Node | undefined {
  const parent = parentNode.call(node);
  if (parent !== null) return parent;
  if (dom.isDocument(node)) return frameOf(node);
  // Of another window's class, so that `instanceof` would not know it.
  return dom.attempt(() => host.call(node));
}

/** How a node is called in the tree. */
export function nameOf(node: Node): string {
  if (isElement(node)) {
    const id = Element.prototype.getAttribute.call(node, "id");
    const classes = (Element.prototype.getAttribute.call(node, "class") ?? "").trim();
    const suffix = classes === "" ? "" : `.${classes.split(/\s+/).slice(0, 3).join(".")}`;
    return localName.call(node) + (id ? `#${id}` : "") + suffix;
  }
  if (dom.isDocument(node)) return "document";
  const text = textOf(node);
  if (text === "") return isClosed(node) ? "shadow root (closed)" : "shadow root";
  return `“${text.length > 80 ? `${text.slice(0, 79)}…` : text}”`;
}

function isClosed(root: Node): boolean {
  return dom.attempt(() => mode.call(root)) === "closed";
}

/** Its key within the recorded page: without the way to the frame in which the page was rebuilt. */
export function keyOf(element: Element, outermost: Document | undefined): string {
  const frame = outermost && frameOf(outermost);
  const prefix = frame === undefined ? "" : `${elementKey(frame)} ||| `;
  const key = elementKey(element);
  return key.startsWith(prefix) ? key.slice(prefix.length) : key;
}

/** As recorded, without what the player adds. */
export function attributesOf(element: Element): readonly (readonly [string, string])[] {
  return Array.from(attributes.call(element))
    .filter(({ name }) => !OWN.test(name))
    .map(({ name, value }) => [name.replace(RENAMED, ""), value] as const);
}

/** Where it lies in the outermost page's viewport, CSS px. */
export function boxOf(element: Element, outermost: Document | undefined): Box {
  const rect = Element.prototype.getBoundingClientRect.call(element);
  let { x, y } = rect;
  let document = dom.documentOf(element);
  while (document !== undefined && document !== outermost) {
    const frame: Element | undefined = frameOf(document);
    if (frame === undefined) break;
    const around = Element.prototype.getBoundingClientRect.call(frame);
    x += around.x;
    y += around.y;
    document = dom.documentOf(frame);
  }
  return { x, y, width: rect.width, height: rect.height };
}

/** The innermost element at a place of the viewport: into shadow trees and frames. */
export function elementAt(document: Document, x: number, y: number): Element | undefined {
  let found = Document.prototype.elementFromPoint.call(document, x, y) ?? undefined;
  for (let depth = 0; found !== undefined && depth < 32; depth++) {
    const at: Element = found;
    const content = dom.attempt(() => dom.contentOf(at));
    const shadow = dom.shadowOf(at);
    let inner: Element | undefined;
    if (content !== undefined) {
      const around = Element.prototype.getBoundingClientRect.call(at);
      inner = elementAt(content, x - around.x, y - around.y);
    } else if (shadow !== undefined) {
      inner = ShadowRoot.prototype.elementFromPoint.call(shadow, x, y) ?? undefined;
    }
    if (inner === undefined || inner === at) return at;
    found = inner;
  }
  return found;
}

/** Whether it is the other, or around it. */
export function isAround(element: Element, other: Node): boolean {
  for (let at: Node | undefined = other; at !== undefined; at = parentOf(at)) {
    if (at === element) return true;
  }
  return false;
}

// biome-ignore format: one name a line would be a page
const SHOWN_STYLES = [
  "display", "position", "width", "height", "margin", "padding", "color", "background-color",
  "font-family", "font-size", "font-weight", "line-height", "border", "opacity", "visibility",
  "cursor", "z-index", "overflow",
];

export function stylesOf(element: Element): readonly (readonly [string, string])[] {
  const view = dom.windowOf(dom.documentOf(element) ?? document);
  const style = view?.getComputedStyle(element);
  if (style === undefined) return [];
  return SHOWN_STYLES.map((name) => [name, style.getPropertyValue(name)] as const);
}

/** The rules of the recorded sheets that apply to it, in the order of the sheets. */
export function rulesOf(element: Element): readonly string[] {
  const root = Node.prototype.getRootNode.call(element) as Document | ShadowRoot;
  const view = dom.windowOf(dom.documentOf(element) ?? document);
  const sheets = dom.attempt(() => [...root.styleSheets, ...root.adoptedStyleSheets]) ?? [];
  const waiting = sheets.map((sheet) => dom.attempt(() => Array.from(sheet.cssRules)) ?? []);
  const found: string[] = [];
  let left = MAX_RULES;
  const todo: CSSRule[] = waiting.flat().reverse();
  while (todo.length > 0 && left-- > 0 && found.length < MAX_SHOWN_RULES) {
    const rule = todo.pop();
    if (rule === undefined) break;
    if ("selectorText" in rule && matches(element, String(rule.selectorText))) {
      found.push(rule.cssText.replace(MARKED, ":$1").replace(RENAMED, ""));
    } else if ("cssRules" in rule && holds(rule, view)) {
      todo.push(...Array.from(rule.cssRules as CSSRuleList).reverse());
    }
  }
  return found;
}

function matches(element: Element, selector: string): boolean {
  return dom.attempt(() => Element.prototype.matches.call(element, selector)) ?? false;
}

function holds(rule: CSSRule, view: Window | undefined): boolean {
  if (!("media" in rule)) return true;
  return view?.matchMedia(String((rule.media as MediaList).mediaText)).matches ?? false;
}
