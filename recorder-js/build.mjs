// Bundles what ships: the recorder for visitors, the scripts of the pages. The result is committed, so
// that installing Footfall needs no Node. `node build.mjs --check` fails when the committed files are old
// or the recorder has outgrown its budget. `--out DIR` writes what visitors are sent elsewhere, `--readable` unminified.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { buildRecorder } from "./build-recorder.mjs";

// gzip -9. A ratchet: the design wants 12 KB, and whoever makes the recorder smaller lowers it.
const RECORDER_BUDGET_BYTES = 23_200;
const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: {
    check: { type: "boolean" },
    out: { type: "string" },
    readable: { type: "boolean" },
  },
});
const { check, out, readable = false } = values;
const target = out ? resolve(out) : join(here, "../src/footfall/static/build");
const banner = "// Generated from recorder-js/ by build.mjs. Do not edit.\n";

const PAGES = "sessions setup heatmap shell replay paths pick overview charts".split(" ");
const pages = [
  ...PAGES.map((name) => ({
    entry: `src/pages/${name}.ts`,
    name: `${name}.js`,
    format: "esm",
    target: "es2022",
  })),
  { entry: "src/pages/head.ts", name: "head.js", format: "iife", target: "es2022" },
  // Goes into downloaded replays, where nothing can be loaded.
  { entry: "src/pages/offline.ts", name: "offline.js", format: "iife", target: "es2022" },
  // Goes into the page of a picture, where nothing can be loaded either.
  { entry: "src/pages/still.ts", name: "still.js", format: "iife", target: "es2022" },
  // The player alone, for any page; and the worker that either asks for, beside it.
  { entry: "src/player/module.ts", name: "player.js", format: "esm", target: "es2022" },
  {
    entry: "src/player/decode-worker.ts",
    name: "decode-worker.js",
    format: "iife",
    target: "es2022",
  },
].filter(({ entry }) => existsSync(join(here, entry)));

async function bundle({ entry, format, target: language }) {
  const result = await build({
    absWorkingDir: here,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format,
    target: language,
    charset: "utf8",
    legalComments: "none",
    // A classic script has no address of its own: the player does without what lies beside it.
    define: format === "iife" ? { "import.meta.url": '""' } : {},
    banner: { js: banner.trim() },
    metafile: true,
    write: false,
  });
  for (const input of Object.keys(result.metafile.inputs)) {
    const name = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
    if (name) packages.add(name);
  }
  return Buffer.from(result.outputFiles[0].contents);
}

const packages = new Set();
let failed = false;
mkdirSync(target, { recursive: true });
const recorder = await buildRecorder({ readable, banner });
const sizes = new Map();
for (const [name, text] of recorder) {
  sizes.set(name, put(name, Buffer.from(text)));
}
const core = sizes.get("footfall.js");
console.log(`A page loads ${core} + ${sizes.get("footfall-more.js")} bytes gzip.`);
if (core > RECORDER_BUDGET_BYTES && !readable) {
  console.error(`The recorder is over its budget of ${RECORDER_BUDGET_BYTES} bytes gzip.`);
  failed = true;
}
if (!out) {
  for (const page of pages) put(page.name, await bundle(page));
  put("footfall.d.mts", Buffer.from(declarations()));
  put("uplot.css", readFileSync(join(here, "node_modules/uplot/dist/uPlot.min.css")));
  put("licenses.txt", Buffer.from(licenses()));
}

/** Writes a file, or checks that it is there already; returns its size, gzip. */
function put(name, bytes) {
  const file = join(target, name);
  const gzip = gzipSync(bytes, { level: 9 }).length;
  console.log(`${name}: ${bytes.length} bytes, ${gzip} gzip`);
  if (!check) writeFileSync(file, bytes);
  else if (!existsSync(file) || !readFileSync(file).equals(bytes)) {
    console.error(`${name} is not what its source gives: run \`make build\` and commit it.`);
    failed = true;
  }
  return gzip;
}

/** The licences of what is compiled into these files, which ask to go along with it. */
function licenses() {
  const told = [...packages].sort().map((name) => {
    const folder = join(here, "node_modules", name);
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return `${name} ${version}\n\n${readFileSync(join(folder, "LICENSE"), "utf8").trim()}\n`;
  });
  return `Parts of the scripts in this folder are other people's:\n\n${told.join(`\n${"-".repeat(72)}\n\n`)}`;
}

/** The types of the module: public.ts as it is, and each call of the recorder as a function. */
function declarations() {
  const types = readFileSync(join(here, "src/recorder/public.ts"), "utf8");
  const calls =
    /interface Recorder \{(.*?)\n\}/s.exec(types)?.[1].matchAll(/readonly (\w+):/g) ?? [];
  const functions = Array.from(calls, ([, name]) => name)
    .filter((name) => name !== "start")
    .map((name) => `export declare const ${name}: Recorder["${name}"];\n`);
  const start = "export declare function start(options?: Options): void;\n";
  return `${banner}${types}\n${start}${functions.join("")}`;
}
process.exitCode = failed ? 1 : 0;
