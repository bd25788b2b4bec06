// The entry of footfall.mjs: the same recorder for sites that are built with a bundler. Nothing happens on import,
// and nothing at all on a server.

import { type Call, type Footfall, install } from "./api.ts";
import * as more from "./more.ts";
import type { Options, Recorder, SessionInfo } from "./public.ts";
import { settingsOf } from "./settings.ts";

export type {
  Heard,
  Options,
  Properties,
  Recorder,
  RecorderState,
  SessionInfo,
  Signal,
} from "./public.ts";

const MAX_WAITING = 100;
const waiting: Call[] = [];

function installed(): Footfall | undefined {
  const there = typeof window === "undefined" ? undefined : window.footfall;
  return Array.isArray(there) ? undefined : there;
}

/** Calls made before `start` are kept for it; a server has nothing to keep them for. */
function pass<K extends Exclude<keyof Recorder, "on" | "session">>(name: K): Recorder[K] {
  const call = (...given: unknown[]) => {
    if (typeof window === "undefined") return;
    const there = installed();
    if (there) there.push([name, ...given]);
    else if (waiting.length < MAX_WAITING) waiting.push([name, ...given]);
  };
  return call as Recorder[K];
}

/** Starts recording with these options, when it may; without options again, after `stop`. */
export function start(options?: Options): void {
  if (typeof window === "undefined") return;
  const there = installed();
  if (there) {
    there.start();
    return;
  }
  const settings = options && settingsOf(options);
  if (settings) {
    const before = Array.isArray(window.footfall) ? window.footfall : [];
    install(settings, [...before, ...waiting.splice(0)], more);
  } else console.warn("Footfall: start needs a project's key and an endpoint.");
}

export const stop: Recorder["stop"] = /* @__PURE__ */ pass("stop");
export const pause: Recorder["pause"] = /* @__PURE__ */ pass("pause");
export const resume: Recorder["resume"] = /* @__PURE__ */ pass("resume");
export const consent: Recorder["consent"] = /* @__PURE__ */ pass("consent");
export const identify: Recorder["identify"] = /* @__PURE__ */ pass("identify");
export const reset: Recorder["reset"] = /* @__PURE__ */ pass("reset");
export const track: Recorder["track"] = /* @__PURE__ */ pass("track");
export const page: Recorder["page"] = /* @__PURE__ */ pass("page");

/** Listens, before `start` too; returns what ends that. */
export const on: Recorder["on"] = (what, listener) => {
  const there = installed();
  if (there) return there.on(what, listener);
  let isOver = false;
  const later: typeof listener = (heard) => isOver || listener(heard);
  if (typeof window !== "undefined" && waiting.length < MAX_WAITING) {
    waiting.push(["on", what, later]);
  }
  return () => {
    isOver = true;
  };
};

/** Where this page is recorded, for links from other tools. */
export function session(): SessionInfo {
  const none = { project: "", session: "", tab: "", state: "waiting", link: "" } as const;
  return installed()?.session() ?? none;
}
