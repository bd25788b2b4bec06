// J and K, or the arrows, go from row to row of a list; Enter follows the row's link, as the focus is on it.

/** @param list whose rows have `data-session` and a `.row-link`; its rows may be replaced at any time */
export function walkList(list: HTMLElement): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isTaken(event.target)) return;
    const by = step(event.key);
    if (by === 0) return;
    const links = [...list.querySelectorAll<HTMLElement>("[data-session] .row-link")];
    const row = document.activeElement?.closest("[data-session]");
    const at = links.findIndex((link) => row?.contains(link));
    const next = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by];
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
  });
}

/** How far a key goes in a list. */
export function step(key: string): number {
  if (key === "j" || key === "J" || key === "ArrowDown") return 1;
  return key === "k" || key === "K" || key === "ArrowUp" ? -1 : 0;
}

function isTaken(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, select, textarea") !== null;
}
