// The page's requests: what the browser itself has measured, and of fetch and XMLHttpRequest the method besides.
// No promise of the page is touched: to listen to one would hide its rejection from the page.

import { Kind } from "../../wire/wire.gen.ts";
import { after, type Stop, stopAll } from "../guard.ts";
import type { Scope } from "../scope.ts";
import { cleanUrl, parseUrl } from "../url.ts";
import { createLimit } from "./shared/limit.ts";

const MAX_REQUESTS = 200;
const MAX_WAITING = 200;
const XHR = "xmlhttprequest";

interface Asked {
  readonly type: string;
  readonly method: string;
  readonly url: string;
  readonly at: number;
  readonly sent: number;
  status: number;
}

/** A call is noted after it; what is refused at once may have ended by then. */
const SLACK_MS = 20;

export function install(scope: Scope): Stop {
  const { settings } = scope;
  const mayTell = createLimit(scope, "network", MAX_REQUESTS);
  const waiting: Asked[] = [];
  const opened = new WeakMap<object, readonly unknown[]>();
  const installed = performance.now();

  const ask = (type: string, method: unknown, address: unknown, body: unknown): Asked => {
    const url = parseUrl(String(address), document.baseURI)?.href.split("#")[0] ?? "";
    const at = performance.now();
    const shown = String(method ?? "GET").toUpperCase();
    const asked: Asked = {
      type,
      method: shown.slice(0, 20),
      url,
      at,
      sent: sizeOf(body),
      status: 0,
    };
    waiting.push(asked);
    if (waiting.length > MAX_WAITING) waiting.shift();
    return asked;
  };

  /** The call that led to an entry: the oldest of those not before it. */
  const askedFor = ({ name, initiatorType, responseEnd }: PerformanceResourceTiming) => {
    const at = waiting.findIndex(
      (asked) =>
        asked.url === name && asked.type === initiatorType && asked.at <= responseEnd + SLACK_MS,
    );
    return at < 0 ? undefined : waiting.splice(at, 1)[0];
  };

  /** The recorder's own reading of assets is nothing the page asked for: it passes by the patched fetch. */
  const isOwn = ({ name, initiatorType, startTime, transferSize }: PerformanceResourceTiming) =>
    (name.startsWith(settings.endpoint) &&
      /^\/(ingest\/|footfall)/.test(name.slice(settings.endpoint.length))) ||
    (initiatorType === "fetch" && (startTime >= installed || !transferSize));

  const tell = (entry: PerformanceResourceTiming) => {
    const { name, initiatorType } = entry;
    const asked = askedFor(entry);
    if ((!asked && isOwn(entry)) || !/^https?:/.test(name)) return;
    if (!scope.watching() || !mayTell()) return;
    scope.emit(Kind.Network, [
      scope.now(),
      asked?.method ?? "",
      cleanUrl(name, document.baseURI, settings.allowQuery),
      entry.responseStatus || asked?.status || 0,
      initiatorType,
      Math.round(performance.now() - entry.startTime),
      Math.round(entry.duration),
      asked?.sent ?? -1,
      entry.transferSize,
      entry.decodedBodySize,
    ]);
  };
  const observer = new PerformanceObserver(
    scope.guard((list: PerformanceObserverEntryList) => {
      for (const entry of list.getEntries()) tell(entry as PerformanceResourceTiming);
    }),
  );
  observer.observe({ type: "resource", buffered: true });

  const fetched = scope.guard((_self: unknown, _result: unknown, given: readonly unknown[]) => {
    const [input, options] = given as [unknown, RequestInit?];
    const request = input instanceof Request ? input : undefined;
    if (!request && typeof input !== "string" && !(input instanceof URL)) return;
    ask(
      "fetch",
      options?.method ?? request?.method,
      request?.url ?? input,
      options?.body ?? request,
    );
  });
  const sent = scope.guard((self: XMLHttpRequest, _result: unknown, given: readonly unknown[]) => {
    const [method, url] = opened.get(self) ?? [];
    const asked = ask(XHR, method, url, given[0]);
    const ended = () => {
      asked.status = self.status;
    };
    if (self.readyState === XMLHttpRequest.DONE) ended();
    else self.addEventListener("loadend", ended, { once: true });
  });
  const { prototype } = XMLHttpRequest;
  const stops = [
    after(window, "fetch", fetched),
    after(prototype, "open", (self, _result, given) => opened.set(self, given)),
    after(prototype, "send", sent),
    () => observer.disconnect(),
  ];
  return () => stopAll(stops);
}

/** Bytes of a body, without reading it or the request that holds it; -1 where that is not known. */
function sizeOf(body: unknown): number {
  if (body === undefined || body === null) return 0;
  if (typeof body === "string") return new TextEncoder().encode(body).length;
  if (body instanceof URLSearchParams) return String(body).length;
  if (body instanceof Blob) return body.size;
  return body instanceof ArrayBuffer || ArrayBuffer.isView(body) ? body.byteLength : -1;
}
