// A card below the replay: what the rules found in this session, each with "Not a problem here", which teaches the rule.

import { clock, make } from "../player/elements.ts";
import { momentName } from "../player/found.ts";
import type { Player } from "../player/player.ts";
import { getJson, sendJson } from "./http.ts";
import { card, run, smallButton } from "./small-parts.ts";

interface FoundMoment {
  readonly kind: string;
  /** ms since 1970, corrected. */
  readonly time: number;
  readonly page: string;
  readonly element: string;
  readonly grade: string;
  readonly dismissed: boolean;
}

interface Found {
  readonly moments: readonly FoundMoment[];
  /** 1 while the session has chunks in which nothing was looked for. */
  readonly waiting: number;
}

const AGAIN_MS = 3_000;

/** @param place of the cards; null on a shared page, where nothing is judged */
export function showFound(
  player: Player,
  place: HTMLElement | null,
  project: string,
  session: string,
): void {
  if (place === null) return;
  const list = make("ul", "note-list");
  const none = make("p", "muted", "Looking …");
  const made = card("What was found", list, none);
  place.prepend(made.element);
  const base = `/api/p/${encodeURIComponent(project)}`;
  const path = `${base}/moments?session=${encodeURIComponent(session)}&dismissed=1&limit=500`;

  const show = async () => {
    const { moments, waiting } = await getJson<Found>(path);
    await player.ready.catch(() => undefined); // the player says why; what was found is known all the same
    none.hidden = moments.length > 0 && waiting === 0;
    none.textContent =
      waiting === 0
        ? "Nothing: no rage, no errors, no form given up."
        : "Not looked at to its end yet: that happens some seconds after the visit pauses.";
    list.replaceChildren(...moments.map(line));
    if (waiting !== 0) setTimeout(() => run(show(), made.say), AGAIN_MS);
  };

  const line = (moment: FoundMoment): HTMLLIElement => {
    const time = Math.max(0, moment.time - (player.manifest()?.started ?? moment.time));
    const name = momentName(moment.kind, moment.grade);
    const seek = smallButton(clock(time), () => run(player.seek(time), made.say));
    seek.setAttribute("aria-label", `Go to ${name} at ${clock(time)}`);
    const where = [moment.element, `on ${moment.page}`].filter(Boolean).join(" ");
    const text = make("span", "note-text", name, " ", make("span", "muted small", where));
    const judge = smallButton(moment.dismissed ? "Take back" : "Not a problem here", () => {
      const { kind, page, element } = moment;
      const said = { kind, page, element, problem: moment.dismissed };
      run(sendJson("PUT", `${base}/verdicts`, said).then(show), made.say);
    });
    judge.setAttribute("aria-label", `${judge.textContent}: ${name} ${where}`);
    const item = make("li", moment.dismissed ? "is-dismissed" : "", seek, text, judge);
    return item;
  };

  run(show(), made.say);
}
