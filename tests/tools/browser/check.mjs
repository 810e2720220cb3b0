// Looks at a published site in Chromium as its readers would: each check at each kind of page.
//
//     node tests/tools/browser/check.mjs OUTPUT [--every] [CHECK …]
//
// `--every` looks at all pages, which is meant for small sites of hard cases. Each check is a function of a reader
// (reader.mjs) and a page that gives findings, a sentence each. It knows nothing of how the page was made.

import { availableParallelism } from "node:os";
import { pathToFileURL } from "node:url";
import * as axe from "./axe.mjs";
import * as forced from "./forced.mjs";
import * as keyboard from "./keyboard.mjs";
import { everyPage, pages } from "./kinds.mjs";
import * as pictures from "./pictures.mjs";
import * as print from "./print.mjs";
import * as policy from "./policy.mjs";
import { read } from "./reader.mjs";
import * as reflow from "./reflow.mjs";
import * as scriptless from "./scriptless.mjs";
import * as shift from "./shift.mjs";
import * as weight from "./weight.mjs";

export const CHECKS = [
  axe.axeFindsNothing,
  axe.moreContrastIsGiven,
  policy.policyRefusesNothing,
  weight.isLight,
  weight.isLightOnAPhone,
  pictures.picturesFit,
  shift.nothingMoves,
  shift.ownFacesAreShown,
  keyboard.isUsableByKeyboard,
  keyboard.skipLinkSkips,
  scriptless.navigationNeedsNoScript,
  scriptless.formsNeedNoScript,
  reflow.zoomCutsNothing,
  reflow.spacingCutsNothing,
  forced.controlsShowInForcedColours,
  print.printShowsTextAlone,
  print.pdfHoldsTheArticle,
];

const SHOWN = 12;

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [output, ...rest] = process.argv.slice(2);
  const names = rest.filter((word) => !word.startsWith("--"));
  const chosen = rest.includes("--every") ? everyPage(output) : pages(output);
  const checks = CHECKS.filter(({ name }) => names.length === 0 || names.includes(name));
  const reader = await read(output);
  let failed = 0;
  for (const check of checks) failed += await run(check, reader, chosen);
  await reader.stop();
  console.log(`looked at ${chosen.length} pages: ${chosen.map(({ kind }) => kind).join(", ")}`);
  console.log(`${checks.length - failed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || checks.length === 0 || chosen.length === 0 ? 1 : 0;
}

/** Runs one check on all pages and tells what it found: 1 when it failed. */
async function run(check, reader, chosen) {
  const began = Date.now();
  const findings = [];
  await inParallel(chosen, async (page, place) => {
    const found = await check(reader, page).catch((error) => [`stops: ${error.message.split("\n")[0]}`]);
    found.forEach((sentence) => findings.push({ place, line: `${page.kind} ${page.url}: ${sentence}` }));
  });
  const words = check.name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  console.log(`${findings.length > 0 ? "FAILED" : "ok    "} ${words} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  findings.sort((a, b) => a.place - b.place);
  findings.slice(0, SHOWN).forEach(({ line }) => console.log(`       ${line}`));
  if (findings.length > SHOWN) console.log(`       … and ${findings.length - SHOWN} more`);
  return findings.length > 0 ? 1 : 0;
}

/** Does something with each item, on as many as the machine has cores at a time. */
export async function inParallel(items, act) {
  const waiting = [...items.entries()];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await act(next[1], next[0]);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
}
