// The tables of a page's elements and form fields, with what they tell drawn onto the page.

import { type Column, columnOf, dataTable, type RowLink } from "./data-table.ts";
import { elementAt } from "./heat-clicks.ts";
import {
  ask,
  canvasOf,
  headline,
  namingLink,
  onePage,
  type Show,
  type Shown,
  sessionsLink,
  type Viewer,
} from "./heat-viewer.ts";
import type { ElementLine, FieldLine } from "./heatmap-api.ts";
import { count, interval, percent, seconds, showList } from "./numbers.ts";
import type { Zone } from "./stage.ts";
import { part } from "./stage.ts";
import type { ViewState } from "./view-state.ts";

const known = (value: number | null) => value ?? undefined;
const share = (value: number | null) => (value === null ? "–" : percent(value));
const time = (ms: number | null) => (ms === null ? "–" : seconds(ms / 1000));
const whole = (value: number | null) => (value === null ? "–" : value.toLocaleString("en"));

const ELEMENTS: readonly Column<ElementLine>[] = [
  {
    name: "clicks",
    title: "Clicks",
    hint: "All clicks on it",
    value: (one) => one.clicks,
    text: (one) => whole(one.clicks),
  },
  {
    name: "views",
    title: "Views",
    hint: "Page views in which it was clicked",
    value: (one) => one.views_with_click,
    text: (one) => whole(one.views_with_click),
  },
  {
    name: "rate",
    title: "Click rate",
    hint: "Views with a click ÷ views, and where it lies with 95 % confidence",
    value: (one) => one.click_rate,
    text: (one) => percent(one.click_rate),
    beside: (one) => interval(one.click_rate_low, one.click_rate_high),
  },
  {
    name: "exposure",
    title: "Exposed",
    hint: "Views in which its middle was in the window for 150 ms or more ÷ views",
    value: (one) => known(one.exposure_rate),
    text: (one) => share(one.exposure_rate),
  },
  {
    name: "attractiveness",
    title: "Attractive",
    hint: "Views exposed and clicked ÷ views exposed",
    value: (one) => known(one.attractiveness),
    text: (one) => share(one.attractiveness),
  },
  {
    name: "float",
    title: "Float",
    hint: "Time the pointer was over it ÷ views in which it was",
    value: (one) => known(one.float_ms),
    text: (one) => time(one.float_ms),
  },
  {
    name: "hesitation",
    title: "Hesitation",
    hint: "From the last time the pointer came onto it to its first click, the median",
    value: (one) => known(one.hesitation_ms),
    text: (one) => time(one.hesitation_ms),
  },
];

const reached = (one: ElementLine) =>
  one.sessions ? (one.converted_later ?? 0) / one.sessions : undefined;

const CONVERSION: readonly Column<ElementLine>[] = [
  {
    name: "sessions",
    title: "Sessions",
    hint: "Sessions that clicked it",
    value: (one) => known(one.sessions),
    text: (one) => whole(one.sessions),
  },
  {
    name: "later",
    title: "Converted later",
    hint: "Of these, those that reached the goal after the click",
    value: (one) => known(one.converted_later),
    text: (one) => whole(one.converted_later),
  },
  {
    name: "conversion",
    title: "Share",
    hint: "Converted later ÷ sessions, and where it lies with 95 % confidence",
    value: reached,
    text: (one) => share(reached(one) ?? null),
    beside: (one) => interval(one.conversion_low ?? 0, one.conversion_high ?? 1),
  },
];

const FIELDS: readonly Column<FieldLine>[] = [
  {
    name: "time",
    title: "Time",
    hint: "Time in the field by view, the median",
    value: (one) => one.median_ms,
    text: (one) => time(one.median_ms),
  },
  {
    name: "returns",
    title: "Returns",
    hint: "Visits after one in which something was entered",
    value: (one) => one.returns,
    text: (one) => whole(one.returns),
  },
  {
    name: "drops",
    title: "Drops",
    hint: "Views that entered something, sent nothing, and were here last",
    value: (one) => one.drops,
    text: (one) => whole(one.drops),
  },
  {
    name: "views",
    title: "Views",
    hint: "Page views in which it was visited",
    value: (one) => one.views,
    text: (one) => whole(one.views),
  },
  {
    name: "visits",
    title: "Visits",
    hint: "All visits to it",
    value: (one) => one.visits,
    text: (one) => whole(one.visits),
  },
];

interface Told<Row> {
  readonly title: string;
  readonly naming: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly name: (row: Row) => readonly [string, string];
  readonly notes: readonly string[];
  /** What is said where there is no row. */
  readonly nothing: string;
  /** The clicks on a row can be watched, and all rows had as CSV. */
  readonly isOfClicks: boolean;
}

export const showElements: Show = async (viewer, shown, state) => {
  const { elements } = await ask<{ elements: ElementLine[] }>(viewer, shown, state, "elements");
  const views = count(viewer.facts.views, "view", "views");
  headline(viewer, `${count(elements.length, "element", "elements")} clicked in ${views}`);
  show(viewer, shown, state, {
    title: "Elements",
    naming: "Element",
    columns: ELEMENTS,
    rows: elements,
    name: (one) => [one.text, one.key],
    notes: ["Drawn on the page: the column that the table is ordered by"],
    nothing: "Nobody clicked an element here in this time and on this device",
    isOfClicks: true,
  });
};

export const showConversion: Show = async (viewer, shown, state) => {
  const { elements } = await ask<{ elements: ElementLine[] }>(viewer, shown, state, "conversion");
  const goal = new URLSearchParams(viewer.query).get("goal") ?? "";
  headline(viewer, `What those who clicked here did later: ${goal}`);
  const sort = CONVERSION.some(({ name }) => state.sort.endsWith(name)) ? state.sort : "conversion";
  show(
    viewer,
    shown,
    { ...state, sort },
    {
      title: "Conversion",
      naming: "Clicked",
      columns: CONVERSION,
      rows: elements,
      name: (one) => [one.text, one.key],
      notes: [
        "Who clicks one thing also differs otherwise: this is no proof that the click did it",
      ],
      nothing: "Nobody clicked an element here in this time and on this device",
      isOfClicks: true,
    },
  );
};

export const showFields: Show = async (viewer, shown, state) => {
  const { fields } = await ask<{ fields: FieldLine[] }>(viewer, shown, state, "fields");
  const views = count(viewer.facts.views, "view", "views");
  headline(viewer, `${count(fields.length, "form field", "form fields")} used in ${views}`);
  show(viewer, shown, state, {
    title: "Form fields",
    naming: "Field",
    columns: FIELDS,
    rows: fields,
    name: (one) => [one.key, ""],
    notes: ["Drawn on the page: the column that the table is ordered by"],
    nothing: "Nobody used a form field here in this time and on this device",
    isOfClicks: false,
  });
};

/** To the sessions that clicked an element, and to giving its clicks a name. */
function linksOf(
  viewer: Viewer,
  page: string | undefined,
  key: string,
  text: string,
): readonly RowLink[] {
  const where = page ? `page=${JSON.stringify(page)}, ` : "";
  const step = `click(${where}element=${JSON.stringify(key)})`;
  return [
    {
      href: sessionsLink(viewer, { element: key, ...(page ? { on: page } : {}) }),
      text: `Sessions that clicked ${text}`,
      icon: "play",
    },
    {
      href: namingLink(viewer, step),
      text: `Name clicks on ${text}`,
      icon: "events",
    },
  ];
}

function show<Row extends { readonly key: string }>(
  viewer: Viewer,
  shown: Shown,
  state: ViewState,
  told: Told<Row>,
): void {
  const { root, stage } = viewer;
  const { rows, columns } = told;
  showList(part(root, "[data-notes]"), rows.length ? told.notes : [told.nothing]);
  part(root, "[data-table-card]").hidden = rows.length === 0;
  part(root, "[data-table-title]").textContent = told.title;
  showCsv(viewer, shown, told.isOfClicks);
  const order = (sort: string) => {
    viewer.change({ sort });
    show(viewer, shown, { ...state, sort }, told);
    // The heading that was pressed is another now.
    part(root, `[data-table] button[data-title="${columnOf(columns, sort).title}"]`).focus();
  };
  const first = columns[0]?.name ?? "";
  const sort = columns.some(({ name }) => state.sort.replace(/^-/, "") === name)
    ? state.sort
    : first;
  const page = onePage(viewer);
  const table = dataTable(
    {
      ...told,
      isShown: (row) => shown.boxes.has(row.key),
      links: (row) =>
        told.isOfClicks ? linksOf(viewer, page, row.key, told.name(row)[0] || row.key) : [],
      point: (row, isChosen) => {
        const box = row && shown.boxes.get(row.key);
        if (box && isChosen) stage.scrollTo(box);
        stage.showBox(box);
      },
    },
    sort,
    order,
  );
  part(root, "[data-table]").replaceChildren(table.element);
  stage.setZones(zonesOf(rows, columnOf(columns, sort), shown));
  stage.onPointer((at) => {
    const row = at && elementAt(rows, shown.boxes, at.x, at.y);
    table.mark(row);
    stage.showBox(row && shown.boxes.get(row.key));
  });
}

/** What a column tells, where it can be drawn: the largest value is the strongest. */
function zonesOf<Row extends { readonly key: string }>(
  rows: readonly Row[],
  column: Column<Row>,
  shown: Shown,
): Zone[] {
  const most = Math.max(...rows.map((row) => column.value(row) ?? 0), Number.MIN_VALUE);
  return rows.flatMap((row) => {
    const box = shown.boxes.get(row.key);
    const value = column.value(row);
    if (!box || !value || box[2] <= 0 || box[3] <= 0) return [];
    return [{ box, text: column.text(row), strength: value / most }];
  });
}

function showCsv(viewer: Viewer, shown: Shown, isThere: boolean): void {
  const form = part<HTMLFormElement>(viewer.root, "[data-csv]");
  form.hidden = !isThere;
  form.action = `${viewer.api}/heatmap.csv${viewer.query}`;
  part<HTMLInputElement>(form, "input").value = JSON.stringify(canvasOf(shown));
}
