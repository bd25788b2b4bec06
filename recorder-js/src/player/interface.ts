// What a player offers to whoever embeds it; docs/player.md tells it for users.

import type { Fidelity } from "./fidelity.ts";
import type { Gap } from "./gaps.ts";
import type { Growth } from "./live-source.ts";
import type { Progress } from "./loader.ts";
import type { SessionFact } from "./session-facts.ts";
import type { ViewAt } from "./session-parts.ts";
import type { Manifest } from "./source.ts";
import type { Stretch, TimelineEvent } from "./timeline.ts";

export type PlayerChange = "ready" | "time" | "state" | "loaded" | "failed" | "fidelity";

export interface Player {
  /** Resolves at the first frame; rejects, with the reason to show, when there is nothing to play. */
  readonly ready: Promise<void>;
  /** ms from the session's start. */
  time(): number;
  duration(): number;
  play(): void;
  pause(): void;
  isPlaying(): boolean;
  /** Before `ready`: where to begin. */
  seek(time: number): Promise<void>;
  speed(): number;
  setSpeed(speed: number): void;
  skipsInactivity(): boolean;
  setSkipInactivity(skip: boolean): void;
  extend(growth: Growth): void; // what a session in progress has got
  follow(rate: number): void; // above 0: at this speed, and at the end it waits for more
  isFollowing(): boolean;
  setFit(fit: boolean): void;
  /** Undefined follows the tab in the foreground. */
  setTab(tab: string | undefined): void;
  tab(): string | undefined;
  viewAt(time: number): ViewAt | undefined;
  manifest(): Manifest | undefined;
  url(): string;
  /** Times here and below are ms from the session's start, too. */
  events(): readonly TimelineEvent[];
  facts(): readonly SessionFact[];
  inactive(): readonly Stretch[];
  gaps(): readonly Gap[];
  fidelity(): Fidelity;
  activity(): readonly number[]; // in any order, and ms since 1970
  progress(): Progress;
  isWaiting(): boolean;
  document(): Document | undefined;
  firstFrameMs(): number | undefined;
  on(listener: (change: PlayerChange) => void): () => void;
  stop(): void;
}
