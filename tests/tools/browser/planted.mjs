// Shows that every check of check.mjs can fail: plants one fault after another in what is served of a published site. The
// folder stays as it is.
//
//     node tests/tools/browser/planted.mjs OUTPUT [CHECK …]
//
// A check that finds nothing in a page with a fault of its kind is worth nothing.

import { readdirSync } from "node:fs";
import path from "node:path";
import { CHECKS } from "./check.mjs";
import { launch } from "./chromium.mjs";
import { pages } from "./kinds.mjs";
import { read } from "./reader.mjs";

const [output, ...names] = process.argv.slice(2);
const chosen = pages(output);
const stylesheet = readdirSync(path.join(output, "assets")).find((file) => /^main\..*\.css$/.test(file));

/** Puts text before the end of the page's text, and style behind the page's. */
const html = (added) => (file, text) => (file.endsWith("/") ? text.replace("</main>", `${added}</main>`) : text);
const css = (added) => (file, text) => (file.endsWith(stylesheet) ? `${text}\n${added}` : text);
const swap = (from, to) => (file, text) => (file.endsWith("/") ? text.replace(from, to) : text);
const noise = (length) => Array.from({ length: length / 8 }, (_, at) => Math.sin(at + 1).toString(36).slice(3, 11)).join("");

// The check that must find it, the kind of page, and what is served instead.
const PLANTED = [
  ["isLight", "article", { change: html(`<p>${noise(16000)}</p>`) }],
  ["isLight", "front", { change: css(`/* ${noise(40000)} */`) }],
];

const browser = await launch();
let failed = 0;
const tell = (name, sentence) => {
  failed += 1;
  console.log(`FAILED ${name}: ${sentence}`);
};
const asked = ({ name }) => names.length === 0 || names.includes(name);
for (const { name } of CHECKS.filter(asked)) {
  if (!PLANTED.some(([planted]) => planted === name)) tell(name, "nothing is planted for it");
}
const faults = PLANTED.filter(([name]) => asked({ name }));
for (const [name, kind, server] of faults) {
  const check = CHECKS.find((check) => check.name === name);
  const page = chosen.find((page) => page.kind === kind);
  const reader = await read(output, { ...server, browser });
  const findings = await check(reader, page);
  await reader.stop();
  if (findings.length === 0) tell(name, `does not find a fault in ${page.url}: ${server.change}`);
}
await browser.close();
console.log(`${faults.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
