// Console lines and requests as lines of the event list.

import type { Fact } from "../wire/read.ts";
import { Kind } from "../wire/wire.gen.ts";
import type { TimelineEvent } from "./timeline.ts";

type Technical = Extract<Fact, { readonly kind: typeof Kind.Console | typeof Kind.Network }>;

/** @param time of the fact; a request stands where it began */
export function technicalEvent(time: number, fact: Technical): TimelineEvent {
  if (fact.kind === Kind.Console) {
    const [, level, text, count] = fact.fields;
    const title = `console.${level}${count > 1 ? ` × ${count}` : ""}`;
    return { time, kind: "console", title, detail: text };
  }
  const [, method, url, status, type, age, duration, , received] = fact.fields;
  const told = [status || "", `${duration} ms`, received > 0 ? size(received) : "", url];
  return {
    time: time - age,
    kind: "network",
    title: `${method || type}${status >= 400 ? " failed" : ""}`,
    detail: told.filter(Boolean).join(" · "),
  };
}

function size(bytes: number): string {
  return bytes < 1024 ? `${bytes} B` : `${Math.round(bytes / 1024)} KB`;
}
