// Scroll, moves and attention: pictures of where the window and the pointer were.

import { ask, headline, legendOf, type Show } from "./heat-viewer.ts";
import {
  type AttentionPicture,
  BAND_PX,
  type MovePicture,
  type ScrollPicture,
} from "./heatmap-api.ts";
import { count, percent, scrollNotes, seconds, shortNumber, showList } from "./numbers.ts";
import { part } from "./stage.ts";

export const showScroll: Show = async (viewer, shown, state) => {
  const { root, stage } = viewer;
  const picture = await ask<ScrollPicture>(viewer, shown, state, "scroll");
  stage.setPicture(picture.png, picture.width, picture.height);
  headline(viewer, count(picture.views, "page view", "page views"));
  showList(part(root, "[data-notes]"), scrollNotes(picture));
  legendOf(viewer, picture.legend, percent, "Share of the page views that reached a row");
  const reached = Object.entries(picture.lines)
    .filter(([share]) => share !== "100")
    .map(([share, y]) => ({ y, text: `${share} % got here`, kind: "share" as const }));
  const fold =
    picture.fold === null ? [] : [{ y: picture.fold, text: "Average fold", kind: "fold" as const }];
  stage.setLines([...reached, ...fold]);
  stage.onPointer((at) => {
    const share = at && picture.shares[Math.floor(at.y / BAND_PX)];
    stage.showHover(
      share === undefined || !at
        ? undefined
        : { y: at.y, text: `${percent(share)} of views`, kind: "hover" },
    );
  });
};

export const showMoves: Show = async (viewer, shown, state) => {
  const { root, stage } = viewer;
  const picture = await ask<MovePicture>(viewer, shown, state, "move");
  stage.setPicture(picture.png, picture.width, picture.height);
  viewer.report(picture.max);
  const rests = count(picture.rests, "rest", "rests");
  headline(viewer, `${rests} of the pointer in ${count(picture.views, "view", "views")}`);
  const isRest = new URLSearchParams(viewer.query).get("move") === "rest";
  showList(part(root, "[data-notes]"), [
    picture.seconds > 0
      ? `Pointers were here for ${seconds(picture.seconds)}`
      : "No mouse was moved here in this time and on this device",
    "Where the pointer was, by position; a finger does not hover",
  ]);
  const text = isRest ? "Rests of half a second or more" : "Time of the pointer";
  legendOf(
    viewer,
    picture.legend,
    isRest ? shortNumber : seconds,
    `${text} within ${state.radius} px of a place`,
  );
  stage.onPointer(() => {});
};

export const showAttention: Show = async (viewer, shown, state) => {
  const { root, stage } = viewer;
  const picture = await ask<AttentionPicture>(viewer, shown, state, "attention");
  stage.setPicture(picture.png, picture.width, picture.height);
  headline(viewer, count(picture.views, "page view", "page views"));
  const most = picture.relative.indexOf(Math.max(...picture.relative));
  showList(
    part(root, "[data-notes]"),
    picture.seconds > 0
      ? [`Looked at longest: around ${most * BAND_PX} px`]
      : ["Nobody had it in sight in this time and on this device"],
  );
  const times = (value: number) => `${shortNumber(value)} ×`;
  legendOf(viewer, picture.legend, times, "Time in sight, by the page's average");
  stage.onPointer((at) => {
    const band = at ? Math.floor(at.y / BAND_PX) : -1;
    const told = picture.bands[band];
    if (!at || told === undefined) return stage.showHover(undefined);
    const each = seconds(told / Math.max(picture.views, 1));
    const text = `${each} a view, ${times(picture.relative[band] ?? 0)} the average`;
    stage.showHover({ y: at.y, text, kind: "hover" });
  });
};
