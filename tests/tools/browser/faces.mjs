// The faces that readers' machines have, for a browser on a machine that has none: Tinos and Arimo, which have the
// measures of Times New Roman and Arial. A theme shows a page in these until its own faces are there.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { inflateSync } from "node:zlib";

const FACES = ["tinos", "arimo"].flatMap((name) => ["400-normal", "400-italic", "700-normal", "700-italic"].map((style) => ({
  name, file: `${name}-latin-${style}.woff`,
})));

/** The environment of a browser that finds these faces and those of the machine, and a function that removes them. */
export function faces() {
  const require = createRequire(import.meta.url);
  const folder = mkdtempSync(path.join(tmpdir(), "handbill-faces-"));
  mkdirSync(path.join(folder, "faces"));
  for (const { name, file } of FACES) {
    const packed = readFileSync(require.resolve(`@fontsource/${name}/files/${file}`));
    writeFileSync(path.join(folder, "faces", file.replace(/woff$/, "ttf")), unpack(packed));
  }
  const configuration = path.join(folder, "fonts.conf");
  writeFileSync(configuration, `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${folder}/faces</dir><dir>/usr/share/fonts</dir><cachedir>${folder}/cache</cachedir></fontconfig>
`);
  return {
    environment: { ...process.env, FONTCONFIG_FILE: configuration },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The TrueType font in a WOFF file (https://www.w3.org/TR/WOFF/): Chromium takes no other from the machine. */
function unpack(woff) {
  const count = woff.readUInt16BE(12);
  const tables = Array.from({ length: count }, (_, at) => {
    const entry = woff.subarray(44 + 20 * at, 64 + 20 * at);
    const [offset, packed, length] = [4, 8, 12].map((place) => entry.readUInt32BE(place));
    const stored = woff.subarray(offset, offset + packed);
    const data = packed < length ? inflateSync(stored) : stored;
    return { tag: entry.subarray(0, 4), checksum: entry.subarray(16, 20), data, length };
  });
  const power = Math.floor(Math.log2(count));
  const head = Buffer.alloc(12 + 16 * count);
  woff.copy(head, 0, 4, 8);
  [count, 16 * 2 ** power, power, 16 * (count - 2 ** power)].forEach((number, at) => head.writeUInt16BE(number, 4 + 2 * at));
  const parts = [head];
  let end = head.length;
  tables.forEach(({ tag, checksum, data, length }, at) => {
    const place = 12 + 16 * at;
    tag.copy(head, place);
    checksum.copy(head, place + 4);
    head.writeUInt32BE(end, place + 8);
    head.writeUInt32BE(length, place + 12);
    const padding = Buffer.alloc((4 - (length % 4)) % 4);
    parts.push(data, padding);
    end += length + padding.length;
  });
  return Buffer.concat(parts);
}
