// A tree that is gone through by mouse and by keyboard, as the ARIA tree pattern asks.

import { make } from "../elements.ts";
import { outline, type Row } from "./outline.ts";
import { childrenOf, nameOf, parentOf } from "./page-dom.ts";

export interface TreeView {
  readonly element: HTMLElement;
  /** Draws the tree as it is now, if anything in sight has changed. */
  draw(root: Node, selected: Node | undefined): void;
  /** Opens everything around a node. */
  reveal(node: Node): void;
}

const MAX_ROWS = 1500;

export function createTreeView(chosen: (node: Node) => void): TreeView {
  const element = make("div", "ff-tree");
  element.setAttribute("role", "tree");
  element.setAttribute("aria-label", "The page at this time");
  const open = new WeakSet<Node>();
  let rows: readonly Row<Node>[] = [];
  let shown: readonly string[] = [];
  let root: Node | undefined;
  let selected: Node | undefined;

  function draw(newRoot: Node, newSelected: Node | undefined): void {
    root = newRoot;
    const moved = newSelected !== selected;
    selected = newSelected;
    const before = rows;
    rows = outline(root, childrenOf, (node) => open.has(node), MAX_ROWS);
    const now = rows.map(({ node, isOpen, hasChildren }) => nameOf(node) + isOpen + hasChildren);
    const isSame =
      now.length === shown.length &&
      now.every((text, at) => text === shown[at] && rows[at]?.node === before[at]?.node);
    if (!isSame) {
      const hadFocus = element.contains(document.activeElement);
      shown = now;
      element.replaceChildren(...rows.map(item));
      mark();
      if (hadFocus) focusRow();
    } else if (moved) mark();
    if (moved) toSight();
  }

  function item({ node, level, isOpen, hasChildren }: Row<Node>): HTMLElement {
    const twist = make("span", "ff-twist", hasChildren ? (isOpen ? "▾" : "▸") : "");
    twist.setAttribute("aria-hidden", "true");
    const row = make("div", "ff-row", twist, make("span", "ff-row-name", nameOf(node)));
    row.setAttribute("role", "treeitem");
    row.setAttribute("aria-level", String(level));
    row.style.paddingLeft = `${Math.min(level, 30) * 10 - 6}px`;
    if (hasChildren) row.setAttribute("aria-expanded", String(isOpen));
    twist.addEventListener("click", (event) => {
      event.stopPropagation();
      toggle(node, !isOpen);
    });
    row.addEventListener("click", () => chosen(node));
    return row;
  }

  function mark(): void {
    const at = Math.max(0, place());
    Array.from(element.children).forEach((row, index) => {
      const isSelected = selected !== undefined && rows[index]?.node === selected;
      row.setAttribute("aria-selected", String(isSelected));
      row.setAttribute("tabindex", index === at ? "0" : "-1");
    });
  }

  const place = () => rows.findIndex(({ node }) => node === selected);

  function focusRow(): void {
    const row = element.children[Math.max(0, place())];
    if (row instanceof HTMLElement) row.focus({ preventScroll: true });
  }

  function toSight(): void {
    const row = element.children[place()];
    if (!(row instanceof HTMLElement)) return;
    const above = row.offsetTop - element.offsetTop;
    const outside =
      above < element.scrollTop || above > element.scrollTop + element.clientHeight - 30;
    if (outside) element.scrollTop = above - element.clientHeight / 2;
  }

  function toggle(node: Node, wanted: boolean): void {
    if (wanted) open.add(node);
    else open.delete(node);
    if (root !== undefined) draw(root, selected);
  }

  function act(key: string): Node | undefined | "nothing" {
    const at = Math.max(0, place());
    const row = rows[at];
    if (row === undefined) return "nothing";
    switch (key) {
      case "ArrowDown":
        return rows[at + 1]?.node;
      case "ArrowUp":
        return rows[at - 1]?.node;
      case "Home":
        return rows[0]?.node;
      case "End":
        return rows.at(-1)?.node;
      case "ArrowRight":
        if (row.isOpen) return rows[at + 1]?.node;
        if (row.hasChildren) toggle(row.node, true);
        return undefined;
      case "ArrowLeft":
        if (!row.isOpen) return rows.find(({ node }) => node === parentOf(row.node))?.node;
        toggle(row.node, false);
        return undefined;
      case "Enter":
      case " ":
        return row.node;
      default:
        return "nothing";
    }
  }

  element.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const next = act(event.key);
    if (next === "nothing") return;
    // The player's own keys would seek.
    event.preventDefault();
    event.stopPropagation();
    if (next !== undefined) chosen(next);
    focusRow();
  });

  return {
    element,
    draw,
    reveal(node) {
      for (let at = parentOf(node); at !== undefined; at = parentOf(at)) open.add(at);
    },
  };
}
