// The script of pages with charts of lines.
import { drawLines } from "./line-chart.ts";

for (const place of document.querySelectorAll<HTMLElement>("[data-chart]")) drawLines(place);
