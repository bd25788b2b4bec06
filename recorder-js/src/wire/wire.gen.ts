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
export const SERVER_TAB = "server-";
export const POLICY_PATH = "/ingest/v1/policy";
export const SESSION_IDLE_MS = 1800000;
export const SESSION_MAX_MS = 86400000;
export const IDLE_MS = 300000;
export const FLUSH_MS = 5000;
export const REACTION_MS = 7000;
export const HESITATION_MS = 3000;
export const HOVER_MS = 300;
export const POINTER_SAMPLE_MS = 50;
export const SCROLL_SAMPLE_MS = 100;
export const PLAIN = 0;
export const DEFLATE_RAW = 1;
export const FLAG_KEYFRAME = 1;
export const FLAG_KEYFRAME_PART = 2;
export const FLAG_LAST = 4;
export const MARKS = "hover active focus focus-visible target fullscreen";
export const MEDIA_FEATURES = "prefers-color-scheme:dark prefers-reduced-motion:reduce prefers-contrast:more prefers-contrast:less prefers-contrast:custom forced-colors:active inverted-colors:inverted prefers-reduced-transparency:reduce prefers-reduced-data:reduce hover:hover any-hover:hover pointer:fine pointer:coarse any-pointer:fine any-pointer:coarse display-mode:standalone display-mode:fullscreen dynamic-range:high color-gamut:p3 color-gamut:rec2020 scripting:enabled";
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
  Mark: 16,
  Environment: 17,
  Selection: 18,
  Popover: 19,
  Media: 20,
  Numbers: 36,
  NumbersBy: 37,
  Rules: 24,
  Adopt: 25,
  SheetMedia: 26,
  Animate: 27,
  Motion: 28,
  SvgTime: 29,
  Digest: 38,
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
  Gesture: 11,
  Keys: 12,
  Field: 13,
  Submit: 14,
  Invalid: 15,
  Excerpt: 16,
  Link: 17,
  Media: 18,
  Failure: 19,
  Request: 20,
  Vital: 21,
  LongTasks: 22,
  Reaction: 23,
  Identify: 25,
  Event: 26,
  PageName: 27,
  Console: 30,
  Network: 31,
  Hover: 32,
  Exposure: 33,
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
  stamp: number,
  nth: number,
  modifiers: number,
  state: string,
  hover: number,
  plain: string,
  statePlain: string,
];

export type PointerFact = readonly [
  t: number,
  pointer: string,
  times: readonly number[],
  xs: readonly number[],
  ys: readonly number[],
  edge: string,
  speed: number,
  held: boolean,
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

export type GestureFact = readonly [
  t: number,
  node: number,
  key: string,
  action: string,
  pointer: string,
  pageX: number,
  pageY: number,
  dx: number,
  dy: number,
  duration: number,
  scale: number,
  text: string,
];

export type KeysFact = readonly [
  t: number,
  node: number,
  key: string,
  span: number,
  presses: number,
  enter: number,
  escape: number,
  tab: number,
  backspace: number,
  arrows: number,
];

export type FieldFact = readonly [
  t: number,
  node: number,
  key: string,
  field: string,
  duration: number,
  first: number,
  pause: number,
  edits: number,
  before: number,
  after: number,
  removed: number,
  pasted: number,
  autofilled: boolean,
  invalid: string,
  form: string,
  plain: string,
  formPlain: string,
];

export type SubmitFact = readonly [
  t: number,
  node: number,
  key: string,
  submitter: number,
  submitterKey: string,
  text: string,
  method: string,
  url: string,
  prevented: boolean,
];

export type InvalidFact = readonly [
  t: number,
  node: number,
  key: string,
  field: string,
  flag: string,
];

export type ExcerptFact = readonly [
  t: number,
  node: number,
  key: string,
  action: string,
  length: number,
];

export type LinkFact = readonly [
  t: number,
  node: number,
  key: string,
  action: string,
  url: string,
  type: string,
  text: string,
];

export type MediaFact = readonly [
  t: number,
  node: number,
  key: string,
  media: string,
  action: string,
  position: number,
  duration: number,
  amount: number,
];

export type FailureFact = readonly [
  t: number,
  cause: string,
  name: string,
  message: string,
  url: string,
  line: number,
  column: number,
  stack: string,
  times: number,
  ago: number,
];

export type RequestFact = readonly [
  t: number,
  api: string,
  method: string,
  url: string,
  status: number,
  cause: string,
  duration: number,
  times: number,
];

export type VitalFact = readonly [
  t: number,
  name: string,
  value: number,
  cause: string,
  node: number,
  key: string,
  detail: string,
];

export type LongTasksFact = readonly [
  t: number,
  span: number,
  tasks: number,
  total: number,
  longest: number,
];

export type ReactionFact = readonly [
  t: number,
  stamp: number,
  key: string,
  target: string,
  effect: string,
  delay: number,
  elsewhere: number,
];

export type IdentifyFact = readonly [
  t: number,
  user: string,
  properties: string,
];

export type EventFact = readonly [
  t: number,
  name: string,
  properties: string,
];

export type PageNameFact = readonly [
  t: number,
  name: string,
];

export type ConsoleFact = readonly [
  t: number,
  level: string,
  text: string,
  repeats: number,
];

export type NetworkFact = readonly [
  t: number,
  method: string,
  url: string,
  status: number,
  type: string,
  age: number,
  duration: number,
  sent: number,
  received: number,
  size: number,
];

export type HoverFact = readonly [
  t: number,
  node: number,
  key: string,
  pointer: string,
  duration: number,
  clicks: number,
  text: string,
];

export type ExposureFact = readonly [
  t: number,
  zone: string,
  duration: number,
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
  [Kind.Gesture]: GestureFact;
  [Kind.Keys]: KeysFact;
  [Kind.Field]: FieldFact;
  [Kind.Submit]: SubmitFact;
  [Kind.Invalid]: InvalidFact;
  [Kind.Excerpt]: ExcerptFact;
  [Kind.Link]: LinkFact;
  [Kind.Media]: MediaFact;
  [Kind.Failure]: FailureFact;
  [Kind.Request]: RequestFact;
  [Kind.Vital]: VitalFact;
  [Kind.LongTasks]: LongTasksFact;
  [Kind.Reaction]: ReactionFact;
  [Kind.Identify]: IdentifyFact;
  [Kind.Event]: EventFact;
  [Kind.PageName]: PageNameFact;
  [Kind.Console]: ConsoleFact;
  [Kind.Network]: NetworkFact;
  [Kind.Hover]: HoverFact;
  [Kind.Exposure]: ExposureFact;
};

export const FIELDS = {
  1: ["t", "number", "url", "referrer", "title", "cause", "width", "height", "screenWidth", "screenHeight", "pixelRatio", "touch", "documentWidth", "documentHeight", "dark"],
  2: ["t", "node", "key", "placeX", "placeY", "pageX", "pageY", "documentWidth", "documentHeight", "button", "pointer", "fixed", "containers", "text", "stamp", "nth", "modifiers", "state", "hover", "plain", "statePlain"],
  3: ["t", "pointer", "times", "xs", "ys", "edge", "speed", "held"],
  4: ["t", "node", "key", "contentWidth", "contentHeight", "times", "xs", "ys"],
  5: ["t", "node", "key", "field", "action", "length"],
  6: ["t", "width", "height", "pixelRatio", "documentWidth", "documentHeight"],
  7: ["t", "visible", "focused"],
  8: ["t", "cached", "documentWidth", "documentHeight"],
  9: ["t", "state", "reason", "amount"],
  10: ["t", "ref", "sha256", "type", "size", "reason"],
  11: ["t", "node", "key", "action", "pointer", "pageX", "pageY", "dx", "dy", "duration", "scale", "text"],
  12: ["t", "node", "key", "span", "presses", "enter", "escape", "tab", "backspace", "arrows"],
  13: ["t", "node", "key", "field", "duration", "first", "pause", "edits", "before", "after", "removed", "pasted", "autofilled", "invalid", "form", "plain", "formPlain"],
  14: ["t", "node", "key", "submitter", "submitterKey", "text", "method", "url", "prevented"],
  15: ["t", "node", "key", "field", "flag"],
  16: ["t", "node", "key", "action", "length"],
  17: ["t", "node", "key", "action", "url", "type", "text"],
  18: ["t", "node", "key", "media", "action", "position", "duration", "amount"],
  19: ["t", "cause", "name", "message", "url", "line", "column", "stack", "times", "ago"],
  20: ["t", "api", "method", "url", "status", "cause", "duration", "times"],
  21: ["t", "name", "value", "cause", "node", "key", "detail"],
  22: ["t", "span", "tasks", "total", "longest"],
  23: ["t", "stamp", "key", "target", "effect", "delay", "elsewhere"],
  25: ["t", "user", "properties"],
  26: ["t", "name", "properties"],
  27: ["t", "name"],
  30: ["t", "level", "text", "repeats"],
  31: ["t", "method", "url", "status", "type", "age", "duration", "sent", "received", "size"],
  32: ["t", "node", "key", "pointer", "duration", "clicks", "text"],
  33: ["t", "zone", "duration"],
} as const;

// One letter a field: n number, s string, b boolean, x bytes, a array of numbers.
export const HEADER_SHAPE = "sssnsnnsnnnnxnx";
export const SHAPES: Readonly<Record<Kind, string>> = {
  1: "nnssssnnnnnbnnb",
  2: "nnsnnnnnnnsbssnnnsnss",
  3: "nsaaasnb",
  4: "nnsnnaaa",
  5: "nnsssn",
  6: "nnnnnn",
  7: "nbb",
  8: "nbnn",
  9: "nssn",
  10: "nsxsns",
  11: "nnsssnnnnnns",
  12: "nnsnnnnnnn",
  13: "nnssnnnnnnnnbssss",
  14: "nnsnssssb",
  15: "nnsss",
  16: "nnssn",
  17: "nnsssss",
  18: "nnsssnnn",
  19: "nssssnnsnn",
  20: "nsssnsnn",
  21: "nsnsnss",
  22: "nnnnn",
  23: "nnsssnn",
  25: "nss",
  26: "nss",
  27: "ns",
  30: "nssn",
  31: "nssnsnnnnn",
  32: "nnssnns",
  33: "nsn",
};
// What older recorders leave out at the end of a fact.
export const DEFAULTS: Readonly<Partial<Record<Kind, readonly (string | number | boolean)[]>>> = {
  1: [false],
  2: [0, 0, 0, "", -1, "", ""],
  3: ["?", 0, false],
  10: [""],
  11: [""],
  13: ["?", "", ""],
};
