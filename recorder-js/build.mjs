// Bundles what ships: the recorder for visitors, the scripts of the pages. The result is committed, so
// that installing Footfall needs no Node. `node build.mjs --check` fails when the committed files are old
// or the recorder has outgrown its budget.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

// gzip -9. A ratchet: the design wants 12 KB, and whoever makes the recorder smaller lowers it.
const RECORDER_BUDGET_BYTES = 40_000;
const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "../src/footfall/static/build");
const banner = "// Generated from recorder-js/ by build.mjs. Do not edit.";
const UNKNOWN_BUILD = "00000000";
const check = process.argv.includes("--check");

const modules = readdirSync(join(here, "src/recorder/modules"))
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .map((file) => file.slice(0, -3));
const RECORDER = { format: "esm", target: "es2022" };
// What visitors are sent. All of it carries the same digest, so that no part ever works with one of another build.
const recorder = [
  { ...RECORDER, entry: "src/recorder/footfall.ts", name: "footfall.js", format: "iife" },
  { ...RECORDER, entry: "src/recorder/module.ts", name: "footfall.mjs" },
  ...modules.map((name) => ({
    ...RECORDER,
    entry: `src/recorder/modules/${name}.ts`,
    name: `footfall-${name}.js`,
  })),
];
const pages = [
  ...["sessions", "setup", "heatmap", "theme", "shell", "replay"].map((name) => ({
    entry: `src/pages/${name}.ts`,
    name: `${name}.js`,
    format: "esm",
    target: "es2022",
  })),
].filter(({ entry }) => existsSync(join(here, entry)));

async function bundle({ entry, format, target: language }) {
  const result = await build({
    absWorkingDir: here,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format,
    target: language,
    define: { FOOTFALL_BUILD: JSON.stringify(UNKNOWN_BUILD) },
    charset: "utf8",
    legalComments: "none",
    banner: { js: banner },
    write: false,
  });
  return Buffer.from(result.outputFiles[0].contents);
}

async function bundleRecorder() {
  const made = await Promise.all(recorder.map(bundle));
  const hash = createHash("sha256");
  for (const bytes of made) hash.update(bytes);
  const build = hash.digest("hex").slice(0, UNKNOWN_BUILD.length);
  return made.map((bytes) => Buffer.from(bytes.toString().replaceAll(UNKNOWN_BUILD, build)));
}

let failed = false;
mkdirSync(target, { recursive: true });
const made = [...(await bundleRecorder()), ...(await Promise.all(pages.map(bundle)))];
for (const [index, { name }] of [...recorder, ...pages].entries()) {
  const bytes = made[index];
  const file = join(target, name);
  const gzip = gzipSync(bytes, { level: 9 }).length;
  console.log(`${basename(file)}: ${bytes.length} bytes, ${gzip} gzip`);
  if (basename(file) === "footfall.js" && gzip > RECORDER_BUDGET_BYTES) {
    console.error(`The recorder is over its budget of ${RECORDER_BUDGET_BYTES} bytes gzip.`);
    failed = true;
  }
  put(file, bytes);
}
put(join(target, "footfall.d.mts"), Buffer.from(declarations()));

/** Writes a file, or checks that it is there already. */
function put(file, bytes) {
  if (!check) writeFileSync(file, bytes);
  else if (!existsSync(file) || !readFileSync(file).equals(bytes)) {
    console.error(
      `${basename(file)} is not what its source gives: run \`make build\` and commit it.`,
    );
    failed = true;
  }
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
  return `${banner}\n${types}\n${start}${functions.join("")}`;
}
process.exitCode = failed ? 1 : 0;
