// The variants of photographs, made by sharp: the peer of `benches/pictures.py`, which starts it.
//
//     node benches/pictures.mjs TASK
//
// TASK is a JSON file: `sharp` (the folder of the package), `photographs` (paths), `folder` (where the files go),
// `quality`, `files` ([width, extension] of each file of a photograph), and `mode`:
//
// - `clones`: one input and its `clone()` for each file, as sharp's documentation has it. libvips then reads the
//   photograph for each file again, but lets the JPEG decoder skip what a small one does not need (shrink-on-load).
// - `once`: the photograph is decoded once, in full, and every file is made of its pixels.
//
// As many photographs are in work at a time as there are cores. sharp's own settings are its defaults.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";

const task = JSON.parse(readFileSync(process.argv[2], "utf8"));
const sharp = createRequire(join(task.sharp, "package.json"))("sharp");

async function source(photograph) {
  if (task.mode === "clones") return sharp(photograph);
  const { data, info } = await sharp(photograph).raw().toBuffer({ resolveWithObject: true });
  return sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } });
}

async function make(photograph) {
  const input = await source(photograph);
  const stem = basename(photograph, ".jpg");
  const files = task.files.map(([width, extension]) => {
    const resized = input.clone().resize({ width });
    const encoded = extension === "webp" ? resized.webp({ quality: task.quality }) : resized.jpeg({ quality: task.quality });
    return encoded.toFile(join(task.folder, `${stem}-${width}.${extension}`));
  });
  await Promise.all(files);
}

const waiting = task.photographs.values();
async function worker() {
  for (const photograph of waiting) await make(photograph);
}
await Promise.all(Array.from({ length: availableParallelism() }, worker));
console.log(`sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}, concurrency ${sharp.concurrency()}`);
