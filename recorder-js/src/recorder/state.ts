// State that stands in no attribute: values, checks, choices, adopted sheets, rules, scroll positions, dialogs.

import { Op } from "../wire/wire.gen.ts";
import { isSecretField } from "./attributes.ts";
import { DOCUMENT, ELEMENT } from "./node-types.ts";
import { maskValue, NAMED } from "./privacy.ts";
import { hasRule, type Root, recordedMask, type Tree } from "./tree.ts";

/** The recorded value of each field, to send changes only. */
const sent = new WeakMap<Element, string>();

/** Elements that may have state besides their attributes. */
export const STATEFUL = /^(input|textarea|select|dialog|style|link)$/;

/** Writes what differs from a freshly built element or root. */
export function writeState(tree: Tree, owner: Element | Root): void {
  const id = tree.ids.get(owner);
  if (id === undefined) return;
  if (owner.nodeType === ELEMENT) writeElementState(tree, owner as Element);
  else writeRootState(tree, owner as Root, id);
}

function writeElementState(tree: Tree, element: Element): void {
  switch (element.localName) {
    case "input":
    case "textarea":
    case "select":
      sent.delete(element);
      writeField(tree, element);
      break;
    case "dialog":
      if (element.matches(":modal")) writeModal(tree, element);
      break;
    case "style":
    case "link":
      tree.sheets.write(tree, element);
  }
}

/** To ask takes a layout, if the page has changed since the last. */
export function isScrolled(element: Element): boolean {
  return element.scrollTop !== 0 || element.scrollLeft !== 0;
}

/** Writes where the elements stand that were scrolled. Only these are asked: to ask all would take a layout each. */
export function writeScrolls(tree: Tree): void {
  for (const element of tree.scrolled) {
    if (tree.ids.get(element) === undefined) tree.scrolled.delete(element);
    else writeScroll(tree, element);
  }
}

export function writeScroll(tree: Tree, element: Element): void {
  const id = tree.ids.get(element);
  if (id === undefined || element === element.ownerDocument.scrollingElement) return; // the window's own
  writeScrollTo(tree, id, element.scrollLeft, element.scrollTop);
}

function writeRootState(tree: Tree, root: Root, id: number): void {
  if (root.adoptedStyleSheets?.length) tree.sheets.adopt(tree, root);
  if (root.nodeType === DOCUMENT) {
    const view = (root as Document).defaultView;
    const isTop = root === document;
    if (view) writeScrollTo(tree, isTop ? 0 : id, view.scrollX, view.scrollY);
  }
}

function writeScrollTo(tree: Tree, id: number, x: number, y: number): void {
  if (!x && !y) return;
  for (const value of [Op.ScrollTo, id, Math.round(x), Math.round(y)]) tree.frames.int(value);
}

/** Scripts set fields without an event. */
export function writeFields(tree: Tree): void {
  for (const field of tree.fields) {
    if (tree.ids.get(field) === undefined) tree.fields.delete(field);
    else writeField(tree, field);
  }
}

/** Writes what a form field holds, if it differs from what was written last. */
export function writeField(tree: Tree, field: Element): void {
  const id = tree.ids.get(field);
  if (id === undefined) return;
  if (tree.ruled && (hasRule(field, "ignore") || hasRule(field, "block"))) return;
  const { frames } = tree;
  const state = fieldState(tree, field);
  if (!state) return;
  const [op, value] = state;
  const text = `${op}${value}`;
  if (sent.get(field) === text) return;
  sent.set(field, text);
  frames.int(op);
  frames.int(id);
  if (typeof value === "string") frames.text(value);
  else if (typeof value === "number") frames.int(value);
  else {
    frames.int(value.length);
    value.forEach(frames.int);
  }
}

type FieldState = readonly [op: number, value: string | number | readonly number[]];

function fieldState(tree: Tree, field: Element): FieldState | undefined {
  const secret = isSecretField(field);
  if (field.localName === "select") {
    if (secret) return undefined;
    const { options } = field as HTMLSelectElement;
    const chosen = Array.from(options).flatMap((option, index) => (option.selected ? [index] : []));
    return [Op.Selected, chosen];
  }
  const input = field as HTMLInputElement;
  if (/^(checkbox|radio)$/.test(input.type)) {
    return [Op.Checked, input.indeterminate ? 2 : Number(input.checked)];
  }
  if (/^(submit|button|reset|image|hidden)$/.test(input.type)) return undefined;
  const mask = recordedMask(tree, field);
  // What a slider or a colour well holds cannot be masked and shown at once.
  if (/^(range|color)$/.test(input.type) && mask !== NAMED) return undefined;
  return [Op.Value, maskValue(input.value, mask, secret)];
}

export function writeModal(tree: Tree, dialog: Element): void {
  const id = tree.ids.get(dialog);
  if (id === undefined) return;
  for (const value of [Op.Modal, id, Number(dialog.matches(":modal"))]) tree.frames.int(value);
}
