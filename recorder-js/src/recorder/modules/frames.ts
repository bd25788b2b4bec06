// Frames of other origins in which the recorder runs, too: recorded as tabs of the session of the page around them.
// Each side names the other's origin in its settings; what a message says counts only where the browser vouches for it.

import { ID_PATTERN } from "../../wire/wire.gen.ts";
import type { Stop } from "../guard.ts";
import { type Mask, STRICT } from "../privacy.ts";
import type { Recording } from "../record.ts";
import type { Scope } from "../scope.ts";
import { randomId, type Session } from "../session.ts";
import type { Settings } from "../settings.ts";
import { isBlocked, maskOf } from "../tree.ts";
import { parseUrl } from "../url.ts";
import { mark } from "./shared/mark.ts";

const TICK_MS = 1000;
const ACTIVE_MS = 2000;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 8000;
/** A page around that has not answered by then (some minutes) does not record. */
const MAX_TRIES = 30;
const MAX_TOKEN = 512;

/** What the outer page hands to the recorder in its frame. */
interface Card {
  readonly session: string;
  readonly visitor: string;
  readonly token: string;
  readonly tab: string;
  readonly mask: Mask;
}

type Message =
  | { readonly footfall: "join" | "active" | "again" | "stop"; readonly nonce: string }
  | ({ readonly footfall: "card"; readonly nonce: string } & Card);

interface Guest {
  readonly origin: string;
  readonly nonce: string;
  readonly session: string;
  readonly tab: string;
}

/** The outer side: answers the recorders in frames. */
export function install(scope: Scope): Stop {
  const { settings, session, tree } = scope;
  const guests = new Map<Window, Guest>();

  const post = (to: Window, { origin, nonce }: Guest, footfall: "again" | "stop") =>
    to.postMessage({ footfall, nonce } satisfies Message, origin);

  const answer = (to: Window, origin: string, nonce: string) => {
    const frame = frameWith(to, tree.roots);
    const token = session.token();
    // It asks again.
    if (!frame || !token || !scope.watching() || !scope.idOf(frame)) return;
    const mask = maskOf(frame, tree.mask);
    if (isBlocked(frame, mask)) return;
    // A tab of its own for each document, named after this one: its number begins anew with it.
    // One that asks twice before the answer has come is told the same.
    const known = guests.get(to);
    const tab = known?.nonce === nonce ? known.tab : `${session.tab()}--${randomId().slice(0, 12)}`;
    if (tab.length > 64) return;
    const card = { session: session.session(), visitor: session.visitor(), token, tab, mask };
    mark(scope, frame, "ff-frame", tab);
    guests.set(to, { origin, nonce, session: card.session, tab });
    to.postMessage({ footfall: "card", nonce, ...card } satisfies Message, origin);
  };

  const heard = scope.guard(({ source, origin, data }: MessageEvent) => {
    const message = messageIn(data);
    if (!message || !source || !settings.frames.includes(origin)) return;
    const from = source as Window;
    if (message.footfall === "join") answer(from, origin, message.nonce);
    const isGuest = guests.get(from)?.nonce === message.nonce;
    if (message.footfall === "active" && isGuest) scope.active();
  });

  const tick = scope.guard(() => {
    for (const [to, guest] of guests) {
      if (!to.closed && guest.session === session.session()) continue;
      guests.delete(to);
      if (!to.closed) post(to, guest, "again");
    }
  });

  addEventListener("message", heard);
  const ticker = setInterval(tick, TICK_MS);
  return () => {
    removeEventListener("message", heard);
    clearInterval(ticker);
    for (const [to, guest] of guests) post(to, guest, "stop");
    guests.clear();
  };
}

/** The inner side: asks the page around until it answers; then records as it says. */
export function join(
  settings: Settings,
  begin: (mask: Mask, session: Session) => Recording,
  may: () => boolean,
): void {
  const origin = outerOrigin();
  if (!settings.frames.includes(origin)) return;
  let nonce = randomId();
  let recording: Recording | undefined;
  let tries = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const post = (footfall: "join" | "active") =>
    parent.postMessage({ footfall, nonce } satisfies Message, origin);

  const ask = () => {
    post("join");
    const wait = Math.min(FIRST_WAIT_MS * 2 ** tries, LONGEST_WAIT_MS);
    if (++tries < MAX_TRIES) timer = setTimeout(ask, wait);
  };

  const again = () => {
    nonce = randomId();
    tries = 0;
    ask();
  };

  const start = (card: Card) => {
    clearTimeout(timer);
    if (!may() || (recording && recording.state() !== "stopped")) return;
    const mask = Math.max(settings.mask, card.mask >= STRICT ? STRICT : 0) as Mask;
    recording = begin(
      mask,
      joinedSession(card, () => post("active")),
    );
  };

  addEventListener("message", ({ source, origin: from, data }) => {
    const message = messageIn(data);
    if (source !== parent || from !== origin || message?.nonce !== nonce) return;
    if (message.footfall === "card") start(message);
    // The outer page has stopped, perhaps because the visitor wants it so: nothing more is sent.
    if (message.footfall === "stop") recording?.stop(true);
    if (message.footfall === "again") recording?.stop(false);
    if (message.footfall === "stop" || message.footfall === "again") again();
  });
  ask();
}

/** The session of the outer page. Nothing is stored: the frame's document is a tab for as long as it lives. */
function joinedSession(card: Card, active: () => void): Session {
  let view = 0;
  let sequence = 0;
  let told = 0;
  return {
    visitor: () => card.visitor,
    session: () => card.session,
    tab: () => card.tab,
    token: () => card.token,
    document: () => 1,
    view: () => view,
    nextView: () => ++view,
    nextSequence: () => sequence++,
    touch() {
      const now = Date.now();
      if (Math.abs(now - told) < ACTIVE_MS) return false;
      told = now;
      active();
      return false;
    },
    assets: { get: () => undefined, set() {} },
    policy: { get: () => undefined, set() {} },
    setToken() {},
    open() {},
    close() {},
    end() {},
    forget() {},
    started: () => told,
    kept: () => "",
    keep() {},
  };
}

function frameWith(view: Window, roots: Iterable<ParentNode>): HTMLIFrameElement | undefined {
  for (const root of roots) {
    for (const frame of root.querySelectorAll("iframe")) {
      if (frame.contentWindow === view) return frame;
    }
  }
  return undefined;
}

/** Of the page around: messages go to it alone. */
function outerOrigin(): string {
  const { ancestorOrigins } = location;
  return ancestorOrigins?.[0] ?? parseUrl(document.referrer, location.href)?.origin ?? "";
}

const FIELDS = ["session", "visitor", "tab"] as const;

/** A message of this protocol, checked: any page may send anything. */
function messageIn(data: unknown): Message | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const message = data as Record<string, unknown>;
  const isId = (value: unknown) => typeof value === "string" && new RegExp(ID_PATTERN).test(value);
  if (!isId(message.nonce)) return undefined;
  const { footfall, token, mask } = message;
  if (footfall === "card") {
    const isToken = typeof token === "string" && token.length <= MAX_TOKEN;
    const isWhole = FIELDS.every((name) => isId(message[name])) && typeof mask === "number";
    return isToken && isWhole ? (message as unknown as Message) : undefined;
  }
  return /^(join|active|again|stop)$/.test(String(footfall))
    ? (message as unknown as Message)
    : undefined;
}
