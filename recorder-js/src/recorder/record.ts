// One recording, from start to stop. This file alone knows all parts.

import { IDLE_MS, Kind } from "../wire/wire.gen.ts";
import { createAssets } from "./assets.ts";
import { createGuard, type Stop } from "./guard.ts";
import { more } from "./more.ts";
import { createPage } from "./page.ts";
import type { Scope } from "./scope.ts";
import { createSession, type Session } from "./session.ts";
import type { Settings } from "./settings.ts";
import { createStream } from "./stream.ts";
import { trackClicks } from "./track-clicks.ts";
import { trackInputs } from "./track-inputs.ts";
import { createPageViews, trackHistory } from "./track-page-views.ts";
import { trackPointer } from "./track-pointer.ts";
import { trackScroll } from "./track-scroll.ts";
import { trackViewport, trackVisibility } from "./track-window.ts";
import { createTransport } from "./transport.ts";

const IDLE_LOOK_MS = 10_000;
const MAX_FAILURES = 100;
const MAX_REPAIRS = 3;

export interface Recording {
  readonly session: Pick<Session, "session" | "tab">;
  readonly state: () => "recording" | "idle" | "stopped";
  /** Ends it; what is not sent yet is sent, or forgotten when consent was withdrawn. */
  readonly stop: (forget: boolean) => void;
}

export function record(settings: Settings): Recording {
  const session = createSession(settings.project);
  const views = createPageViews(settings.allowQuery, session.nextView);
  let state: "recording" | "idle" | "stopped" = "recording";
  let lastActive = 0;
  let repairs = 0;

  const failed = (count: number, message: string) => {
    // The first of them, and then less and less often.
    if (/^10*$/.test(String(count))) tell("failed", message, count);
    if (count >= MAX_FAILURES) stop(false);
  };
  const guard = createGuard((count, message) => failed(count, message));
  const tell = (name: string, reason = "", amount = 0) =>
    stream.emit(Kind.State, [stream.now(), name, reason, amount]);

  session.open();

  const transport = createTransport(settings, session, {
    needed: (hashes) => assets.needed(hashes),
    dropped: guard((reason: string) => {
      if (state === "stopped") return;
      tell("dropped", reason, 1);
      // What follows a lost chunk is untrue until the next keyframe.
      if (repairs++ < MAX_REPAIRS) page.shrink();
    }),
    refused: guard(() => stop(true)),
    tokenLost: guard(() => {
      session.end();
      active();
    }),
  });
  const stream = createStream(settings.project, session, views.url, transport.send, guard);
  const assets = createAssets({
    tell: guard((fact) => stream.emit(Kind.Asset, fact(stream.now()))),
    upload: transport.asset,
    unreadable: guard((url: string) => page.unreadable(url)),
  });
  const page = createPage(settings, stream, guard, assets);

  const active = () => {
    lastActive = stream.clock();
    const wasIdle = state === "idle";
    const isOther = session.touch(stream.seal);
    if (!wasIdle && !isOther) return;
    state = "recording";
    if (isOther) {
      assets.renew();
      views.begin(scope, "restore");
    }
    if (wasIdle) tell("resumed");
    page.keyframeSoon();
  };

  const scope: Scope = { ...stream, ...page, settings, guard, active };

  const rest = guard(() => {
    if (state !== "recording" || stream.clock() - lastActive < IDLE_MS) return;
    tell("idle");
    stream.seal();
    page.pause();
    state = "idle";
  });

  const restored = guard((event: PageTransitionEvent) => {
    if (!event.persisted) return;
    session.open();
    assets.renew();
    views.begin(scope, "restore");
    active();
    page.keyframeSoon();
  });

  const beginHistory = () => {
    active();
    views.begin(scope, "history");
  };

  views.begin(scope, "load");
  lastActive = stream.clock();
  tell("started");
  const ticker = setInterval(rest, IDLE_LOOK_MS);
  addEventListener("pageshow", restored);
  const stops: readonly Stop[] = [
    trackHistory(scope, views, beginHistory),
    trackClicks(scope),
    trackPointer(scope),
    trackScroll(scope),
    trackInputs(scope),
    trackViewport(scope),
    trackVisibility(scope, session.close),
    assets.stop,
    more(scope),
    page.stop,
    () => clearInterval(ticker),
    () => removeEventListener("pageshow", restored),
  ];
  page.keyframeSoon();

  const stop = (forget: boolean) => {
    if (state === "stopped") return;
    if (!forget) {
      tell("stopped");
      stream.seal();
    }
    state = "stopped";
    for (const end of stops) guard(end)();
    stream.drop();
    session.close();
    if (!forget) return;
    transport.drop();
    session.forget();
  };

  return { session, state: () => state, stop };
}
