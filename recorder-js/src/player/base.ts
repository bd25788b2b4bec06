// The browser's own style sheet, as far as it does not work in the rebuilt page: there nothing has the focus, nothing is
// in full screen, and scroll bars are the viewer's. In a layer, so that any rule of the page wins.

import { HIGHLIGHT, MARK_ATTRIBUTE } from "./pseudo.ts";

const is = (mark: string) => `[${MARK_ATTRIBUTE}${mark}]`;
const RING = is("focus-visible");
const layer = (rules: string) => `@layer ff-frame{${rules}}`;

const FILLING =
  "position:fixed inset:0 margin:0 box-sizing:border-box min-width:0 max-width:none min-height:0 max-height:none width:100% height:100% transform:none".split(
    " ",
  );

/** What Chromium's own sheet says of the focus, of selected text and of what fills the screen. */
const COMMON =
  `${RING}{outline:auto 1px -webkit-focus-ring-color}` +
  `:is(html,body,iframe,input[type=file])${RING}{outline:0}` +
  `:is(input,textarea,select)${RING}{outline-offset:0}` +
  `:is(input[type=checkbox],input[type=radio])${RING}{outline-offset:2px}` +
  `a:any-link${RING}{outline-offset:1px}` +
  `:any-link${is("active")}{color:-webkit-activelink}` +
  `::highlight(${HIGHLIGHT}){background:Highlight;color:HighlightText}` +
  // As there, stronger than whatever the page says; what a popover brings along is taken back.
  `${is("fullscreen")}:popover-open{${FILLING.join("!important;")}!important;object-fit:contain;padding:0;border:0;` +
  `overflow:visible;color:inherit;background:transparent}${is("fullscreen")}::backdrop{background:#000}`;

/** For each document and shadow root. */
export const BASE = layer(COMMON);

/** Scroll bars that take the room which they took for the visitor. */
export function barRules(wanted: number, here: number): string {
  if (wanted < 0 || wanted > 40 || wanted === here) return "";
  if (wanted === 0) {
    return layer(
      "::-webkit-scrollbar{width:0;height:0}@supports not selector(::-webkit-scrollbar){*{scrollbar-width:none}}",
    );
  }
  const edge = Math.max(1, Math.round(wanted / 5));
  return layer(
    `::-webkit-scrollbar{width:${wanted}px;height:${wanted}px}::-webkit-scrollbar-track,::-webkit-scrollbar-corner` +
      `{background:#fafafa}::-webkit-scrollbar-thumb{background:#c1c1c1 content-box;border:${edge}px solid transparent;border-radius:99px}`,
  );
}
