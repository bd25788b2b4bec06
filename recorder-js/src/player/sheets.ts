// Style sheets of the rebuilt page: `style` and `link` alike become a `style` with harmless text.

import { NodeType } from "../wire/wire.gen.ts";
import { BASE, barRules, INNER } from "./base.ts";
import { assetRef, type CssAssets, rewriteCss, usedScheme } from "./css.ts";
import { isDark } from "./environment.ts";
import { assetsFor, type Mirror } from "./mirror.ts";
import * as dom from "./safe-dom.ts";
import { isElement, type Tree, type TreeNode } from "./tree.ts";

export function refreshSheet(mirror: Mirror, node: TreeNode, element: Element): void {
  dom.setTextContent(element, sheetText(node, assetsFor(mirror, node)));
}

function sheetText(node: TreeNode, assets: CssAssets): string {
  const { css } = node.state;
  if (node.tag.toLowerCase() === "link") {
    if (!isActive(node)) return "";
    const ref = assetRef(node.attributes.get("href") ?? "");
    const text = css ?? (ref === undefined ? undefined : assets.sheet(ref));
    return text === undefined ? "" : rewriteCss(text, assets);
  }
  return rewriteCss(css ?? ownText(node), assets);
}

function isActive(link: TreeNode): boolean {
  const rel = (link.attributes.get("rel") ?? "").toLowerCase().split(/\s+/);
  return (
    rel.includes("stylesheet") && !rel.includes("alternate") && !link.attributes.has("disabled")
  );
}

function ownText(node: TreeNode): string {
  const parts: string[] = [];
  for (let child = node.first; child !== undefined; child = child.next) {
    if (child.kind === NodeType.Text) parts.push(child.text);
  }
  return parts.join("");
}

/** Whether the text below this node is a style sheet's. */
export function isSheet(node: TreeNode): boolean {
  return /^style$/i.test(node.tag);
}

/** What `<meta name="color-scheme">` says, as a rule: no meta is built. */
function metaScheme(document: TreeNode, dark: boolean): string {
  const head = childOf(childOf(document, "html"), "head");
  for (let child = head?.first; child !== undefined; child = child.next) {
    if (child.tag !== "meta" || child.attributes.get("name") !== "color-scheme") continue;
    const names = (child.attributes.get("content") ?? "").match(/\b(?:light|dark|only)\b/g) ?? [];
    return `@layer ff-frame{:root{color-scheme:${usedScheme(names, dark) || "normal"}}}`;
  }
  return "";
}

function childOf(node: TreeNode | undefined, tag: string): TreeNode | undefined {
  let child = node?.first;
  while (child !== undefined && child.tag !== tag) child = child.next;
  return child;
}

/** The environment is another now: conditions are written anew. */
export function refreshAllSheets(mirror: Mirror, tree: Tree): void {
  for (const node of tree.nodes.values()) {
    const element = mirror.built.get(node.id) as Element | undefined;
    if (element !== undefined && /^(?:style|link)$/i.test(node.tag))
      refreshSheet(mirror, node, element);
    if (mirror.containers.has(node.id) && !isElement(node)) adoptSheets(mirror, node);
  }
}

/** Gives a document or shadow root the sheets that it had adopted. */
export function adoptSheets(mirror: Mirror, node: TreeNode): void {
  const root = mirror.containers.get(node.id)?.node;
  if (root === undefined) return;
  const assets = assetsFor(mirror, node);
  const texts = (node.state.adopted ?? []).map((text) => rewriteCss(text, assets));
  const bars = barRules(assets.environment?.bar ?? -1, dom.barWidth());
  if (dom.isDocument(root))
    dom.adopt(root, [BASE + bars + metaScheme(node, isDark(assets.environment)), ...texts]);
  else if (node.kind === NodeType.ShadowRoot)
    dom.adopt(root as ShadowRoot, [INNER + bars, ...texts]);
}
