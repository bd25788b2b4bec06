// Picking an element on a recorded page: what was clicked on it counts as an event from then on, and for all of the past.

import { findSurely } from "../dom/element-key.ts";
import { AS_RECORDED, nameOf } from "../dom/element-name.ts";
import { meant } from "../dom/meant.ts";
import { type BackdropPage, showBackdrop } from "../player/backdrop.ts";
import { boxOf, elementAt, keyOf } from "../player/panels/page-dom.ts";
import type { HeatmapFacts } from "./heatmap-api.ts";
import { getJson } from "./http.ts";
import { backdropOf } from "./layers.ts";
import { createStage, part, type Stage } from "./stage.ts";

interface Picked {
  readonly key: string;
  /** What the element says, as it was recorded. */
  readonly text: string;
  readonly element: Element;
}

/** The element that a person means who points there; undefined where the page ends. */
function pickAt(stage: Stage, shown: BackdropPage, x: number, y: number): Picked | undefined {
  // What is inert is not found; nothing can be clicked meanwhile, as this ends within the event.
  stage.frame.inert = false;
  const hit = elementAt(shown.document, x, y);
  stage.frame.inert = true;
  if (!hit) return undefined;
  const element = meant(hit);
  return { element, key: keyOf(element, shown.document), text: nameOf(element, AS_RECORDED) };
}

/** The key that an element is known by: where ids are made anew for each visit, that without ids. */
function knownKey({ element, key }: Picked, shown: BackdropPage, drifting: readonly string[]) {
  return drifting.find((plain) => findSurely(shown.document, plain) === element) ?? key;
}

function say(stage: Stage, title: string, text = ""): void {
  stage.setState({ title, text });
}

/** Where the catalogue takes a name for clicks on it. */
function namingUrl(
  { name = "", back = "", pageName = "" }: DOMStringMap,
  picked: Picked,
  key: string,
): string {
  const told = new URLSearchParams(back);
  const where = `page=${JSON.stringify(pageName)}, element=${JSON.stringify(key)}`;
  told.set("step", `click(${where})`);
  if (picked.text) told.set("called", `Clicked ${picked.text}`);
  return `${name}?${told}#name`;
}

function listen(
  root: HTMLElement,
  stage: Stage,
  shown: BackdropPage,
  drifting: readonly string[],
): void {
  const page = part(root, "[data-page]");
  stage.onPointer((at) => {
    const found = at && pickAt(stage, shown, at.x, at.y);
    if (!found) return stage.showBox(undefined);
    const { x, y, width, height } = boxOf(found.element, shown.document);
    stage.showBox([x, y, width, height], found.text || found.key);
  });
  page.addEventListener("click", (event) => {
    const around = page.getBoundingClientRect();
    const scale = around.width / shown.width;
    const at = [(event.clientX - around.left) / scale, (event.clientY - around.top) / scale];
    const found = pickAt(stage, shown, at[0] ?? 0, at[1] ?? 0);
    if (!found?.key) return;
    location.assign(namingUrl(root.dataset, found, knownKey(found, shown, drifting)));
  });
}

async function open(root: HTMLElement): Promise<void> {
  const stage = createStage(root);
  const { api = "", query = "" } = root.dataset;
  try {
    const facts = await getJson<HeatmapFacts>(`${api}/heatmap${query}`);
    const [backdrop] = facts.backdrops;
    if (!backdrop) {
      say(
        stage,
        facts.views ? "No picture of this page yet" : "Nobody saw this page then",
        "Choose a longer time, all devices, or another page.",
      );
      return;
    }
    const shown = await showBackdrop(stage.frame, ...(await backdropOf(api, backdrop, undefined)));
    stage.setPage(shown.width, shown.height);
    delete part(root, "[data-page]").dataset.dimmed;
    listen(root, stage, shown, facts.drifting);
    stage.setState(undefined);
    root.dataset.ready = "";
  } catch (error) {
    say(stage, "The page cannot be shown", error instanceof Error ? error.message : String(error));
  }
}

const root = document.getElementById("pick");
if (root) void open(root);
