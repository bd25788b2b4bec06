// The DOM through its prototypes. In a recorded page `<form name="appendChild">` or `<img name="createElement">` hides
// the property of that name; the prototypes of the player's own window cannot be hidden, and work on the frame's nodes.
// What the DOM refuses (a bad name, a second root element) is refused quietly: uploads can be forged.

// The overloads of these two hide their simple form from `call`.
const openDocument: (this: Document) => Document = Document.prototype.open;
const scrollElement: (this: Element, to: ScrollToOptions) => void = Element.prototype.scrollTo;

type Getter<T> = (this: object) => T;

function getter<T>(prototype: object, name: string): Getter<T> {
  const found = Object.getOwnPropertyDescriptor(prototype, name)?.get;
  if (found === undefined) throw new Error(`This browser has no ${name}.`);
  return found;
}

function setter(prototype: object, name: string): (this: object, value: unknown) => void {
  const found = Object.getOwnPropertyDescriptor(prototype, name)?.set;
  if (found === undefined) throw new Error(`This browser cannot set ${name}.`);
  return found;
}

const HTML = "http://www.w3.org/1999/xhtml";
const SVG = "http://www.w3.org/2000/svg";
const MATHML = "http://www.w3.org/1998/Math/MathML";
export const NAMESPACES = { html: HTML, svg: SVG, mathml: MATHML } as const;

const getFirst = getter<Node | null>(Node.prototype, "firstChild");
const getType = getter<number>(Node.prototype, "nodeType");
const getParent = getter<Node | null>(Node.prototype, "parentNode");
const getOwner = getter<Document | null>(Node.prototype, "ownerDocument");
const getView = getter<(Window & typeof globalThis) | null>(Document.prototype, "defaultView");
const getMode = getter<string>(Document.prototype, "compatMode");
const getRoot = getter<Element | null>(Document.prototype, "documentElement");
const getContent = getter<Document | null>(HTMLIFrameElement.prototype, "contentDocument");
const getFocused = getter<Element | null>(Document.prototype, "activeElement");
const getScroller = getter<Element | null>(Document.prototype, "scrollingElement");
const getControl = getter<Element | null>(HTMLLabelElement.prototype, "control");
const getSheet = getter<CSSStyleSheet | null>(HTMLStyleElement.prototype, "sheet");
const getSvg = getter<SVGSVGElement | null>(SVGElement.prototype, "ownerSVGElement");
const setAdopted = setter(Document.prototype, "adoptedStyleSheets");
const setShadowAdopted = setter(ShadowRoot.prototype, "adoptedStyleSheets");
const setText = setter(Node.prototype, "textContent");

/** The result, or undefined where the DOM refuses. */
export function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}

export function createElement(document: Document, namespace: string, tag: string): Element {
  return Document.prototype.createElementNS.call(document, namespace, tag);
}

export function createText(document: Document, text: string): Text {
  return Document.prototype.createTextNode.call(document, text);
}

export function createComment(document: Document): Comment {
  return Document.prototype.createComment.call(document, "");
}

export function insert(parent: Node, node: Node, before: Node | undefined): boolean {
  const done = attempt(() => Node.prototype.insertBefore.call(parent, node, before ?? null));
  return done !== undefined;
}

export function remove(node: Node): void {
  const parent = getParent.call(node);
  if (parent !== null) Node.prototype.removeChild.call(parent, node);
}

export function clear(parent: Node): void {
  for (let child = getFirst.call(parent); child !== null; child = getFirst.call(parent)) {
    Node.prototype.removeChild.call(parent, child);
  }
}

export function setTextContent(node: Node, text: string): void {
  setText.call(node, text);
}

export function setAttribute(element: Element, name: string, value: string): void {
  // Set again, a `src` would load again.
  if (Element.prototype.getAttribute.call(element, name) === value) return;
  attempt(() => Element.prototype.setAttribute.call(element, name, value));
}

const MAX_MEANINGS = 10_000;
const meanings = new Map<string, boolean>();

/** Whether this browser gives the attribute a meaning on such an element: then a property reflects it. */
export function gives(element: Element, tag: string, attribute: string): boolean {
  const key = `${tag} ${attribute}`;
  const known = meanings.get(key);
  if (known !== undefined) return known;
  const wanted = attribute.toLowerCase();
  let found = false;
  let at: object | null = Object.getPrototypeOf(element);
  for (; at !== null && !found; at = Object.getPrototypeOf(at)) {
    found = Object.getOwnPropertyNames(at).some((name) => name.toLowerCase() === wanted);
  }
  if (meanings.size < MAX_MEANINGS) meanings.set(key, found);
  return found;
}

export function hasAttribute(element: Element, name: string): boolean {
  return Element.prototype.hasAttribute.call(element, name);
}

/** Whether it is the document's one element. */
export function isRoot(element: Element): boolean {
  const parent = getParent.call(element);
  return parent !== null && isDocument(parent);
}

export function removeAttribute(element: Element, name: string): void {
  Element.prototype.removeAttribute.call(element, name);
}

/** The roots that were attached here: closed ones cannot be asked for. */
const shadows = new WeakMap<Element, ShadowRoot>();

export function attachShadow(host: Element, mode: ShadowRootMode): ShadowRoot | undefined {
  const root = attempt(() => Element.prototype.attachShadow.call(host, { mode }));
  if (root !== undefined) shadows.set(host, root);
  return root;
}

/** The shadow root of an element, closed ones too. */
export function shadowOf(host: Element): ShadowRoot | undefined {
  return shadows.get(host);
}

export function documentOf(node: Node): Document | undefined {
  return isDocument(node) ? node : (getOwner.call(node) ?? undefined);
}

export function isDocument(node: Node): node is Document {
  return getType.call(node) === Node.DOCUMENT_NODE; // `instanceof` fails across windows
}

export function windowOf(document: Document): (Window & typeof globalThis) | undefined {
  return getView.call(document) ?? undefined;
}

export function rootOf(document: Document): Element | undefined {
  return getRoot.call(document) ?? undefined;
}

export function scrollerOf(document: Document): Element | undefined {
  return getScroller.call(document) ?? getRoot.call(document) ?? undefined;
}

export function isQuirky(document: Document): boolean {
  return getMode.call(document) === "BackCompat";
}

export interface Place {
  readonly node: Node;
  readonly offset: number;
}

/** Highlights what lies between two places, in either order; nothing where they are left out. */
export function highlight(
  document: Document,
  name: string,
  first: Place | undefined,
  last: Place | undefined,
): void {
  const view = windowOf(document);
  attempt(() => {
    const highlights = view?.CSS.highlights;
    if (view === undefined || highlights === undefined) return;
    highlights.delete(name);
    if (first === undefined || last === undefined) return;
    const range = Document.prototype.createRange.call(document);
    range.setStart(first.node, inside(first));
    range.setEnd(last.node, inside(last));
    // Set so, a range whose end lies before its start has collapsed onto the end.
    if (range.collapsed) range.setEnd(first.node, inside(first));
    highlights.set(name, new view.Highlight(range));
  });
}

const getChildren = getter<NodeListOf<ChildNode>>(Node.prototype, "childNodes");
const getValue = getter<string | null>(Node.prototype, "nodeValue");

function inside({ node, offset }: Place): number {
  const most = getValue.call(node)?.length ?? getChildren.call(node).length;
  return Math.min(Math.max(0, offset), most);
}

/** Room that a scroll bar takes in this browser, CSS px. */
export function barWidth(): number {
  barRoom ??= measureBar();
  return barRoom;
}

let barRoom: number | undefined;

function measureBar(): number {
  const probe = document.createElement("div");
  probe.style.cssText = "position:fixed;visibility:hidden;overflow:scroll;width:100px;height:100px";
  document.body.append(probe);
  const width = probe.offsetWidth - probe.clientWidth;
  probe.remove();
  return width;
}

/** Makes a style sheet with the frame's own constructor: others are refused there. */
export function makeSheet(document: Document, text: string): CSSStyleSheet | undefined {
  const view = windowOf(document);
  if (view === undefined) return undefined;
  return attempt(() => {
    const sheet = new view.CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
}

/** Lets a root adopt sheets of its document. */
export function adopt(
  root: Document | ShadowRoot,
  sheets: readonly (CSSStyleSheet | undefined)[],
): void {
  const all = sheets.filter((sheet) => sheet !== undefined);
  attempt(() => (isDocument(root) ? setAdopted : setShadowAdopted).call(root, all));
}

/** All animations in a document or shadow root. */
export function animationsOf(root: Node): readonly Animation[] {
  const proto = isDocument(root) ? Document.prototype : ShadowRoot.prototype;
  if (!isDocument(root) && getType.call(root) !== Node.DOCUMENT_FRAGMENT_NODE) return [];
  return attempt(() => proto.getAnimations.call(root as Document & ShadowRoot)) ?? [];
}

export function animate(
  element: Element,
  keyframes: Keyframe[],
  options: KeyframeAnimationOptions,
): Animation | undefined {
  return attempt(() => Element.prototype.animate.call(element, keyframes, options));
}

/** Lets an SVG's own animations stand at a time in ms. */
export function setSvgTime(svg: SVGSVGElement, time: number): void {
  attempt(() => {
    SVGSVGElement.prototype.pauseAnimations.call(svg);
    SVGSVGElement.prototype.setCurrentTime.call(svg, time / 1000);
  });
}

export function outermostSvg(element: Node): SVGSVGElement | undefined {
  let svg = getSvg.call(element);
  for (let outer = svg; outer !== null; outer = getSvg.call(outer)) svg = outer;
  return svg ?? undefined;
}

/** The sheet of a style element in a document. */
export function sheetOf(element: Element): CSSStyleSheet | undefined {
  return attempt(() => getSheet.call(element) ?? undefined);
}

/** How a document is laid out; the "almost" of old transitional doctypes differs in tables with images. */
export type Mode = "quirks" | "almost" | "standards";

const DOCTYPES: Readonly<Record<Mode, string>> = {
  quirks: "",
  almost: '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "">',
  standards: "<!DOCTYPE html>",
};

const almost = new WeakSet<Document>();

function modeOf(document: Document): Mode {
  if (isQuirky(document)) return "quirks";
  return almost.has(document) ? "almost" : "standards";
}

/** Empties a document, and gives it the rendering mode that the recorded one had. */
export function prepareDocument(document: Document, mode: Mode): void {
  if (modeOf(document) !== mode) {
    // Only the parser sets the mode. The document keeps its content security policy and its sandbox.
    openDocument.call(document);
    Document.prototype.write.call(document, `${DOCTYPES[mode]}<html></html>`);
    Document.prototype.close.call(document);
    if (mode === "almost") almost.add(document);
    else almost.delete(document);
  }
  clear(document);
}

export function contentOf(frame: Node): Document | undefined {
  return attempt(() => getContent.call(frame) ?? undefined);
}

export function showPopover(element: Element, shown: boolean): void {
  const { showPopover: show, hidePopover: hide } = HTMLElement.prototype;
  attempt(() => (shown ? show : hide).call(element as HTMLElement));
}

/** The field that a label is for. */
export function controlOf(label: Element): Element | undefined {
  return attempt(() => getControl.call(label) ?? undefined);
}

/** Takes the focus from whatever has it in the node's document. */
export function blur(node: Node): void {
  const document = documentOf(node);
  const focused = document === undefined ? null : getFocused.call(document);
  if (focused !== null) attempt(() => HTMLElement.prototype.blur.call(focused));
}

export function scroll(element: Element, left: number, top: number): void {
  // "instant": the page's own `scroll-behavior: smooth` would be late.
  scrollElement.call(element, { left, top, behavior: "instant" });
}

/** Left, top, width and height in CSS px, from the top left of its document. */
export function boxOf(element: Element): readonly [number, number, number, number] {
  const { left, top, width, height } = Element.prototype.getBoundingClientRect.call(element);
  const document = documentOf(element);
  const view = document === undefined ? undefined : windowOf(document);
  return [left + (view?.scrollX ?? 0), top + (view?.scrollY ?? 0), width, height];
}
