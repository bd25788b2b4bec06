// The entry of footfall.js: reads the script tag, offers window.footfall, starts the recording when it may.

import { importModule } from "./load-module.ts";
import type * as Frames from "./modules/frames.ts";
import type { Mask } from "./privacy.ts";
import { type Recording, record } from "./record.ts";
import type { Session } from "./session.ts";
import { readSettings, type Settings } from "./settings.ts";

type Call = readonly [name: string, ...given: unknown[]];

/** What `window.footfall` offers to the page. */
export interface Footfall {
  /** Starts recording, unless it runs or may not. */
  readonly start: () => void;
  /** Stops recording and gives back everything that was patched. */
  readonly stop: () => void;
  /** The visitor's answer, where data-consent="required". */
  readonly consent: (answer: "granted" | "denied") => void;
  readonly session: () => {
    readonly project: string;
    readonly session: string;
    readonly tab: string;
    readonly state: string;
  };
  /** Calls made before the script was there: `(window.footfall ||= []).push(["consent", "granted"])`. */
  readonly push: (...calls: Call[]) => void;
}

declare global {
  interface Window {
    footfall?: Footfall | Call[];
  }
}

/** Global Privacy Control and Do Not Track are honoured always. */
function isRefused(): boolean {
  const asked = "globalPrivacyControl" in navigator && navigator.globalPrivacyControl;
  return asked === true || /^(1|yes)$/.test(navigator.doNotTrack ?? "");
}

/** A frame of a page that records is recorded by that page. */
function isRecordedAround(): boolean {
  try {
    return window.parent !== window && "session" in (window.parent.footfall ?? {});
  } catch {
    return false;
  }
}

function install(settings: Settings): void {
  const waiting = Array.isArray(window.footfall) ? window.footfall : [];
  let recording: Recording | undefined;
  let consent = !settings.consentRequired;
  let wanted = true;
  let joining = false;

  /** Starts when the document is there and the page is shown to somebody. */
  const start = () => {
    if (!wanted || !consent || isRefused() || isRecordedAround()) return;
    if (recording && recording.state() !== "stopped") return;
    if ("prerendering" in document && document.prerendering) {
      document.addEventListener("prerenderingchange", safely(start), { once: true });
    } else if (document.readyState === "loading") {
      document.addEventListener("DOMContentLoaded", safely(start), { once: true });
    } else {
      begin();
    }
  };

  const begin = () => {
    if (!settings.frames.length || window.parent === window) recording = record(settings);
    else if (!joining) {
      joining = true;
      void importModule<typeof Frames>(settings.endpoint, "frames").then(join);
    }
  };

  /** In a frame of a page that is named: recorded together with it, or not at all. */
  const join = safely((frames: typeof Frames | string) => {
    if (typeof frames !== "string") frames.join(settings, joinedBy, () => wanted && consent);
  });

  const joinedBy = (mask: Mask, session: Session) => {
    recording = record({ ...settings, mask }, session);
    return recording;
  };

  const api: Footfall = {
    start: safely(() => {
      wanted = true;
      start();
    }),
    stop: safely(() => {
      wanted = false;
      recording?.stop(false);
    }),
    consent: safely((answer: unknown) => {
      consent = answer === "granted";
      if (consent) start();
      else recording?.stop(true);
    }),
    session: () => ({
      project: settings.project,
      session: recording?.session.session() ?? "",
      tab: recording?.session.tab() ?? "",
      state: recording?.state() ?? (isRefused() ? "refused" : consent ? "waiting" : "no consent"),
    }),
    push: safely((...calls: Call[]) => {
      for (const [name, ...given] of calls) {
        if (name === "consent") api.consent(given[0] as "granted" | "denied");
        else if (name === "start" || name === "stop") api[name]();
      }
    }),
  };
  window.footfall = api;
  api.push(...waiting);
  safely(start)();
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

safely(() => {
  const script = document.currentScript as HTMLScriptElement | null;
  const settings = script && readSettings(script.dataset, script.src);
  if (!window.footfall || Array.isArray(window.footfall)) {
    if (settings) install(settings);
    else console.warn("Footfall: data-project is missing or not a project key.");
  }
})();
