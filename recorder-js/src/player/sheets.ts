// Style sheets of the rebuilt page: `style` and `link` alike become a `style` with harmless text.

import type { RulesOp } from "../wire/read-frames.ts";
import { NodeType } from "../wire/wire.gen.ts";
import { BASE, barRules } from "./base.ts";
import { assetRef, type CssAssets, rewriteCss, usedScheme } from "./css.ts";
import { isDark } from "./environment.ts";
import { assetsFor, type Mirror } from "./mirror.ts";
import type { SheetChange } from "./restyle.ts";
import * as dom from "./safe-dom.ts";
import { isElement, type Tree, type TreeNode } from "./tree.ts";

export function refreshSheet(mirror: Mirror, node: TreeNode, element: Element): void {
  const state = mirror.sheets.get(node.id);
  const css = state?.rules?.join("\n") ?? node.state.css;
  dom.setTextContent(element, sheetText(node, css, assetsFor(mirror, node)));
  applyMedia(mirror, node.id, dom.sheetOf(element));
}

function sheetText(node: TreeNode, css: string | undefined, assets: CssAssets): string {
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
  const document = dom.documentOf(root);
  if (document === undefined) return;
  const assets = assetsFor(mirror, node);
  const { adopt = [], adopted = [] } = node.state;
  const bars = barRules(assets.environment?.bar ?? -1, dom.barWidth());
  const own = adopted.map((text) => dom.makeSheet(document, rewriteCss(text, assets)));
  const sheets = [...own, ...adopt.map((number) => sharedSheet(mirror, document, number))];
  if (dom.isDocument(root)) {
    // Number 0: the properties that scripts registered.
    if (mirror.sheets.has(0)) sheets.unshift(sharedSheet(mirror, document, 0));
    const scheme = metaScheme(node, isDark(assets.environment));
    dom.adopt(root, [dom.makeSheet(document, BASE + bars + scheme), ...sheets]);
  } else if (node.kind === NodeType.ShadowRoot) {
    dom.adopt(root as ShadowRoot, [dom.makeSheet(document, BASE + bars), ...sheets]);
  }
}

/** A constructed sheet: one for all roots of a document. */
function sharedSheet(
  mirror: Mirror,
  document: Document,
  number: number,
): CSSStyleSheet | undefined {
  const known = mirror.shared.get(document) ?? new Map<number, CSSStyleSheet>();
  mirror.shared.set(document, known);
  const sheet = known.get(number) ?? dom.makeSheet(document, "");
  if (sheet === undefined || known.has(number)) return sheet;
  known.set(number, sheet);
  fillShared(mirror, number, sheet);
  return sheet;
}

function fillShared(mirror: Mirror, number: number, sheet: CSSStyleSheet): void {
  const rules = mirror.sheets.get(-number)?.rules ?? [];
  const text = rewriteCss(rules.join("\n"), assetsFor(mirror, number));
  dom.attempt(() => sheet.replaceSync(text));
  applyMedia(mirror, -number, sheet);
}

/** Makes a constructed sheet again in every document that has it. */
export function refreshShared(mirror: Mirror, number: number): void {
  for (const known of mirror.shared.values()) {
    const sheet = known.get(number);
    if (sheet !== undefined) fillShared(mirror, number, sheet);
  }
}

function applyMedia(mirror: Mirror, owner: number, sheet: CSSStyleSheet | undefined): void {
  const media = mirror.sheets.get(owner)?.media;
  if (media === undefined || sheet === undefined) return;
  dom.attempt(() => {
    sheet.media.mediaText = rewriteCss(media, mirror.assets);
  });
}

/** Follows a change of a sheet: in place where the sheet has just the rules it should have, else from text. */
export function sheetChanged(mirror: Mirror, owner: number, change: SheetChange): void {
  if (owner <= 0) {
    if (owner === 0) adoptProperties(mirror);
    for (const known of mirror.shared.values()) {
      const sheet = known.get(-owner);
      if (sheet === undefined || followed(mirror, owner, sheet, change)) continue;
      fillShared(mirror, -owner, sheet);
    }
    return;
  }
  const element = mirror.built.get(owner) as Element | undefined;
  const node = mirror.origin.get(owner);
  if (element === undefined || node === undefined) return;
  if (!followed(mirror, owner, dom.sheetOf(element), change)) refreshSheet(mirror, node, element);
}

/** The first registered property brings its sheet into every document. */
function adoptProperties(mirror: Mirror): void {
  for (const [id, { node }] of mirror.containers) {
    const isNew = dom.isDocument(node) && mirror.shared.get(node)?.has(0) !== true;
    const owner = isNew ? mirror.roots.get(id) : undefined;
    if (owner !== undefined) adoptSheets(mirror, owner);
  }
}

function followed(
  mirror: Mirror,
  owner: number,
  sheet: CSSStyleSheet | undefined,
  change: SheetChange,
): boolean {
  if (change === "all" || sheet === undefined) return false;
  if (change !== "media") return splice(mirror, owner, sheet, change);
  applyMedia(mirror, owner, sheet);
  return true;
}

/** A sheet may have other rules than were recorded: imports are put in, and other browsers know other rules. */
function splice(
  mirror: Mirror,
  owner: number,
  sheet: CSSStyleSheet,
  { start, deleted, rules }: RulesOp,
): boolean {
  const wanted = mirror.sheets.get(owner)?.rules?.length ?? -1;
  if (deleted < 0 || sheet.cssRules.length !== wanted - rules.length + deleted) return false;
  const assets = assetsFor(mirror, owner <= 0 ? -owner : (mirror.origin.get(owner) ?? 0));
  const done = dom.attempt(() => {
    for (let left = deleted; left > 0; left--) sheet.deleteRule(start);
    rules.forEach((rule, index) => {
      sheet.insertRule(rewriteCss(rule, assets), start + index);
    });
    return true;
  });
  return done === true && sheet.cssRules.length === wanted;
}
