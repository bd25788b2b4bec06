import { CHUNK_PATH, Kind } from "../../wire/wire.gen.ts";
import { after, type Stop, stopAll } from "../guard.ts";
import type { Scope } from "../scope.ts";
import { cleanUrl } from "../url.ts";
import { createRepeats } from "./repeats.ts";

interface Call {
  readonly api: "fetch" | "xhr";
  readonly method: string;
  readonly url: string;
  readonly began: number;
}

interface Told extends Call {
  readonly status: number;
  readonly cause: "status" | "network" | "aborted" | "timeout";
  readonly ended: number;
}

type Ended = (call: Call | undefined, status: number, cause: Told["cause"]) => void;

/** Records requests of scripts that failed; `began` hears of each that begins. */
export function trackRequests(scope: Scope, began: () => void): Stop {
  const { settings, clock, guard } = scope;
  const own = settings.endpoint + CHUNK_PATH.replace(/[^/]+$/, "");
  let left = false;

  const repeats = createRepeats<Told>(({ api, method, url, began, status, cause, ended }, count) =>
    scope.emit(Kind.Request, [
      scope.since(ended),
      api,
      method,
      url,
      status,
      cause,
      ended - began,
      count,
    ]),
  );

  /** Not of the recorder's own requests: those are no doing of the page's. */
  const call = (api: Call["api"], method: unknown, given: unknown): Call | undefined => {
    const { href } = new URL(String(given), document.baseURI);
    if (href.startsWith(own)) return undefined;
    began();
    const url = cleanUrl(href, href, settings.allowQuery);
    return { api, method: String(method || "GET").toUpperCase(), url, began: clock() };
  };

  const ended: Ended = (call, status, cause) => {
    // Leaving a page ends its requests.
    if (!call || left) return;
    const { api, method, url } = call;
    repeats.add([api, method, url, status, cause].join(" "), {
      ...call,
      status,
      cause,
      ended: clock(),
    });
  };

  const leave = () => {
    left = true;
  };
  const back = () => {
    left = false;
  };
  addEventListener("pagehide", leave);
  addEventListener("pageshow", back);
  const stops = [
    patchFetch(guard, call, ended),
    ...patchXhr(guard, call, ended),
    scope.beforeCut(repeats.flush),
    () => removeEventListener("pagehide", leave),
    () => removeEventListener("pageshow", back),
  ];
  return () => {
    repeats.flush();
    stopAll(stops);
  };
}

type Begin = (api: Call["api"], method: unknown, given: unknown) => Call | undefined;

/** The page gets a promise that ends as the browser's own: handled or unhandled as the page leaves it. */
function patchFetch(guard: Scope["guard"], begin: Begin, ended: Ended): Stop {
  const own = Object.getOwnPropertyDescriptor(window, "fetch");
  const original = own?.value as typeof fetch | undefined;
  if (!own || typeof original !== "function") return () => {};
  let on = true;
  const ends = guard(ended);
  const wrapped = function (this: unknown, ...given: Parameters<typeof fetch>) {
    // First: `this` and what is thrown at once are between the page and its browser.
    const result = original.apply(this, given);
    if (!on || !(result instanceof Promise)) return result;
    let call: Call | undefined;
    guard(() => {
      const [input, init] = given;
      const request = input instanceof Request ? input : undefined;
      call = begin("fetch", init?.method ?? request?.method, request?.url ?? input);
    })();
    if (!call) return result;
    return result.then(
      (response) => {
        if (response.status >= 400) ends(call, response.status, "status");
        return response;
      },
      (error: unknown) => {
        ends(call, 0, causeOf(error));
        throw error;
      },
    );
  };
  Object.defineProperty(wrapped, "name", { value: "fetch", configurable: true });
  Object.defineProperty(wrapped, "length", { value: original.length, configurable: true });
  Object.defineProperty(window, "fetch", { ...own, value: wrapped });
  return () => {
    on = false;
    // If somebody wrapped ours meanwhile, ours stays as a mere passage.
    if (window.fetch === wrapped) Object.defineProperty(window, "fetch", own);
  };
}

function causeOf(error: unknown): Told["cause"] {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "AbortError") return "aborted";
  return name === "TimeoutError" ? "timeout" : "network";
}

const XHR_CAUSES: Readonly<Record<string, Told["cause"]>> = {
  abort: "aborted",
  timeout: "timeout",
  error: "network",
};

function patchXhr(guard: Scope["guard"], begin: Begin, ended: Ended): readonly Stop[] {
  const { prototype } = XMLHttpRequest;
  const opened = new WeakMap<XMLHttpRequest, readonly unknown[]>();
  const sent = guard((xhr: XMLHttpRequest) => {
    const [method, url] = opened.get(xhr) ?? [];
    const call = opened.delete(xhr) ? begin("xhr", method, url) : undefined;
    if (!call) return;
    const done = guard(({ type }: Event) => {
      for (const name of ["load", ...Object.keys(XHR_CAUSES)]) xhr.removeEventListener(name, done);
      const cause = XHR_CAUSES[type];
      if (cause || xhr.status >= 400) ended(call, xhr.status, cause ?? "status");
    });
    for (const name of ["load", ...Object.keys(XHR_CAUSES)]) xhr.addEventListener(name, done);
  });
  return [
    after(
      prototype,
      "open",
      guard((xhr, _, given) => {
        opened.set(xhr, given);
      }),
    ),
    after(prototype, "send", sent),
  ];
}
