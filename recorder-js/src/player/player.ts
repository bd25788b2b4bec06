// The player: a session on a stage, with a clock. `createPlayer(element, source)` is all that is needed.

import { createAudit } from "./audit.ts";
import { createCursor } from "./cursor.ts";
import { createDecoder, type Decoder } from "./decoder.ts";
import { grow } from "./grow.ts";
import { createGuests, type Guests } from "./guests.ts";
import type { Player, PlayerChange } from "./interface.ts";
import type { Growth } from "./live-source.ts";
import { createLoader } from "./loader.ts";
import { createScreen, type Screen, type View } from "./screen.ts";
import { decodeAhead, travel } from "./seek.ts";
import { sessionEvents, sessionFacts } from "./session-facts.ts";
import {
  clamp,
  earlierView,
  endOfRest,
  firstKeyframe,
  gapsIn,
  inactiveIn,
  shifted,
  untruth,
  urlAt,
  viewAt,
  viewSince,
  whyNothing,
} from "./session-parts.ts";
import type { Manifest, Source } from "./source.ts";
import { createStage, openFrame } from "./stage.ts";
import { hostOf } from "./tabs.ts";
import { buildTimeline, type Stretch } from "./timeline.ts";
import { createTimelines } from "./timelines.ts";
import { createTrack } from "./track.ts";

export type { Player, PlayerChange } from "./interface.ts";

/** Of each animation frame, so that the controls stay quick however much happens. */
const FRAME_BUDGET_MS = 12;
/** Beside this file's bundle, of the same origin; undefined where modules have no address. */
const WORKER_URL = import.meta.url && new URL("./decode-worker.js", import.meta.url).href;
/** Decoded ahead of the play head, ms of the session at 1×. */
const AHEAD_MS = 4000;
const CHUNKS_AT_FIRST = 3;
const LOADING_AFTER_MS = 150;
/** After a jump styles and images still come in: scroll positions are set again meanwhile. */
const SETTLE_AFTER_MS = [60, 250, 800, 2000];

interface Playing {
  manifest: Manifest;
  readonly views: View[];
  readonly inner: View[]; // those in frames of others
  readonly screen: Screen;
  readonly guests: Guests;
  readonly decoder: Decoder;
  readonly tabs: Set<string>;
  view: View;
}

export function createPlayer(element: HTMLElement, source: Source): Player {
  const created = performance.now();
  const stage = createStage(element);
  const listeners = new Set<(change: PlayerChange) => void>();
  const loader = createLoader((last) => {
    if (last || timelines.due()) refreshTimelines();
    emit("loaded");
  });
  const audit = createAudit({
    element,
    source,
    load: loader.now,
    isFree: () => !playing && !waiting && seeking === undefined && !document.hidden,
    changed: () => emit("fidelity"),
  });
  let session: Playing | undefined;
  let time = 0;
  let playing = false;
  let waiting = false;
  let stopped = false;
  let speed = 1;
  let following = 0;
  let skip = true;
  let picked: string | undefined;
  let seeking: number | undefined;
  let seekNumber = 0;
  let lastTick = 0;
  let firstFrameMs: number | undefined;
  const timelines = createTimelines();
  let idle: readonly Stretch[] | undefined;
  let asked: number | undefined;
  /** Whether the picture is what the cursor of its view says: not while one travels. */
  let inStep = true;
  let settleTimers: number[] = [];

  function emit(change: PlayerChange): void {
    if (change === "state") setPace();
    for (const listener of listeners) listener(change);
  }

  const rate = () => following || speed;

  function setPace(): void {
    session?.screen.pace(playing && !waiting ? rate() : 0, time);
  }

  function refreshTimelines(): void {
    if (!timelines.refresh()) return;
    idle = undefined;
    if (inStep) settle();
  }

  function settle(): void {
    if (session === undefined) return;
    session.screen.settle(session.view, time);
    session.guests.sync(session.screen, time);
  }

  function draw(): void {
    if (session === undefined) return;
    const { view, screen } = session;
    stage.draw(view.timeline, time, rate(), screen.windowScroll());
    stage.setNotice(waiting ? "Loading…" : untruth(view));
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
    const view = viewAt(session, picked, at);
    const wanted = () => number === seekNumber && !stopped;
    if (inStep && view === session.view && at >= time && view.cursor.isNear(at)) {
      session.screen.advance(view, time, at, Number.POSITIVE_INFINITY, 0);
    } else {
      inStep = false;
      const slow = setTimeout(() => wanted() && setWaiting(true), LOADING_AFTER_MS);
      const there = await travel(view, at, loader.now, wanted).finally(() => clearTimeout(slow));
      if (!there) return;
      session.view = view;
      if (timelines.due()) refreshTimelines();
      session.screen.show(view, at);
      inStep = true;
      settleLater();
    }
    arrive(session, at);
  }

  function arrive(playing: Playing, at: number): void {
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
    const passed = Math.min(now - lastTick, 250) * rate();
    lastTick = now;
    if (seeking !== undefined) return;
    if (timelines.due()) refreshTimelines();
    move(session, Math.min(time + passed, session.manifest.ended));
  }

  function move(playing: Playing, target: number): void {
    const jumpTo = skip ? endOfRest(rests(playing), target) : undefined;
    if (jumpTo !== undefined) {
      jump(jumpTo);
      return;
    }
    const view = viewAt(playing, picked, target);
    if (view !== playing.view || !inStep) {
      jump(target);
      return;
    }
    const result = playing.screen.advance(view, time, target, FRAME_BUDGET_MS, rate());
    if (result === "waiting") jump(target);
    if (result === "done") time = target;
    playing.guests.sync(playing.screen, time);
    decodeAhead(view, time + AHEAD_MS * rate(), loader.now);
    draw();
    emit("time");
    if (time >= playing.manifest.ended && following === 0) pause();
  }

  function rests(playing: Playing): readonly Stretch[] {
    idle ??= inactiveIn(playing);
    return idle;
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
    if (time >= session.manifest.ended && following === 0) jump(session.manifest.started);
    emit("state");
    requestAnimationFrame(tick);
  }

  function makeView(info: Manifest["tabs"][number], decoder: Decoder): View {
    const screenOf = () =>
      session?.view.track === track ? session.screen : session?.guests.screenOf(track);
    const track = createTrack(info, source, decoder, {
      loaded() {
        timelines.outdate(view);
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
    const view = { track, cursor, timeline: buildTimeline([]) };
    return view;
  }

  function extend(growth: Growth): void {
    if (session === undefined) return;
    for (const [track, from] of grow(session, growth, makeView)) {
      loader.now(track, from, track.info.chunks.length - 1).catch(() => fail());
    }
    idle = undefined;
    emit("time");
  }

  /** What the first picture needs comes while the frame opens. */
  function bringSoon({ cursor, track }: View, at: number): void {
    const [from, to] = cursor.needs(at);
    loader.now(track, from, Math.min(to, from + CHUNKS_AT_FIRST)).catch(() => {
      // whoever needs it asks again, and is told
    });
  }

  async function open(): Promise<void> {
    const opening = openFrame(stage.frame, source.frameUrl);
    opening.catch(() => {
      // it is awaited below
    });
    const manifest = await source.manifest();
    const decoder = createDecoder(WORKER_URL, manifest.clock_offset);
    const views = manifest.tabs
      .filter((tab) => tab.chunks.length > 0)
      .map((tab) => makeView(tab, decoder));
    const tabs = new Set(manifest.tabs.map(({ tab }) => tab));
    const isOuter = ({ track }: View) => hostOf(track.info.tab, tabs) === undefined;
    const view = views.filter(isOuter).reduce(earlierView, undefined);
    if (view === undefined) throw new Error("No part of this session has arrived.");
    const start = firstKeyframe(view);
    if (start === undefined) throw new Error(whyNothing(manifest));
    const at = asked === undefined ? Math.max(start, manifest.started) : manifest.started + asked;
    bringSoon(view, at);
    const inner = views.filter((each) => !isOuter(each));
    const document = await opening;
    const guests = createGuests(inner, (guest, from, to) => {
      loader.now(guest.track, from, to).then(settle, fail);
    });
    session = {
      manifest,
      views,
      screen: createScreen(stage, document),
      inner,
      guests,
      decoder,
      tabs,
      view,
    };
    time = start;
    await goTo(asked === undefined ? at : manifest.started + asked);
    refreshTimelines();
    firstFrameMs = performance.now() - created;
    emit("state");
    emit("ready");
    const tracks = views.map((each) => each.track);
    loader.stream(tracks, time).then(() => audit.begin(views, manifest), fail);
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
    seek(to) {
      if (session !== undefined) return goTo(session.manifest.started + to);
      asked = to;
      return ready;
    },
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
    extend,
    follow(wanted) {
      following = wanted;
      emit("state");
    },
    isFollowing: () => following > 0,
    setFit: (fit) => stage.setFit(fit),
    setTab(tab) {
      picked = tab;
      jump(time);
      emit("state");
    },
    tab: () => session?.view.track.info.tab,
    viewAt: (at) => session && viewSince(session, picked, at),
    manifest: () => session?.manifest,
    url: () => (session === undefined ? "" : urlAt(session, time)),
    events: () => (session === undefined ? [] : sessionEvents(session)),
    facts: () => (session === undefined ? [] : sessionFacts(session)),
    inactive: () => (session === undefined ? [] : shifted(rests(session), session.manifest)),
    gaps: () => (session === undefined ? [] : shifted(gapsIn(session), session.manifest)),
    fidelity: audit.result,
    activity: () => (session?.views ?? []).flatMap(({ timeline }) => timeline.activity),
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
      session?.decoder.stop();
      for (const timer of settleTimers) clearTimeout(timer);
      audit.stop();
      stage.stop();
    },
  };
}
