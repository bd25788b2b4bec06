// The frames of a chunk: bytes to operations on the tree (docs/wire-format.md).

import { createMsgpackReader, type MsgpackReader, messageOf } from "./msgpack-read.ts";
import type { Reading } from "./read.ts";
import { MAX_INTERNED_BYTES, NodeType, Op } from "./wire.gen.ts";

export interface ElementToken {
  readonly node: typeof NodeType.Element | typeof NodeType.Svg | typeof NodeType.MathMl;
  readonly tag: string;
  /** Name, value, name, value … */
  readonly attributes: readonly string[];
}

export type NodeToken =
  | ElementToken
  | { readonly node: typeof NodeType.Text; readonly text: string }
  | { readonly node: typeof NodeType.Comment }
  | { readonly node: typeof NodeType.Document }
  | {
      readonly node: typeof NodeType.Doctype;
      readonly name: string;
      readonly publicId: string;
      readonly systemId: string;
    }
  | { readonly node: typeof NodeType.ShadowRoot; readonly mode: number }
  | { readonly node: typeof NodeType.Frame }
  | { readonly node: typeof NodeType.Known; readonly id: number }
  | { readonly node: typeof NodeType.End };

export interface KeyframeOp {
  readonly op: typeof Op.Keyframe;
  readonly t: number;
  readonly width: number;
  readonly height: number;
  readonly quirks: boolean;
  readonly base: string;
  readonly nodes: readonly NodeToken[];
}

/** Owners are the node of a `style` or `link`, or a constructed sheet: its number, negative. */
export interface RulesOp {
  readonly op: typeof Op.Rules;
  readonly owner: number;
  readonly start: number;
  /** -1: all there were. */
  readonly deleted: number;
  readonly rules: readonly string[];
}

/** What the page was like at this moment (wire/digest.ts). */
export interface DigestOp {
  readonly op: typeof Op.Digest;
  readonly elements: number;
  readonly hash: number;
  /** Of each landmark: its number, and its box in CSS px from the document's top left. */
  readonly boxes: readonly number[];
}

export interface AnimateOp {
  readonly op: typeof Op.Animate;
  readonly id: number;
  readonly pseudo: string;
  readonly name: string;
  readonly easing: string;
  /** Of each keyframe "@", its offset in thousandths or nothing, and its easing after a space; then property, value … */
  readonly keyframes: readonly string[];
  readonly timing: readonly number[];
}

export interface MotionOp {
  readonly op: typeof Op.Motion;
  readonly id: number;
  readonly pseudo: string;
  readonly name: string;
  readonly current: number;
  readonly rate: number;
  /** 0 paused, 1 running, 2 gone. */
  readonly state: number;
}

export type FrameOp =
  | KeyframeOp
  | { readonly op: typeof Op.KeyframeEnd }
  | { readonly op: typeof Op.Time; readonly t: number }
  | { readonly op: typeof Op.Remove; readonly ids: readonly number[] }
  | {
      readonly op: typeof Op.Insert;
      readonly parent: number;
      readonly after: number;
      readonly nodes: readonly NodeToken[];
    }
  | {
      readonly op: typeof Op.Attribute;
      readonly id: number;
      readonly name: string;
      readonly value: string | undefined;
    }
  | { readonly op: typeof Op.Text; readonly id: number; readonly text: string }
  | {
      readonly op: typeof Op.TextPatch;
      readonly id: number;
      readonly start: number;
      readonly deleted: number;
      readonly text: string;
    }
  | { readonly op: typeof Op.Value; readonly id: number; readonly text: string }
  | { readonly op: typeof Op.Checked; readonly id: number; readonly state: number }
  | { readonly op: typeof Op.Selected; readonly id: number; readonly indices: readonly number[] }
  | { readonly op: typeof Op.Adopted; readonly id: number; readonly sheets: readonly string[] }
  | { readonly op: typeof Op.Css; readonly id: number; readonly text: string }
  | { readonly op: typeof Op.ScrollTo; readonly id: number; readonly x: number; readonly y: number }
  | {
      readonly op: typeof Op.Numbers;
      readonly id: number;
      readonly name: string;
      readonly words: string;
      readonly scales: readonly number[];
      readonly values: readonly number[];
    }
  | { readonly op: typeof Op.NumbersBy; readonly id: number; readonly moves: readonly number[] }
  | { readonly op: typeof Op.Modal; readonly id: number; readonly open: boolean }
  | { readonly op: typeof Op.Mark; readonly mark: number; readonly node: number }
  | { readonly op: typeof Op.Environment; readonly values: readonly number[] }
  | {
      readonly op: typeof Op.Selection;
      readonly anchor: number;
      readonly from: number;
      readonly focus: number;
      readonly to: number;
    }
  | { readonly op: typeof Op.Popover; readonly id: number; readonly open: boolean }
  | { readonly op: typeof Op.Media; readonly id: number; readonly values: readonly number[] }
  | DigestOp
  | RulesOp
  | { readonly op: typeof Op.Adopt; readonly id: number; readonly sheets: readonly number[] }
  | { readonly op: typeof Op.SheetMedia; readonly owner: number; readonly media: string }
  | AnimateOp
  | MotionOp
  | {
      readonly op: typeof Op.SvgTime;
      readonly id: number;
      readonly current: number;
      readonly paused: boolean;
    };

/** The operations of an inflated frames part, in order. */
export function readFrames(bytes: Uint8Array): Reading<FrameOp> {
  const reader = createFrameReader(createMsgpackReader(bytes));
  const items: FrameOp[] = [];
  try {
    while (!reader.ended()) items.push(reader.operation());
  } catch (error) {
    return { items, damage: messageOf(error) };
  }
  return { items };
}

function createFrameReader(reader: MsgpackReader) {
  const strings: string[] = [];
  const { number } = reader;

  function string(): string {
    const value = reader.stringOrNumber();
    if (typeof value === "string") {
      if (reader.lastStringBytes() <= MAX_INTERNED_BYTES) strings.push(value);
      return value;
    }
    const known = strings[value];
    if (known === undefined) throw new Error(`string number ${value} was never given`);
    return known;
  }

  function boolean(): boolean {
    const value = reader.value();
    return value === true || (typeof value === "number" && value !== 0);
  }

  function list<T>(item: () => T): T[] {
    const items: T[] = [];
    // Each item takes a byte at least, so a lying count ends at the end of the bytes.
    for (let left = number(); left > 0; left--) items.push(item());
    return items;
  }

  function token(): NodeToken {
    const node = number();
    switch (node) {
      case NodeType.End:
      case NodeType.Comment:
      case NodeType.Document:
      case NodeType.Frame:
        return { node };
      case NodeType.Element:
      case NodeType.Svg:
      case NodeType.MathMl: {
        const tag = string();
        const attributes = list(() => [string(), string()]).flat();
        return { node, tag, attributes };
      }
      case NodeType.Text:
        return { node, text: string() };
      case NodeType.Doctype:
        return { node, name: string(), publicId: string(), systemId: string() };
      case NodeType.ShadowRoot:
        return { node, mode: number() };
      case NodeType.Known:
        return { node, id: number() };
      default:
        throw new Error(`node type ${node} is not known, at byte ${reader.at()}`);
    }
  }

  function attribute(): FrameOp {
    const id = number();
    const name = string();
    const marker = reader.value();
    if (marker === undefined) return { op: Op.Attribute, id, name, value: undefined };
    if (typeof marker === "string") {
      if (reader.lastStringBytes() <= MAX_INTERNED_BYTES) strings.push(marker);
      return { op: Op.Attribute, id, name, value: marker };
    }
    const value = typeof marker === "number" ? strings[marker] : undefined;
    if (value === undefined) throw new Error("an attribute's value is neither string nor nil");
    return { op: Op.Attribute, id, name, value };
  }

  function structure(op: number): FrameOp | undefined {
    switch (op) {
      case Op.Keyframe: {
        const [t, width, height] = [number(), number(), number()];
        const quirks = boolean();
        return { op, t, width, height, quirks, base: string(), nodes: nodesOf(token, true) };
      }
      case Op.KeyframeEnd:
        return { op };
      case Op.Time:
        return { op, t: number() };
      case Op.Remove:
        return { op, ids: list(number) };
      case Op.Insert:
        return { op, parent: number(), after: number(), nodes: nodesOf(token, false) };
      default:
        return undefined;
    }
  }

  function operation(): FrameOp {
    const op = number();
    const structural = structure(op);
    if (structural !== undefined) return structural;
    switch (op) {
      case Op.Attribute:
        return attribute();
      case Op.Text:
      case Op.Value:
      case Op.Css:
        return { op, id: number(), text: string() };
      case Op.TextPatch:
        return { op, id: number(), start: number(), deleted: number(), text: string() };
      case Op.Checked:
        return { op, id: number(), state: number() };
      case Op.Selected:
        return { op, id: number(), indices: list(number) };
      case Op.Adopted:
        return { op, id: number(), sheets: list(string) };
      case Op.Numbers: {
        const [id, name, words] = [number(), string(), string()];
        return { op, id, name, words, scales: list(number), values: list(number) };
      }
      case Op.NumbersBy:
        return { op, id: number(), moves: list(number) };
      case Op.ScrollTo:
        return { op, id: number(), x: number(), y: number() };
      case Op.Modal:
      case Op.Popover:
        return { op, id: number(), open: boolean() };
      case Op.Mark:
        return { op, mark: number(), node: number() };
      case Op.Environment:
        return { op, values: list(number) };
      case Op.Selection:
        return { op, anchor: number(), from: number(), focus: number(), to: number() };
      case Op.Media:
        return { op, id: number(), values: list(number) };
      case Op.Digest:
        return { op, elements: number(), hash: number(), boxes: list(number) };
      default:
        return styling(op);
    }
  }

  function styling(op: number): FrameOp {
    switch (op) {
      case Op.Rules:
        return { op, owner: number(), start: number(), deleted: number(), rules: list(string) };
      case Op.Adopt:
        return { op, id: number(), sheets: list(number) };
      case Op.SheetMedia:
        return { op, owner: number(), media: string() };
      case Op.Animate: {
        const [id, pseudo, name, easing] = [number(), string(), string(), string()];
        return { op, id, pseudo, name, easing, keyframes: list(string), timing: list(number) };
      }
      case Op.Motion: {
        const [id, pseudo, name] = [number(), string(), string()];
        return { op, id, pseudo, name, current: number(), rate: number(), state: number() };
      }
      case Op.SvgTime:
        return { op, id: number(), current: number(), paused: boolean() };
      default:
        throw new Error(`operation ${op} is not known, at byte ${reader.at()}`);
    }
  }

  return { ended: reader.ended, operation };
}

/** Whether a node of the stream has children, which End closes. */
export function hasChildren(token: NodeToken): boolean {
  switch (token.node) {
    case NodeType.Element:
    case NodeType.Svg:
    case NodeType.MathMl:
    case NodeType.Document:
    case NodeType.ShadowRoot:
    case NodeType.Frame:
      return true;
    default:
      return false;
  }
}

/** Nodes until the End that closes the list or, where it is a `single` node, until its own End. */
function nodesOf(token: () => NodeToken, single: boolean): NodeToken[] {
  const tokens: NodeToken[] = [];
  let depth = 0;
  for (;;) {
    const next = token();
    if (next.node === NodeType.End) depth--;
    else if (hasChildren(next)) depth++;
    if (depth < 0) return tokens;
    tokens.push(next);
    if (single && depth === 0) return tokens;
  }
}
