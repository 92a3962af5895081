// Noto Sans JP for printed documents, which must look alike on every machine, one without Japanese fonts included.
// The package has whole fonts of 5 MB: cut into three slices, a letter loads two of them, and the third for a rare name.
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const weights = { 400: "400Regular/NotoSansJP_400Regular.ttf", 600: "600SemiBold/NotoSansJP_600SemiBold.ttf" };
const han = [[0x2e80, 0x2fdf], [0x3400, 0x9fff], [0xf900, 0xfaff], [0x20000, 0x3ffff]];
const others = [[0x20, 0x2e7f], [0x2fe0, 0x33ff], [0xfb00, 0x1ffff]];

/** The style sheet with the fonts, and its files by name. `name` gives a file's content the name it is served under. */
export function sheetFonts(name, sha) {
  const key = sha(readFileSync(fileURLToPath(import.meta.url)), readFileSync(join(here, "package-lock.json")));
  const cache = join(here, "node_modules", ".fonts", key);
  return cached(cache) ?? make();

  async function make() {
    const { default: subset } = await import("subset-font");
    const common = levelOne();
    const frequent = new Set(codePoints(common));
    // The later declaration wins: the exact list of frequent characters over the blocks that hold them.
    const slices = { rare: han, kana: others, common };
    const files = new Map();
    let css = "";
    for (const [weight, path] of Object.entries(weights)) {
      const font = readFileSync(join(here, "node_modules/@expo-google-fonts/noto-sans-jp", path));
      for (const [slice, ranges] of Object.entries(slices)) {
        const wanted = codePoints(ranges).filter(code => slice !== "rare" || !frequent.has(code));
        // Copyright and licence travel with the font.
        const cut = await subset(font, text(wanted), { targetFormat: "sfnt", noLayoutClosure: true, preserveNameIds: [0, 13, 14] });
        const contents = woff2(cut);
        const file = name(`NotoSansJP-${slice}-${weight}.woff2`, contents);
        files.set(file, contents);
        css += `@font-face{font-family:"Noto Sans JP";font-weight:${weight};font-display:swap;src:url(/assets/${file}) format("woff2");`
          + `unicode-range:${ranges.map(unicodeRange).join(",")}}\n`;
      }
    }
    keep(cache, files, css);
    return { files, css };
  }
}

/** The 2,965 kanji of JIS X 0208 level 1, in rows 16 to 47: nearly all that a report is written with. */
function levelOne() {
  const decoder = new TextDecoder("euc-jp", { fatal: true });
  const codes = [];
  for (let row = 0xb0; row <= 0xcf; row++)
    for (let cell = 0xa1; cell <= (row === 0xcf ? 0xd3 : 0xfe); cell++) codes.push(decoder.decode(Uint8Array.of(row, cell)).codePointAt(0));
  const ranges = [];
  for (const code of codes.sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && last[1] === code - 1) last[1] = code;
    else ranges.push([code, code]);
  }
  return ranges;
}

const codePoints = ranges => ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i))
  .filter(code => code < 0xd800 || code > 0xdfff);
const text = codes => codes.map(code => String.fromCodePoint(code)).join("");
const hex = code => code.toString(16).toUpperCase();
const unicodeRange = ([from, to]) => from === to ? `U+${hex(from)}` : `U+${hex(from)}-${hex(to)}`;

/**
 * A font as WOFF2 (https://www.w3.org/TR/WOFF2/), its tables as they are: the glyphs' own transformation would save a fifth more,
 * but its compiled encoder takes minutes where Node's Brotli takes seconds.
 */
function woff2(font) {
  const tables = Array.from({ length: font.readUInt16BE(4) }, (_, i) => {
    const at = 12 + i * 16;
    const [offset, length] = [font.readUInt32BE(at + 8), font.readUInt32BE(at + 12)];
    return { tag: font.toString("latin1", at, at + 4), data: font.subarray(offset, offset + length) };
  });
  // loca follows glyf, as the format wants it.
  const order = ({ tag }) => tag === "loca" ? "glyf " : tag;
  tables.sort((a, b) => (order(a) < order(b) ? -1 : 1));
  const directory = Buffer.concat(tables.flatMap(({ tag, data }) => [
    // 63: the tag is spelt out; version 3 of glyf and loca: not transformed.
    Buffer.from([63 | (tag === "glyf" || tag === "loca" ? 3 << 6 : 0)]), Buffer.from(tag, "latin1"), base128(data.length),
  ]));
  const params = { [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_FONT, [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 24 };
  const data = brotliCompressSync(Buffer.concat(tables.map(table => table.data)), { params });
  const unpadded = 48 + directory.length + data.length;
  const padding = Buffer.alloc(-unpadded & 3);
  const header = Buffer.alloc(48);
  header.write("wOF2", "latin1");
  font.copy(header, 4, 0, 4);
  header.writeUInt32BE(unpadded + padding.length, 8);
  header.writeUInt16BE(tables.length, 12);
  header.writeUInt32BE(tables.reduce((sum, table) => sum + ((table.data.length + 3) & ~3), 12 + 16 * tables.length), 16);
  header.writeUInt32BE(data.length, 20);
  return Buffer.concat([header, directory, data, padding]);
}

/** The format's numbers of variable length: seven bits a byte, the highest first. */
function base128(number) {
  const bytes = [number & 0x7f];
  while ((number >>>= 7) > 0) bytes.unshift((number & 0x7f) | 0x80);
  return Buffer.from(bytes);
}

/** Fonts change with their package only, style sheets all the time. */
function cached(cache) {
  if (!existsSync(cache)) return null;
  const files = new Map(readdirSync(cache).filter(file => file.endsWith(".woff2")).map(file => [file, readFileSync(join(cache, file))]));
  return { files, css: readFileSync(join(cache, "sheet.css"), "utf8") };
}

function keep(cache, files, css) {
  const partial = `${cache}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  for (const [file, contents] of files) writeFileSync(join(partial, file), contents);
  writeFileSync(join(partial, "sheet.css"), css);
  renameSync(partial, cache);
}
