// Element keys: short, stable names of elements that hold no visible text, found again in a rebuilt page.
//
// A key is a path of steps, and begins at the nearest element that its author named:
//   #buy                       an id that is unique and not generated
//   button[data-testid="buy"]  a test attribute or a form field's name, unique in its tree
//   form#pay input[name="zip"] a name that is unique in its form only
//   body>ul                    the document's body starts a path too
//   #list>li:3>a               the third li among its li siblings; ":1" is left out
//   li~17                      the 17th li of the tree: where the path would be too long
// " >>> " leads into a shadow root, " ||| " into the document of a frame.

const MAX_KEY = 300;
const SHADOW = " >>> ";
const FRAME = " ||| ";
const BODY = "body";

const NAMING = ["data-testid", "data-test", "data-cy", "data-qa", "data-test-id"];
const PLAIN_VALUE = /^[\w.:/-]{1,64}$/;
// Ids and values that a framework or a database counted up, or that could name a person.
const GENERATED =
  /^[\d_:«]|:|\d{4}|[a-f\d]{8}|(?=\w*\d)(?=\w*[a-z])(?=\w*[A-Z])\w{6}|^(radix|headlessui|react-aria|ember|mui|ext-gen|yui)/;

/** Where a path starts: everything that has children and can be searched. */
type Tree = Document | ShadowRoot;

/** The shadow root of a host; a caller that knows closed ones passes its own. */
export type ShadowOf = (host: Element) => ShadowRoot | null | undefined;

const openShadow: ShadowOf = (host) => host.shadowRoot;

/** The stable key of an element, at most 300 characters long; "" if it is in no document. */
export function elementKey(element: Element): string {
  let key = "";
  for (let at: Element | undefined = element; at; ) {
    const tree: Node = at.getRootNode();
    if (!isTree(tree)) return "";
    key = keyInTree(at, tree, MAX_KEY - key.length) + key;
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

/** The frame element around a document, where its page may know it. */
export function frameOf(document: Document): Element | undefined {
  try {
    return document.defaultView?.frameElement ?? undefined;
  } catch {
    return undefined;
  }
}

/** The document inside a frame element, where the page around may read it. */
export function documentOf(frame: Element): Document | undefined {
  try {
    return (
      ("contentDocument" in frame && (frame as HTMLIFrameElement).contentDocument) || undefined
    );
  } catch {
    return undefined;
  }
}

function keyInTree(element: Element, tree: Tree, room: number): string {
  let path = "";
  for (let at: Element | null = element; at; at = at.parentElement) {
    const anchor = anchorOf(at, tree);
    if (anchor || !at.parentElement) {
      const key = (anchor || step(at)) + path;
      return key.length > room ? numbered(element, tree) : key;
    }
    path = `>${step(at)}${path}`;
    if (path.length > room) break;
  }
  return numbered(element, tree);
}

/** A selector that alone finds this element in its tree, made of what its author called it. */
function anchorOf(element: Element, tree: Tree): string {
  const tag = CSS.escape(element.localName);
  if (BODY in tree && tree.body === element) return BODY;
  const isField = /^(input|select|textarea|button|form)$/.test(tag);
  const named = isField ? attributeSelector(element, tag, "name") : "";
  const id = givenName(element, "id");
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
  return PLAIN_VALUE.test(value) && !GENERATED.test(value) ? value : "";
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

function findInTree(tree: Tree, path: string): Element | undefined {
  const far = /^(.+)~(\d+)$/.exec(path);
  if (far) return select(tree, far[1] ?? "")[Number(far[2]) - 1];
  const [first = "", ...steps] = path.split(">");
  let found = start(tree, first);
  for (const next of steps) found = found && child(found, next);
  return found;
}

function start(tree: Tree, first: string): Element | undefined {
  if (first === BODY && BODY in tree) return tree.body;
  if (!/[#[]/.test(first)) return child(tree, first);
  const [found, ...others] = select(tree, first);
  return others.length ? undefined : found;
}

/** A key may be forged: a selector that is none finds nothing. */
function select(tree: Tree, selector: string): readonly Element[] {
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
