// Generated from src/footfall/wire/schema.py by footfall.wire.typescript. Do not edit.

export const VERSION = 1;
export const MAGIC = "footfall";
export const MAX_CHUNK_BYTES = 65536;
export const TARGET_CHUNK_BYTES = 49152;
export const MAX_PART_BYTES = 8388608;
export const MAX_FACTS_BYTES = 1048576;
export const MAX_VALUES = 200000;
export const MAX_STRING = 4096;
export const MAX_POINTS = 5000;
export const MAX_ASSET_BYTES = 5242880;
export const ID_PATTERN = "^[A-Za-z0-9_-]{16,64}$";
export const CHUNK_PATH = "/ingest/v1/chunk";
export const ASSET_PATH = "/ingest/v1/asset";
export const SESSION_IDLE_MS = 1800000;
export const SESSION_MAX_MS = 86400000;
export const IDLE_MS = 300000;
export const FLUSH_MS = 5000;
export const POINTER_SAMPLE_MS = 50;
export const SCROLL_SAMPLE_MS = 100;
export const PLAIN = 0;
export const DEFLATE_RAW = 1;
export const FLAG_KEYFRAME = 1;
export const FLAG_KEYFRAME_PART = 2;
export const FLAG_LAST = 4;
export const MAX_INTERNED_BYTES = 128;

export const Op = {
  Keyframe: 1,
  KeyframeEnd: 2,
  Time: 3,
  Remove: 4,
  Insert: 5,
  Attribute: 6,
  Text: 7,
  TextPatch: 8,
  Value: 9,
  Checked: 10,
  Selected: 11,
  Adopted: 12,
  Css: 13,
  ScrollTo: 14,
  Modal: 15,
  Rules: 24,
  Adopt: 25,
  SheetMedia: 26,
  Animate: 27,
  Motion: 28,
  SvgTime: 29,
} as const;
export type Op = (typeof Op)[keyof typeof Op];

export const NodeType = {
  End: 0,
  Element: 1,
  Known: 2,
  Text: 3,
  Svg: 4,
  MathMl: 5,
  Comment: 8,
  Document: 9,
  Doctype: 10,
  ShadowRoot: 11,
  Frame: 12,
} as const;
export type NodeType = (typeof NodeType)[keyof typeof NodeType];

export const Kind = {
  PageView: 1,
  Click: 2,
  Pointer: 3,
  Scroll: 4,
  Input: 5,
  Viewport: 6,
  Visibility: 7,
  PageHide: 8,
  State: 9,
  Asset: 10,
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

export type Header = readonly [
  project: string,
  session: string,
  tab: string,
  sequence: number,
  visitor: string,
  document: number,
  pageView: number,
  url: string,
  baseTime: number,
  sentAt: number,
  flags: number,
  factsEncoding: number,
  facts: Uint8Array,
  framesEncoding: number,
  frames: Uint8Array,
];

export type PageViewFact = readonly [
  t: number,
  number: number,
  url: string,
  referrer: string,
  title: string,
  cause: string,
  width: number,
  height: number,
  screenWidth: number,
  screenHeight: number,
  pixelRatio: number,
  touch: boolean,
  documentWidth: number,
  documentHeight: number,
  dark: boolean,
];

export type ClickFact = readonly [
  t: number,
  node: number,
  key: string,
  placeX: number,
  placeY: number,
  pageX: number,
  pageY: number,
  documentWidth: number,
  documentHeight: number,
  button: number,
  pointer: string,
  fixed: boolean,
  containers: string,
  text: string,
];

export type PointerFact = readonly [
  t: number,
  pointer: string,
  times: readonly number[],
  xs: readonly number[],
  ys: readonly number[],
];

export type ScrollFact = readonly [
  t: number,
  node: number,
  key: string,
  contentWidth: number,
  contentHeight: number,
  times: readonly number[],
  xs: readonly number[],
  ys: readonly number[],
];

export type InputFact = readonly [
  t: number,
  node: number,
  key: string,
  field: string,
  action: string,
  length: number,
];

export type ViewportFact = readonly [
  t: number,
  width: number,
  height: number,
  pixelRatio: number,
  documentWidth: number,
  documentHeight: number,
];

export type VisibilityFact = readonly [
  t: number,
  visible: boolean,
  focused: boolean,
];

export type PageHideFact = readonly [
  t: number,
  cached: boolean,
  documentWidth: number,
  documentHeight: number,
];

export type StateFact = readonly [
  t: number,
  state: string,
  reason: string,
  amount: number,
];

export type AssetFact = readonly [
  t: number,
  ref: string,
  sha256: Uint8Array,
  type: string,
  size: number,
  reason: string,
];

export type FactFields = {
  [Kind.PageView]: PageViewFact;
  [Kind.Click]: ClickFact;
  [Kind.Pointer]: PointerFact;
  [Kind.Scroll]: ScrollFact;
  [Kind.Input]: InputFact;
  [Kind.Viewport]: ViewportFact;
  [Kind.Visibility]: VisibilityFact;
  [Kind.PageHide]: PageHideFact;
  [Kind.State]: StateFact;
  [Kind.Asset]: AssetFact;
};

export const FIELDS = {
  1: ["t", "number", "url", "referrer", "title", "cause", "width", "height", "screenWidth", "screenHeight", "pixelRatio", "touch", "documentWidth", "documentHeight", "dark"],
  2: ["t", "node", "key", "placeX", "placeY", "pageX", "pageY", "documentWidth", "documentHeight", "button", "pointer", "fixed", "containers", "text"],
  3: ["t", "pointer", "times", "xs", "ys"],
  4: ["t", "node", "key", "contentWidth", "contentHeight", "times", "xs", "ys"],
  5: ["t", "node", "key", "field", "action", "length"],
  6: ["t", "width", "height", "pixelRatio", "documentWidth", "documentHeight"],
  7: ["t", "visible", "focused"],
  8: ["t", "cached", "documentWidth", "documentHeight"],
  9: ["t", "state", "reason", "amount"],
  10: ["t", "ref", "sha256", "type", "size", "reason"],
} as const;

// One letter a field: n number, s string, b boolean, x bytes, a array of numbers.
export const HEADER_SHAPE = "sssnsnnsnnnnxnx";
export const SHAPES: Readonly<Record<Kind, string>> = {
  1: "nnssssnnnnnbnnb",
  2: "nnsnnnnnnnsbss",
  3: "nsaaa",
  4: "nnsnnaaa",
  5: "nnsssn",
  6: "nnnnnn",
  7: "nbb",
  8: "nbnn",
  9: "nssn",
  10: "nsxsns",
};
// What older recorders leave out at the end of a fact.
export const DEFAULTS: Readonly<Partial<Record<Kind, readonly (string | number | boolean)[]>>> = {
  1: [false],
  10: [""],
};
