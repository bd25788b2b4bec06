// The numbers beside a heatmap: headline, notes, legend, ranking.
import type {
  Backdrop,
  ClickPicture,
  ConfettiGroup,
  LegendStop,
  ScrollPicture,
} from "./heatmap-api.ts";
import { exactTime } from "./relative.ts";

export function count(amount: number, one: string, many: string): string {
  return `${amount.toLocaleString("en")} ${amount === 1 ? one : many}`;
}

/** A share of 0..1; what is there is never shown as 0 %, what is missing never as 100 %. */
export function percent(share: number): string {
  if (share > 0 && share < 0.01) return "< 1 %";
  if (share > 0.99 && share < 1) return "> 99 %";
  return `${Math.round(share * 100)} %`;
}

/** "9–16 %": where a share lies with 95 % confidence. */
export function interval(low: number, high: number): string {
  return `${Math.round(low * 100)}–${Math.round(high * 100)} %`;
}

/** "+3.2 points": a difference of two shares. */
export function points(difference: number): string {
  const value = difference * 100;
  const text = Math.abs(value).toLocaleString("en", { maximumFractionDigits: 1 });
  const sign = value > 0 ? "+" : value < 0 ? "−" : "";
  return `${sign}${text} points`;
}

export function shortNumber(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 1 : 0 });
}

/** "12 s", "3.5 min", "2 h" */
export function seconds(value: number): string {
  if (value >= 3600) return `${shortNumber(value / 3600)} h`;
  return value >= 90 ? `${shortNumber(value / 60)} min` : `${shortNumber(value)} s`;
}

/** What a person should know of how the clicks were placed. */
export function clickNotes(picture: ClickPicture): string[] {
  if (picture.clicks === 0) return ["Nobody clicked here in this time and on this device"];
  const told = (amount: number, text: string) =>
    amount > 0 ? [`${percent(amount / picture.clicks)} ${text}`] : [];
  const { reasons } = picture;
  return [
    ...told(picture.by_element, "stand on the element that was clicked"),
    ...told(picture.scaled, "by position only: their element is not on this recorded page"),
    ...told(
      reasons.element_hidden,
      "not shown: their element is hidden on this recorded page: choose Show, below",
    ),
    ...told(reasons.fixed_unknown, "not shown: a fixed element that is not on this recorded page"),
    ...told(reasons.other_state, "not shown: something else was open then: choose its layer"),
    ...told(reasons.not_on_page, "not placed: the element is not on this page"),
    ...told(reasons.scrolled_away, "not shown: scrolled away; scroll that part of the page"),
    ...told(reasons.outside, "not shown: outside this recorded page"),
    ...told(reasons.not_finite, "not shown: no usable position"),
  ];
}

export function scrollNotes(picture: ScrollPicture): string[] {
  const { fold, lines } = picture;
  const half = lines["50"];
  return [
    ...(fold === null ? [] : [`Average fold at ${Math.round(fold)} px: seen without scrolling`]),
    ...(half === undefined ? [] : [`Half of the views got ${Math.round(half)} px down`]),
  ];
}

/** "1440 px, 12 Nov, 14:05, Title" */
export function backdropText(backdrop: Backdrop, now: number): string {
  const title = backdrop.title ? `, ${backdrop.title}` : "";
  return `${backdrop.width} px, ${exactTime(backdrop.started, now)}${title}`;
}

/** Name of a backdrop in the address. */
export function backdropName(backdrop: Backdrop): string {
  return `${backdrop.session}.${backdrop.tab}.${backdrop.document}.${backdrop.sequence}`;
}

export interface LegendParts {
  readonly box: HTMLElement;
  readonly bar: HTMLElement;
  readonly numbers: HTMLElement;
  readonly text: HTMLElement;
}

export function showLegend(
  parts: LegendParts,
  stops: readonly LegendStop[],
  write: (value: number) => string,
  text: string,
): void {
  parts.box.hidden = stops.length === 0;
  parts.bar.style.backgroundImage = `linear-gradient(90deg, ${stops.map((stop) => stop.colour).join(", ")})`;
  const shown = stops.filter((_, place) => place % 4 === 0);
  parts.numbers.replaceChildren(
    ...shown.map((stop) => {
      const number = document.createElement("span");
      number.textContent = write(stop.value);
      return number;
    }),
  );
  parts.text.textContent = text;
}

/** Say what the colours of single clicks mean. */
export function showGroups(list: HTMLElement, groups: readonly ConfettiGroup[]): void {
  const all = groups.reduce((sum, { clicks }) => sum + clicks, 0);
  list.hidden = groups.length === 0;
  list.replaceChildren(
    ...groups.map(({ name, clicks, colour }) => {
      const item = document.createElement("li");
      const dot = piece("swatch", "");
      dot.style.backgroundColor = colour;
      item.append(
        dot,
        piece("ellipsis", name),
        piece("", `${clicks.toLocaleString("en")} · ${percent(clicks / all)}`),
      );
      return item;
    }),
  );
}

export function showList(list: HTMLElement, texts: readonly string[]): void {
  list.replaceChildren(
    ...texts.map((text) => {
      const item = document.createElement("li");
      item.textContent = text;
      return item;
    }),
  );
}

/** A line of a ranking. */
export interface Ranked {
  readonly text: string;
  readonly value: string;
  readonly detail: string;
  /** Where what is not on the stage can be seen. */
  readonly elsewhere?: string;
  /** What it is about is on the stage. */
  readonly isShown: boolean;
}

/** Fill a ranking; `point` is told the place of the line that is pointed at, and undefined when none is. */
export function showRanking(
  list: HTMLElement,
  ranked: readonly Ranked[],
  point: (place: number | undefined, isChosen: boolean) => void,
): void {
  list.replaceChildren(
    ...ranked.map(({ text, value, detail, isShown, elsewhere }, place) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.append(piece("ellipsis", text), piece("", value), piece("key ellipsis", detail));
      if (!isShown) {
        button.classList.add("is-missing");
        button.title = "Not on this recorded page";
      }
      button.addEventListener("pointerenter", () => point(place, false));
      button.addEventListener("pointerleave", () => point(undefined, false));
      button.addEventListener("focus", () => point(place, false));
      button.addEventListener("blur", () => point(undefined, false));
      button.addEventListener("click", () => point(place, true));
      item.append(button);
      if (!isShown && elsewhere) item.append(showLink(text, elsewhere));
      return item;
    }),
  );
}

function showLink(text: string, href: string): HTMLElement {
  const link = document.createElement("a");
  link.className = "small";
  link.href = href;
  link.textContent = "Show";
  link.title = `The page as it was when somebody clicked ${text}`;
  link.setAttribute("aria-label", `Show ${text}`);
  return link;
}

function piece(className: string, text: string): HTMLElement {
  const made = document.createElement("span");
  made.className = className;
  made.textContent = text;
  return made;
}
