// Builds what visitors are sent: the core (footfall.js), the parts that it loads after it (footfall-NAME.js), and the
// module for bundlers (footfall.mjs), which holds the core and `more` in one.
//
// A part never carries a copy of what the core has: some of it is state (which fields hold secrets, which selectors hide
// what) that must exist once. So a part's imports of the core's files become K(number), bindings of one array, the kit,
// that the core hands over (src/recorder/load-module.ts). What parts take is found in the built parts themselves, and
// the array is then compiled into the core (src/recorder/kit.ts). What the core lacks, each part carries. One digest ties all files of a build together.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const UNKNOWN_BUILD = "00000000";
const CORE = "src/recorder/footfall.ts";
const MODULE = "src/recorder/module.ts";
const KIT = "src/recorder/kit.ts";
/** Mere constants: each file carries those it needs. */
const CARRIED = /^src\/(wire\/wire\.gen|recorder\/(node-types|build|kit))\.ts$/;
const TABLE = /^export const (\w+) = \{([^}]*)\} as const;/gms;

/** Nearly all of it runs on every page: Chromium then compiles it as it arrives, beside the page's main thread. */
const EAGER = "//# allFunctionsCalledOnLoad\n";

const parts = [
  ["more", "src/recorder/more.ts"],
  ...readdirSync(join(here, "src/recorder/modules"))
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => [file.slice(0, -3), `src/recorder/modules/${file}`]),
];

const read = (file) => readFileSync(join(here, file), "utf8");
/** Values alone; a variable that changes (`let`) could not be handed over. */
const exportsOf = (file) =>
  Array.from(
    read(file).matchAll(/^export (?:const|(?:async )?function) (\w+)/gm),
    ([, name]) => name,
  );

/** The files by name, as `node build.mjs` writes them; `readable` keeps the names of functions and properties. */
export async function buildRecorder({ readable = false, banner = "" } = {}) {
  const compile = (entry, plugins, more = {}) =>
    build({
      absWorkingDir: here,
      ...(typeof entry === "string" ? { entryPoints: [entry] } : { stdin: entry }),
      bundle: true,
      minify: !readable,
      format: "iife",
      target: "es2022",
      define: { FOOTFALL_BUILD: JSON.stringify(UNKNOWN_BUILD) },
      charset: "utf8",
      legalComments: "none",
      metafile: true,
      write: false,
      outdir: here,
      plugins: [...plugins, constants()],
      ...more,
    });

  const alone = await compile(CORE, []);
  const core = new Set(inputsOf(alone.metafile).filter((file) => !CARRIED.test(file)));
  /** FILE#NAME of what a part could take, by the number that stands for it while the parts are built. */
  const offered = [...core]
    .sort()
    .flatMap((file) => exportsOf(file).map((name) => `${file}#${name}`));

  const built = [];
  for (const [name, file] of parts) {
    const made = await compile(entryOf(file), [bindings(core, offered)]);
    built.push([`footfall-${name}.js`, made.outputFiles[0].text]);
  }
  const found = built.flatMap(([, text]) =>
    Array.from(text.matchAll(BINDING), ([, at]) => Number(at)),
  );
  const taken = [...new Set(found)].sort((a, b) => a - b);
  const handed = [kit(taken.map((at) => offered[at].split("#")))];
  const whole = await compile(CORE, handed);
  const module = await compile(MODULE, handed, { format: "esm" });

  const files = [
    ["footfall.js", whole.outputFiles[0].text],
    ["footfall.mjs", module.outputFiles[0].text],
    ...built.map(([name, text]) => [name, wrapped(text, taken)]),
  ].map(([name, text]) => [name, EAGER + banner + text]);
  const hash = createHash("sha256");
  for (const [, text] of files) hash.update(text);
  const digest = hash.digest("hex").slice(0, UNKNOWN_BUILD.length);
  return new Map(files.map(([name, text]) => [name, text.replaceAll(UNKNOWN_BUILD, digest)]));
}

function inputsOf({ outputs }) {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((file) => inputs[file].bytesInOutput > 0),
  );
}

const BINDING = /(?<![\w$.])K\((\d+)\)/g;

/** The part's exports become properties of P. */
function entryOf(file) {
  const names = exportsOf(file);
  const given = names.map((name) => `P.${name} = ${name};`).join("\n");
  const contents = `import { ${names.join()} } from "./${file}";\n${given}`;
  return { contents, resolveDir: here };
}

/** A part as the file that is loaded: its code runs when the core first hands over the kit. */
function wrapped(text, taken) {
  const bound = text.replace(BINDING, (_, at) => `K[${taken.indexOf(Number(at))}]`);
  return `export const build="${UNKNOWN_BUILD}";let P;export function unpack(K){if(!P){P={};${bound.trim()}}return P}\n`;
}

/** In a part, imports of the core's files become bindings of the kit. */
function bindings(core, offered) {
  const fileOf = ({ importer, path, resolveDir }) =>
    importer && path.startsWith(".") && relative(here, resolve(resolveDir, path));
  return {
    name: "bindings",
    setup(plugin) {
      plugin.onResolve({ filter: /^\./ }, (asked) => {
        const file = fileOf(asked);
        return core.has(file) ? { path: file, namespace: "kit", sideEffects: false } : undefined;
      });
      plugin.onLoad({ filter: /./, namespace: "kit" }, ({ path }) => ({
        contents: exportsOf(path)
          .map((name) => {
            const number = offered.indexOf(`${path}#${name}`);
            return `export const ${name} = /* @__PURE__ */ K(${number});`;
          })
          .join("\n"),
      }));
    },
  };
}

/** In the core, the kit is what parts were found to take. */
function kit(taken) {
  const imports = taken.map(
    ([file, name], at) =>
      `import { ${name} as v${at} } from "./${relative("src/recorder", file).replace(/^\.\.\//, "../")}";`,
  );
  const contents = `${imports.join("\n")}\nexport const kit = [${taken.map((_, at) => `v${at}`)}];`;
  return {
    name: "kit",
    setup(plugin) {
      plugin.onLoad({ filter: /recorder\/kit\.ts$/ }, () => ({
        contents,
        resolveDir: join(here, dirname(KIT)),
      }));
    },
  };
}

/** Op.Time becomes 3: minifiers leave properties of constant objects as they are, and each file would carry the tables. */
function constants() {
  const tables = new Map(
    Array.from(read("src/wire/wire.gen.ts").matchAll(TABLE), ([, name, body]) => [
      name,
      new Map(Array.from(body.matchAll(/(\w+): (\d+),/g), ([, key, value]) => [key, value])),
    ]),
  );
  const uses = new RegExp(`(?<![\\w$.]|typeof )(${[...tables.keys()].join("|")})\\.(\\w+)`, "g");
  return {
    name: "constants",
    setup(plugin) {
      plugin.onLoad({ filter: /src\/recorder\/.*\.ts$/ }, ({ path }) => ({
        contents: readFileSync(path, "utf8").replace(
          uses,
          (all, table, key) => tables.get(table)?.get(key) ?? all,
        ),
        loader: "ts",
      }));
    },
  };
}
