// Holds structured data to schema.org's own vocabulary: each thing has a type that there is, no property that the type does
// not have, and values of the kinds that the property takes. TypeScript checks it against schema-dts, which is generated
// from the vocabulary.
//
//     node tests/tools/outside/vocabulary.mjs OUTPUT
//     node tests/tools/outside/vocabulary.mjs OUTPUT --planted    shows that a fault in it is found

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const TOOLS = fileURLToPath(new URL("..", import.meta.url));
const BLOCK = /<script type="application\/ld\+json">(.*?)<\/script>/gs;
const SHOWN = 12;

// Planted faults by name, each in an otherwise valid graph.
const FAULTS = {
  "an unknown type": (text) => text.replace('"@type":"WebSite"', '"@type":"NewsSite"'),
  "a property that the type lacks": (text) => text.replace('"ethicsPolicy":', '"ethicalPolicy":'),
  "a value of another kind": (text) => text.replace(/"sameAs":\[[^\]]*\]/, '"sameAs":[{"@type":"Person","name":"x"}]'),
};

const [output, ...rest] = process.argv.slice(2);
const graphs = readGraphs(output);
process.exitCode = (rest.includes("--planted") ? plant() : check()) ? 0 : 1;

function check() {
  const findings = errorsOf(graphs);
  findings.slice(0, SHOWN).forEach((line) => console.log(`        ${line}`));
  if (findings.length > SHOWN) console.log(`        … and ${findings.length - SHOWN} more`);
  console.log(`${graphs.length} graphs of structured data, ${findings.length} findings`);
  return findings.length === 0 && graphs.length > 0;
}

function plant() {
  const frontPage = graphs.find(({ file }) => file === "index.html");
  const planted = Object.entries(FAULTS).map(([file, change]) => ({ file, text: change(frontPage.text) }));
  const found = errorsOf([frontPage, ...planted]);
  const missed = Object.keys(FAULTS).filter((name) => !found.some((line) => line.startsWith(`${name}:`)));
  const sound = !found.some((line) => line.startsWith("index.html:"));
  missed.forEach((name) => console.log(`FAILED does not find ${name}`));
  if (!sound) console.log("FAILED finds a fault where there is none");
  console.log(`${planted.length - missed.length} passed, ${missed.length} failed`);
  return missed.length === 0 && sound;
}

/** The graphs of all pages, as they are written. */
function readGraphs(folder) {
  const files = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith(".html")).sort();
  return files.flatMap((file) => [...readFileSync(path.join(folder, file), "utf8").matchAll(BLOCK)]
    .map(([, text]) => ({ file: file.split(path.sep).join("/"), text })));
}

/** The errors of TypeScript in graphs: a line for each, with the page that has it. */
function errorsOf(graphs) {
  const folder = mkdtempSync(path.join(TOOLS, "node_modules/.vocabulary-"));
  const lines = ['import type { Thing } from "schema-dts";'];
  const owners = [""];
  for (const { file, text } of graphs) {
    for (const thing of JSON.parse(text, pixels)["@graph"] ?? [JSON.parse(text, pixels)]) {
      owners.push(file);
      lines.push(`export const thing${lines.length}: Thing = ${JSON.stringify(thing)};`);
    }
  }
  try {
    writeFileSync(path.join(folder, "graphs.ts"), lines.join("\n"));
    const compiler = path.join(TOOLS, "node_modules/typescript/bin/tsc");
    const flags = ["--noEmit", "--strict", "--skipLibCheck", "--pretty", "false", path.join(folder, "graphs.ts")];
    const { stdout, error, status } = spawnSync(process.execPath, [compiler, ...flags], { encoding: "utf8", maxBuffer: 1 << 28 });
    if (error) throw error;
    const found = [...stdout.matchAll(/graphs\.ts\((\d+),\d+\): error TS\d+: (.*(?:\n {2}.*)*)/g)]
      .map(([, line, words]) => `${owners[line - 1]}: ${words.split("\n").map((part) => part.trim()).join("; ").slice(0, 400)}`);
    if (status !== 0 && found.length === 0) throw new Error(`tsc: ${stdout}`);
    return found;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An image's size in pixels is a bare number, as search engines document it; the vocabulary requires a unit. */
function pixels(name, value) {
  return ["width", "height"].includes(name) && typeof value === "number" ? `${value} px` : value;
}
