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
  /^(title|alt|placeholder|label|summary|content|abbr|aria-(label|description|placeholder|roledescription|valuetext|braille.*))$/;
const TYPED = /^(data-|ng-reflect-).*(value|model|typed|query|input|password|secret)/;
const JSON_OR_QUERY = /^\s*[[{]|\?[^\s]*=/;
const LONG_OR_TEXT = /\s|@|\d{4}|.{33}/;
/** Elements of SVG that draw what their href names. */
const DRAWN = /^(image|feimage|use|mpath|textpath|pattern|\w+gradient|filter)$/i;
const SHOWN_META = /^(viewport|color-scheme|theme-color)$/;

/** The value that is recorded for an attribute, or undefined when it is left out. */
export function recordedAttribute(
  element: Element,
  name: string,
  value: string,
  mask: Mask,
  context: AttributeContext,
): string | undefined {
  if (name === "class" || name === "id") return withoutAddress(value, mask);
  if (DROPPED.test(name)) return undefined;
  // That they are there decides on quirks and on styles; the name of a file does not.
  if (name === "srcdoc" || name === "download") return "";
  if (/^(src|href|xlink:href|poster|background)$/.test(name)) {
    return sourceOf(element, name, mask === FIELD ? "" : value, context);
  }
  if (LINKS.test(name)) return cleanUrl(value, element.baseURI, context.allowQuery);
  if (name === "value") return valueAttribute(element, value, mask);
  if (name === "content" && !SHOWN_META.test(element.getAttribute("name") ?? "")) return undefined;
  return maskedAttribute(element, name, value, mask, (url) =>
    mask >= STRICT && name === "style" ? "" : context.asset(url, element.baseURI),
  );
}

/** An attribute that means something to the page's own scripts, and may hold any text. */
function isUnknown(element: Element, name: string): boolean {
  return "innerText" in element && !(name in element) && !/^(aria-|for$|accept-|http-)/.test(name);
}

function maskedAttribute(
  element: Element,
  name: string,
  value: string,
  mask: Mask,
  asset: (url: string) => string,
): string {
  if (name === "style") return maskCss(rewriteCss(value, asset), mask);
  if (HUMAN.test(name)) return maskText(value, mask);
  if (TYPED.test(name)) return maskValue(value, mask, false);
  const isData = name.startsWith("data-");
  // What scripts keep in data attributes is not shown, and short words are states that style sheets select by.
  if (isData && mask !== NAMED && JSON_OR_QUERY.test(value)) return maskText(value, STRICT);
  if (mask >= STRICT && LONG_OR_TEXT.test(value) && (isData || isUnknown(element, name))) {
    return maskText(value, mask);
  }
  if (isData) return maskText(value, Math.min(mask, BALANCED) as Mask);
  return rewriteCss(withoutAddress(value, mask), asset);
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
  const names = ["name", "id"].map((name) => element.getAttribute(name) ?? "").filter(Boolean);
  const type = element.getAttribute("type") ?? "";
  if (isSecret(type, element.getAttribute("autocomplete") ?? "")) {
    wasSecret.add(element);
    if (/^password$/i.test(type)) for (const name of names) secretNames.add(name);
  }
  return wasSecret.has(element) || names.some((name) => secretNames.has(name));
}
