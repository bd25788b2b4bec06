// The DOM at this instant: a tree, an element picked on the stage, what it is, and what was done with it.

import { findByKey } from "../../dom/element-key.ts";
import { Kind } from "../../wire/wire.gen.ts";
import { clock, make } from "../elements.ts";
import type { Player } from "../player.ts";
import { attempt, rootOf } from "../safe-dom.ts";
import type { SessionFact } from "../session-facts.ts";
import type { Highlight } from "./highlight.ts";
import * as page from "./page-dom.ts";
import { empty, type Panel, seekTo } from "./panel.ts";
import type { Surroundings } from "./surroundings.ts";
import { createTreeView } from "./tree-view.ts";
import { viewAt } from "./views.ts";

const REDRAW_AFTER_MS = 400;
const MAX_CLICKS = 200;

export function createInspectorPanel(
  player: Player,
  highlight: Highlight,
  { heatmapUrl }: Surroundings,
): Panel {
  const tree = createTreeView((node) => choose(node));
  const details = make("div", "ff-details");
  const pick = make("button", "ff-button ff-text-button", "Pick an element");
  pick.type = "button";
  pick.setAttribute("aria-pressed", "false");
  const note = make("div", "");
  const element = make("div", "", make("div", "ff-tools", pick), note, tree.element, details);
  let selected: Node | undefined;
  let key = "";
  let seen: Element | undefined;
  let drawn = 0;
  let endPicking: (() => void) | undefined;

  pick.addEventListener("click", () => {
    if (endPicking !== undefined) {
      endPicking();
      return;
    }
    player.pause();
    pick.setAttribute("aria-pressed", "true");
    endPicking = highlight.pick(choose, () => {
      endPicking = undefined;
      pick.setAttribute("aria-pressed", "false");
    });
  });

  function choose(node: Node): void {
    selected = node;
    key = page.isElement(node) ? page.keyOf(node, player.document()) : "";
    tree.reveal(node);
    draw();
    describe();
  }

  function draw(): void {
    drawn = performance.now();
    const document = player.document();
    const root = document && rootOf(document);
    note.replaceChildren(...(root ? [] : [empty("There is no page to look into at this time.")]));
    if (document === undefined || root === undefined) {
      tree.element.replaceChildren();
      return;
    }
    if (seen !== root) open(document, root);
    tree.draw(root, selected);
    if (selected !== undefined && page.isElement(selected)) highlight.show(selected);
  }

  /** The page was built anew: what was selected is looked up again. */
  function open(document: Document, root: Element): void {
    seen = root;
    for (const child of page.childrenOf(root)) {
      const inner = page.childrenOf(child)[0];
      if (page.nameOf(child).startsWith("body") && inner !== undefined) tree.reveal(inner);
    }
    if (selected === undefined || page.isConnected(selected)) return;
    selected = key === "" ? undefined : attempt(() => findByKey(document, key));
    if (selected !== undefined) tree.reveal(selected);
    else highlight.clear();
    describe();
  }

  function describe(): void {
    if (selected === undefined || !page.isElement(selected)) {
      details.replaceChildren(
        empty("Pick an element on the page, or choose one in the tree, to see what it is."),
      );
      return;
    }
    const attributes = page.attributesOf(selected);
    const rules = page.rulesOf(selected).map((rule) => make("pre", "ff-rule", rule));
    details.replaceChildren(
      make("h2", "ff-heading", page.nameOf(selected)),
      make("div", "ff-muted ff-small", key),
      ...clicks(selected),
      section("Attributes", attributes.length > 0 ? [pairs(attributes)] : [empty("None.")]),
      section("Styles", [pairs(page.stylesOf(selected))]),
      section("Rules that apply", rules.length > 0 ? rules : [empty("None of the page's own.")]),
    );
  }

  function clicks(target: Element): readonly HTMLElement[] {
    const manifest = player.manifest();
    const view = viewAt(manifest, player.tab(), player.time());
    const found = view === undefined ? [] : clicksOn(target, view.page);
    const buttons = found.slice(0, MAX_CLICKS).map(({ time }) => {
      const button = make("button", "ff-button ff-text-button", clock(time));
      button.type = "button";
      button.setAttribute("aria-label", `Click at ${clock(time)}`);
      button.addEventListener("click", () => seekTo(player, time));
      return button;
    });
    const title = found.length === 1 ? "1 click on it" : `${found.length} clicks on it`;
    const content =
      found.length > 0
        ? [make("div", "ff-tools", ...buttons)]
        : [empty("Nobody clicked on it in this session.")];
    if (heatmapUrl !== undefined && view !== undefined) {
      const link = make("a", "", `Heatmap of ${view.page}`);
      link.href = heatmapUrl(view.page);
      content.push(make("p", "ff-small", link));
    }
    return [section(title, content)];
  }

  /** On it or in it, in this session, on every view of the page. */
  function clicksOn(target: Element, name: string): readonly SessionFact[] {
    const document = player.document();
    const manifest = player.manifest();
    const known = new Map<string, boolean>();
    const isOn = (its: string) => {
      const found = document && attempt(() => findByKey(document, its));
      return found !== undefined && page.isAround(target, found);
    };
    return player.facts().filter(({ fact, tab, time }) => {
      if (fact.kind !== Kind.Click || fact.fields[2] === "") return false;
      if (viewAt(manifest, tab, time)?.page !== name) return false;
      const its = fact.fields[2];
      const on = known.get(its) ?? isOn(its);
      known.set(its, on);
      return on;
    });
  }

  return {
    id: "inspector",
    name: "Inspector",
    element,
    fill() {
      draw();
      describe();
    },
    follow() {
      if (performance.now() - drawn > REDRAW_AFTER_MS || !player.isPlaying()) draw();
    },
    leave() {
      endPicking?.();
      highlight.clear();
    },
  };
}

function section(title: string, content: readonly Node[]): HTMLElement {
  return make("section", "", make("h4", "ff-heading", title), ...content);
}

function pairs(rows: readonly (readonly [string, string])[]): HTMLElement {
  const items = rows.flatMap(([name, value]) => [make("dt", "", name), make("dd", "", value)]);
  return make("dl", "ff-facts", ...items);
}
