// The page at the hovered time, small: a second frame, contained as the first. It goes from the nearest checkpoint or
// keyframe in slices, one place at a time, and is thrown away when nobody hovers any more.

import { type Cursor, createCursor } from "./cursor.ts";
import { make } from "./elements.ts";
import type { Player } from "./player.ts";
import { createScreen, type Screen, type View } from "./screen.ts";
import { travel } from "./seek.ts";
import { openFrame } from "./stage.ts";
import type { Track } from "./track.ts";

export interface Preview {
  /** Hidden while there is nothing to show. */
  readonly element: HTMLElement;
  /** @param time ms from the session's start */
  show(time: number): void;
  /** Nobody hovers any more. */
  leave(): void;
  /** Whether there are previews; kept in this browser. */
  toggle(): void;
}

const WIDTH = 208;
const MAX_HEIGHT = 140;
/** A pointer on its way elsewhere asks for nothing, and one that moves on not for every place. */
const REST_MS = 120;
/** To build a larger page at once would be felt while another plays. */
const MAX_NODES = 20_000;
/** Of the trees that are kept to go from. */
const CHECKPOINT_NODES = 60_000;
const DISPOSE_MS = 20_000;
const SETTING = "footfall-previews";

interface Small {
  readonly frame: HTMLIFrameElement;
  readonly screen: Screen;
  readonly cursors: Map<Track, Cursor>;
}

export function createPreview(player: Player, frameUrl: string): Preview {
  const element = make("div", "ff-preview");
  element.hidden = true;
  let small: Promise<Small> | undefined;
  let wanted: number | undefined;
  let busy = false;
  let resting: number | undefined;
  let disposing: number | undefined;

  function resize(frame: HTMLIFrameElement, width: number, height: number): void {
    const scale = Math.min(WIDTH / width, MAX_HEIGHT / height);
    frame.width = String(width);
    frame.height = String(height);
    frame.style.transform = `scale(${scale})`;
    element.style.width = `${width * scale}px`;
    element.style.height = `${height * scale}px`;
  }

  async function open(): Promise<Small> {
    const frame = make("iframe", "ff-preview-frame");
    const opened = openFrame(frame, frameUrl);
    element.replaceChildren(frame);
    const document = await opened;
    const stage = { resize: (width: number, height: number) => resize(frame, width, height) };
    return { frame, screen: createScreen(stage, document), cursors: new Map() };
  }

  function cursorOf({ cursors, screen }: Small, track: Track): Cursor {
    const known = cursors.get(track);
    if (known !== undefined) return known;
    const opening = (document: number) => screen.open(track, document);
    const cursor = createCursor(track, opening, CHECKPOINT_NODES);
    cursors.set(track, cursor);
    return cursor;
  }

  async function draw(time: number): Promise<void> {
    const shown = player.viewAt(time);
    if (shown === undefined) return;
    const { view, at } = shown;
    small ??= open();
    const made = await small;
    const cursor = cursorOf(made, view.track);
    const still = () => wanted === time;
    const load = (track: Track, from: number, to: number) => track.ensure(from, to);
    const own: View = { ...view, cursor };
    if (!(await travel(own, at, load, still))) return;
    const isShown = cursor.tree().root !== undefined && cursor.tree().nodes.size <= MAX_NODES;
    element.hidden = !isShown;
    if (!isShown) return;
    made.screen.show(own, at);
    const sheets = view.track.vault(cursor.document()).settled();
    const late = await Promise.race([sheets.then(() => false), rested().then(() => true)]);
    if (!late || !still()) return;
    await sheets;
    if (still()) made.screen.show(own, at);
  }

  /** The place that is hovered when the one before is drawn: what lies between is left out. */
  async function work(): Promise<void> {
    if (busy) return;
    busy = true;
    let done: number | undefined;
    while (wanted !== undefined && wanted !== done) {
      done = wanted;
      await draw(done).catch(() => {
        element.hidden = true; // what cannot be loaded is told in words
      });
    }
    busy = false;
  }

  function dispose(): void {
    if (busy) return;
    small = undefined;
    element.replaceChildren();
  }

  return {
    element,
    show(time) {
      clearTimeout(disposing);
      clearTimeout(resting);
      if (!isOn()) return;
      resting = window.setTimeout(() => {
        wanted = Math.round(time);
        void work();
      }, REST_MS);
    },
    leave() {
      clearTimeout(resting);
      wanted = undefined;
      element.hidden = true;
      disposing = window.setTimeout(dispose, DISPOSE_MS);
    },
    toggle() {
      keep(!isOn());
      element.hidden = true;
    },
  };
}

function rested(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** By the viewer's choice; who has not chosen and saves data has none. */
function isOn(): boolean {
  try {
    const chosen = localStorage.getItem(SETTING);
    if (chosen !== null) return chosen === "on";
  } catch {
    // no storage, no choice
  }
  return !matchMedia("(prefers-reduced-data: reduce)").matches;
}

function keep(on: boolean): void {
  try {
    localStorage.setItem(SETTING, on ? "on" : "off");
  } catch {
    // it holds for nothing then
  }
}
