// Builds the scripts, style sheets, icons and fonts of the portal into wwwroot/assets.
// Every output carries a hash of its content in its name (so browsers may keep it for ever) and lies beside its
// Brotli and gzip forms (so no request pays for compression; fonts are compressed by their format); manifest.json tells the application the names.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { sheetFonts } from "./fonts.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(here, "../../wwwroot/assets");
const lock = resolve(here, "../../obj/assets.lock");
const sha = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest("hex");

/** Two builds of the solution may run at once (test projects, an IDE): one works, the other waits for its result. */
async function alone(work) {
  const deadline = Date.now() + 10 * 60_000;
  mkdirSync(dirname(lock), { recursive: true });
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if (error.code !== "EEXIST" || Date.now() > deadline) throw error;
      if (!holderLives()) rmSync(lock, { force: true });
      else await new Promise(done => setTimeout(done, 200));
    }
  }
  try {
    await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function holderLives() {
  try {
    const pid = Number(readFileSync(lock, "utf8"));
    // An empty file is a lock that is just being written; a whole second later it is an abandoned one.
    if (!pid) return Date.now() - statSync(lock).mtimeMs < 1000;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** A failed tool has said why already; its stack in this file would only hide that. */
function run(command, arguments_, options) {
  try {
    execFileSync(command, arguments_, { cwd: here, stdio: "inherit", ...options });
  } catch {
    throw new Error(`${basename(command)} ${arguments_.join(" ")} failed`);
  }
}

function install() {
  const wanted = sha(readFileSync(join(here, "package-lock.json")), process.platform, process.arch);
  const stamp = join(here, "node_modules", ".installed");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  const arguments_ = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  run("npm", arguments_, { shell: process.platform === "win32" });
  writeFileSync(stamp, wanted);
}

function sources(folder = here) {
  return readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.name !== "node_modules")
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(entry => entry.isDirectory() ? sources(join(folder, entry.name)) : [join(folder, entry.name)]);
}

async function bundle() {
  const inputs = sha(...sources().map(file => readFileSync(file)));
  const manifestPath = join(out, "manifest.json");
  const previous = existsSync(manifestPath) ? JSON.parse(readFileSync(manifestPath, "utf8")) : null;
  if (previous?.inputs === inputs && previous.files.every(file => existsSync(join(out, file)))) {
    // The build asks by time stamp; the contents are the same, so only the stamp is renewed.
    writeFileSync(manifestPath, JSON.stringify(previous, null, 2));
    return;
  }

  run(process.execPath, [join("node_modules", "typescript", "bin", "tsc")]);
  const esbuild = await import("esbuild");
  const common = {
    absWorkingDir: here,
    bundle: true,
    minify: true,
    write: false,
    legalComments: "none",
    target: ["es2022", "chrome125", "firefox128", "safari18"],
    logLevel: "warning",
  };
  const scripts = await esbuild.build({
    ...common,
    entryPoints: ["scripts/app.ts"],
    format: "esm",
    // SignalR would load its parts for Node with it; without, no shim for it becomes a file and a request of its own.
    define: { require: "undefined" },
    splitting: true,
    plugins: [withoutProgressBarStyle],
    outdir: out,
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
  });
  const styles = await esbuild.build({ ...common, entryPoints: ["styles/app.css"], outdir: out });

  const files = new Map();
  const entries = {};
  for (const file of scripts.outputFiles) files.set(basename(file.path), file.contents);
  entries["app.js"] = [...files.keys()].find(name => name.startsWith("app-"));

  const css = styles.outputFiles[0].text;
  const code = scripts.outputFiles.map(file => file.text).join("\n");
  add("app.css", (await tokens(css + code)) + css);
  add("icons.svg", icons());
  const fonts = await sheetFonts(named, sha);
  for (const [name, contents] of fonts.files) files.set(name, contents);
  // A sheet of its own: only printed documents load it.
  add("sheet.css", fonts.css);

  function named(name, contents) {
    const [stem, extension] = name.split(".");
    return `${stem}-${sha(contents).slice(0, 8).toUpperCase()}.${extension}`;
  }

  function add(name, text) {
    const contents = Buffer.from(text);
    entries[name] = named(name, contents);
    files.set(entries[name], contents);
  }

  mkdirSync(out, { recursive: true });
  for (const [name, contents] of files) {
    writeFileSync(join(out, name), contents);
    // Compressed already, inside.
    if (name.endsWith(".woff2")) continue;
    writeFileSync(join(out, name + ".gz"), gzipSync(contents, { level: 9 }));
    const quality = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
    writeFileSync(join(out, name + ".br"), brotliCompressSync(contents, { params: quality }));
  }

  // The manifest comes last and at once: who reads it finds every file that it names.
  const manifest = { inputs, entries, files: [...files.keys()] };
  writeFileSync(manifestPath + ".new", JSON.stringify(manifest, null, 2));
  renameSync(manifestPath + ".new", manifestPath);
  // The generation before stays: an application that was started with it is perhaps still running.
  const current = [...manifest.files, ...(previous?.files ?? [])];
  const kept = new Set(["manifest.json", ...current.flatMap(file => [file, file + ".gz", file + ".br"])]);
  for (const file of readdirSync(out)) if (!kept.has(file)) rmSync(join(out, file));

  const weight = manifest.files.filter(file => !file.endsWith(".woff2")).reduce((sum, file) => sum + statSync(join(out, file + ".br")).size, 0);
  console.log(`assets: ${manifest.files.length} files, ${Math.round(weight / 1024)} KiB compressed`);
}

/** Turbo writes the style of its progress bar into every page; the Content-Security-Policy refuses inline styles. */
const withoutProgressBarStyle = {
  name: "without-progress-bar-style",
  setup(build) {
    build.onLoad({ filter: /turbo\.es2017-esm\.js$/ }, ({ path }) => {
      const contents = readFileSync(path, "utf8");
      const bare = contents.replace("this.installStylesheetElement();", "");
      if (bare === contents) throw new Error("Turbo no longer installs its progress bar where build.mjs expects it");
      return { contents: bare };
    });
  },
};

/**
 * Fluent's design tokens as custom properties, so that a page has its look before any script runs: only those that the
 * style sheet or a bundled element uses, light and dark in one `light-dark()` value, so that a part of a page can be
 * dark by `color-scheme` alone; brand colours refer to the accent ramp of styles/accent.css.
 */
async function tokens(used) {
  const { webLightTheme: light, webDarkTheme: dark } = await import("@fluentui/tokens");
  const names = new Set([...used.matchAll(/--([a-zA-Z]\w+)/g)].map(match => match[1]));
  const ramp = ["#061724", "#082338", "#0a2e4a", "#0c3b5e", "#0e4775", "#0f548c", "#115ea3", "#0f6cbd",
    "#2886de", "#479ef5", "#62abf5", "#77b7f7", "#96c6fa", "#b4d6fa", "#cfe4fa", "#ebf3fc"];
  const colour = /#[0-9a-f]{3,8}\b|rgba?\([^)]*\)/gi;
  const own = /^fontFamily/;

  const value = name => {
    const [a, b] = [String(light[name]), String(dark[name])];
    if (a === b) return accent(name, a);
    const other = b.match(colour) ?? [];
    let index = 0;
    const mixed = a.replace(colour, found => `light-dark(${accent(name, found)}, ${accent(name, other[index++])})`);
    return index > 0 ? mixed : `light-dark(${a}, ${b})`;
  };
  const accent = (name, text) => {
    const step = /Brand|StrokeAccessibleSelected/.test(name) ? ramp.indexOf(text) : -1;
    return step < 0 ? text : `var(--accent-${(step + 1) * 10})`;
  };
  const lines = Object.keys(light).filter(name => names.has(name) && !own.test(name)).map(name => `--${name}:${value(name)}`);
  const branded = lines.filter(line => line.includes("--accent-"));
  const rest = lines.filter(line => !line.includes("--accent-"));
  return `:root{${rest.join(";")}}:root,[data-accent]{${branded.join(";")}}\n`;
}

function icons() {
  const set = JSON.parse(readFileSync(join(here, "node_modules/@iconify-json/fluent/icons.json"), "utf8"));
  const wanted = JSON.parse(readFileSync(join(here, "icons.json"), "utf8"));
  const symbols = wanted.map(name => {
    const icon = set.icons[`${name}-20-regular`];
    if (!icon) throw new Error(`icons.json names "${name}", which Fluent does not draw at 20 px`);
    return `<symbol id="${name}" viewBox="0 0 20 20">${icon.body}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}

try {
  await alone(async () => {
    install();
    await bundle();
  });
} catch (error) {
  console.error(`build.mjs : error ASSETS : ${error.message}`);
  process.exitCode = 1;
}
