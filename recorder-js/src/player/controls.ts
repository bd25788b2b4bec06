// The player with its controls: everything by mouse and by keyboard, nothing ever locked.

import { clock, icon, iconButton, make, setLabel, textButton } from "./elements.ts";
import { createPanels } from "./panels/panels.ts";
import type { Surroundings } from "./panels/surroundings.ts";
import { createPlayer, type Player } from "./player.ts";
import { createScrubber } from "./scrubber.ts";
import type { Source } from "./source.ts";
import { hostOf } from "./tabs.ts";

const SPEEDS = [0.5, 1, 2, 4, 8, 16];
const STEP_MS = 5000;
const REDRAW_AFTER_MS = 250;

const KEYS: readonly (readonly [key: string, meaning: string])[] = [
  ["Space", "Play or pause"],
  ["← →", "5 seconds back or on"],
  ["Page up/down", "50 seconds on or back, on the time line"],
  ["− +", "Slower or faster"],
  ["S", "Skip inactivity, or not"],
  ["F", "Fit the page, or show it in its actual size"],
  ["Home", "To the start"],
  ["?", "This help"],
];

/** Builds the player with its controls into `element`. */
export function mountPlayer(
  element: HTMLElement,
  source: Source,
  around: Surroundings = {},
): Player {
  const screen = make("div", "ff-screen");
  const player = createPlayer(screen, source);
  const scrubber = createScrubber(player);
  const list = createPanels(player, around);
  let fit = true;

  const toggle = iconButton("play", "Play (Space)", () => togglePlay());
  const time = make("span", "ff-time", "0:00");
  const speed = make("select", "ff-select");
  setLabel(speed, "Speed");
  for (const value of SPEEDS) speed.append(new Option(`${value}×`, String(value), value === 1));
  speed.addEventListener("change", () => player.setSpeed(Number(speed.value)));
  const skip = make("input", "");
  skip.type = "checkbox";
  skip.checked = player.skipsInactivity();
  skip.addEventListener("change", () => player.setSkipInactivity(skip.checked));
  const fitButton = textButton("Actual size", "Show the page in its actual size (F)", () =>
    toggleFit(),
  );
  const url = make("span", "ff-url");
  const tabs = make("select", "ff-select");
  setLabel(tabs, "Tab");
  tabs.hidden = true;
  tabs.addEventListener("change", () => player.setTab(tabs.value === "" ? undefined : tabs.value));
  const loading = make("progress", "ff-loading");
  setLabel(loading, "Loading the session");
  const help = makeHelp();

  element.classList.add("ff-player");
  element.replaceChildren(
    make("div", "ff-top", make("span", "ff-url-box", url), tabs, fitButton),
    make("div", "ff-main", screen, list.element),
    scrubber.element,
    make(
      "div",
      "ff-controls",
      iconButton("back", "5 seconds back (←)", () => seekBy(-STEP_MS)),
      toggle,
      iconButton("forward", "5 seconds on (→)", () => seekBy(STEP_MS)),
      time,
      loading,
      make("span", "ff-spring"),
      make("label", "ff-check", skip, "Skip inactivity"),
      speed,
      iconButton("help", "Keyboard help (?)", () => help.showModal()),
    ),
    help,
  );

  function togglePlay(): void {
    if (player.isPlaying()) player.pause();
    else player.play();
  }

  function seekBy(ms: number): void {
    player.seek(player.time() + ms).catch(() => {
      // The stage says that the server does not answer.
    });
  }

  function toggleFit(): void {
    fit = !fit;
    player.setFit(fit);
    fitButton.textContent = fit ? "Actual size" : "Fit";
    setLabel(fitButton, fit ? "Show the page in its actual size (F)" : "Fit the page (F)");
  }

  function changeSpeed(by: number): void {
    const at = SPEEDS.indexOf(player.speed()) + by;
    const next = SPEEDS[Math.min(Math.max(at, 0), SPEEDS.length - 1)];
    if (next !== undefined) player.setSpeed(next);
  }

  const keys: Readonly<Record<string, () => void>> = {
    " ": togglePlay,
    ArrowLeft: () => seekBy(-STEP_MS),
    ArrowRight: () => seekBy(STEP_MS),
    "-": () => changeSpeed(-1),
    "+": () => changeSpeed(1),
    "=": () => changeSpeed(1),
    s: () => player.setSkipInactivity(!player.skipsInactivity()),
    f: toggleFit,
    Home: () => seekBy(-player.time()),
    "?": () => help.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    const { target } = event;
    if (target instanceof HTMLElement && target.closest("input, select, textarea")) return;
    if (event.key === " " && target instanceof HTMLButtonElement) return;
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  });

  function showState(): void {
    toggle.replaceChildren(icon(player.isPlaying() ? "pause" : "play"));
    setLabel(toggle, player.isPlaying() ? "Pause (Space)" : "Play (Space)");
    speed.value = String(player.speed());
    skip.checked = player.skipsInactivity();
    element.classList.toggle("ff-waiting", player.isWaiting());
  }

  function showTime(): void {
    const text = `${clock(player.time())} / ${clock(player.duration())}`;
    if (time.textContent !== text) time.textContent = text;
    const at = player.url();
    if (url.textContent !== at) {
      url.textContent = at;
      url.title = at;
    }
    scrubber.move();
    list.follow();
  }

  function showLoaded(): void {
    const { loaded, total } = player.progress();
    loading.max = Math.max(1, total);
    loading.value = loaded;
    loading.hidden = loaded >= total;
    scrubber.mark();
    list.fill();
  }

  function showTabs(): void {
    const known = player.manifest()?.tabs ?? [];
    const ids = new Set(known.map(({ tab }) => tab));
    const all = known.filter(({ tab }) => hostOf(tab, ids) === undefined);
    tabs.hidden = all.length < 2;
    tabs.replaceChildren(
      new Option("Tab in the foreground", ""),
      ...all.map((tab, index) => new Option(`Tab ${index + 1}`, tab.tab)),
    );
  }

  let redrawsSoon = false;
  function loadedSoon(): void {
    if (redrawsSoon) return;
    redrawsSoon = true;
    setTimeout(() => {
      redrawsSoon = false;
      showLoaded();
      showTime();
    }, REDRAW_AFTER_MS);
  }

  player.on((change) => {
    if (change === "time") showTime();
    else if (change === "state") showState();
    else if (change === "loaded") loadedSoon();
    else if (change === "ready") {
      showTabs();
      showLoaded();
      showTime();
    }
  });
  player.ready.catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : "Something went wrong.";
    const message = make("div", "ff-nothing", make("strong", "", "Nothing to play"), reason);
    message.setAttribute("role", "alert");
    screen.append(message);
    loading.hidden = true;
    loadedSoon();
  });
  return player;
}

function makeHelp(): HTMLDialogElement {
  const rows = KEYS.flatMap(([key, meaning]) => [
    make("dt", "", make("kbd", "", key)),
    make("dd", "", meaning),
  ]);
  const close = make("button", "ff-button ff-text-button", "Close");
  const help = make(
    "dialog",
    "ff-help",
    make("h2", "", "Keyboard"),
    make("dl", "", ...rows),
    make("form", "", close),
  );
  help.querySelector("form")?.setAttribute("method", "dialog");
  help.setAttribute("aria-label", "Keyboard help");
  return help;
}
