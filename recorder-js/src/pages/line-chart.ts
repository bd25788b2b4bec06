// Charts of lines over time (src/footfall/web/line_chart.py says what of): uPlot draws, hovering tells the values, a click
// leads to the sessions behind a time. What is drawn stands in a table below, for who cannot see or point.
import uPlot from "uplot";
import { make } from "../player/elements.ts";
import { percent } from "./numbers.ts";
import { exactTime } from "./relative.ts";

interface Line {
  readonly name: string;
  readonly values: readonly (number | null)[];
  readonly faint: boolean;
}

export interface LineChart {
  /** ms since 1970 */
  readonly times: readonly number[];
  readonly lines: readonly Line[];
  readonly links: readonly string[];
  readonly marks: readonly { readonly at: number; readonly name: string }[];
  readonly share: boolean;
}

const HEIGHT_PX = 180;
const DAY_S = 86_400;
const POINTS_BELOW = 32;
const DAYS = [1, 2, 7, 14, 28, 91, 182, 364].map((days) => days * DAY_S);

/** A time beside the axis: its day, its hour where hours are told, its year where it is another than before, or than now. */
export function timeLabels(splits: readonly number[], step: number, now: number): string[] {
  const isByHour = step < DAY_S;
  const year = (at: number) => new Date(at * 1000).getFullYear();
  return splits.map((at, place) => {
    const isNewYear = year(splits[place - 1] ?? now / 1000) !== year(at);
    return new Intl.DateTimeFormat("en-GB", {
      ...(isByHour ? { hour: "2-digit", minute: "2-digit" } : { day: "numeric", month: "short" }),
      ...(isNewYear && !isByHour ? { year: "numeric" } : {}),
    }).format(at * 1000);
  });
}

/** What is told of a time: its date and a line of text for each line that has a value there. */
export function told(chart: LineChart, place: number, now: number): string[] {
  const write = (value: number) => (chart.share ? percent(value) : value.toLocaleString("en"));
  const values = chart.lines.flatMap(({ name, values }) => {
    const value = values[place];
    return value === null || value === undefined ? [] : [`${name}: ${write(value)}`];
  });
  return [dateOf(chart.times, place, now), ...values];
}

/** "28 Nov", "28 – 30 Nov" where each time is days long, "28 Nov, 14:00" where hours are told. */
function dateOf(times: readonly number[], place: number, now: number): string {
  const start = times[place] ?? 0;
  const days = Math.round(stepOf(times) / DAY_S);
  if (days === 0) return exactTime(start, now);
  const last = new Date(start);
  last.setDate(last.getDate() + days - 1);
  const isThisYear = new Date(now).getFullYear() === last.getFullYear();
  const parts = { day: "numeric", month: "short", ...(isThisYear ? {} : { year: "numeric" }) };
  return new Intl.DateTimeFormat("en-GB", parts as Intl.DateTimeFormatOptions).formatRange(
    start,
    last,
  );
}

/** Seconds from a time to the next; of one alone, a day. */
function stepOf([first, second]: readonly number[]): number {
  return first === undefined || second === undefined ? DAY_S : (second - first) / 1000;
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function lineOf({ name, faint }: Line, many: boolean): uPlot.Series {
  return {
    label: name,
    width: faint ? 1.5 : 2,
    stroke: () => colour(faint ? "--text-muted" : "--accent"),
    ...(faint ? { dash: [4, 4] } : { fill: () => colour("--accent-soft") }),
    points: { show: !many && !faint, size: 6 },
  };
}

function axis(more: uPlot.Axis): uPlot.Axis {
  return {
    stroke: () => colour("--text-muted"),
    font: "12px system-ui, sans-serif",
    grid: { stroke: () => colour("--border"), width: 1 },
    ticks: { show: false },
    ...more,
  };
}

function drawMarks(plot: uPlot, chart: LineChart): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = colour("--warning");
  ctx.lineWidth = 1.5 * devicePixelRatio;
  for (const { at } of chart.marks) {
    const x = Math.min(plot.valToPos(at / 1000, "x", true), bbox.left + bbox.width);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

/** Keep a box beside the pointer that tells of the time under it. */
function follow(plot: uPlot, chart: LineChart, tip: HTMLElement): void {
  const { idx, left = 0 } = plot.cursor;
  const isOver = typeof idx === "number" && left >= 0;
  tip.hidden = !isOver;
  plot.over.style.cursor = isOver && chart.links[idx] ? "pointer" : "";
  if (!isOver) return;
  const [date = "", ...values] = told(chart, idx, Date.now());
  const marks = chart.marks.filter(({ at }) => {
    const next = chart.times[idx + 1] ?? Number.POSITIVE_INFINITY;
    return at >= (chart.times[idx] ?? 0) && at < next;
  });
  tip.replaceChildren(
    make("strong", "", date),
    ...[...values, ...marks.map(({ name }) => name)].map((text) => make("span", "", text)),
  );
  const isRight = left > plot.over.clientWidth / 2;
  tip.style.left = isRight ? "" : `${left + 12}px`;
  tip.style.right = isRight ? `${plot.over.clientWidth - left + 12}px` : "";
}

/** Draw a chart into its element: `data-chart` tells it, `data-behind` is the path of the sessions behind its times. */
export function drawLines(place: HTMLElement): void {
  const chart = JSON.parse(place.dataset.chart ?? "") as LineChart;
  const tip = make("div", "line-chart-tip");
  tip.hidden = true;
  const width = () => Math.max(place.clientWidth, 200);
  const write = (value: number) => (chart.share ? percent(value) : value.toLocaleString("en"));
  const times = chart.times.map((at) => at / 1000);
  const [only] = times;
  const isOne = times.length === 1 && only !== undefined;
  const plot = new uPlot(
    {
      width: width(),
      height: HEIGHT_PX,
      legend: { show: false },
      padding: [10, 26, 0, 0],
      cursor: { drag: { x: false, y: false }, y: false },
      scales: {
        // One time alone stands in the middle; values begin at 0, and whole numbers have no halves.
        x: isOne ? { time: true, range: [only - DAY_S / 2, only + DAY_S / 2] } : { time: true },
        y: { range: (_, __, most) => [0, Math.max(most * 1.05, chart.share ? 0.01 : 1)] },
      },
      axes: [
        axis({
          values: (_, splits, __, ___, step) => timeLabels(splits, step, Date.now()),
          ...(stepOf(chart.times) < DAY_S / 2 ? {} : { incrs: DAYS }),
          space: 70,
          size: 30,
        }),
        axis({
          values: (_, splits) => splits.map(write),
          incrs: chart.share ? [0.01, 0.02, 0.05, 0.1, 0.25, 0.5] : WHOLE,
          size: 46,
          space: 28,
        }),
      ],
      series: [{}, ...chart.lines.map((line) => lineOf(line, times.length > POINTS_BELOW))],
      hooks: {
        draw: [(plot) => drawMarks(plot, chart)],
        setCursor: [(plot) => follow(plot, chart, tip)],
      },
    },
    [times, ...chart.lines.map(({ values }) => [...values])],
    place,
  );
  plot.over.append(tip);
  plot.over.addEventListener("click", () => {
    const { idx } = plot.cursor;
    const link = typeof idx === "number" ? chart.links[idx] : undefined;
    if (link) location.assign(`${place.dataset.behind ?? ""}${link}`);
  });
  new ResizeObserver(() => plot.setSize({ width: width(), height: HEIGHT_PX })).observe(place);
  // Colours are looked up anew where the theme is another.
  new MutationObserver(() => plot.redraw(false)).observe(document.documentElement, {
    attributeFilter: ["data-theme"],
  });
}

const WHOLE = [1, 2, 5].flatMap((digit) =>
  Array.from({ length: 10 }, (_, power) => digit * 10 ** power),
);
WHOLE.sort((a, b) => a - b);
