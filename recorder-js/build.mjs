// Bundles what ships: the recorder for visitors, the scripts of the pages. The result is committed, so
// that installing Footfall needs no Node. `node build.mjs --check` fails when the committed files are old
// or the recorder has outgrown its budget.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

// gzip -9. A ratchet: the design wants 12 KB, and whoever makes the recorder smaller lowers it.
const RECORDER_BUDGET_BYTES = 24_000;
const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "../src/footfall/static/build");
const check = process.argv.includes("--check");

const bundles = [
  { entry: "src/recorder/footfall.ts", format: "iife", target: "es2020" },
  ...["sessions", "setup", "heatmap", "theme", "shell", "replay"].map((name) => ({
    entry: `src/pages/${name}.ts`,
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
    charset: "utf8",
    legalComments: "none",
    banner: { js: "// Generated from recorder-js/ by build.mjs. Do not edit." },
    write: false,
  });
  return Buffer.from(result.outputFiles[0].contents);
}

let failed = false;
mkdirSync(target, { recursive: true });
for (const description of bundles) {
  const bytes = await bundle(description);
  const file = join(target, basename(description.entry).replace(/\.ts$/, ".js"));
  const gzip = gzipSync(bytes, { level: 9 }).length;
  console.log(`${basename(file)}: ${bytes.length} bytes, ${gzip} gzip`);
  if (basename(file) === "footfall.js" && gzip > RECORDER_BUDGET_BYTES) {
    console.error(`The recorder is over its budget of ${RECORDER_BUDGET_BYTES} bytes gzip.`);
    failed = true;
  }
  if (!check) writeFileSync(file, bytes);
  else if (!existsSync(file) || !readFileSync(file).equals(bytes)) {
    console.error(
      `${basename(file)} is not what its source gives: run \`make build\` and commit it.`,
    );
    failed = true;
  }
}
process.exitCode = failed ? 1 : 0;
