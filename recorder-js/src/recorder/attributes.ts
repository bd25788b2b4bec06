// Which attributes of an element are recorded, and as what.

import {
  BALANCED,
  FIELD,
  isSecret,
  type Mask,
  maskCss,
  maskText,
  maskValue,
  NAMED,
  OPEN,
  STRICT,
} from "./privacy.ts";
import { cleanUrl, parseUrl, rewriteCss } from "./url.ts";

export interface AttributeContext {
  readonly allowQuery: readonly string[];
  /** An asset's URL to what stands for it. */
  readonly asset: (url: string, base: string) => string;
}

const DROPPED =
  /^(on.*|nonce|integrity|srcset|imagesrcset|ping|ff-.*|data-footfall|manifest|codebase)$/;
const LINKS = /^(action|formaction|cite|longdesc|profile|data|archive|classid)$/;
const HUMAN =
  /^(title|alt|placeholder|label|summary|abbr|aria-(label|description|placeholder|roledescription|valuetext|braille.*))$/;
const SOURCES = /^(src|href|xlink:href|poster|background)$/;
const TYPED = /^(data-|ng-reflect-).*(value|model|typed|query|input|password|secret)/;
const JSON_OR_QUERY = /^\s*[[{]|\?[^\s]*=/;
const LONG_OR_TEXT = /\s|@|\d{4}|.{33}/;
/** Elements of SVG that draw what their href names. */
const DRAWN = /^(image|feimage|use|mpath|textpath|pattern|\w+gradient|filter)$/i;
const SHOWN_META = /^(viewport|color-scheme|theme-color)$/;

/** What becomes of an attribute, by its name alone. */
type Treatment = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10;
const AS_IS = 0;
const LEFT_OUT = 1;
/** That they are there decides on quirks and on styles. */
const EMPTIED = 2;
const STYLE = 3;
const SOURCE = 4;
const LINK = 5;
const CONTENT = 6;
const FOR_PEOPLE = 7;
const DATA = 8;
const TYPED_IN = 9;
const OTHER = 10;

function treatmentOf(name: string): Treatment {
  if (name === "class" || name === "id") return AS_IS;
  if (DROPPED.test(name)) return LEFT_OUT;
  if (name === "srcdoc" || name === "download") return EMPTIED;
  if (name === "style") return STYLE;
  if (SOURCES.test(name)) return SOURCE;
  if (LINKS.test(name)) return LINK;
  if (name === "value" || name === "content") return CONTENT;
  if (HUMAN.test(name)) return FOR_PEOPLE;
  if (TYPED.test(name)) return TYPED_IN;
  return name.startsWith("data-") ? DATA : OTHER;
}

/** Pages have few names, each thousands of times. */
const treatments = new Map<string, Treatment>();
const MAX_NAMES = 1000;

function treatment(name: string): Treatment {
  const known = treatments.get(name);
  if (known !== undefined) return known;
  if (treatments.size >= MAX_NAMES) treatments.clear();
  const found = treatmentOf(name);
  treatments.set(name, found);
  return found;
}

/** The value that is recorded for an attribute, or undefined when it is left out. */
export function recordedAttribute(
  element: Element,
  name: string,
  value: string,
  mask: Mask,
  context: AttributeContext,
): string | undefined {
  const asset = (url: string) => context.asset(url, element.baseURI);
  switch (treatment(name)) {
    case AS_IS:
      return withoutAddress(value, mask);
    case LEFT_OUT:
      return undefined;
    case EMPTIED:
      return "";
    case STYLE:
      return maskCss(rewriteCss(value, mask >= STRICT ? () => "" : asset), mask);
    case SOURCE:
      return sourceOf(element, name, mask === FIELD ? "" : value, context);
    case LINK:
      return cleanUrl(value, element.baseURI, context.allowQuery);
    case CONTENT:
      if (name === "value") return valueAttribute(element, value, mask);
      return SHOWN_META.test(element.getAttribute("name") ?? "")
        ? maskText(value, mask)
        : undefined;
    case FOR_PEOPLE:
      return maskText(value, mask);
    case TYPED_IN:
      return maskValue(value, mask, false);
    case DATA:
      return dataAttribute(value, mask);
    default:
      // What means something to the page's own scripts only may hold any text.
      if (mask >= STRICT && LONG_OR_TEXT.test(value) && isUnknown(element, name)) {
        return maskText(value, mask);
      }
      return rewriteCss(withoutAddress(value, mask), asset);
  }
}

function isUnknown(element: Element, name: string): boolean {
  return "innerText" in element && !(name in element) && !/^(aria-|for$|accept-|http-)/.test(name);
}

/** What scripts keep there is not shown, and short words are states that style sheets select by. */
function dataAttribute(value: string, mask: Mask): string {
  if (mask !== NAMED && JSON_OR_QUERY.test(value)) return maskText(value, STRICT);
  if (mask >= STRICT && LONG_OR_TEXT.test(value)) return maskText(value, mask);
  return maskText(value, Math.min(mask, BALANCED) as Mask);
}

function withoutAddress(value: string, mask: Mask): string {
  return value.includes("@") && mask > OPEN ? maskText(value, BALANCED) : value;
}

/** `value` is a label on buttons, a number on meters, and elsewhere what a person typed or chose. */
function valueAttribute(element: Element, value: string, mask: Mask): string | undefined {
  const tag = element.localName;
  if (/^(progress|meter|li)$/.test(tag)) return value;
  const isButton =
    tag === "button" || /^(submit|button|reset)$/i.test(element.getAttribute("type") ?? "");
  return isButton ? maskText(value, mask) : undefined;
}

function sourceOf(
  element: Element,
  name: string,
  value: string,
  context: AttributeContext,
): string | undefined {
  const tag = element.localName;
  const base = element.baseURI;
  if (name.endsWith("href") && !DRAWN.test(tag)) {
    if (tag !== "link") return value[0] === "#" ? "#" : cleanUrl(value, base, context.allowQuery);
    if (!/(^|\s)stylesheet(\s|$)/i.test(element.getAttribute("rel") ?? "")) return undefined;
  }
  if (/^i?frame$/.test(tag)) return cleanUrl(value, base, context.allowQuery);
  if (/^(script|embed|object)$/.test(tag) || isPictureSource(element)) return undefined;
  if (tag === "img" && shownSource(element)) return shownAsset(element, context.asset);
  return context.asset(value, base);
}

/** What stands for the source that an image shows, and its density where that is not 1. */
export function shownAsset(image: Element, asset: AttributeContext["asset"]): string {
  const source = shownSource(image);
  const density = hasChoice(image) ? densityOf(image as HTMLImageElement, source) : 1;
  return asset(source, image.baseURI) + (density === 1 ? "" : ` ${density}x`);
}

/** How many of its pixels an image draws for one of CSS: its `srcset` says. */
function densityOf(image: HTMLImageElement, source: string): number {
  const others = image.parentElement?.localName === "picture" ? image.parentElement.children : [];
  const sets = [image, ...others].map((element) => element.getAttribute("srcset")).join();
  for (const [, url = "", size, unit] of sets.matchAll(/([^\s,]\S*)\s+([\d.]+)([xw])/g)) {
    if (parseUrl(url, image.baseURI)?.href !== source) continue;
    const density = unit === "x" ? Number(size) : Number(size) / image.naturalWidth;
    return density > 0 && density < 100 ? Math.round(density * 1000) / 1000 : 1;
  }
  return 1;
}

/** The one of its sources that an image shows. */
export function shownSource(element: Element): string {
  return (element as HTMLImageElement).currentSrc ?? "";
}

function isPictureSource(element: Element): boolean {
  return element.localName === "source" && element.parentElement?.localName === "picture";
}

/** Images whose sources stand in `srcset` alone have no `src` attribute to record. */
export function hasChoice(element: Element): boolean {
  return (
    element.localName === "img" &&
    (element.hasAttribute("srcset") || element.parentElement?.localName === "picture")
  );
}

const wasSecret = new WeakSet<Element>();
const secretNames = new Set<string>();

/** Whether a field may never be shown: now, or because it (or one of its name) was once a password. */
export function isSecretField(element: Element): boolean {
  const type = element.getAttribute("type") ?? "";
  const name = element.getAttribute("name");
  const id = element.getAttribute("id");
  if (isSecret(type, element.getAttribute("autocomplete") ?? "")) {
    wasSecret.add(element);
    if (/^password$/i.test(type)) {
      if (name) secretNames.add(name);
      if (id) secretNames.add(id);
    }
  }
  return wasSecret.has(element) || isSecretName(name) || isSecretName(id);
}

function isSecretName(name: string | null): boolean {
  return name !== null && secretNames.has(name);
}
