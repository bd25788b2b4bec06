// What elements are, beside their attributes: values, checks, selections, scroll positions, modal dialogs.

import { NodeType } from "../wire/wire.gen.ts";
import type { Mirror } from "./mirror.ts";
import * as dom from "./safe-dom.ts";
import { adoptSheets, refreshSheet, sheetChanged } from "./sheets.ts";
import type { NodeState, TreeNode } from "./tree.ts";

const ORDER: readonly (keyof NodeState)[] = [
  "value",
  "checked",
  "selected",
  "modal",
  "popover",
  "media",
  "scroll",
];

/** Sets all states of a node that is in the document. */
export function applyStates(mirror: Mirror, node: TreeNode): void {
  const isRoot =
    node.kind === NodeType.Document ||
    node.kind === NodeType.Frame ||
    node.kind === NodeType.ShadowRoot;
  if (isRoot) adoptSheets(mirror, node);
  else if (mirror.sheets.has(node.id)) sheetChanged(mirror, node.id, "media");
  for (const what of ORDER) {
    if (node.state[what] !== undefined) applyState(mirror, node, what);
  }
}

export function applyState(mirror: Mirror, node: TreeNode, what: keyof NodeState): void {
  if (what === "adopted" || what === "adopt") {
    adoptSheets(mirror, node);
    return;
  }
  if (what === "motions") {
    mirror.moving.add(node);
    return;
  }
  if (what === "scroll") {
    const [x, y] = node.state.scroll ?? [0, 0];
    scrollNode(mirror, node.id, x, y);
    return;
  }
  const element = mirror.built.get(node.id) as Element | undefined;
  if (element === undefined || node.kind !== NodeType.Element) return;
  switch (what) {
    case "css":
      if (/^(?:style|link)$/i.test(node.tag)) refreshSheet(mirror, node, element);
      return;
    case "modal":
    case "popover":
      setTopLayer(element, node, what);
      return;
    case "media":
      mirror.media.add(node);
      return;
    default:
      setField(element, node, what);
  }
}

function setField(element: Element, node: TreeNode, what: keyof NodeState): void {
  const tag = node.tag.toLowerCase();
  const { value, checked = 0, selected = [] } = node.state;
  dom.attempt(() => {
    if (what === "value" && /^(?:input|textarea)$/.test(tag)) Reflect.set(element, "value", value);
    if (what === "checked" && tag === "input") {
      Reflect.set(element, "checked", checked === 1);
      Reflect.set(element, "indeterminate", checked === 2);
    }
    if (what === "selected" && tag === "select") select(element, new Set(selected));
  });
}

function select(element: Element, chosen: ReadonlySet<number>): void {
  const options = Element.prototype.querySelectorAll.call(element, "option");
  options.forEach((option, index) => {
    if (!chosen.has(index)) Reflect.set(option, "selected", false);
  });
  for (const index of chosen) {
    const option = options[index];
    if (option !== undefined) Reflect.set(option, "selected", true);
  }
}

function setTopLayer(element: Element, node: TreeNode, what: "modal" | "popover"): void {
  const focused = document.activeElement;
  if (what === "popover") dom.showPopover(element, node.state.popover === true);
  else if (node.tag.toLowerCase() === "dialog") setModal(element, node);
  // Opening takes the focus; the viewer's stays with the controls.
  dom.blur(element);
  if (focused instanceof HTMLElement && focused !== document.activeElement) focused.focus();
}

function setModal(element: Element, node: TreeNode): void {
  dom.attempt(() => {
    HTMLDialogElement.prototype.close.call(element);
    if (node.state.modal === true) HTMLDialogElement.prototype.showModal.call(element);
    else if (node.attributes.has("open")) dom.setAttribute(element, "open", "");
  });
}

/** Scrolls the window (id 0), a document in a frame, or an element. */
export function scrollNode(mirror: Mirror, id: number, x: number, y: number): void {
  const container = mirror.containers.get(id)?.node;
  const document =
    id === 0
      ? mirror.document
      : container !== undefined && dom.isDocument(container)
        ? container
        : undefined;
  const target =
    document === undefined
      ? (mirror.built.get(id) as Element | undefined)
      : dom.scrollerOf(document);
  if (target !== undefined) dom.attempt(() => dom.scroll(target, x, y));
}
