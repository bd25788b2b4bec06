// What the site's scripts call, and when a recording runs: consent, refusals, excluded pages, the sample.

import { createConsent } from "./consent.ts";
import { followPolicy } from "./follow.ts";
import { createGuard, type Stop } from "./guard.ts";
import { importModule, type RecorderModule } from "./load-module.ts";
import type * as Frames from "./modules/frames.ts";
import { nameText, propertiesText } from "./named.ts";
import type { Mask } from "./privacy.ts";
import type { Heard, Properties, Recorder, RecorderState } from "./public.ts";
import { type Identity, isExcluded, type Recording, record } from "./record.ts";
import { isInSample } from "./sampling.ts";
import { createSession, type Session } from "./session.ts";
import type { Settings } from "./settings.ts";
import { watchShadowRoots } from "./shadow.ts";
import { watchHistory } from "./track-page-views.ts";

/** A call made before the recorder was there: `(window.footfall ||= []).push(["consent", "granted"])`. */
export type Call = readonly [name: string, ...given: unknown[]];

/** What `window.footfall` is. */
export interface Footfall extends Recorder {
  readonly push: (...calls: Call[]) => void;
}

declare global {
  interface Window {
    footfall?: Footfall | Call[];
  }
}

const MAX_EARLY = 100;

/** Global Privacy Control is always honoured, Do Not Track unless the site says otherwise. */
function isRefused({ ignoreDoNotTrack }: Settings): boolean {
  const asked = "globalPrivacyControl" in navigator && navigator.globalPrivacyControl;
  if (asked === true) return true;
  return !ignoreDoNotTrack && /^(1|yes)$/.test(navigator.doNotTrack ?? "");
}

/** A frame of a page that records is recorded by that page. */
function isRecordedAround(): boolean {
  try {
    return window.parent !== window && "session" in (window.parent.footfall ?? {});
  } catch {
    return false;
  }
}

/** What the page calls never throws into it. */
function safely<A extends unknown[]>(work: (...given: A) => void): (...given: A) => void {
  return (...given) => {
    try {
      work(...given);
    } catch {
      // Not recording is better than disturbing the page.
    }
  };
}

/** Puts the recorder on the page and starts it when it may; `waiting` are calls made before. */
export function install(
  given: Settings,
  waiting: readonly Call[],
  more?: RecorderModule,
): Footfall {
  const { project } = given;
  const session = createSession(project);
  const consent = createConsent(project, given.consentRequired);
  const listeners: { readonly [K in keyof Heard]: Set<(heard: Heard[K]) => void> } = {
    state: new Set(),
    signal: new Set(),
  };
  const guard = createGuard(() => {});
  let recording: Recording | undefined;
  let identity: (() => Identity) | undefined;
  let wanted = true;
  let joining = false;
  /** In a frame, that of the page around. */
  let recorded: Session = session;
  let early: ((running: Recording) => void)[] = [];
  /** Why nothing is recorded though it is wanted and allowed, and how to stop waiting for that to end. */
  let reason: "waiting" | "excluded" | "unsampled" | "paused" | "stopped" = "waiting";
  let leave: Stop | undefined;
  let told: RecorderState = "waiting";

  const running = () => (recording?.state() === "stopped" ? undefined : recording);

  const state = (): RecorderState => {
    if (isRefused(given)) return "refused";
    if (!consent.given()) return "no consent";
    return running()?.state() ?? (wanted ? reason : "stopped");
  };

  const changed = () => {
    const now = state();
    if (now === told) return;
    told = now;
    for (const listener of listeners.state) safely(listener)(now);
  };

  const wait = (why: typeof reason, stop?: Stop) => {
    leave?.();
    leave = stop;
    reason = why;
  };

  const on = (target: EventTarget, types: readonly string[], call: () => void) => {
    const heard = safely(call);
    for (const type of types) target.addEventListener(type, heard, { passive: true });
    return () => {
      for (const type of types) target.removeEventListener(type, heard);
    };
  };

  /** A closed shadow root shows itself only when it is attached, and that may be before the recording begins. */
  const waitForBeginning = () => wait("waiting", watchShadowRoots(window, guard));

  /** Anew, under the policy that holds now. */
  const restart = safely(() => {
    running()?.stop(false);
    start();
  });
  const followed = followPolicy(given, session.policy, consent.given, restart);
  const { settings } = followed;

  const mayRecord = () =>
    wanted && consent.given() && !isRefused(given) && !isRecordedAround() && !running();

  /** Starts when the document is there, the page is shown to somebody, and it is one to be recorded. */
  const start = () => {
    wait("waiting");
    if (!mayRecord()) return;
    if ("prerendering" in document && document.prerendering) {
      wait("waiting", on(document, ["prerenderingchange"], start));
    } else if (document.readyState === "loading") {
      on(document, ["DOMContentLoaded"], start);
      waitForBeginning();
    } else if (isExcluded(settings())) {
      early = [];
      wait(
        "excluded",
        watchHistory(guard, () => setTimeout(safely(start))),
      );
    } else if (followed.isKnown()) startUnderPolicy();
    else waitForBeginning();
    changed();
  };

  const startUnderPolicy = () => {
    if (followed.isPaused()) {
      early = [];
      wait("paused");
    } else if (given.frames.length && window.parent !== window) join();
    else begin();
  };

  const begin = () => {
    session.open();
    if (!given.keep.length && !isInSample(settings(), session)) waitForNextSession();
    else beginRecording(settings(), session);
  };

  /** In a frame of a page that is named: recorded together with it, or not at all. */
  const join = () => {
    if (joining) return;
    joining = true;
    waitForBeginning();
    const joinedBy = (mask: Mask, outer: Session) =>
      beginRecording({ ...settings(), mask, sample: 1, keep: [] }, outer);
    const ask = safely((frames: typeof Frames | string) => {
      if (typeof frames !== "string") {
        frames.join(settings(), joinedBy, () => wanted && consent.given());
      }
    });
    void importModule<typeof Frames>(given.endpoint, "frames").then(ask);
  };

  const beginRecording = (how: Settings, who: Session): Recording => {
    wait("waiting");
    const begun = record(how, {
      session: who,
      consent,
      identity: () => identity?.(),
      policy: followed.hear,
      more,
      changed,
      heard(signal) {
        for (const listener of listeners.signal) safely(listener)(signal);
      },
    });
    recording = begun;
    recorded = who;
    reason = "stopped";
    const calls = early;
    early = [];
    for (const call of calls) call(begun);
    changed();
    return begun;
  };

  /** Its activity keeps the session going; the next one may be in the sample. */
  const waitForNextSession = () => {
    early = [];
    const noticed = on(window, ["pointerdown", "keydown", "scroll"], () => {
      if (session.touch()) start();
    });
    const hidden = on(window, ["pagehide"], session.close);
    wait("unsampled", () => {
      noticed();
      hidden();
      session.close();
    });
    changed();
  };

  /** Calls now, or when the recording starts; not at all where it may not. */
  const call = (work: (running: Recording) => void) => {
    const now = running();
    if (now) work(now);
    else if (state() === "waiting" && early.length < MAX_EARLY) early.push(work);
  };

  const withdraw = () => {
    early = [];
    identity = undefined;
    wait("stopped");
    const now = running();
    if (now) now.stop(true);
    else session.forget();
    changed();
  };

  const api: Footfall = {
    start: safely(() => {
      wanted = true;
      start();
    }),
    stop: safely(() => {
      wanted = false;
      wait("stopped");
      running()?.stop(false);
      changed();
    }),
    pause: safely(() => call((now) => now.pause())),
    resume: safely(() => call((now) => now.resume())),
    consent: safely((answer: unknown) => {
      consent.answer(answer === "granted");
      if (consent.given()) start();
      else withdraw();
      changed();
    }),
    identify: safely((user: string, properties?: Properties) => {
      if (!consent.given() || isRefused(given)) return;
      const kept = { ...properties };
      identity = () => [nameText(user, settings().mask), propertiesText(kept, settings().mask)];
      running()?.identify();
    }),
    reset: safely(() => {
      identity = undefined;
      const now = running();
      if (now) now.reset();
      else session.forget();
    }),
    track: safely((name: string, properties?: Properties) => {
      const kept = { ...properties };
      call((now) => {
        now.track(nameText(name, settings().mask), propertiesText(kept, settings().mask));
      });
    }),
    page: safely((name?: string) => call((now) => now.page(nameText(name, settings().mask)))),
    on(what, listener) {
      listeners[what]?.add(listener);
      return () => void listeners[what]?.delete(listener);
    },
    session() {
      const id = running() ? recorded.session() : "";
      const at = Math.max(0, Date.now() - recorded.started());
      return {
        project,
        session: id,
        tab: id && recorded.tab(),
        state: state(),
        link: id && `${given.endpoint}/p/${project}/sessions/${id}?t=${at}`,
      };
    },
    push: safely<Call[]>((...calls) => {
      for (const [name, ...values] of calls) {
        if (!Object.keys(api).includes(name)) continue;
        (api[name as keyof Recorder] as (...values: unknown[]) => unknown)(...values);
      }
    }),
  };
  window.footfall = api;
  consent.watch(
    safely(() => {
      if (consent.given()) start();
      else withdraw();
    }),
  );
  api.push(...waiting);
  safely(start)();
  changed();
  return api;
}
