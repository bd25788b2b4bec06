// The chunk that is being filled: facts and frames go in, sealed chunks come out.

import {
  type FactFields,
  FLAG_KEYFRAME_PART,
  FLUSH_MS,
  type Kind,
  MAX_STRING,
} from "../wire/wire.gen.ts";
import { createWriter, type Value, type Writer } from "../wire/write.ts";
import type { Draft } from "./chunk.ts";
import type { Guard, Stop } from "./guard.ts";
import type { Session } from "./session.ts";
import { join } from "./sets.ts";

export type Emit = <K extends Kind>(kind: K, fact: FactFields[K]) => void;

export interface Stream {
  readonly emit: Emit;
  /** Milliseconds by the visitor's clock, monotonic within a document. */
  readonly clock: () => number;
  /** A clock reading as milliseconds after the chunk's base time. */
  readonly since: (clock: number) => number;
  readonly now: () => number;
  readonly frames: Writer;
  /** Something was written: it leaves the page in at most so many ms. */
  readonly sealWithin: (ms: number) => void;
  readonly addFlags: (flags: number) => void;
  /** Work to be done before each seal, such as folding the mutations gathered so far. */
  readonly beforeSeal: (work: (urgent: boolean) => void) => Stop;
  /** The same, before each cut too: it writes facts only. Urgent: the page is hidden, or left (FLAG_LAST). */
  readonly beforeCut: (work: (urgent: boolean, flags: number) => void) => Stop;
  /** Seals what there is; `urgent` when the page is being left. */
  readonly seal: (flags?: number, urgent?: boolean) => void;
  /** Seals in the middle of frames: what follows belongs to them, or to the keyframe. */
  readonly cut: (inKeyframe: boolean) => void;
  /** Throws away what is not sealed, and seals no more until something is written. */
  readonly drop: () => void;
  /** Frames sealed since the last call, in bytes, uncompressed. */
  readonly framesWritten: () => number;
}

export function createStream(
  project: string,
  session: Session,
  /** The page view that facts belong to now. */
  url: () => string,
  deliver: (draft: Draft, urgent: boolean) => void,
  guard: Guard,
): Stream {
  const facts = createWriter();
  const frames = createWriter();
  const beforeSeal = new Set<(urgent: boolean) => void>();
  const beforeCut = new Set<(urgent: boolean, flags: number) => void>();
  let flags = 0;
  let written = 0;
  let due = Number.POSITIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const clock = () => Math.round(performance.timeOrigin + performance.now());
  let opened = clock();
  let lastOpened = 0;
  let about = { view: 0, url: "" };

  const begin = (at = clock()) => {
    clearTimeout(timer);
    due = Number.POSITIVE_INFINITY;
    flags = 0;
    opened = Math.max(at, lastOpened); // chunks are in order by their times, too
    about = { view: session.view(), url: url() };
  };

  const isEmpty = () => facts.size() + frames.size() === 0;

  const send = (more: number, urgent: boolean) => {
    if (isEmpty()) {
      // What is written next begins a chunk, and its timer: this one's has run out.
      clearTimeout(timer);
      due = Number.POSITIVE_INFINITY;
      return;
    }
    const draft: Draft = {
      project,
      session: session.session(),
      tab: session.tab(),
      sequence: 0, // given when it is sent: what is held back may never be
      visitor: session.visitor(),
      document: session.document(),
      pageView: about.view,
      url: clip(about.url),
      baseTime: opened,
      sentAt: clock(),
      flags: flags | more,
      facts: facts.take(),
      frames: frames.take(),
    };
    lastOpened = opened;
    written += draft.frames.length;
    begin();
    deliver(draft, urgent);
  };

  const seal = (more = 0, urgent = false) => {
    for (const work of beforeSeal) guard(work)(urgent);
    for (const work of beforeCut) guard(work)(urgent, more);
    send(more, urgent);
  };

  const sealWithin = (ms: number) => {
    const at = clock() + ms;
    if (at >= due) return;
    due = at;
    clearTimeout(timer);
    timer = setTimeout(guard(seal), ms);
  };

  /** An empty chunk begins when something is first written into it, not when the one before ended. */
  const touch = (at?: number) => {
    if (isEmpty() && due === Number.POSITIVE_INFINITY) {
      begin(at);
      sealWithin(FLUSH_MS);
    }
  };

  const since = (at: number) => {
    touch(at);
    return Math.max(0, Math.round(at - opened));
  };

  return {
    clock,
    since,
    now: () => since(clock()),
    frames,
    sealWithin,
    emit(kind, fact) {
      touch();
      facts.int(kind);
      facts.int(fact.length);
      for (const field of fact as readonly Value[]) {
        facts.value(typeof field === "string" ? clip(field) : field);
      }
    },
    addFlags(more) {
      flags |= more;
    },
    beforeSeal: (work) => join(beforeSeal, work),
    beforeCut: (work) => join(beforeCut, work),
    seal,
    cut(inKeyframe) {
      for (const work of beforeCut) guard(work)(false, 0);
      send(0, false);
      touch();
      if (inKeyframe) flags = FLAG_KEYFRAME_PART;
    },
    drop() {
      facts.take();
      frames.take();
      begin();
    },
    framesWritten() {
      const bytes = written + frames.size();
      written = -frames.size();
      return bytes;
    },
  };
}

/** No fact is lost because a page has a very long title. */
function clip(text: string): string {
  return text.length > MAX_STRING ? text.slice(0, MAX_STRING) : text;
}
