// Watching a visit while it goes on. The switch at the end of the time line: on, the player keeps to the end of what has
// come; whoever goes back, or pauses, leaves it.

import { make, setLabel } from "./elements.ts";
import type { Player } from "./player.ts";
import type { Source } from "./source.ts";

export interface Live {
  /** As the one that was given, but seeking and pausing leave the end. */
  readonly player: Player;
  readonly element: HTMLElement;
  toggle(): void;
}

/** The recorder sends every 5 s. What has come is shown to its end within this, so quicker than it was. */
const CATCH_UP_MS = 1800;
/** Farther behind, the player jumps. */
const FAR_MS = 15_000;
/** Nearer than this to the end is at the end. */
const NEAR_MS = 500;

export function withLive(core: Player, source: Source): Live {
  const dot = make("span", "ff-live-dot");
  dot.setAttribute("aria-hidden", "true");
  const element = make("button", "ff-button ff-text-button ff-live", dot, "Live");
  element.type = "button";
  element.hidden = true;
  element.setAttribute("role", "switch");
  element.addEventListener("click", toggle);
  let close: (() => void) | undefined;
  let over = source.live === undefined;

  function show(): void {
    const following = core.isFollowing();
    element.setAttribute("aria-checked", String(following));
    setLabel(element, following ? "Live: following the visit (L)" : "Follow the visit live (L)");
  }

  function behind(): number {
    return core.duration() - core.time();
  }

  function catchUp(): void {
    if (behind() > FAR_MS) {
      core.seek(core.duration() - CATCH_UP_MS).catch(() => {
        // The stage says that the server does not answer.
      });
      core.follow(1);
    } else core.follow(Math.max(1, behind() / CATCH_UP_MS));
    core.play();
  }

  function listen(): void {
    if (over || close !== undefined || source.live === undefined) return;
    close = source.live({
      grown(growth) {
        core.extend(growth);
        if (core.isFollowing()) catchUp();
      },
      over: () => end("This visit is over"),
      refused: () => end("It cannot be followed now. Load the page again later."),
    });
  }

  function rest(): void {
    close?.();
    close = undefined;
  }

  function end(why: string): void {
    over = true;
    rest();
    core.follow(0);
    element.setAttribute("aria-disabled", "true");
    setLabel(element, why);
  }

  function toggle(): void {
    if (element.hidden || over) return;
    if (core.isFollowing()) core.follow(0);
    else catchUp();
  }

  function see(): void {
    if (document.visibilityState === "visible") listen();
    else rest(); // a browser has few connections for a server; what was missed comes with the next
  }

  core.on((change) => {
    if (change === "state" && !over) show();
  });
  core.ready.then(
    () => {
      over ||= core.manifest()?.live !== true;
      element.hidden = over;
      if (over) return;
      show();
      see();
      document.addEventListener("visibilitychange", see);
    },
    () => {
      // The player says why there is nothing to play.
    },
  );

  const player: Player = {
    ...core,
    seek(to) {
      if (core.isFollowing() && to < core.duration() - NEAR_MS) core.follow(0);
      return core.seek(to);
    },
    pause() {
      core.follow(0);
      core.pause();
    },
    stop() {
      document.removeEventListener("visibilitychange", see);
      rest();
      core.stop();
    },
  };
  return { player, element, toggle };
}
