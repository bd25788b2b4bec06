import assert from "node:assert/strict";
import { test } from "node:test";
import { BALANCED, STRICT } from "./privacy.ts";
import { readSettings, settingsOf } from "./settings.ts";

const SOURCE = "https://footfall.example:8000/footfall.js";
const PROJECT = "abcdefghijklmnop";

test("the defaults are balanced masking, no query, no consent needed, the script's own origin", () => {
  assert.deepEqual(readSettings({ project: PROJECT }, SOURCE), {
    project: PROJECT,
    endpoint: "https://footfall.example:8000",
    mask: BALANCED,
    allowQuery: [],
    consentRequired: false,
    ignoreDoNotTrack: false,
    exclude: [],
    pageViews: "path",
    sample: 1,
    keep: [],
    selectors: { mask: "", unmask: "", block: "", ignore: "" },
    budget: 150,
    budgetKb: 3000,
    canvasRate: 0,
    frames: [],
    modules: [],
  });
});

test("a key that is none records nothing, a mode that is none masks all", () => {
  assert.equal(readSettings({}, SOURCE), undefined);
  assert.equal(readSettings({ project: "too short" }, SOURCE), undefined);
  assert.equal(readSettings({ project: PROJECT, mask: "blanced" }, SOURCE)?.mask, STRICT);
});

test("options are read", () => {
  const settings = readSettings(
    {
      project: PROJECT,
      endpoint: "https://x.example/f/",
      allowQuery: "q, page",
      consent: "required",
    },
    SOURCE,
  );
  assert.equal(settings?.endpoint, "https://x.example/f");
  assert.deepEqual(settings?.allowQuery, ["q", "page"]);
  assert.equal(settings?.consentRequired, true);
});

test("what is misspelt never records more than was meant", () => {
  const settings = readSettings(
    { project: PROJECT, sample: "a quarter", pageViews: "all" },
    SOURCE,
  );
  assert.equal(settings?.sample, 0);
  assert.equal(settings?.pageViews, "path");
  assert.equal(readSettings({ project: PROJECT, sample: "7" }, SOURCE)?.sample, 1);
});

test("the module's options are the tag's", () => {
  const endpoint = "https://footfall.example:8000";
  assert.deepEqual(
    settingsOf({ project: PROJECT, endpoint, sample: 0.25, keep: ["error", "page:/pay*"] }),
    readSettings({ project: PROJECT, sample: "0.25", keep: "error, page:/pay*" }, SOURCE),
  );
  assert.equal(settingsOf({ project: PROJECT } as Parameters<typeof settingsOf>[0]), undefined);
});

test("modules are asked for by name, a canvas never in strict mode", () => {
  const read = (data: DOMStringMap) => readSettings({ project: PROJECT, ...data }, SOURCE);
  const all = read({ canvas: "2", console: "", network: "true" });
  assert.deepEqual(all?.modules, ["canvas", "console", "network"]);
  assert.equal(all?.canvasRate, 2);
  assert.equal(read({ canvas: "60" })?.canvasRate, 10);
  for (const canvas of ["0", "-1", "often", ""]) assert.deepEqual(read({ canvas })?.modules, []);
  assert.deepEqual(read({ canvas: "2", mask: "strict", console: "false" })?.modules, []);
});

test("a budget is an amount, 0 none, anything else the default", () => {
  const read = (data: DOMStringMap) => readSettings({ project: PROJECT, ...data }, SOURCE);
  assert.equal(read({ budget: "20" })?.budget, 20);
  assert.equal(read({ budget: "0", budgetKb: "0" })?.budget, 0);
  assert.equal(read({ budgetKb: "0" })?.budgetKb, 0);
  for (const budget of ["", "-1", "little"]) assert.equal(read({ budget })?.budget, 150);
});

test("frames are named by their origins", () => {
  const settings = readSettings(
    { project: PROJECT, frames: "https://pay.example/checkout http://[, https://b.example:444" },
    SOURCE,
  );
  assert.deepEqual(settings?.frames, ["https://pay.example", "https://b.example:444"]);
  assert.deepEqual(settings?.modules, ["frames"]);
});
