// The replay page: mounts the player on #player, with the project and session named there and the time in ?t=.
// A shared page names a share link's token instead.

import { mountPlayer } from "../player/controls.ts";
import { projectSurroundings } from "../player/panels/surroundings.ts";
import type { Player } from "../player/player.ts";
import { apiSource, sharedSource } from "../player/source.ts";
import { createCopyLink, followAddress, timeIn } from "./deep-link.ts";
import { createDownload } from "./download.ts";
import { showErasing } from "./erasing.ts";
import { showFound } from "./found-moments.ts";
import { listKeys } from "./neighbours.ts";
import { createNotes } from "./notes.ts";
import { openingOf, showOpening } from "./opening.ts";

declare global {
  interface Window {
    /** For tests and the curious. */
    footfallPlayer?: Player;
  }
}

const element = document.querySelector<HTMLElement>("#player");
const { project = "", session = "", share } = element?.dataset ?? {};
if (element !== null && (share !== undefined || session !== "")) {
  const isShared = share !== undefined;
  const source = isShared
    ? sharedSource(`/api/shared/${encodeURIComponent(share)}`)
    : apiSource(`/api/p/${encodeURIComponent(project)}`, session);
  // Who has a link sees this replay, and nothing of the project around it.
  const around = isShared ? {} : projectSurroundings(project, session);
  const opening = openingOf(element, timeIn(location.href));
  const openingKeys = (mounted: Player) =>
    opening === undefined ? [] : [showOpening(element, mounted, opening)];
  const player = mountPlayer(element, source, around, (mounted, changed) => {
    const link = createCopyLink(mounted);
    const files = isShared ? [] : createDownload(sessionApi(project, session));
    const notes = createNotes(mounted, document.querySelector<HTMLElement>("#notes"), changed);
    return {
      buttons: [...link.elements, ...files, ...notes.buttons],
      shortcuts: [link.shortcut, ...notes.shortcuts, ...openingKeys(mounted), ...listKeys()],
      moments: notes.moments,
    };
  });
  window.footfallPlayer = player;
  if (!isShared) showFound(player, document.querySelector<HTMLElement>("#notes"), project, session);
  showErasing(document.querySelector<HTMLElement>("#notes"));
  followAddress(player, opening?.time ?? 0);
}

function sessionApi(project: string, session: string): string {
  return `/api/p/${encodeURIComponent(project)}/sessions/${encodeURIComponent(session)}`;
}
