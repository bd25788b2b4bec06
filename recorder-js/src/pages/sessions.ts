// The session list keeps itself up to date while its first page is shown.
import { getJson } from "./http.ts";
import { walkList } from "./list-keys.ts";
import { showTimes } from "./times.ts";

const POLL_MS = 3_000;
/** Where facts are searched, each look costs the server up to half a second. */
const SLOW_POLL_MS = 20_000;

interface Listed {
  readonly total: number;
  readonly sessions: readonly { readonly session: string; readonly ended: number }[];
}

function shownSessions(list: HTMLElement): string[] {
  const rows = list.querySelectorAll<HTMLElement>("[data-session]");
  return [...rows].map((row) => row.dataset.session ?? "");
}

/** Put the server's fresh rows in place of the old ones; rows that were not there before are marked. */
async function refresh(list: HTMLElement): Promise<void> {
  const response = await fetch(location.href);
  if (!response.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.getElementById(list.id);
  if (!fresh) return;
  const before = new Set(shownSessions(list));
  const focused = document.activeElement?.closest<HTMLElement>("[data-session]")?.dataset.session;
  list.replaceChildren(...fresh.childNodes);
  for (const row of list.querySelectorAll<HTMLElement>("[data-session]")) {
    if (!before.has(row.dataset.session ?? "")) row.classList.add("is-new");
    if (focused === row.dataset.session) row.querySelector<HTMLElement>(".row-link")?.focus();
  }
  showTimes(list);
}

function follow(list: HTMLElement, api: string, live: HTMLElement | null): void {
  let known: string | undefined;
  const poll = async () => {
    if (!document.hidden) {
      const listed = await getJson<Listed>(api + location.search);
      const told = JSON.stringify(listed);
      const ids = listed.sessions.map((one) => one.session);
      const isNew =
        known === undefined ? ids.join() !== shownSessions(list).join() : told !== known;
      if (isNew) await refresh(list);
      known = told;
      if (live) live.hidden = false;
    }
  };
  const loop = () => {
    poll()
      .catch(() => {
        if (live) live.hidden = true; // the server is away: the next poll tells
      })
      .finally(() => setTimeout(loop, "slow" in list.dataset ? SLOW_POLL_MS : POLL_MS));
  };
  loop();
}

const list = document.getElementById("sessions");
if (list) walkList(list);
if (list?.dataset.api && list.dataset.first === "1") {
  follow(list, list.dataset.api, document.querySelector<HTMLElement>("[data-live]"));
}
