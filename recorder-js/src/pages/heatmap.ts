// The heatmap viewer: rebuilds a recorded page, tells the server where its elements lie, shows what comes back.
import { showBackdrop } from "../player/backdrop.ts";
import { findPlaces } from "./element-box.ts";
import { showClicks, showMoments } from "./heat-clicks.ts";
import { type Controls, startControls, startLinks } from "./heat-controls.ts";
import { showConfetti, showDifference } from "./heat-marks.ts";
import { showAttention, showMoves, showScroll } from "./heat-pictures.ts";
import { showConversion, showElements, showFields } from "./heat-tables.ts";
import { headline, type Show, type Shown, type Viewer } from "./heat-viewer.ts";
import type { Backdrop, HeatmapFacts } from "./heatmap-api.ts";
import { getJson } from "./http.ts";
import { chosenLayer, showLayers } from "./layer-picker.ts";
import { backdropOf } from "./layers.ts";
import { backdropName, backdropText, count } from "./numbers.ts";
import { scrollParts } from "./scroll-parts.ts";
import { scrollTogether } from "./scroll-together.ts";
import { createStage, part, type Stage } from "./stage.ts";
import { keep, readViewState, type ViewState, withViewState } from "./view-state.ts";

const SHOWS: Readonly<Record<string, Show>> = {
  click: showClicks,
  move: showMoves,
  scroll: showScroll,
  attention: showAttention,
  confetti: showConfetti,
  rage: showMoments,
  dead: showMoments,
  error: showMoments,
  hesitation: showMoments,
  elements: showElements,
  fields: showFields,
  conversion: showConversion,
  difference: showDifference,
};

/** A side that is on: what it draws anew when it is looked at otherwise. */
interface Side {
  readonly stage: Stage;
  redraw(): void;
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
  return { ...page, ...places, state: layer?.state ?? "", drifting: facts.drifting };
}

function showNothing(viewer: Viewer): void {
  const { views, clicks } = viewer.facts;
  viewer.stage.setState(
    views === 0
      ? {
          title: "Nobody saw this page then",
          text: "No view of it fits: choose a longer time, all devices, or fewer conditions.",
        }
      : {
          title: "No picture of this page yet",
          text: `It was seen ${count(views, "time", "times")}, but no recording of its content has arrived. Its clicks are counted and will lie on the next one that does.`,
        },
  );
  headline(viewer, `${count(clicks, "click", "clicks")} in ${count(views, "view", "views")}`);
}

/** Where a side's recorded page is kept. */
type BackdropField = "backdrop" | "otherBackdrop";

function startSide(viewer: Viewer, controls: Controls, field: BackdropField): () => void {
  const { root, stage, facts } = viewer;
  let shown: Shown | undefined;
  let run = 0;

  const draw = async (page: Shown) => {
    const show = SHOWS[viewer.kind] ?? showClicks;
    await show(viewer, page, controls.state());
    stage.setState(undefined);
  };
  const fail = (error: unknown) => {
    stage.setState({ title: "The heatmap cannot be shown", text: why(error) });
  };
  const rebuild = async () => {
    const current = ++run;
    const name = controls.state()[field];
    const backdrop =
      facts.backdrops.find((one) => backdropName(one) === name) ?? facts.backdrops[0];
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

  const picker = part<HTMLSelectElement>(root, "[data-backdrops]");
  const now = Date.now();
  picker.replaceChildren(
    ...facts.backdrops.map((one) => new Option(backdropText(one, now), backdropName(one))),
  );
  picker.disabled = facts.backdrops.length === 0;
  const chosen = controls.state()[field];
  if (facts.backdrops.some((one) => backdropName(one) === chosen)) picker.value = chosen;
  picker.addEventListener("change", () => {
    controls.change({ [field]: picker.value });
    rebuild().catch(fail);
  });

  rebuild().catch(fail);
  return () => {
    if (shown) draw(shown).catch(fail);
  };
}

/** Where the colours of both sides end; each has its own end where there is none. */
interface CommonScale {
  end(): number | undefined;
  report(side: HTMLElement, most: number): void;
}

function commonScale(sides: number, isWanted: () => boolean, changed: () => void): CommonScale {
  const told = new Map<HTMLElement, number>();
  const end = () =>
    isWanted() && sides > 1 && told.size === sides ? Math.max(...told.values()) : undefined;
  return {
    end,
    report: (side, most) => {
      const before = end();
      told.set(side, most);
      if (end() !== before) changed();
    },
  };
}

/** Open a side of the page; `query` is that of its segment, "" where it is the address's own. */
function openSide(
  whole: HTMLElement,
  root: HTMLElement,
  controls: Controls,
  scale: CommonScale,
): Side {
  const stage = createStage(root);
  const { api = "", base = "", kind = "click", template, alike, lacksGoal } = whole.dataset;
  const { query: own = "", side } = root.dataset;
  const query = () => {
    const told = withViewState(new URLSearchParams(own || location.search), controls.state());
    const end = scale.end();
    if (end) told.set("scale", String(end));
    return `?${told}`;
  };
  let redraw = () => {};
  controls.onOpacity((percent) => stage.setOpacity(percent));
  if (lacksGoal !== undefined) {
    stage.setState({
      title: "Which goal?",
      text: "Say above what counts as converted: a page, as page:/thanks, or an event, as event:bought.",
    });
    part(root, "[data-headline]").textContent = "No goal is chosen";
    return { stage, redraw };
  }
  getJson<HeatmapFacts>(`${api}/heatmap${query()}`)
    .then((facts) => {
      const viewer: Viewer = {
        root,
        api,
        base,
        kind,
        stage,
        facts,
        isTemplate: template !== undefined,
        isAlike: alike !== undefined,
        change: controls.change,
        report: (most) => scale.report(root, most),
        get query() {
          return query();
        },
      };
      redraw = startSide(viewer, controls, side === "b" ? "otherBackdrop" : "backdrop");
    })
    .catch((error) => {
      stage.setState({ title: "The heatmap cannot be shown", text: why(error) });
    });
  return { stage, redraw: () => redraw() };
}

function open(whole: HTMLElement): void {
  let state = readViewState(new URLSearchParams(location.search));
  const change = (changes: Partial<ViewState>) => {
    state = { ...state, ...changes };
    keep(state);
  };
  const controls = startControls(whole, () => state, change);
  startLinks(() => state);
  const roots = [...whole.querySelectorAll<HTMLElement>("[data-side]")];
  const redraw = () => {
    for (const side of sides) side.redraw();
  };
  const scale = commonScale(roots.length, () => state.same, redraw);
  const sides = roots.map((root) => openSide(whole, root, controls, scale));
  controls.onChange(redraw);
  scrollTogether(roots.map((root) => part(root, "[data-stage]")));
}

const whole = document.getElementById("heatmap");
if (whole) open(whole);
