// The player with its controls: everything by mouse and by keyboard, nothing ever locked.

import { clock, icon, iconButton, make, setLabel, textButton } from "./elements.ts";
import { createFidelityChip } from "./fidelity-chip.ts";
import { createFullScreen } from "./full-screen.ts";
import { withLive } from "./live.ts";
import { isMoment, momentAfter, momentBefore } from "./moments.ts";
import { createPanels } from "./panels/panels.ts";
import type { Surroundings } from "./panels/surroundings.ts";
import { createPlayer, type Player } from "./player.ts";
import { createPreview } from "./preview.ts";
import { createScrubber } from "./scrubber.ts";
import { answerKeys, makeHelp, type Shortcut } from "./shortcuts.ts";
import type { Source } from "./source.ts";
import { hostOf } from "./tabs.ts";
import type { TimelineEvent } from "./timeline.ts";

/** What a page adds to the controls. */
export interface Extras {
  readonly buttons: readonly HTMLElement[];
  readonly shortcuts: readonly Shortcut[];
  /** Shown on the time line with the session's own; times from its start. */
  moments(): readonly TimelineEvent[];
}

const NO_EXTRAS: Extras = { buttons: [], shortcuts: [], moments: () => [] };
const SPEEDS = [0.5, 1, 2, 4, 8, 16];
const STEP_MS = 5000;
/** What one frame of a film lasts. */
const FRAME_MS = 40;
const REDRAW_AFTER_MS = 250;

/**
 * Builds the player with its controls into `element`.
 *
 * @param around what the session alone does not know
 * @param addTo makes what the page adds; its second argument tells that the added moments have changed
 */
export function mountPlayer(
  element: HTMLElement,
  source: Source,
  around: Surroundings = {},
  addTo: (player: Player, changed: () => void) => Extras = () => NO_EXTRAS,
): Player {
  const screen = make("div", "ff-screen");
  const live = withLive(createPlayer(screen, source), source);
  const { player } = live;
  // Later: it may be told while the controls are being built.
  const extras = addTo(player, () => setTimeout(() => scrubber.mark()));
  const preview = createPreview(player, source.frameUrl);
  const scrubber = createScrubber(player, () => extras.moments(), preview);
  const list = createPanels(player, around);
  const fullScreen = createFullScreen(element);
  const fidelity = createFidelityChip(player);
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
  const fitButton = textButton("Actual size", "Show the page in its actual size (Z)", () =>
    toggleFit(),
  );
  const url = make("span", "ff-url");
  const tabs = make("select", "ff-select");
  setLabel(tabs, "Tab");
  tabs.hidden = true;
  tabs.addEventListener("change", () => player.setTab(tabs.value === "" ? undefined : tabs.value));
  const loading = make("progress", "ff-loading");
  setLabel(loading, "Loading the session");

  const shortcuts: readonly Shortcut[] = [
    { keys: [" "], shown: "Space", meaning: "Play or pause", act: togglePlay },
    { keys: ["ArrowLeft"], shown: "←", meaning: "5 seconds back", act: () => seekBy(-STEP_MS) },
    { keys: ["ArrowRight"], shown: "→", meaning: "5 seconds on", act: () => seekBy(STEP_MS) },
    { keys: ["n"], shown: "N", meaning: "Next moment: a page, an error …", act: nextMoment },
    { keys: ["p"], shown: "P", meaning: "Previous moment", act: previousMoment },
    { keys: [","], shown: ",", meaning: "One frame (40 ms) back", act: () => step(-FRAME_MS) },
    { keys: ["."], shown: ".", meaning: "One frame (40 ms) on", act: () => step(FRAME_MS) },
    { keys: ["Home"], shown: "Home", meaning: "To the start", act: () => seekTo(0) },
    { keys: ["End"], shown: "End", meaning: "To the end", act: () => seekTo(player.duration()) },
    { keys: ["-"], shown: "−", meaning: "Slower", act: () => changeSpeed(-1) },
    { keys: ["+", "="], shown: "+", meaning: "Faster", act: () => changeSpeed(1) },
    { keys: ["s"], shown: "S", meaning: "Skip inactivity, or not", act: toggleSkip },
    { keys: ["z"], shown: "Z", meaning: "Fit the page, or its actual size", act: toggleFit },
    { keys: ["l"], shown: "L", meaning: "Follow a visit that goes on, live", act: live.toggle },
    { keys: ["v"], shown: "V", meaning: "Pictures on the time line, or none", act: preview.toggle },
    { keys: ["f"], shown: "F", meaning: "Full screen, or back", act: () => fullScreen.toggle() },
    ...extras.shortcuts,
    { keys: ["?"], shown: "?", meaning: "This help", act: () => help.showModal() },
  ];
  const help = makeHelp(shortcuts);

  element.classList.add("ff-player");
  element.replaceChildren(
    make("div", "ff-top", make("span", "ff-url-box", url), fidelity.element, tabs, fitButton),
    make("div", "ff-main", screen, list.element),
    make("div", "ff-scrub-row", scrubber.element, live.element),
    make(
      "div",
      "ff-controls",
      iconButton("previous", "Previous moment (P)", previousMoment),
      iconButton("back", "5 seconds back (←)", () => seekBy(-STEP_MS)),
      toggle,
      iconButton("forward", "5 seconds on (→)", () => seekBy(STEP_MS)),
      iconButton("next", "Next moment (N)", nextMoment),
      time,
      loading,
      make("span", "ff-spring"),
      ...extras.buttons,
      make("label", "ff-check", skip, "Skip inactivity"),
      speed,
      ...fullScreen.buttons,
      iconButton("help", "Keyboard help (?)", () => help.showModal()),
    ),
    help,
  );
  answerKeys(shortcuts);

  function togglePlay(): void {
    if (player.isPlaying()) player.pause();
    else player.play();
  }

  function seekTo(to: number): void {
    player.seek(to).catch(() => {
      // The stage says that the server does not answer.
    });
  }

  function seekBy(ms: number): void {
    seekTo(player.time() + ms);
  }

  function step(ms: number): void {
    player.pause();
    seekBy(ms);
  }

  function moments(): readonly TimelineEvent[] {
    const all = [...player.events(), ...extras.moments()].filter(isMoment);
    return all.sort((a, b) => a.time - b.time);
  }

  function nextMoment(): void {
    const to = momentAfter(moments(), player.time());
    if (to !== undefined) seekTo(to);
  }

  function previousMoment(): void {
    seekTo(momentBefore(moments(), player.time(), player.isPlaying()) ?? 0);
  }

  function toggleSkip(): void {
    player.setSkipInactivity(!player.skipsInactivity());
  }

  function toggleFit(): void {
    fit = !fit;
    player.setFit(fit);
    fitButton.textContent = fit ? "Actual size" : "Fit";
    setLabel(fitButton, fit ? "Show the page in its actual size (Z)" : "Fit the page (Z)");
  }

  function changeSpeed(by: number): void {
    const at = SPEEDS.indexOf(player.speed()) + by;
    const next = SPEEDS[Math.min(Math.max(at, 0), SPEEDS.length - 1)];
    if (next !== undefined) player.setSpeed(next);
  }

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
    else if (change === "fidelity") {
      fidelity.show();
      scrubber.mark();
    } else if (change === "ready") {
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
