// The heatmap viewer: rebuilds a recorded page, tells the server where its elements lie, shows what comes back.
import { showBackdrop } from "../player/backdrop.ts";
import { findPlaces, type Places } from "./element-box.ts";
import type {
  AttentionPicture,
  Backdrop,
  Box,
  ClickPicture,
  HeatmapFacts,
  MovePicture,
  RankedElement,
  ScrollPicture,
} from "./heatmap-api.ts";
import { BAND_PX } from "./heatmap-api.ts";
import { getJson, postJson } from "./http.ts";
import { chosenLayer, showLayers } from "./layer-picker.ts";
import { backdropOf } from "./layers.ts";
import {
  backdropName,
  backdropText,
  clickNotes,
  count,
  percent,
  scrollNotes,
  showLegend,
  showList,
  showRanking,
} from "./numbers.ts";
import { scrollParts } from "./scroll-parts.ts";
import type { Stage } from "./stage.ts";
import { createStage, part } from "./stage.ts";
import type { ViewState } from "./view-state.ts";
import { COLOURS, keep, readViewState, withViewState } from "./view-state.ts";

/** What is on the stage: a rebuilt page and where its elements lie. */
interface Shown extends Places {
  readonly document: Document;
  /** What is open on it. */
  readonly state: string;
  readonly width: number;
  readonly height: number;
}

interface Viewer {
  readonly root: HTMLElement;
  readonly api: string;
  readonly kind: string;
  readonly stage: Stage;
  readonly facts: HeatmapFacts;
}

function why(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Rebuild a recorded page on the stage. */
async function build(viewer: Viewer, backdrop: Backdrop): Promise<Shown> {
  const { stage, api, facts } = viewer;
  const layer = chosenLayer(facts.states);
  const page = await showBackdrop(stage.frame, ...(await backdropOf(api, backdrop, layer)));
  stage.setPage(page.width, page.height);
  const places = findPlaces(page.document, facts.keys, facts.renamed);
  return { ...page, ...places, state: layer?.state ?? "" };
}

/** Have the clicks drawn for what is on the stage, and show them. */
async function showClicks(viewer: Viewer, shown: Shown, state: ViewState): Promise<void> {
  const { root, api, facts, stage } = viewer;
  const picture = await postJson<ClickPicture>(`${api}/heatmap/click${location.search}`, {
    width: shown.width,
    height: shown.height,
    boxes: Object.fromEntries(shown.boxes),
    sights: Object.fromEntries(shown.sights),
    state: shown.state,
    colours: state.colours,
  });
  stage.setPicture(picture.png, picture.width, picture.height);
  part(root, "[data-headline]").textContent =
    `${count(picture.clicks, "click", "clicks")} in ${count(facts.views, "view", "views")}`;
  showList(part(root, "[data-notes]"), clickNotes(picture));
  showLegend(
    legendParts(root),
    picture.legend,
    shortNumber,
    `Clicks within ${state.radius} px of a place`,
  );
  const card = part(root, "[data-ranking-card]");
  card.hidden = picture.elements.length === 0;
  const point = (one: RankedElement | undefined, isChosen: boolean) => {
    const box = one && shown.boxes.get(one.key);
    if (box && isChosen) stage.scrollTo(box);
    stage.showBox(box);
  };
  showRanking(part(root, "[data-ranking]"), picture.elements, (key) => shown.boxes.has(key), point);
  stage.onPointer((at) => {
    const one = at && elementAt(picture.elements, shown.boxes, at.x, at.y);
    const text = one && `${count(one.clicks, "click", "clicks")}, ${percent(one.share)}`;
    stage.showBox(one && shown.boxes.get(one.key), text);
  });
}

/** The innermost ranked element under a point. */
function elementAt(
  ranked: readonly RankedElement[],
  boxes: ReadonlyMap<string, Box>,
  x: number,
  y: number,
): RankedElement | undefined {
  let found: RankedElement | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const one of ranked) {
    const box = boxes.get(one.key);
    if (!box) continue;
    const [left, top, width, height] = box;
    const isInside = x >= left && y >= top && x <= left + width && y <= top + height;
    if (isInside && width * height < least) {
      least = width * height;
      found = one;
    }
  }
  return found;
}

async function showScroll(viewer: Viewer, shown: Shown, state: ViewState): Promise<void> {
  const { root, api, stage } = viewer;
  const picture = await postJson<ScrollPicture>(`${api}/heatmap/scroll${location.search}`, {
    width: shown.width,
    height: shown.height,
    colours: state.colours,
  });
  stage.setPicture(picture.png, picture.width, picture.height);
  part(root, "[data-headline]").textContent = count(picture.views, "page view", "page views");
  showList(part(root, "[data-notes]"), scrollNotes(picture));
  const text = "Share of the page views that reached a row";
  showLegend(legendParts(root), picture.legend, percent, text);
  const reached = Object.entries(picture.lines)
    .filter(([share]) => share !== "100")
    .map(([share, y]) => ({ y, text: `${share} % got here`, kind: "share" as const }));
  const fold =
    picture.fold === null ? [] : [{ y: picture.fold, text: "Average fold", kind: "fold" as const }];
  stage.setLines([...reached, ...fold]);
  stage.onPointer((at) => {
    const share = at && picture.shares[Math.floor(at.y / BAND_PX)];
    stage.showHover(
      share === undefined || !at
        ? undefined
        : { y: at.y, text: `${percent(share)} of views`, kind: "hover" },
    );
  });
}

async function showMoves(viewer: Viewer, shown: Shown, state: ViewState): Promise<void> {
  const { root, api, stage } = viewer;
  const { width, height } = shown;
  const body = { width, height, colours: state.colours };
  const picture = await postJson<MovePicture>(`${api}/heatmap/move${location.search}`, body);
  stage.setPicture(picture.png, picture.width, picture.height);
  part(root, "[data-headline]").textContent =
    `${count(picture.rests, "rest", "rests")} of the pointer in ${count(picture.views, "view", "views")}`;
  const isRest = new URLSearchParams(location.search).get("move") === "rest";
  showList(part(root, "[data-notes]"), [
    picture.seconds > 0
      ? `Pointers were here for ${showSeconds(picture.seconds)}`
      : "No mouse was moved here in this time and on this device",
    "Where the pointer was, by position; a finger does not hover",
  ]);
  const text = isRest ? "Rests of half a second or more" : "Time of the pointer";
  showLegend(
    legendParts(root),
    picture.legend,
    isRest ? shortNumber : showSeconds,
    `${text} within ${state.radius} px of a place`,
  );
  stage.onPointer(() => {});
}

async function showAttention(viewer: Viewer, shown: Shown, state: ViewState): Promise<void> {
  const { root, api, stage } = viewer;
  const { width, height } = shown;
  const body = { width, height, colours: state.colours };
  const picture = await postJson<AttentionPicture>(
    `${api}/heatmap/attention${location.search}`,
    body,
  );
  stage.setPicture(picture.png, picture.width, picture.height);
  part(root, "[data-headline]").textContent = count(picture.views, "page view", "page views");
  const most = picture.relative.indexOf(Math.max(...picture.relative));
  showList(
    part(root, "[data-notes]"),
    picture.seconds > 0
      ? [`Looked at longest: around ${most * BAND_PX} px`]
      : ["Nobody had it in sight in this time and on this device"],
  );
  const times = (value: number) => `${shortNumber(value)} ×`;
  showLegend(legendParts(root), picture.legend, times, "Time in sight, by the page's average");
  stage.onPointer((at) => {
    const band = at ? Math.floor(at.y / BAND_PX) : -1;
    const seconds = picture.bands[band];
    if (!at || seconds === undefined) return stage.showHover(undefined);
    const each = showSeconds(seconds / Math.max(picture.views, 1));
    const text = `${each} a view, ${times(picture.relative[band] ?? 0)} the average`;
    stage.showHover({ y: at.y, text, kind: "hover" });
  });
}

function shortNumber(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 1 : 0 });
}

function showSeconds(seconds: number): string {
  if (seconds >= 3600) return `${shortNumber(seconds / 3600)} h`;
  return seconds >= 90 ? `${shortNumber(seconds / 60)} min` : `${shortNumber(seconds)} s`;
}

const SHOWS = { click: showClicks, move: showMoves, scroll: showScroll, attention: showAttention };

function isKind(kind: string): kind is keyof typeof SHOWS {
  return Object.hasOwn(SHOWS, kind);
}

function legendParts(root: HTMLElement) {
  return {
    box: part(root, "[data-legend]"),
    bar: part(root, "[data-legend-bar]"),
    numbers: part(root, "[data-legend-numbers]"),
    text: part(root, "[data-legend-text]"),
  };
}

function showNothing(viewer: Viewer): void {
  const { views } = viewer.facts;
  viewer.stage.setState(
    views === 0
      ? {
          title: "Nobody saw this page then",
          text: "No view of it was recorded in this time and on this device. Choose a longer time, or all devices.",
        }
      : {
          title: "No picture of this page yet",
          text: `It was seen ${count(views, "time", "times")}, but no recording of its content has arrived. Its clicks are counted and will lie on the next one that does.`,
        },
  );
  part(viewer.root, "[data-headline]").textContent =
    `${count(viewer.facts.clicks, "click", "clicks")} in ${count(views, "view", "views")}`;
}

function start(viewer: Viewer): void {
  const { root, stage, facts } = viewer;
  let state = readViewState(new URLSearchParams(location.search));
  let shown: Shown | undefined;
  let run = 0;

  const draw = async (page: Shown) => {
    await SHOWS[isKind(viewer.kind) ? viewer.kind : "click"](viewer, page, state);
    stage.setState(undefined);
  };
  const fail = (error: unknown) => {
    stage.setState({ title: "The heatmap cannot be shown", text: why(error) });
  };
  const rebuild = async () => {
    const current = ++run;
    const backdrop =
      facts.backdrops.find((one) => backdropName(one) === state.backdrop) ?? facts.backdrops[0];
    if (!backdrop) return showNothing(viewer);
    stage.setState({ title: "Rebuilding the recorded page …", text: "" });
    const built = await build(viewer, backdrop);
    if (current !== run) return; // another page has been chosen since
    shown = built;
    await draw(built);
  };
  showLayers(part(root, ".picker"), facts.states, () => void rebuild().catch(fail));
  scrollParts(
    part(root, "[data-page]"),
    () => shown?.document,
    () => {
      if (!shown) return;
      shown = { ...shown, ...findPlaces(shown.document, facts.keys, facts.renamed) };
      draw(shown).catch(fail);
    },
  );
  const change = (changes: Partial<ViewState>) => {
    state = { ...state, ...changes };
    keep(state);
  };

  const opacity = part<HTMLInputElement>(root, "[data-opacity]");
  opacity.value = String(state.opacity);
  stage.setOpacity(state.opacity);
  opacity.addEventListener("input", () => stage.setOpacity(opacity.valueAsNumber));
  opacity.addEventListener("change", () => change({ opacity: opacity.valueAsNumber }));

  for (const name of ["radius", "intensity"] as const) {
    const range = part<HTMLInputElement>(root, `[data-${name}]`);
    range.value = String(state[name]);
    range.disabled = viewer.kind === "scroll" || viewer.kind === "attention";
    range.addEventListener("change", () => {
      change({ [name]: range.valueAsNumber });
      if (shown) draw(shown).catch(fail);
    });
  }

  const buttons = COLOURS.map((colours) => ({
    colours,
    button: part<HTMLButtonElement>(root, `[data-colours="${colours}"]`),
  }));
  const press = () => {
    for (const { colours, button } of buttons) {
      button.setAttribute("aria-pressed", String(colours === state.colours));
    }
  };
  press();
  for (const { colours, button } of buttons) {
    button.addEventListener("click", () => {
      change({ colours });
      press();
      if (shown) draw(shown).catch(fail);
    });
  }

  // The other kind and the other devices are looked at in the same way; their pages are others.
  for (const link of document.querySelectorAll<HTMLAnchorElement>("a[data-keep-view]")) {
    link.addEventListener("click", () => {
      const url = new URL(link.href);
      url.search = withViewState(url.searchParams, { ...state, backdrop: "" }).toString();
      link.href = url.href;
    });
  }

  // Another page or time is looked at in the same way, too.
  document.querySelector<HTMLFormElement>("form.filters")?.addEventListener("formdata", (event) => {
    const told = withViewState(new URLSearchParams(), { ...state, backdrop: "" });
    for (const [name, value] of told) event.formData.set(name, value);
  });

  const picker = part<HTMLSelectElement>(root, "[data-backdrops]");
  const now = Date.now();
  picker.replaceChildren(
    ...facts.backdrops.map((one) => new Option(backdropText(one, now), backdropName(one))),
  );
  picker.disabled = facts.backdrops.length === 0;
  if (facts.backdrops.some((one) => backdropName(one) === state.backdrop)) {
    picker.value = state.backdrop;
  }
  picker.addEventListener("change", () => {
    change({ backdrop: picker.value });
    rebuild().catch(fail);
  });

  rebuild().catch(fail);
}

const root = document.getElementById("heatmap");
if (root?.dataset.api) {
  const { api, kind = "click" } = root.dataset;
  const stage = createStage(root);
  getJson<HeatmapFacts>(`${api}/heatmap${location.search}`)
    .then((facts) => start({ root, api, kind, stage, facts }))
    .catch((error) => {
      stage.setState({ title: "The heatmap cannot be shown", text: why(error) });
    });
}
