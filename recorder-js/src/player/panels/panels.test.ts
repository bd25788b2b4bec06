import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fact } from "../../wire/read.ts";
import { Kind } from "../../wire/wire.gen.ts";
import { clock } from "../elements.ts";
import type { SessionFact } from "../session-facts.ts";
import { consoleLines } from "./console-lines.ts";
import { outline } from "./outline.ts";
import { bursts, bytes, requestBars, shortUrl } from "./requests.ts";
import { plainTranscript, type TranscriptView, transcript } from "./transcript.ts";
import { documentVitals } from "./vitals.ts";

const at = (time: number, fact: Fact, document = 1): SessionFact => ({
  time,
  tab: "a",
  document,
  fact,
});
const log = (time: number, level: string, text: string, repeats = 1) =>
  at(time, { kind: Kind.Console, fields: [0, level, text, repeats] });
const failure = (time: number, cause: string, message: string, ago = 0, stack = "") =>
  at(time, {
    kind: Kind.Failure,
    fields: [0, cause, "TypeError", message, "https://a.example/b.js", 3, 9, stack, 2, ago],
  });

test("repeats in a row are one line, errors stand where they happened", () => {
  const lines = consoleLines([
    log(10, "log", "a"),
    log(20, "log", "a", 3),
    log(30, "warn", "a"),
    failure(900, "error", "x", 865, "u:1:2\nv:3:4"),
    log(40, "log", "a"),
    log(50, "shout", "?"),
  ]);
  assert.deepEqual(
    lines.map(({ time, level, count, text }) => [time, level, count, text]),
    [
      [10, "log", 4, "a"],
      [30, "warn", 1, "a"],
      [35, "error", 2, "TypeError: x"],
      [40, "log", 1, "a"],
      [50, "log", 1, "?"],
    ],
  );
  assert.equal(lines[2]?.where, "https://a.example/b.js:3:9");
  assert.deepEqual(lines[2]?.stack, ["u:1:2", "v:3:4"]);
});

const network = (time: number, url: string, status: number, age: number, duration: number) =>
  at(time, {
    kind: Kind.Network,
    fields: [0, "GET", url, status, "fetch", age, duration, -1, 2048, 4096],
  });
const failed = (time: number, url: string, cause: string, status: number, duration: number) =>
  at(time, { kind: Kind.Request, fields: [0, "fetch", "GET", url, status, cause, duration, 1] });

test("a request that failed is one bar, whether all requests are recorded or not", () => {
  const bars = requestBars([
    network(1000, "https://a.example/x/cart?q", 200, 500, 300),
    network(2000, "https://a.example/gone", 0, 400, 400),
    failed(2003, "https://a.example/gone", "network", 0, 402),
    failed(9000, "https://a.example/late", "status", 503, 100),
  ]);
  assert.deepEqual(
    bars.map(({ start, duration, failed: why, received }) => [start, duration, why, received]),
    [
      [500, 300, "", 2048],
      [1600, 400, "no answer", 2048],
      [8900, 100, "answered 503", -1],
    ],
  );
  assert.deepEqual(
    bursts(bars).map(({ start, end, bars: its }) => [start, end, its.length]),
    [
      [500, 2000, 2],
      [8900, 9000, 1],
    ],
  );
});

test("urls and sizes are short", () => {
  assert.equal(shortUrl("https://a.example/x/cart?q=1"), "cart");
  assert.equal(shortUrl("https://a.example/"), "a.example");
  assert.deepEqual(
    [bytes(900), bytes(2048), bytes(20_480), bytes(3 << 20)],
    ["900 B", "2.0 KB", "20 KB", "3.0 MB"],
  );
});

test("of each vital the last counts, and a third of the scale is a grade", () => {
  const vital = (time: number, name: string, value: number, document: number, cause = "load") =>
    at(time, { kind: Kind.Vital, fields: [0, name, value, cause, 7, "#hero", ""] }, document);
  const loads = documentVitals([
    vital(100, "LCP", 900, 1),
    vital(200, "LCP", 3250, 1),
    vital(300, "CLS", 0.05, 1),
    vital(400, "INP", 900, 2),
    vital(500, "LCP", 100, 2, "restore"),
    vital(600, "XYZ", 1, 2),
  ]);
  assert.deepEqual(
    loads.map(({ document, cause, vitals }) => [
      document,
      cause,
      vitals.map(({ short, grade, place, value }) => [short, value, grade, place]),
    ]),
    [
      [
        1,
        "load",
        [
          ["LCP", "3.3 s", "needs improvement", 0.5],
          ["CLS", "0.05", "good", 0.05 / 0.1 / 3],
        ],
      ],
      [2, "load", [["INP", "900 ms", "poor", 1]]],
      [2, "restore", [["LCP", "100 ms", "good", 100 / 2500 / 3]]],
    ],
  );
});

test("a tree is told as far as it is open, and no further than the limit", () => {
  const children = (node: string) => (node.length < 3 ? [`${node}0`, `${node}1`] : []);
  const open = new Set(["r", "r1"]);
  const rows = outline("r", children, (node) => open.has(node), 100);
  assert.deepEqual(
    rows.map(({ node, level, isOpen, hasChildren }) => [node, level, isOpen, hasChildren]),
    [
      ["r", 1, true, true],
      ["r0", 2, false, true],
      ["r1", 2, true, true],
      ["r10", 3, false, false],
      ["r11", 3, false, false],
    ],
  );
  assert.equal(outline("r", children, () => true, 3).length, 3);
});

const view = (number: number, title: string, started: number, ended: number): TranscriptView => ({
  tab: "a",
  number,
  title,
  page: `/${title}`,
  started,
  ended,
});
const opened = (time: number, number: number, referrer = "", cause = "load") =>
  at(time, {
    kind: Kind.PageView,
    fields: [0, number, "", referrer, "", cause, 800, 600, 800, 600, 1, false, 800, 2000, false],
  });
const click = (time: number, key: string, text: string) =>
  at(time, {
    kind: Kind.Click,
    fields: [
      0,
      1,
      key,
      0,
      0,
      9,
      9,
      800,
      2000,
      0,
      "mouse",
      false,
      "",
      text,
      time,
      1,
      0,
      "",
      0,
      "",
      "",
    ],
  });
const reaction = (time: number, key: string, stamp: number, effect: string, delay: number) =>
  at(time, { kind: Kind.Reaction, fields: [0, stamp, key, "button", effect, delay, -1] });
const moves = (time: number, ...points: readonly (readonly [ms: number, x: number, y: number])[]) =>
  at(time, {
    kind: Kind.Pointer,
    fields: [
      0,
      "mouse",
      points.map((p) => p[0]),
      points.map((p) => p[1]),
      points.map((p) => p[2]),
      "",
      0,
      false,
    ],
  });

function told(facts: readonly SessionFact[], views: readonly TranscriptView[]): string[] {
  const sorted = [...facts].sort((a, b) => a.time - b.time);
  const duration = Math.max(...views.map(({ ended }) => ended));
  const lines = transcript({ facts: sorted, views, gaps: [], duration });
  return plainTranscript(lines, clock).trimEnd().split("\n");
}

test("a visit is told in sentences", () => {
  const facts = [
    opened(0, 1, "https://search.example/?q=x"),
    at(3000, { kind: Kind.Scroll, fields: [0, 0, "", 800, 2000, [0, 900], [0, 0], [0, 700]] }),
    click(5000, "#more", "More"),
    opened(5200, 2, "", "history"),
    click(8000, "#buy", "Buy"),
    click(8600, "#buy", "Buy"),
    click(9200, "#buy", "Buy"),
    ...[8000, 8600, 9200].map((stamp) => reaction(9900, "#buy", stamp, "nothing", -1)),
    at(20_000, {
      kind: Kind.Field,
      fields: [0, 1, "#zip", "text", 7000, 3500, 200, 5, 0, 5, 1, 0, false, "", "#form", "", ""],
    }),
    click(13_050, "#zip", "Zip code"),
    failed(21_000, "https://a.example/pay", "status", 503, 40),
  ];
  const views = [view(1, "Home", 0, 5200), view(2, "Shop", 5200, 30_000)];
  assert.deepEqual(told(facts, views), [
    "0:00 arrived at *Home*, from search.example",
    "0:03 scrolled down to 65 % of the page",
    "0:05 clicked *More*",
    "0:05 went on to *Shop*",
    "0:08 clicked *Buy* 3 times in 1.2 s (a rage click), and nothing happened",
    "0:13 filled in *Zip code* for 7.0 s, after hesitating for 3.5 s, taking back 1 character",
    "0:21 the page failed: Request failed: 503 – GET https://a.example/pay · 40 ms",
    "0:30 left from *Shop*, after 30 s",
  ]);
});

test("a pointer that stayed over a button, and went on, has hesitated", () => {
  const hover = (time: number, ms: number, text: string, clicks = 0): SessionFact => ({
    time,
    tab: "a",
    document: 1,
    fact: {
      kind: Kind.Hover,
      fields: [time, 7, "#pay", "mouse", ms, clicks, text],
    },
  });
  const older = at(6000, {
    kind: Kind.Gesture,
    fields: [6000, 7, "#pay", "hover", "mouse", 10, 10, 0, 0, 4000, 100, "Pay now"],
  });
  const short = hover(7000, 400, "");
  const clicked = hover(9000, 4000, "Pay now", 1);
  const facts = [opened(0, 1), older, short, clicked, hover(16_900, 6000, "")];
  assert.deepEqual(told([...facts, hover(15_000, 90_000, "")], [view(1, "Cart", 0, 17_000)]), [
    "0:00 arrived at *Cart*",
    "0:02 hesitated 4.0 s over *Pay now*, and did not click it",
    "0:10 hesitated 6.0 s over *#pay*, then left",
    "0:17 left from *Cart*, after 17 s",
  ]);
});

test("a pointer that rests where it then clicks has hesitated; so has one that leaves", () => {
  const facts = [
    opened(0, 1),
    moves(1000, [0, 10, 10], [200, 390, 290], [100, 5, 5]),
    click(7300, "#pay", "Pay now"),
    moves(9000, [0, 20, 20], [1000, 380, 285]),
  ];
  assert.deepEqual(told(facts, [view(1, "Cart", 0, 17_000)]), [
    "0:00 arrived at *Cart*",
    "0:01 hesitated 6.1 s over *Pay now*, then clicked it",
    "0:10 hesitated 7.0 s over *Pay now*, then left",
    "0:17 left from *Cart*, after 17 s",
  ]);
  const quick = [opened(0, 1), moves(6000, [0, 400, 300]), click(7300, "#pay", "Pay now")];
  assert.equal(told(quick, [view(1, "Cart", 0, 8000)])[1], "0:07 clicked *Pay now*");
});
