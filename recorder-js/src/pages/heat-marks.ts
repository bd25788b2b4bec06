// Single clicks in colours that mean something, and the cells in which two segments differ.

import { elementAt } from "./heat-clicks.ts";
import { ask, headline, legendOf, type Show } from "./heat-viewer.ts";
import type { ConfettiPicture, DifferencePicture } from "./heatmap-api.ts";
import { count, percent, points, showGroups, showList, showRanking } from "./numbers.ts";
import { part } from "./stage.ts";

type Cell = DifferencePicture["cells"][number];

/** Places that are listed; all are drawn. */
const MAX_RANKED = 50;

export const showConfetti: Show = async (viewer, shown, state) => {
  const { root, stage, facts } = viewer;
  const picture = await ask<ConfettiPicture>(viewer, shown, state, "confetti");
  stage.setPicture(picture.png, picture.width, picture.height);
  headline(
    viewer,
    `${count(picture.clicks, "click", "clicks")} in ${count(facts.views, "view", "views")}`,
  );
  const missing = picture.clicks - picture.drawn;
  showList(part(root, "[data-notes]"), [
    picture.clicks ? "Each click is a dot" : "Nobody clicked here in this time and on this device",
    ...(missing > 0 ? [`${percent(missing / picture.clicks)} not shown or not placed`] : []),
  ]);
  showGroups(part(root, "[data-groups]"), picture.groups);
  stage.onPointer(() => {});
};

export const showDifference: Show = async (viewer, shown, state) => {
  const { root, stage } = viewer;
  const picture = await ask<DifferencePicture>(viewer, shown, state, "difference");
  stage.setPicture(picture.png, picture.width, picture.height);
  const [first, second] = picture.sessions;
  headline(viewer, `${count(first, "session", "sessions")} against ${second.toLocaleString("en")}`);
  showList(part(root, "[data-notes]"), differenceNotes(picture, viewer.isAlike));
  legendOf(
    viewer,
    picture.legend,
    points,
    "Share of sessions that clicked: the second less (blue) or more (orange)",
  );
  const { cell } = picture;
  const most = [...picture.cells]
    .sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference))
    .slice(0, MAX_RANKED);
  const boxOf = ({ row, column }: Cell) => [column * cell, row * cell, cell, cell] as const;
  part(root, "[data-ranking-card]").hidden = most.length === 0;
  part(root, "[data-ranking-title]").textContent = "Where they differ most";
  const keys = [...shown.boxes.keys()].map((key) => ({ key }));
  const ranked = most.map((one) => {
    const [x, y] = boxOf(one);
    const under = elementAt(keys, shown.boxes, x + cell / 2, y + cell / 2);
    return {
      text: under?.key ?? "Beside all elements that were clicked",
      value: points(one.difference),
      detail: `${x} px across, ${y} px down`,
      isShown: true,
    };
  });
  showRanking(part(root, "[data-ranking]"), ranked, (place, isChosen) => {
    const found = most[place ?? -1];
    const box = found && boxOf(found);
    if (box && isChosen) stage.scrollTo(box);
    stage.showBox(box);
  });
  stage.onPointer((at) => {
    const row = at && Math.floor(at.y / cell);
    const column = at && Math.floor(at.x / cell);
    const found = picture.cells.find((one) => one.row === row && one.column === column);
    stage.showBox(found && boxOf(found), found && `${points(found.difference)} of the sessions`);
  });
};

function differenceNotes(picture: DifferencePicture, isAlike: boolean): string[] {
  if (isAlike) return ["Both are the same: say above what the second one is"];
  const [first, second] = picture.sessions;
  if (!first || !second) {
    return [
      `Nobody is in the ${first ? "second" : "first"} one: choose a longer time or more devices`,
    ];
  }
  const { length } = picture.cells;
  if (length) {
    const differ = count(length, "place differs", "places differ");
    return [`${differ} beyond chance; what is not drawn may be chance`];
  }
  return [
    "No place differs beyond chance",
    picture.tested
      ? `${count(picture.tested, "place", "places")} had clicks enough to tell`
      : "There are too few sessions to tell: choose a longer time",
  ];
}
