// What a tracker is given: where to write, how to listen, how to name what it saw.

import type { Stop } from "./guard.ts";
import type { Settings } from "./settings.ts";
import type { Emit } from "./stream.ts";
import type { Tree } from "./tree.ts";

export interface Scope {
  readonly settings: Settings;
  readonly tree: Tree;
  readonly emit: Emit;
  /** ms since the chunk's base time. */
  readonly now: () => number;
  /** ms by the visitor's clock. */
  readonly clock: () => number;
  readonly since: (clock: number) => number;
  /** Listens in every recorded document, and with `everyRoot` in shadow roots too (events that are not composed). */
  readonly listen: Listen;
  /** The number of a node, mutations that wait included; 0 when it is not recorded. */
  readonly idOf: (node: Node) => number;
  /** The visitor did something. */
  readonly active: () => void;
  readonly beforeCut: (work: () => void) => Stop;
  readonly sealWithin: (ms: number) => void;
  readonly seal: (flags?: number, urgent?: boolean) => void;
  /** Something beside the mutations must be looked at with the next batch. */
  readonly changed: (what: { field?: Element; image?: Element; frame?: Element }) => void;
  /** Wraps what the page will call. */
  readonly guard: <A extends unknown[]>(work: (...given: A) => void) => (...given: A) => void;
}

export type Listen = <K extends keyof WindowEventMap>(
  type: K,
  handler: (event: WindowEventMap[K]) => void,
  everyRoot?: boolean,
) => Stop;
