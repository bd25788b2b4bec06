// Clicks, and the clicks that moments of trouble are made of.

import type { Show, Shown, Viewer } from "./heat-viewer.ts";
import { ask, headline, legendOf, sessionsLink } from "./heat-viewer.ts";
import type { Box, ClickPicture, MomentPicture } from "./heatmap-api.ts";
import { clickNotes, count, percent, shortNumber, showList, showRanking } from "./numbers.ts";
import { part } from "./stage.ts";

export const showClicks: Show = async (viewer, shown, state) => {
  const { root, facts, stage } = viewer;
  const picture = await ask<ClickPicture>(viewer, shown, state, "click");
  stage.setPicture(picture.png, picture.width, picture.height);
  viewer.report(picture.max);
  const clicks = count(picture.clicks, "click", "clicks");
  headline(viewer, `${clicks} in ${count(facts.views, "view", "views")}`);
  showList(part(root, "[data-notes]"), clickNotes(picture));
  showSeen(part(root, "[data-notes]"), picture.elements);
  const text = `Clicks within ${state.radius} px of a place`;
  legendOf(viewer, picture.legend, shortNumber, text);
  showElements(viewer, shown, picture, ["click", "clicks"]);
};

interface MomentWords {
  readonly one: string;
  readonly many: string;
  /** What each point of the picture is. */
  readonly points: readonly [one: string, many: string];
  readonly about: string;
}

const CLICKS = ["click", "clicks"] as const;

export const MOMENTS: Readonly<Record<string, MomentWords>> = {
  rage: {
    one: "rage click",
    many: "rage clicks",
    points: CLICKS,
    about: "Three clicks or more in quick succession at one place",
  },
  dead: {
    one: "dead click",
    many: "dead clicks",
    points: CLICKS,
    about: "Clicks on what looks alive, which nothing answered",
  },
  error: {
    one: "error click",
    many: "error clicks",
    points: CLICKS,
    about: "Clicks that an error or a failed request followed",
  },
  hesitation: {
    one: "hesitation",
    many: "hesitations",
    points: ["hesitation", "hesitations"],
    about: "Three seconds over an element before its click, or long pauses in a field",
  },
};

export const showMoments: Show = async (viewer, shown, state) => {
  const { root, stage, kind } = viewer;
  const words = MOMENTS[kind];
  if (!words) throw new Error(`There is no heatmap of ${kind}.`);
  const picture = await ask<MomentPicture>(viewer, shown, state, kind);
  stage.setPicture(picture.png, picture.width, picture.height);
  viewer.report(picture.max);
  const { one, many } = words;
  headline(
    viewer,
    `${count(picture.moments, one, many)} in ${count(picture.views, "view", "views")}`,
  );
  const none = `No ${one} was found on this page in this time and on this device`;
  showList(
    part(root, "[data-notes]"),
    picture.moments ? [words.about, ...clickNotes(picture)] : [none, words.about],
  );
  const text = `${words.points[1]} within ${state.radius} px of a place`;
  legendOf(viewer, picture.legend, shortNumber, text.charAt(0).toUpperCase() + text.slice(1));
  part(root, "[data-ranking-title]").textContent = "Where it happened";
  showElements(viewer, shown, picture, words.points);
  showSessions(viewer, picture.moments, many);
};

function showSessions(viewer: Viewer, moments: number, many: string): void {
  const place = part(viewer.root, "[data-sessions]");
  // A template is one of the list's pages, too.
  const page = new URLSearchParams(viewer.query).get("page") ?? "";
  place.hidden = moments === 0;
  const link = document.createElement("a");
  link.href = sessionsLink(viewer, { moment: viewer.kind, page });
  // The list asks for a page and for a moment, not for a moment on the page.
  link.textContent = `Watch sessions with ${many}, here or on another page`;
  place.replaceChildren(link);
}

function showElements(
  { root, stage }: Viewer,
  shown: Shown,
  picture: ClickPicture,
  [one, many]: readonly [string, string],
): void {
  part(root, "[data-ranking-card]").hidden = picture.elements.length === 0;
  const ranked = picture.elements.map(({ key, text, clicks, share }) => ({
    text: text || "(no text)",
    value: `${clicks.toLocaleString("en")} · ${percent(share)}`,
    detail: key,
    isShown: hasArea(shown.boxes.get(key)),
    elsewhere: seenLink(key),
  }));
  showRanking(part(root, "[data-ranking]"), ranked, (place, isChosen) => {
    const box = shown.boxes.get(ranked[place ?? -1]?.detail ?? "");
    if (box && isChosen) stage.scrollTo(box);
    stage.showBox(box);
  });
  stage.onPointer((at) => {
    const found = at && elementAt(picture.elements, shown.boxes, at.x, at.y);
    const text = found && `${count(found.clicks, one, many)}, ${percent(found.share)}`;
    stage.showBox(found && shown.boxes.get(found.key), text);
  });
}

function hasArea(box: Box | undefined): boolean {
  return box !== undefined && box[2] > 0 && box[3] > 0;
}

/** This address, with the page as it was when an element was clicked; "" as it was at first. */
function seenLink(key: string): string {
  const query = new URLSearchParams(location.search);
  for (const name of ["backdrop", "b.backdrop", "seen"]) query.delete(name);
  if (key) query.set("seen", key);
  return `${location.pathname}?${query}`;
}

/** Says which element the recorded page was chosen for, and leads back. */
function showSeen(notes: HTMLElement, elements: ClickPicture["elements"]): void {
  const seen = new URLSearchParams(location.search).get("seen");
  if (!seen) return;
  const named = elements.find(({ key }) => key === seen)?.text || seen;
  const item = document.createElement("li");
  const back = document.createElement("a");
  back.href = seenLink("");
  back.textContent = "As it was at first";
  item.append(`The page as it was when somebody clicked ${named}. `, back);
  notes.append(item);
}

/** The innermost of some elements under a point. */
export function elementAt<T extends { readonly key: string }>(
  ranked: readonly T[],
  boxes: ReadonlyMap<string, Box>,
  x: number,
  y: number,
): T | undefined {
  let found: T | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const one of ranked) {
    const box = boxes.get(one.key);
    if (!box) continue;
    const [left, top, width, height] = box;
    const isInside = x >= left && y >= top && x <= left + width && y <= top + height;
    if (isInside && width * height < least) {
      least = width * height;
      found = one;
    }
  }
  return found;
}
