// The player: a session on a stage, with a clock. `createPlayer(element, source)` is all that is needed.

import { createCursor } from "./cursor.ts";
import { createGuests, type Guests } from "./guests.ts";
import { createLoader, type Progress } from "./loader.ts";
import { createScreen, rangeFor, type Screen, type View } from "./screen.ts";
import { type SessionFact, sessionEvents, sessionFacts } from "./session-facts.ts";
import type { Manifest, Source } from "./source.ts";
import { createStage, openFrame } from "./stage.ts";
import { hostOf, outermost } from "./tabs.ts";
import {
  activeTab,
  buildTimeline,
  inactiveStretches,
  type Stretch,
  type TimelineEvent,
} from "./timeline.ts";
import { createTrack } from "./track.ts";

export type PlayerChange = "ready" | "time" | "state" | "loaded" | "failed";

export interface Player {
  /** Resolves at the first frame; rejects, with the reason to show, when there is nothing to play. */
  readonly ready: Promise<void>;
  /** ms from the session's start. */
  time(): number;
  duration(): number;
  play(): void;
  pause(): void;
  isPlaying(): boolean;
  seek(time: number): Promise<void>;
  speed(): number;
  setSpeed(speed: number): void;
  skipsInactivity(): boolean;
  setSkipInactivity(skip: boolean): void;
  setFit(fit: boolean): void;
  /** Undefined follows the tab in the foreground. */
  setTab(tab: string | undefined): void;
  tab(): string | undefined;
  manifest(): Manifest | undefined;
  url(): string;
  /** Times here and below are ms from the session's start, too. */
  events(): readonly TimelineEvent[];
  facts(): readonly SessionFact[];
  inactive(): readonly Stretch[];
  progress(): Progress;
  isWaiting(): boolean;
  /** The rebuilt page. */
  document(): Document | undefined;
  firstFrameMs(): number | undefined;
  on(listener: (change: PlayerChange) => void): () => void;
  stop(): void;
}

/** Of each animation frame, so that the controls stay quick however much happens. */
const FRAME_BUDGET_MS = 12;
/** After a jump styles and images still come in: scroll positions are set again meanwhile. */
const SETTLE_AFTER_MS = [60, 250, 800, 2000];
const LEAD_BEFORE_ACTIVITY_MS = 700;

interface Playing {
  readonly manifest: Manifest;
  readonly views: readonly View[];
  readonly screen: Screen;
  readonly guests: Guests;
  readonly tabs: ReadonlySet<string>;
  view: View;
}

export function createPlayer(element: HTMLElement, source: Source): Player {
  const created = performance.now();
  const stage = createStage(element);
  const listeners = new Set<(change: PlayerChange) => void>();
  const loader = createLoader(() => {
    refreshTimelines();
    emit("loaded");
  });
  let session: Playing | undefined;
  let time = 0;
  let playing = false;
  let waiting = false;
  let stopped = false;
  let speed = 1;
  let skip = true;
  let picked: string | undefined;
  let seeking: number | undefined;
  let seekNumber = 0;
  let lastTick = 0;
  let firstFrameMs: number | undefined;
  let stale = false;
  let settleTimers: number[] = [];

  function emit(change: PlayerChange): void {
    if (change === "state") setPace();
    for (const listener of listeners) listener(change);
  }

  function setPace(): void {
    session?.screen.pace(playing && !waiting ? speed : 0, time);
  }

  function refreshTimelines(): void {
    if (!stale || session === undefined) return;
    stale = false;
    for (const view of session.views) view.timeline = buildTimeline(view.track.facts());
    settle();
  }

  function settle(): void {
    if (session === undefined) return;
    session.screen.settle(session.view, time);
    session.guests.sync(session.screen, time);
  }

  function viewAt(at: number, { views, view, tabs }: Playing): View {
    const activities = views.map(({ track, timeline }) => ({
      tab: outermost(track.info.tab, tabs),
      activity:
        timeline.activity.length > 0 ? timeline.activity : track.info.chunks.map((c) => c.start),
    }));
    const tab = picked ?? activeTab(activities, at);
    return views.find(({ track }) => track.info.tab === tab) ?? view;
  }

  function draw(): void {
    if (session === undefined) return;
    const { view, screen } = session;
    stage.draw(view.timeline, time, speed, screen.windowScroll());
    stage.setNotice(notice(view));
  }

  function notice(view: View): string | undefined {
    if (waiting) return "Loading…";
    const reason = view.cursor.untrue();
    return reason === undefined ? undefined : `Not what the visitor saw: ${reason}`;
  }

  function settleLater(): void {
    for (const timer of settleTimers) clearTimeout(timer);
    settleTimers = SETTLE_AFTER_MS.map((delay) => window.setTimeout(settle, delay));
  }

  async function goTo(target: number): Promise<void> {
    if (session === undefined) return;
    const at = clamp(target, session.manifest.started, session.manifest.ended);
    const number = ++seekNumber;
    seeking = at;
    refreshTimelines();
    const view = viewAt(at, session);
    const [from, to] = rangeFor(view, at);
    if (!view.track.has(from, to)) {
      setWaiting(true);
      await loader.now(view.track, from, to);
    }
    if (number !== seekNumber || stopped) return;
    arrive(session, view, at);
  }

  function arrive(playing: Playing, view: View, at: number): void {
    refreshTimelines();
    const isNear = view === playing.view && at >= time && view.cursor.isNear(at);
    playing.view = view;
    if (isNear) playing.screen.advance(view, time, at, Number.POSITIVE_INFINITY, 0);
    else {
      view.cursor.seek(at);
      playing.screen.show(view, at);
      settleLater();
    }
    playing.guests.sync(playing.screen, at);
    time = at;
    seeking = undefined;
    setWaiting(false);
    draw();
    emit("time");
  }

  function setWaiting(now: boolean): void {
    if (waiting === now) return;
    waiting = now;
    draw();
    emit("state");
  }

  function jump(target: number): void {
    goTo(target).catch(() => fail());
  }

  function fail(): void {
    playing = false;
    seeking = undefined;
    waiting = false;
    stage.setNotice("The server does not answer. Press play to try again.");
    emit("state");
  }

  function tick(now: number): void {
    if (!playing || stopped || session === undefined) return;
    requestAnimationFrame(tick);
    const passed = Math.min(now - lastTick, 250) * speed;
    lastTick = now;
    if (seeking !== undefined) return;
    refreshTimelines();
    move(session, Math.min(time + passed, session.manifest.ended));
  }

  function move(playing: Playing, target: number): void {
    const jumpTo = skip ? endOfInactivity(target, playing) : undefined;
    if (jumpTo !== undefined) {
      jump(jumpTo);
      return;
    }
    const view = viewAt(target, playing);
    if (view !== playing.view) {
      jump(target);
      return;
    }
    const result = playing.screen.advance(view, time, target, FRAME_BUDGET_MS, speed);
    if (result === "waiting") jump(target);
    if (result === "done") time = target;
    playing.guests.sync(playing.screen, time);
    draw();
    emit("time");
    if (time >= playing.manifest.ended) pause();
  }

  function endOfInactivity(at: number, playing: Playing): number | undefined {
    for (const { start, end } of inactive(playing)) {
      const to = end - LEAD_BEFORE_ACTIVITY_MS;
      if (at > start + LEAD_BEFORE_ACTIVITY_MS && at < to) return to;
    }
    return undefined;
  }

  /** As far as everything up to there is loaded: what is not here is not known to be inactive. */
  function inactive({ views, manifest }: Playing): readonly Stretch[] {
    const known = views.map(({ track }) => {
      const missing = track.chunks.indexOf(undefined);
      return track.info.chunks[missing]?.start ?? manifest.ended;
    });
    const activity = views.flatMap(({ timeline }) => timeline.activity).sort((a, b) => a - b);
    return inactiveStretches(activity, manifest.started, Math.min(...known, manifest.ended));
  }

  function pause(): void {
    if (!playing) return;
    playing = false;
    session?.screen.hold(time);
    emit("state");
  }

  function play(): void {
    if (playing || session === undefined) return;
    playing = true;
    lastTick = performance.now();
    if (time >= session.manifest.ended) jump(session.manifest.started);
    emit("state");
    requestAnimationFrame(tick);
  }

  function makeView(manifest: Manifest, info: Manifest["tabs"][number]): View {
    const screenOf = () =>
      session?.view.track === track ? session.screen : session?.guests.screenOf(track);
    const track = createTrack(info, source, manifest.clock_offset, {
      loaded() {
        stale = true;
        emit("loaded");
      },
      asset(document, ref) {
        const screen = screenOf();
        if (screen === undefined || cursor.document() !== document) return;
        screen.asset(ref);
        settleLater();
      },
    });
    const cursor = createCursor(track, (document) => {
      screenOf()?.open(track, document);
    });
    return { track, cursor, timeline: buildTimeline([]) };
  }

  async function open(): Promise<void> {
    const [manifest, document] = await Promise.all([
      source.manifest(),
      openFrame(stage.frame, source.frameUrl),
    ]);
    const views = manifest.tabs
      .filter((tab) => tab.chunks.length > 0)
      .map((tab) => makeView(manifest, tab));
    const tabs = new Set(manifest.tabs.map(({ tab }) => tab));
    const isOuter = ({ track }: View) => hostOf(track.info.tab, tabs) === undefined;
    const view = views.filter(isOuter).reduce(earlierView, undefined);
    if (view === undefined) throw new Error("No part of this session has arrived.");
    const start = firstKeyframe(view);
    if (start === undefined) throw new Error(whyNothing(manifest));
    const inner = views.filter((each) => !isOuter(each));
    const guests = createGuests(inner, (guest, from, to) => {
      loader.now(guest.track, from, to).then(settle, fail);
    });
    session = { manifest, views, screen: createScreen(stage, document), guests, tabs, view };
    time = start;
    await goTo(Math.max(start, manifest.started));
    firstFrameMs = performance.now() - created;
    emit("ready");
    loader.stream(views.map((each) => each.track)).catch(() => fail());
  }

  const ready = open().catch((error: unknown) => {
    emit("failed");
    throw error;
  });

  return {
    ready,
    time: () => (session === undefined ? 0 : (seeking ?? time) - session.manifest.started),
    duration: () => (session === undefined ? 0 : session.manifest.ended - session.manifest.started),
    play,
    pause,
    isPlaying: () => playing,
    seek: (to) => goTo((session?.manifest.started ?? 0) + to),
    speed: () => speed,
    setSpeed(wanted) {
      speed = clamp(wanted, 0.1, 64);
      emit("state");
    },
    skipsInactivity: () => skip,
    setSkipInactivity(wanted) {
      skip = wanted;
      emit("state");
    },
    setFit: (fit) => stage.setFit(fit),
    setTab(tab) {
      picked = tab;
      jump(time);
      emit("state");
    },
    tab: () => session?.view.track.info.tab,
    manifest: () => session?.manifest,
    url: () => (session === undefined ? "" : urlAt(session, time)),
    events: () => (session === undefined ? [] : sessionEvents(session)),
    facts: () => (session === undefined ? [] : sessionFacts(session)),
    inactive: () => (session === undefined ? [] : shifted(inactive(session), session.manifest)),
    progress: () => loader.progress((session?.views ?? []).map((view) => view.track)),
    isWaiting: () => waiting,
    document: () => stage.frame.contentDocument ?? undefined,
    firstFrameMs: () => firstFrameMs,
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop() {
      stopped = true;
      playing = false;
      loader.stop();
      for (const timer of settleTimers) clearTimeout(timer);
      stage.stop();
    },
  };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), Math.max(low, high));
}

function firstKeyframe({ track }: View): number | undefined {
  const index = track.keyframeAfter(-1);
  return index === undefined ? undefined : track.info.chunks[index]?.start;
}

function earlierView(best: View | undefined, view: View): View {
  const start = (of: View) => firstKeyframe(of) ?? Number.POSITIVE_INFINITY;
  return best === undefined || start(view) < start(best) ? view : best;
}

function whyNothing(manifest: Manifest): string {
  const gaps = manifest.tabs.reduce((sum, tab) => sum + tab.gaps.length, 0);
  return gaps > 0
    ? "The picture of the page (its keyframe) never arrived, so there is nothing to show. What the visitor did is in the list."
    : "The picture of the page (its keyframe) has not arrived yet. If the visit is still going on, try again in a moment.";
}

function urlAt({ manifest, view }: Playing, time: number): string {
  const { tab, chunks } = view.track.info;
  const views = manifest.page_views.filter((page) => page.tab === tab && page.started <= time);
  const latest = views.reduce<(typeof views)[number] | undefined>(
    (best, page) => (best === undefined || page.started >= best.started ? page : best),
    undefined,
  );
  return latest?.url ?? chunks[view.track.chunkAt(time)]?.url ?? "";
}

function shifted(stretches: readonly Stretch[], { started }: Manifest): readonly Stretch[] {
  return stretches.map(({ start, end }) => ({ start: start - started, end: end - started }));
}
