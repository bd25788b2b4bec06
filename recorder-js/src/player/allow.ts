// What the rebuilt page may consist of. An allow-list: what is not named here is not built.

import { NodeType } from "../wire/wire.gen.ts";
import { type CssAssets, RENAMED, rewriteCss, rewriteQueries, safeUrl } from "./css.ts";
import type { NodeKind } from "./tree.ts";

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

const HTML_TAGS = words(`
  html head body title style article aside section nav header footer main h1 h2 h3 h4 h5 h6 hgroup address search
  div p hr pre blockquote ol ul menu li dl dt dd figure figcaption dir center
  a em strong small s cite q dfn abbr ruby rb rt rtc rp data time code var samp kbd sub sup i b u mark bdi bdo span br wbr
  acronym basefont big font nobr strike tt marquee blink xmp listing
  ins del picture source img map area video audio canvas iframe
  table caption colgroup col tbody thead tfoot tr td th
  form label input button select datalist optgroup option textarea output progress meter fieldset legend selectedcontent
  details summary dialog slot`);

const SVG_TAGS = words(`
  svg g defs symbol use switch a view title desc metadata path rect circle ellipse line polyline polygon text tspan textPath
  animate animateTransform animateMotion set mpath image foreignObject marker clipPath mask pattern linearGradient radialGradient stop style filter feBlend feColorMatrix
  feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood
  feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight
  feSpecularLighting feSpotLight feTile feTurbulence`);

/** SVG's own animations: of what is drawn only, never of where something leads. */
export const SMIL = /^(?:animate|animateTransform|animateMotion|set)$/;
const SMIL_ATTRIBUTE =
  /^(?:(?:fill|stroke|opacity|color|visibility|display|font|letter|word|stop|flood|lighting|clip|text)[a-z-]*|transform|points|d|x|y|x1|y1|x2|y2|cx|cy|r|rx|ry|fx|fy|fr|dx|dy|z|rotate|width|height|viewBox|offset|stdDeviation|baseFrequency|seed|scale|values|radius|k[1-4]|slope|intercept|startOffset|textLength|pathLength|gradientTransform|patternTransform|azimuth|elevation|surfaceScale|refX|refY|order|amplitude|exponent)$/;

const MATHML_TAGS = words(`
  math mi mn mo ms mspace mtext menclose merror mfenced mfrac mpadded mphantom mroot mrow msqrt mstyle mmultiscripts mover
  mprescripts msub msubsup msup munder munderover mtable mtd mtr none semantics annotation`);

const HTML_ATTRIBUTES = words(`
  class id dir lang title hidden inert tabindex role slot part exportparts draggable contenteditable translate popover
  align valign bgcolor border cellpadding cellspacing color face size width height cols rows colspan rowspan span scope
  headers abbr start reversed type value placeholder disabled readonly required checked selected multiple min max step
  pattern maxlength minlength name for form open label wrap alt controls muted loop playsinline datetime media nowrap
  noshade hspace vspace clear compact frameborder marginwidth marginheight scrolling usemap shape coords list low high
  optimum text link vlink alink rules frame char charoff axis summary direction behavior scrollamount kind rel hreflang
  inputmode enterkeyhint itemprop itemscope itemtype layout flex`);

const SVG_ATTRIBUTES = words(`
  class id lang tabindex role d x y x1 y1 x2 y2 cx cy r rx ry fx fy fr dx dy width height viewBox preserveAspectRatio
  transform points pathLength rotate textLength lengthAdjust startOffset method spacing side offset gradientUnits
  gradientTransform spreadMethod patternUnits patternContentUnits patternTransform clipPathUnits maskUnits
  maskContentUnits markerUnits markerWidth markerHeight orient refX refY filterUnits primitiveUnits in in2 result
  stdDeviation edgeMode mode type values tableValues slope intercept amplitude exponent operator k1 k2 k3 k4 order
  kernelMatrix divisor bias targetX targetY preserveAlpha surfaceScale diffuseConstant specularConstant
  specularExponent kernelUnitLength limitingConeAngle pointsAtX pointsAtY pointsAtZ azimuth elevation z radius
  baseFrequency numOctaves seed stitchTiles scale xChannelSelector yChannelSelector version zoomAndPan space
  fill stroke color opacity display visibility overflow clip cursor filter mask direction part slot
  mathvariant mathsize mathcolor mathbackground accent accentunder align columnalign columnlines columnspacing rowalign
  rowlines rowspacing columnspan rowspan depth displaystyle scriptlevel fence form largeop linethickness lspace rspace
  lquote rquote maxsize minsize movablelimits notation separator separators stretchy subscriptshift superscriptshift
  symmetric voffset open close dir`);

/** Attributes with a dash that mean something to a browser: everything else with one is a page's own. */
const DASHED_DENIED = words("http-equiv accept-charset x-dns-prefetch-control");
const ASSET_ATTRIBUTES: Readonly<Record<string, ReadonlySet<string>>> = {
  src: words("img video audio source input"),
  poster: words("video"),
  background: words("body table thead tbody tfoot tr td th"),
};

const CUSTOM_TAG = /^[a-z][a-z0-9._]*-[a-z0-9._-]*$/;
const RESERVED_TAG = /^(?:annotation-xml|color-profile|font-face|missing-glyph|ff-)/;
/** Attributes of the recorder's own that style sheets select by (pseudo.ts). */
const RECORDED_MARK = /^ff-(?:undefined|is-(?:autofill|user-valid|user-invalid))$/;
const ATTRIBUTE_NAME = /^[a-zA-Z_:][\w:.-]*$/;

export interface Plan {
  readonly tag: string;
  /** Its children are built. */
  readonly open: boolean;
  /** It stands for something that is not built and takes no room. */
  readonly hidden?: boolean;
}

const HIDDEN: Plan = { tag: "ff-hidden", open: false, hidden: true };

/** What is built for a recorded element. Where it is not allowed something inert takes its place, so that positions
 * among siblings (`:nth-child`) stay as they were. */
export function planElement(kind: NodeKind, recordedTag: string): Plan {
  if (kind === NodeType.Svg) {
    return SVG_TAGS.has(recordedTag) ? { tag: recordedTag, open: recordedTag !== "style" } : HIDDEN;
  }
  if (kind === NodeType.MathMl) {
    const tag = recordedTag.toLowerCase();
    return MATHML_TAGS.has(tag) ? { tag, open: true } : HIDDEN;
  }
  const tag = recordedTag.toLowerCase();
  switch (tag) {
    case "link":
      return { tag: "style", open: false };
    case "style":
    case "canvas": // its fallback would show, as scripting is off
    case "iframe":
      return { tag, open: false };
    case "object":
    case "embed":
    case "applet":
      return { tag: "ff-object", open: false };
    default:
      if (HTML_TAGS.has(tag)) return { tag, open: true };
      return isCustom(tag) ? { tag, open: true } : HIDDEN;
  }
}

export function isCustom(tag: string): boolean {
  return CUSTOM_TAG.test(tag) && !RESERVED_TAG.test(tag);
}

/** The attributes to set for a recorded one: none, itself, or another in its place. */
export function planAttribute(
  kind: NodeKind,
  tag: string,
  recordedName: string,
  value: string,
  assets: CssAssets,
): readonly (readonly [name: string, value: string])[] {
  const name = kind === NodeType.Element ? recordedName.toLowerCase() : recordedName;
  const lower = name.toLowerCase();
  if (RECORDED_MARK.test(name)) return [[name.replace("ff-", "data-ff-"), ""]];
  if (!ATTRIBUTE_NAME.test(name) || /^(?:on|ff-|data-ff-|xmlns)/.test(lower)) return [];
  if (lower === "style") return [[lower, rewriteCss(value, assets)]];
  if (lower === "media") return [[lower, rewriteQueries(value, assets)]];
  if (lower === "href" || lower === "xlink:href") return planHref(kind, tag, value, assets);
  if (RENAMED.has(lower)) return [[`data-ff-${lower}`, value]];
  if (kind !== NodeType.Element) return planSvgAttribute(tag, name, value, assets);
  if (Object.hasOwn(ASSET_ATTRIBUTES, lower)) return planAsset(tag, lower, value, assets);
  return isPlain(tag, lower) ? [[lower, value]] : [];
}

function planAsset(
  tag: string,
  name: string,
  value: string,
  assets: CssAssets,
): readonly (readonly [name: string, value: string])[] {
  if (tag === "img" && name === "src") return planImage(value, assets);
  const url = ASSET_ATTRIBUTES[name]?.has(tag) ? safeUrl(value, assets) : undefined;
  return url === undefined ? [] : [[name, url]];
}

/** An image that was shown at another density than 1 has it behind its reference; only `srcset` can say so. */
function planImage(
  value: string,
  assets: CssAssets,
): readonly (readonly [name: string, value: string])[] {
  const [, ref = value, density] = /^(ff:\S+) (\d{1,2}(?:\.\d{1,3})?)x$/.exec(value) ?? [];
  const url = safeUrl(ref, assets);
  if (url === undefined) return [];
  // Both, so that none is left of what the image showed before.
  return density === undefined
    ? [
        ["srcset", ""],
        ["src", url],
      ]
    : [
        ["src", ""],
        ["srcset", `${url} ${density}x`],
      ];
}

function isPlain(tag: string, name: string): boolean {
  if (tag === "iframe" && (name === "name" || name === "popover")) return false;
  // A titled style sheet is an alternative one, and the last word on those had the page.
  if ((tag === "style" || tag === "link") && !/^(?:class|id|media|type|data-.*)$/.test(name)) {
    return false;
  }
  if (tag === "link" && name === "type") return false;
  if (HTML_ATTRIBUTES.has(name)) return true;
  if (/[-_]/.test(name)) return !DASHED_DENIED.has(name) && !name.includes(":");
  return isCustom(tag) && mayBeOwn(tag, name) && name !== "autofocus";
}

const MEANINGFUL =
  /^on|^ff-|^xmlns|src|href|url|action|data|ping|report|track|policy|shadow|manifest|archive|codebase|profile|poster|background|^(?:is|nonce|target|download|style|media|sandbox|preload|popover.*|csp|allow|cite|command.*|blocking|content|event|http-equiv)$/;

/** Whether a name may be an attribute of the page's own that no browser, this or a later one, takes for more. */
export function mayBeOwn(tag: string, name: string): boolean {
  const isBuiltAsItself = !/^(?:iframe|style|link|ff-.*)$/.test(tag);
  return isBuiltAsItself && /^[a-z][a-z0-9]*$/i.test(name) && !MEANINGFUL.test(name.toLowerCase());
}

const SMIL_TIMING =
  /^(?:begin|dur|end|min|max|restart|repeat(?:Count|Dur)|calcMode|key(?:Times|Splines|Points)|from|to|by|additive|accumulate|path|origin)$/;

function planSvgAttribute(
  tag: string,
  name: string,
  value: string,
  assets: CssAssets,
): readonly (readonly [string, string])[] {
  const own = /^(?:aria|data|_ng|stroke|fill|font|text|letter|word|clip|flood|lighting)-?/.test(
    name,
  );
  if (SMIL.test(tag) && name === "attributeName") {
    return SMIL_ATTRIBUTE.test(value) ? [[name, value]] : [];
  }
  const known =
    (SMIL.test(tag) && SMIL_TIMING.test(name)) ||
    SVG_ATTRIBUTES.has(name) ||
    (own && !name.includes(":")) ||
    /^[a-z]+-[a-z-]+$/.test(name);
  if (!known || DASHED_DENIED.has(name)) return [];
  // Presentation attributes are CSS.
  return [[name, /[(\\]/.test(value) ? rewriteCss(value, assets) : value]];
}

function planHref(
  kind: NodeKind,
  tag: string,
  value: string,
  assets: CssAssets,
): readonly (readonly [string, string])[] {
  const kept = ["data-ff-href", value] as const;
  // A link must look like one (`:any-link`), and lead nowhere. Never a real address: browsers resolve those ahead.
  if (tag === "a" || tag === "area") return [["href", "about:invalid"], kept];
  if (kind !== NodeType.Svg) return [kept];
  if (/^#[^\s]*$/.test(value.trim())) return [["href", value.trim()], kept];
  const url = tag === "image" || tag === "use" ? safeUrl(value, assets) : undefined;
  // An outside `use` brings a document along: none but the vault's.
  if (url === undefined || (tag === "use" && /^data:/i.test(url))) return [kept];
  return [["href", url], kept];
}
