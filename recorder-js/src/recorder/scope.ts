// What a tracker is given: where to write, how to listen, how to name what it saw.
import type { Writer } from "../wire/write.ts";
import type { HearFailure } from "./failures.ts";
import type { Guard, Meter, Stop } from "./guard.ts";
import type { Signal } from "./public.ts";
import type { References } from "./references.ts";
import type { Session } from "./session.ts";
import type { Settings } from "./settings.ts";
import type { Sheets } from "./sheets.ts";
import type { Stream } from "./stream.ts";
import type { Transport } from "./transport.ts";
import type { Tree } from "./tree.ts";

/** A window with the classes that its page uses. */
export type Realm = Window & typeof globalThis;

export interface Scope
  extends Pick<Stream, "emit" | "now" | "clock" | "since" | "beforeCut" | "sealWithin" | "seal"> {
  readonly settings: Settings;
  readonly session: Session;
  readonly tree: Tree;
  /** Listens in every recorded document, and with `everyRoot` in shadow roots too (events that are not composed). */
  readonly listen: Listen;
  /** The nodes that an event came by, innermost first. */
  readonly pathOf: (event: Event) => readonly EventTarget[];
  /** Whether an event is told that happened before its listener was there; the clock is set back meanwhile. */
  readonly isLate: () => boolean;
  /** How far the window has been scrolled since such an event, px; frames move along, with the places in them. */
  readonly drift: (inner: Document) => readonly [x: number, y: number];
  /** The number of a node, mutations that wait included; 0 when it is not recorded. */
  readonly idOf: (node: Node) => number;
  /** Writes operations at this moment, after the mutations that wait. */
  readonly operate: (write: (frames: Writer) => void) => void;
  /** The visitor did something. */
  readonly active: () => void;
  /** A form field must be looked at with the next batch. */
  readonly changed: (field: Element) => void;
  /** Passes on the page's errors, those since the recording began too. One can hear them. */
  readonly failures: (hear: HearFailure) => void;
  /** Something was found in the page: who listens hears of it, and a rule may keep the session for it. */
  readonly signal: (name: Signal["name"]) => void;
  /** How often the browser has told of changes of the page. */
  readonly mutations: () => number;
  /** Whether changes of the page are recorded now. */
  readonly watching: () => boolean;
  readonly assets: References;
  readonly upload: Transport["asset"];
  /** A style sheet cannot be had as an asset. */
  readonly unreadable: (url: string) => void;
  /** Work at the end of each keyframe, and soon if there is one already: what it writes, there or by `operate`, goes with it. */
  readonly afterKeyframe: (work: (frames: Writer) => void) => Stop;
  /** Work after each batch of changes; it writes nothing at once. */
  readonly afterBatch: (work: () => void) => Stop;
  /** Watches the window and those of frames, now and later. */
  readonly watchRealms: (watch: (view: Realm) => Stop) => Stop;
  readonly sheets: Pick<Sheets, "touch" | "isScripted">;
  /** Wraps what the page will call. */
  readonly guard: Guard;
  readonly meter: Readonly<Meter>;
  readonly thin: Thin;
  /** Ends the recording. */
  readonly end: () => void;
}

export type Listen = <K extends keyof WindowEventMap>(
  type: K,
  handler: (event: WindowEventMap[K]) => void,
  everyRoot?: boolean,
) => Stop;

/** What a recording over its budget gives up. */
export interface Thin {
  /** Changes are gathered for so many ms before they are written. */
  readonly pace: (ms: number) => void;
  readonly isPaced: () => boolean;
  /** A box stands for this element from now on. */
  readonly freeze: (element: Element) => void;
  /** The page's look is recorded no more. */
  readonly blind: () => void;
}
