// Shows that every check of check.mjs can fail: plants one fault after another in the responses of a published site.
// The folder is not changed.
//
//     node tests/tools/browser/planted.mjs OUTPUT [CHECK …]
//
// A check that finds nothing in a page with a fault of its kind is useless.

import { CHECKS, inParallel } from "./check.mjs";
import { FAULTS } from "./faults.mjs";
import { pages } from "./kinds.mjs";
import { begin, read } from "./reader.mjs";

const [output, ...names] = process.argv.slice(2);
const chosen = pages(output);
const checks = CHECKS.filter(({ name }) => names.length === 0 || names.includes(name));
const faults = checks.flatMap((check) => (FAULTS[check.name] ?? []).map(([kind, what, change]) => ({ check, kind, what, change })));
const browser = await begin();
let failed = 0;
const tell = ({ name }, sentence) => {
  failed += 1;
  console.log(`FAILED ${name}: ${sentence}`);
};

checks.filter(({ name }) => !FAULTS[name]).forEach((check) => tell(check, "nothing is planted for it"));
await inParallel(faults, async ({ check, kind, what, change }) => {
  const page = chosen.find((page) => page.kind === kind);
  if (!page) return tell(check, `there is no page of the kind ${kind}`);
  let isPlanted = false;
  const reader = await read(output, {
    browser,
    change(file, text) {
      const changed = change(file, text);
      isPlanted ||= changed !== text;
      return changed;
    },
  });
  const findings = await check(reader, page).catch(() => ["stops"]);
  await reader.stop();
  if (!isPlanted) tell(check, `${page.url} has no place for ${what}`);
  else if (findings.length === 0) tell(check, `does not find ${what} in ${page.url}`);
  return undefined;
});
await browser.close();
console.log(`${faults.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 || faults.length === 0 ? 1 : 0;
