// Rebuilds the page out of sight at moments that the recorder told of, and compares. While nothing is played, one moment
// after the other, each in a frame of its own like the stage's, so that the picture is left alone.

import type { DigestOp } from "../wire/read-frames.ts";
import { createCursor } from "./cursor.ts";
import { type Check, compare, type Fidelity, summary } from "./fidelity.ts";
import { imagesLoaded } from "./images.ts";
import { createScreen, type View } from "./screen.ts";
import { travel } from "./seek.ts";
import type { Manifest, Source } from "./source.ts";
import { openFrame } from "./stage.ts";
import type { Track } from "./track.ts";

/** What the recorder told of its page at a time. */
export interface Told {
  /** ms since 1970. */
  readonly time: number;
  readonly op: DigestOp;
}

export interface Audit {
  /** Compares, once all has arrived. */
  begin(views: readonly View[], manifest: Manifest): void;
  result(): Fidelity;
  stop(): void;
}

interface Surroundings {
  readonly element: HTMLElement;
  readonly source: Source;
  /** Brings chunks in. */
  load(track: Track, from: number, to: number): Promise<void>;
  /** Whether there is time for it now. */
  isFree(): boolean;
  /** There is a new result. */
  changed(): void;
}

interface Job extends Told {
  readonly view: View;
}

/** Evenly over the session: more would not change the score much, and each is a page built. */
const MAX_CHECKS = 24;
const LOOK_MS = 250;
const IMAGES_WITHIN_MS = 1500;
const SETTLE_MS = 60;
const MAX_SIDE = 8192;

export function createAudit(around: Surroundings): Audit {
  const checks: Check[] = [];
  let waiting: Job[] = [];
  let session = { started: 0, ended: 0 };
  let stopped = false;
  let box: HTMLElement | undefined;

  async function frame(): Promise<HTMLIFrameElement> {
    box = document.createElement("div");
    Object.assign(box.style, { position: "absolute", width: "0", height: "0" });
    Object.assign(box.style, { overflow: "hidden", visibility: "hidden" });
    box.setAttribute("aria-hidden", "true");
    const made = document.createElement("iframe");
    made.className = "ff-audit";
    box.append(made);
    around.element.append(box);
    await openFrame(made, around.source.frameUrl);
    return made;
  }

  const isWanted = () => !stopped && around.isFree();

  async function untilFree(): Promise<void> {
    while (!stopped && !around.isFree()) await pause(LOOK_MS);
  }

  /** Undefined where the viewer has begun to play meanwhile, or nothing can be said. */
  async function check(job: Job, inside: HTMLIFrameElement): Promise<Check | "again" | undefined> {
    const { track } = job.view;
    const { contentDocument: page } = inside;
    if (page === null) return undefined;
    const cursor = createCursor(track, () => {}, 0);
    const view = { track, cursor, timeline: job.view.timeline };
    if (!(await travel(view, job.time, around.load, isWanted))) return "again";
    if (cursor.untrue() !== undefined) return undefined; // a gap, and drawn as one
    const resize = (width: number, height: number) => {
      inside.style.width = `${Math.min(width, MAX_SIDE)}px`;
      inside.style.height = `${Math.min(height, MAX_SIDE)}px`;
    };
    const screen = createScreen({ resize }, page);
    const vault = track.vault(cursor.document());
    screen.show(view, job.time);
    await vault.settled();
    screen.show(view, job.time); // with the sheets that have come
    await imagesLoaded(page, IMAGES_WITHIN_MS);
    await pause(SETTLE_MS);
    if (stopped) return undefined;
    screen.settle(view, job.time);
    const sight = screen.sight(view, job.op.boxes);
    return { tab: track.info.tab, time: job.time, ...compare(job.op, sight) };
  }

  async function run(): Promise<void> {
    const inside = await frame();
    for (let job = waiting[0]; job !== undefined && !stopped; job = waiting[0]) {
      await untilFree();
      const found = await check(job, inside);
      if (found === "again") continue;
      waiting = waiting.slice(1);
      if (found !== undefined) checks.push(found);
      around.changed();
    }
    box?.remove();
  }

  return {
    begin(views, manifest) {
      session = manifest;
      const all = views.flatMap((view) => view.track.digests().map((told) => ({ ...told, view })));
      const step = Math.max(1, all.length / MAX_CHECKS);
      waiting = all.filter((_, at) => Math.floor(at / step) !== Math.floor((at - 1) / step));
      if (waiting.length === 0) return;
      around.changed();
      run().catch(() => {
        waiting = []; // the server does not answer: there is no score, and the stage says why
        box?.remove();
      });
    },
    result: () => summary(checks, waiting.length, session),
    stop() {
      stopped = true;
      box?.remove();
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
