// Element keys: short, stable names of elements that hold no visible text, found again in a rebuilt page.
//
// A key is a path of steps, and begins at the nearest element that its author named:
//   #buy                       an id that is unique and not generated
//   button[data-testid="buy"]  a test attribute or a form field's name, unique in its tree
//   form#pay input[name="zip"] a name that is unique in its form only
//   body>ul                    the document's body starts a path too
//   #list>li:3>a               the third li among its li siblings; ":1" is left out
//   #list>li:3@1x9kz>a         the item of that name (a digest of its text as recorded), wherever it stands by now;
//                              it was the third. The last step that has a name is what its element is known by
//   li~17                      the 17th li of the tree: where the path would be too long
// A plain key begins at the body and takes no ids for granted. In it "li:*@1x9kz" is the only li there called so, wherever
// it stands, and "li:3@" one of several that says nothing.
// " >>> " leads into a shadow root, " ||| " into the document of a frame.

import { AS_RECORDED, itemName, nameDigest, nameOf, type Reader } from "./element-name.ts";
import { documentOf, frameOf } from "./frame.ts";

const MAX_KEY = 300;
/** Neighbours whose names are looked at: of a longer list, an item's place is told, too. */
const MAX_COMPARED = 50;
const SHADOW = " >>> ";
const FRAME = " ||| ";
const BODY = "body";

const NAMING = ["data-testid", "data-test", "data-cy", "data-qa", "data-test-id"];
const PLAIN_VALUE = /^[\w.:/-]{1,64}$/;
// Ids and values that a framework or a database counted up, or that could name a person.
const GENERATED =
  /^[\d_:«]|:|\d{4}|[a-f\d]{8}|(?=\w*\d)(?=\w*[a-z])(?=\w*[A-Z])\w{6}|^(radix|headlessui|react-aria|ember|mui|ext-gen|yui)/;
// Words that look drawn by lot: five letters or more with digits among them, or without a vowel.
const HASHED =
  /(^|[-_.:/])(?=[a-z\d]{5})([a-z]*\d+[a-z][a-z\d]*|[bcdfghj-np-tvwxz]{5,}\d*)($|[-_.:/])/i;

/** Where a path starts: everything that has children and can be searched. */
type Tree = Document | ShadowRoot;

/** The shadow root of a host; a caller that knows closed ones passes its own. */
export type ShadowOf = (host: Element) => ShadowRoot | null | undefined;

const openShadow: ShadowOf = (host) => host.shadowRoot;

/** The stable key of an element, at most 300 characters long; "" if it is in no document. */
export function elementKey(element: Element, reader: Reader = AS_RECORDED): string {
  return keyOf(element, reader, USUAL);
}

/** A key that is written without what its author named, so that it holds where those names are made anew; "": `key` has none. */
export function plainKey(element: Element, key: string, reader: Reader = AS_RECORDED): string {
  return /[#[]/.test(key) ? keyOf(element, reader, PLAIN) : "";
}

/** What a kind of keys is made of. */
interface Style {
  /** A selector that alone finds an element in its tree, or "". */
  anchor(element: Element, tree: Tree): string;
  /** A step, with what it is called or without. @param path from there on @param isNamed something in that has a name */
  step(element: Element, path: string, isNamed: boolean, reader: Reader): string;
}

const USUAL: Style = {
  anchor: anchorOf,
  step: (element, _, isNamed, reader) =>
    step(element) + (isNamed && !isItem(element) ? "" : called(element, reader)),
};

const PLAIN: Style = {
  anchor: (element, tree) => (isBody(element, tree) ? BODY : ""),
  step: (element, path, isNamed, reader) => {
    if (!isAmongAlike(element)) return step(element) + (isNamed ? "" : called(element, reader));
    const name = called(element, reader, true);
    const isAlone = path && name && isOnlyCalled(element, name, reader);
    return (isAlone ? `${CSS.escape(element.localName)}:*` : step(element)) + (name || "@");
  },
};

function keyOf(element: Element, reader: Reader, style: Style): string {
  let key = "";
  for (let at: Element | undefined = element; at; ) {
    const tree: Node = at.getRootNode();
    if (!isTree(tree)) return "";
    key = keyInTree(at, tree, MAX_KEY - key.length, reader, style) + key;
    const host: Element | undefined = "host" in tree ? tree.host : frameOf(tree);
    if (host) key = ("host" in tree ? SHADOW : FRAME) + key;
    at = host;
  }
  return key.slice(0, MAX_KEY);
}

/** The element that `elementKey` named so, in the same page or one rebuilt from it. */
export function findByKey(
  root: Document,
  key: string,
  shadowOf: ShadowOf = openShadow,
): Element | undefined {
  return find(root, key, shadowOf, findNamed) ?? find(root, key, shadowOf, findPlaced);
}

/** The same, but never one that is only in the same place and is called something else. */
export function findSurely(root: Document, key: string): Element | undefined {
  return find(root, key, openShadow, findNamed);
}

function find(
  root: Document,
  key: string,
  shadowOf: ShadowOf,
  findInTree: (tree: Tree, path: string) => Element | undefined,
): Element | undefined {
  let tree: Tree | undefined = root;
  let found: Element | undefined;
  for (const part of key.split(/( >>> | \|\|\| )/)) {
    if (part === SHADOW) tree = (found && shadowOf(found)) ?? undefined;
    else if (part === FRAME) tree = found && documentOf(found);
    else found = tree && findInTree(tree, part);
  }
  return found;
}

function isTree(node: Node): node is Tree {
  return node.nodeType === 9 || (node.nodeType === 11 && "host" in node);
}

function keyInTree(
  element: Element,
  tree: Tree,
  room: number,
  reader: Reader,
  style: Style,
): string {
  let path = "";
  let isNamed = false;
  for (let at: Element | null = element; at; at = at.parentElement) {
    const anchor = style.anchor(at, tree);
    if (anchor || !at.parentElement) {
      const key = (anchor || step(at)) + path;
      return key.length > room ? numbered(element, tree) : key;
    }
    const next: string = style.step(at, path, isNamed, reader);
    isNamed ||= /@\w/.test(next);
    path = `>${next}${path}`;
    if (path.length > room) break;
  }
  return numbered(element, tree);
}

/** "@" and what the element is called; "" if it says nothing. */
function called(element: Element, reader: Reader, isOneOfMany = isItem(element)): string {
  const name = isOneOfMany ? itemName(element, reader) : nameOf(element, reader);
  return name && `@${nameDigest(name)}`;
}

/** Whether no other child of the same parent is called so. */
function isOnlyCalled(element: Element, name: string, reader: Reader): boolean {
  const alike = Array.from(element.parentElement?.children ?? []).filter(
    (one) => one !== element && one.localName === element.localName,
  );
  return alike.length < MAX_COMPARED && !alike.some((one) => called(one, reader, true) === name);
}

const ITEMS = /^(li|tr|option|article|section|fieldset|figure|dt|dd)$/;
const ITEM_ROLES = /^(listitem|row|option|article|treeitem)$/;

/** Whether an element is one of several of a kind, and so may stand elsewhere tomorrow. */
function isItem(element: Element): boolean {
  if (ITEMS.test(element.localName)) return true;
  if (ITEM_ROLES.test(element.getAttribute("role") ?? "")) return true;
  const kind = element.getAttribute("class");
  const isAlike = (other: Element | null) =>
    other?.localName === element.localName && other.getAttribute("class") === kind;
  return !!kind && (isAlike(element.previousElementSibling) || isAlike(element.nextElementSibling));
}

/** Whether an element is an item or else built like its neighbour, as cards are that have no class. */
function isAmongAlike(element: Element): boolean {
  if (isItem(element)) return true;
  // A list is not called what the first of its items is called today.
  const [first, second] = element.children;
  if (first?.firstElementChild && isBuiltAlike(first, second)) return false;
  return (
    isBuiltAlike(element, element.previousElementSibling) ||
    isBuiltAlike(element, element.nextElementSibling)
  );
}

function isBuiltAlike(one: Element, other: Element | null | undefined): boolean {
  return (
    other?.localName === one.localName &&
    other.childElementCount === one.childElementCount &&
    other.firstElementChild?.localName === one.firstElementChild?.localName
  );
}

function isBody(element: Element, tree: Tree): boolean {
  return BODY in tree && tree.body === element;
}

/** A selector that alone finds this element in its tree, made of what its author called it. */
function anchorOf(element: Element, tree: Tree): string {
  const tag = CSS.escape(element.localName);
  if (isBody(element, tree)) return BODY;
  const isField = /^(input|select|textarea|button|form)$/.test(tag);
  const named = isField ? attributeSelector(element, tag, "name") : "";
  const given = givenName(element, "id");
  const id = isCounted(element, given) ? "" : given;
  const selectors = [
    id && `#${CSS.escape(id)}`,
    ...NAMING.map((name) => attributeSelector(element, tag, name)),
    named,
  ];
  const selector = selectors.find((candidate) => candidate && isOnly(tree, candidate));
  if (selector || !named) return selector ?? "";
  const form = element.closest("form");
  const formKey = form && form !== element && isOnly(form, named) ? anchorOf(form, tree) : "";
  return formKey && `${formKey} ${named}`;
}

function attributeSelector(element: Element, tag: string, name: string): string {
  const value = givenName(element, name);
  return value && `${tag}[${name}="${value}"]`;
}

/** An attribute's value if a person chose it, so that it will be the same tomorrow; else "". */
function givenName(element: Element, name: string): string {
  const value = element.getAttribute(name) ?? "";
  return PLAIN_VALUE.test(value) && !GENERATED.test(value) && !HASHED.test(value) ? value : "";
}

/** Whether an id is one of a row (item-1, item-2): it then tells the place of an element rather than which it is. */
function isCounted(element: Element, id: string): boolean {
  const stem = id.replace(/\d+$/, "");
  const isNext = (other: Element | null) => {
    const its = other?.id ?? "";
    return its !== stem && its.replace(/\d+$/, "") === stem;
  };
  return (
    stem !== id && (isNext(element.previousElementSibling) || isNext(element.nextElementSibling))
  );
}

function isOnly(scope: Tree | Element, selector: string): boolean {
  return scope.querySelectorAll(selector).length === 1;
}

function step(element: Element): string {
  const tag = element.localName;
  let position = 1;
  for (let at = element.previousElementSibling; at; at = at.previousElementSibling) {
    if (at.localName === tag) position++;
  }
  return CSS.escape(tag) + (position > 1 ? `:${position}` : "");
}

function numbered(element: Element, tree: Tree): string {
  const tag = CSS.escape(element.localName);
  return `${tag}~${Array.from(tree.querySelectorAll(tag)).indexOf(element) + 1}`;
}

interface Step {
  /** As `child` takes it: "li:3". */
  readonly place: string;
  readonly tag: string;
  readonly name: string;
}

function steps(path: string): readonly Step[] {
  return path.split(">").map((written, at) => {
    const [place = "", name = ""] =
      at === 0 && /[#[]/.test(written) ? [written] : written.split("@");
    return { place, tag: place.replace(/:(\d+|\*)$/, ""), name };
  });
}

/** By places alone. */
function findPlaced(tree: Tree, path: string): Element | undefined {
  const far = /^(.+)~(\d+)$/.exec(path);
  if (far) return select(tree, far[1] ?? "")[Number(far[2]) - 1];
  const [first, ...others] = steps(path);
  let found = first && start(tree, first.place);
  for (const { place } of others) found = found && child(found, place);
  return found;
}

/** By places where the names agree, and else by the names. */
function findNamed(tree: Tree, path: string): Element | undefined {
  if (/~\d+$/.test(path)) return findPlaced(tree, path);
  const [first, ...others] = steps(path);
  const from = first && start(tree, first.place);
  let found = from;
  for (const one of others) found = found && next(found, one);
  if (found) return found;
  const last = others.findLastIndex(({ name }) => name !== "");
  const known = last < 0 ? undefined : rescue(from ?? tree, others.slice(0, last + 1));
  found = known;
  for (const one of others.slice(last + 1)) found = found && next(found, one);
  return found;
}

/** The child that a step leads to: of its name, if it has one; of several the one in its place. */
function next(parent: Element, { place, tag, name }: Step): Element | undefined {
  const placed = child(parent, place);
  if (!name || (placed && isCalled(placed, name))) return placed;
  const others = Array.from(parent.children).filter(
    (one) => CSS.escape(one.localName) === tag && isCalled(one, name),
  );
  return others.length === 1 ? others[0] : undefined;
}

/** The only element below with the last step's name, among those whose ancestors are called as the steps say. */
function rescue(from: Tree | Element, path: readonly Step[]): Element | undefined {
  const { tag = "", name = "" } = path.at(-1) ?? {};
  const fitting = select(from, tag).filter(
    (one) => isCalled(one, name) && hasAncestors(one, path.slice(0, -1)),
  );
  return fitting.length === 1 ? fitting[0] : undefined;
}

function hasAncestors(element: Element, path: readonly Step[]): boolean {
  let at: Element | null = element.parentElement;
  for (const { tag, name } of [...path].reverse().filter((one) => one.name)) {
    while (at && !(CSS.escape(at.localName) === tag && isCalled(at, name))) at = at.parentElement;
    if (!at) return false;
    at = at.parentElement;
  }
  return true;
}

function isCalled(element: Element, name: string): boolean {
  if (called(element, AS_RECORDED) === `@${name}`) return true;
  // Plain keys call more elements what items are called: by a heading in them.
  return element.childElementCount > 0 && called(element, AS_RECORDED, true) === `@${name}`;
}

function start(tree: Tree, first: string): Element | undefined {
  if (first === BODY && BODY in tree) return tree.body;
  if (!/[#[]/.test(first)) return child(tree, first);
  const [found, ...others] = select(tree, first);
  return others.length ? undefined : found;
}

/** A key may be forged: a selector that is none finds nothing. */
function select(tree: Tree | Element, selector: string): readonly Element[] {
  try {
    return Array.from(tree.querySelectorAll(selector));
  } catch {
    return [];
  }
}

function child(parent: Tree | Element, written: string): Element | undefined {
  const [, tag = "", , position = "1"] = /^((?:[^:\\]|\\.)+)(:(\d+))?$/.exec(written) ?? [];
  let left = Number(position);
  for (let at = parent.firstElementChild; at; at = at.nextElementSibling) {
    if (CSS.escape(at.localName) === tag && --left === 0) return at;
  }
  return undefined;
}
