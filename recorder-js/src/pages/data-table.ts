// A table that a person can sort, whose rows stand for things on the stage.

export interface Column<Row> {
  /** In the address. */
  readonly name: string;
  readonly title: string;
  /** What the numbers are, for who wants to know. */
  readonly hint: string;
  /** What is said beside the text, smaller. */
  readonly beside?: (row: Row) => string;
  /** What it is sorted by; undefined: not known, and so always last. */
  readonly value: (row: Row) => number | undefined;
  readonly text: (row: Row) => string;
}

export interface RowLink {
  readonly href: string;
  readonly text: string;
  /** Of icons.svg. */
  readonly icon: string;
}

export interface TableOf<Row> {
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** Heading of the first column, which names the row. */
  readonly naming: string;
  /** What a row is called, and its key. */
  readonly name: (row: Row) => readonly [text: string, key: string];
  /** Whether a row's thing is on the stage. */
  readonly isShown: (row: Row) => boolean;
  /** Where more of a row is to be seen. */
  readonly links: (row: Row) => readonly RowLink[];
  /** Told which row is pointed at, and undefined when none is. */
  readonly point: (row: Row | undefined, isChosen: boolean) => void;
}

export interface DataTable<Row> {
  readonly element: HTMLTableElement;
  /** Show which row's thing is pointed at elsewhere. */
  mark(row: Row | undefined): void;
}

/** A column's name to sort by, the largest first; with "-" before it the smallest. */
export function sorted<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sort: string,
): readonly Row[] {
  const column = columns.find(({ name }) => name === sort.replace(/^-/, ""));
  if (!column) return rows;
  const sign = sort.startsWith("-") ? 1 : -1;
  return rows
    .map((row) => ({ row, value: column.value(row) }))
    .sort((a, b) => {
      if (a.value === undefined || b.value === undefined) {
        return Number(a.value === undefined) - Number(b.value === undefined);
      }
      return sign * (a.value - b.value);
    })
    .map(({ row }) => row);
}

/** The column that a table is sorted by; the first where the address names none. */
export function columnOf<Row>(columns: readonly Column<Row>[], sort: string): Column<Row> {
  const name = sort.replace(/^-/, "");
  const found = columns.find((one) => one.name === name) ?? columns[0];
  if (!found) throw new Error("A table has columns.");
  return found;
}

/** Make a table; `changed` is told the new order when a heading is pressed. */
export function dataTable<Row>(
  table: TableOf<Row>,
  sort: string,
  changed: (sort: string) => void,
): DataTable<Row> {
  const made = document.createElement("table");
  made.className = "table data-table";
  const head = made.createTHead().insertRow();
  const naming = document.createElement("th");
  naming.scope = "col";
  naming.textContent = table.naming;
  head.append(naming, ...table.columns.map((column) => heading(column, sort, changed)));
  const body = made.createTBody();
  const lines = new Map<Row, HTMLElement>();
  for (const row of sorted(table.rows, table.columns, sort)) {
    const line = lineOf(table, row);
    lines.set(row, line);
    body.append(line);
  }
  let marked: HTMLElement | undefined;
  return {
    element: made,
    mark: (row) => {
      marked?.classList.remove("is-pointed");
      marked = row && lines.get(row);
      marked?.classList.add("is-pointed");
      if (marked) reveal(marked, made.parentElement);
    },
  };
}

/** Scroll the box around a table, and nothing else: the page stays where the pointer is. */
function reveal(line: HTMLElement, box: HTMLElement | null): void {
  if (!box) return;
  const [inner, outer] = [line.getBoundingClientRect(), box.getBoundingClientRect()];
  const head = line.closest("table")?.tHead?.offsetHeight ?? 0;
  const above = inner.top - outer.top - head;
  const below = inner.bottom - outer.bottom;
  if (above < 0) box.scrollTop += above;
  else if (below > 0) box.scrollTop += below;
}

function heading<Row>(
  column: Column<Row>,
  sort: string,
  changed: (sort: string) => void,
): HTMLElement {
  const cell = document.createElement("th");
  cell.scope = "col";
  cell.className = "number";
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = column.title;
  button.title = column.hint;
  button.dataset.title = column.title;
  const isDown = sort === column.name;
  if (isDown || sort === `-${column.name}`) {
    cell.setAttribute("aria-sort", isDown ? "descending" : "ascending");
  }
  button.addEventListener("click", () => changed(isDown ? `-${column.name}` : column.name));
  cell.append(button);
  return cell;
}

function lineOf<Row>(table: TableOf<Row>, row: Row): HTMLElement {
  const line = document.createElement("tr");
  const [text, key] = table.name(row);
  const button = document.createElement("button");
  button.type = "button";
  button.append(piece("ellipsis", text || "(no text)"), piece("key ellipsis", key));
  button.title = table.isShown(row) ? key : `${key}: not on this recorded page`;
  line.classList.toggle("is-missing", !table.isShown(row));
  const name = document.createElement("div");
  name.className = "row-name";
  name.append(button);
  for (const link of table.links(row)) {
    const anchor = document.createElement("a");
    anchor.className = "row-more";
    anchor.href = link.href;
    anchor.title = link.text;
    anchor.setAttribute("aria-label", link.text);
    anchor.append(icon(link.icon));
    name.append(anchor);
  }
  const head = document.createElement("th");
  head.scope = "row";
  head.append(name);
  line.append(head, ...table.columns.map((column) => cellOf(column, row)));
  line.addEventListener("pointerenter", () => table.point(row, false));
  line.addEventListener("pointerleave", () => table.point(undefined, false));
  button.addEventListener("focus", () => table.point(row, false));
  button.addEventListener("blur", () => table.point(undefined, false));
  button.addEventListener("click", () => table.point(row, true));
  return line;
}

function icon(name: string): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(svg.namespaceURI, "use");
  use.setAttribute("href", `/static/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

function cellOf<Row>(column: Column<Row>, row: Row): HTMLElement {
  const cell = piece("number", column.text(row), "td");
  if (column.beside) cell.append(piece("beside", column.beside(row)));
  return cell;
}

function piece(className: string, text: string, tag = "span"): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}
