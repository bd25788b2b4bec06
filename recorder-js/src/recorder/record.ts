// One recording, from start to stop. This file alone knows all parts.

import { IDLE_MS, Kind } from "../wire/wire.gen.ts";
import type { Consent } from "./consent.ts";
import { createEarly } from "./early.ts";
import { createFailures } from "./failures.ts";
import { matchesPage } from "./glob.ts";
import { createGuard, type Meter, type Stop } from "./guard.ts";
import { createHold } from "./hold.ts";
import { createListeners } from "./listeners.ts";
import { loadModule, type RecorderModule } from "./load-module.ts";
import { createPage } from "./page.ts";
import type { RecorderState, Signal } from "./public.ts";
import { createReferences } from "./references.ts";
import { isInSample, keepingRule, recordedShare } from "./sampling.ts";
import type { Scope } from "./scope.ts";
import type { Session } from "./session.ts";
import type { Settings } from "./settings.ts";
import { createStream, type Emit } from "./stream.ts";
import { createPageViews, watchHistory } from "./track-page-views.ts";
import { trackVisibility } from "./track-visibility.ts";
import { createTransport } from "./transport.ts";

const IDLE_LOOK_MS = 10_000;
const MAX_FAILURES = 100;
const MAX_REPAIRS = 3;

export type RecordingState = Extract<
  RecorderState,
  "recording" | "held" | "idle" | "paused" | "excluded" | "stopped"
>;

/** Who the site says that the visitor is: as in an Identify fact. */
export type Identity = readonly [user: string, properties: string];

export interface RecordingContext {
  /** An open session. */
  readonly session: Session;
  readonly consent: Pick<Consent, "at">;
  readonly identity: () => Identity | undefined;
  /** The server has this policy now. */
  readonly policy: (version: string) => void;
  /** The state may have changed. */
  readonly changed: () => void;
  readonly heard: (signal: Signal) => void;
  /** The part that is loaded otherwise. */
  readonly more: RecorderModule | undefined;
}

export interface Recording {
  readonly state: () => RecordingState;
  /** Ends it; what is not sent yet is sent, or forgotten when consent was withdrawn. */
  readonly stop: (forget: boolean) => void;
  readonly pause: () => void;
  readonly resume: () => void;
  /** Begins a new visitor and session. */
  readonly reset: () => void;
  readonly identify: () => void;
  readonly track: (name: string, properties: string) => void;
  readonly page: (name: string) => void;
}

/** Whether this page is not to be recorded: by its meta element, or by the settings. */
export function isExcluded({ exclude }: Settings): boolean {
  const meta = document.querySelector('meta[name="footfall"]')?.getAttribute("content");
  return meta === "exclude" || exclude.some((pattern) => matchesPage(pattern, location));
}

export function record(settings: Settings, context: RecordingContext): Recording {
  const { session } = context;
  const views = createPageViews(settings, session.nextView);
  let state: "recording" | "idle" | "resting" | "stopped" = "recording";
  /** Why it rests. */
  let isPaused = false;
  let isOutside = false;
  let lastActive = 0;
  let repairs = 0;

  const failed = (count: number, message: string) => {
    // The first of them, and then less and less often.
    if (/^10*$/.test(String(count))) tell("failed", message, count);
    if (count >= MAX_FAILURES) stop(false);
  };
  const meter: Meter = { time: 0, bytes: 0 };
  const guard = createGuard((count, message) => failed(count, message), meter);
  const tell = (name: string, reason = "", amount = 0) =>
    stream.emit(Kind.State, [stream.now(), name, reason, amount]);
  /** What people do is not seen while the recording rests. */
  const emit: Emit = (kind, fact) => {
    if (state !== "resting") stream.emit(kind, fact);
  };

  const assets = createReferences();
  const transport = createTransport(settings, session, {
    needed: assets.needed,
    sent(bytes) {
      meter.bytes += bytes;
    },
    spent(ms) {
      meter.time += ms;
    },
    dropped: guard((reason: string) => {
      if (state === "stopped" || state === "resting") return;
      tell("dropped", reason, 1);
      // What follows a lost chunk is untrue until the next keyframe.
      if (repairs++ < MAX_REPAIRS) page.shrink();
    }),
    refused: guard(() => stop(true)),
    policy: guard(context.policy),
    tokenLost: guard(() => {
      session.end();
      active();
    }),
  });
  const hold = createHold(
    (draft, urgent) => transport.send({ ...draft, sequence: session.nextSequence() }, urgent),
    guard(() => {
      if (state !== "recording") return;
      renew();
      views.again(scope);
    }),
    Date.now,
  );
  const stream = createStream(settings.project, session, views.url, hold.send, guard);
  const listeners = createListeners(guard, stream.clock);
  const page = createPage(settings, stream, guard, listeners, assets.reference);

  /** What every session begins with. */
  const declare = () => {
    hold.set(!isInSample(settings, session));
    if (context.consent.at()) tell("consent", "granted", context.consent.at());
    if (settings.sample < 1 && !hold.holds()) tellSample(session.kept() || "share");
    identify();
    context.changed();
  };
  const tellSample = (reason: string) => tell("sampled", reason, recordedShare(settings));
  const identify = () => {
    const identity = context.identity();
    if (identity) emit(Kind.Identify, [stream.now(), ...identity]);
  };
  const release = (rule: string) => {
    tellSample(rule);
    hold.release();
    context.changed();
  };
  /** Whether something says that a session outside the sample is to be kept. */
  const consider = (kind: "error" | "page" | "event", name = "") => {
    const rule = hold.holds() && state !== "resting" && keepingRule(settings.keep, kind, name);
    if (!rule) return;
    session.keep(rule);
    release(rule);
  };

  const renew = () => {
    assets.renew();
    page.keyframeSoon();
  };
  const beginView = (cause: Parameters<typeof views.begin>[1]) => {
    views.begin(scope, cause);
    consider("page", location.pathname);
  };

  const active = () => {
    if (state === "resting" || state === "stopped") return;
    lastActive = listeners.clock();
    const wasIdle = state === "idle";
    const isOther = session.touch(stream.seal);
    if (!isOther && hold.holds() && session.kept()) release(session.kept());
    if (!wasIdle && !isOther) return;
    state = "recording";
    if (isOther) {
      declare();
      assets.renew();
      beginView("restore");
    }
    if (wasIdle) tell("resumed");
    page.keyframeSoon();
    context.changed();
  };

  const signal = (name: Signal["name"]) => {
    if (state === "resting" || state === "stopped") return;
    context.heard({ name, at: stream.clock() });
    consider(name);
  };

  const errors = createFailures(listeners.listen, stream.clock, () => signal("error"));
  const early = createEarly(listeners, guard, stream.since);
  const arrived = (isThere: boolean) => (isThere ? early.tell() : early.stop());
  const scope: Scope = {
    ...stream,
    ...page,
    listen: early.listen,
    pathOf: early.pathOf,
    isLate: early.isLate,
    drift: early.drift,
    clock: early.clock,
    now: () => stream.since(early.clock()),
    emit,
    settings,
    guard,
    active,
    signal,
    failures: errors.failures,
    session,
    assets,
    upload: transport.asset,
    meter,
    end: () => stop(false),
  };

  /** Rests, or goes on, as it now should. */
  const settle = () => {
    const rests = isPaused || isOutside;
    if (state === "stopped" || rests === (state === "resting")) return;
    if (rests) {
      // What stands on an excluded page may be there already, and not be told yet.
      if (!isOutside) stream.seal();
      page.pause();
      tell(isOutside ? "excluded" : "paused");
      state = "resting";
      stream.seal();
    } else {
      stream.seal(); // what trackers gathered meanwhile goes nowhere
      state = "recording";
      active();
      tell("resumed");
      renew();
    }
    context.changed();
  };

  const rest = guard(() => {
    if (state !== "recording" || stream.clock() - lastActive < IDLE_MS) return;
    tell("idle");
    stream.seal();
    page.pause();
    state = "idle";
    context.changed();
  });

  const restored = guard((event: PageTransitionEvent) => {
    if (!event.persisted) return;
    session.open();
    declare();
    assets.renew();
    beginView("restore");
    active();
    page.keyframeSoon();
  });

  let looking: ReturnType<typeof setTimeout> | undefined;
  const look = guard(() => {
    looking = undefined;
    if (!isOutside && views.hasMoved()) beginHistory();
  });
  const beginHistory = () => {
    settle();
    active();
    beginView("history");
  };
  const moved = () => {
    isOutside = isExcluded(settings);
    if (isOutside) settle();
    // A router changes the address first and the title after it, in the same task.
    looking ??= setTimeout(look);
  };

  declare();
  beginView("load");
  lastActive = stream.clock();
  tell("started");
  const ticker = setInterval(rest, IDLE_LOOK_MS);
  addEventListener("pageshow", restored);
  const stops: readonly Stop[] = [
    watchHistory(guard, moved),
    trackVisibility(scope, session.close),
    context.more?.install(scope) ?? loadModule(scope, "more", arrived),
    early.stop,
    errors.stop,
    page.stop,
    hold.stop,
    () => clearInterval(ticker),
    () => clearTimeout(looking),
    () => removeEventListener("pageshow", restored),
  ];
  if (context.more) arrived(true);
  page.keyframeSoon();

  const stop = (forget: boolean) => {
    if (state === "stopped") return;
    if (!forget) {
      tell("stopped");
      stream.seal();
    }
    state = "stopped";
    for (const end of stops) guard(end)();
    if (!forget) stream.seal(); // what trackers had gathered and told as they ended
    stream.drop();
    session.close();
    if (forget) {
      transport.drop();
      session.forget();
    }
    context.changed();
  };

  const seen = () => (isOutside ? "excluded" : "paused");

  return {
    stop,
    identify,
    state: () => {
      if (state === "resting") return seen();
      return state === "recording" && hold.holds() ? "held" : state;
    },
    pause: guard(() => {
      isPaused = true;
      settle();
    }),
    resume: guard(() => {
      isPaused = false;
      settle();
    }),
    reset: guard(() => {
      stream.seal();
      session.forget();
      active();
    }),
    track: guard((name: string, properties: string) => {
      emit(Kind.Event, [stream.now(), name, properties]);
      consider("event", name);
    }),
    page: guard((name: string) => {
      if (state === "resting") return;
      active();
      beginView("page");
      if (name) emit(Kind.PageName, [stream.now(), name]);
    }),
  };
}
