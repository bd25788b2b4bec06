// The replay page: mounts the player on #player, with the project and session named there and the time in ?t=.

import { mountPlayer } from "../player/controls.ts";
import { projectSurroundings } from "../player/panels/surroundings.ts";
import type { Player } from "../player/player.ts";
import { apiSource } from "../player/source.ts";

declare global {
  interface Window {
    /** For tests and the curious. */
    footfallPlayer?: Player;
  }
}

const element = document.querySelector<HTMLElement>("#player");
const { project, session } = element?.dataset ?? {};
if (element !== null && project !== undefined && session !== undefined) {
  const source = apiSource(`/api/p/${encodeURIComponent(project)}`, session);
  const player = mountPlayer(element, source, projectSurroundings(project, session));
  window.footfallPlayer = player;
  const start = Number(new URLSearchParams(location.search).get("t") ?? "0");
  if (start > 0) {
    player.seek(start).catch(() => {
      // The player says on its stage why there is nothing to play.
    });
  }
}
