// What every page does: local times, menus that close, notes of what waits.
import { ownZone } from "./filters.ts";
import { keepTimes } from "./times.ts";
import { followWaiting } from "./waiting.ts";

function closeMenus(): void {
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details[data-menu][open]")) {
      if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details[data-menu][open]")) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
}

/** The server begins days at this browser's midnight (web/zones.py): told once, and when one has travelled. */
function tellZone(): void {
  const zone = ownZone();
  const told = `footfall-zone=${zone}`;
  const isTold = () => document.cookie.split("; ").includes(told);
  if (isTold()) return;
  const isFirst = !document.cookie.includes("footfall-zone=");
  // biome-ignore lint/suspicious/noDocumentCookie: the other way to write one is not in every browser.
  document.cookie = `${told}; path=/; max-age=31536000; samesite=lax`;
  const isByDays = document.querySelector("[data-zone]") !== null;
  const isNamed = new URLSearchParams(location.search).has("zone");
  const isUtc = isFirst && /^(UTC|Etc\/UTC|GMT|0)$/.test(zone);
  if (isTold() && isByDays && !isNamed && !isUtc) location.reload();
}

// Times that are typed are those of one's own clock.
for (const field of document.querySelectorAll<HTMLInputElement>("[data-own-zone]")) {
  field.value = ownZone();
}

/** Where the navigation is a row that is wider than the window, the page one is on is in sight. */
function showCurrent(): void {
  const nav = document.querySelector<HTMLElement>(".nav");
  const current = nav?.querySelector<HTMLElement>("[aria-current]");
  if (!nav || !current) return;
  const { left, width } = current.getBoundingClientRect();
  nav.scrollLeft += left - nav.getBoundingClientRect().left - (nav.clientWidth - width) / 2;
}

tellZone();
showCurrent();
keepTimes(document);
closeMenus();
for (const note of document.querySelectorAll<HTMLElement>("[data-waiting]")) followWaiting(note);
