// Asks axe-core what is wrong with a page, wide and narrow, light and dark: all its rules for WCAG 2.2 AA and its best
// practices. Readers who ask their system for more contrast get that of AAA.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const VIEWS = [1280, 360].flatMap((width) => ["light", "dark"].map((scheme) => ({ width, scheme })));
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const RULES = { runOnly: TAGS, rules: { "target-size": { enabled: true } } };
const CONTRAST = { runOnly: { type: "rule", values: ["color-contrast-enhanced"] } };

/** axe-core finds nothing. */
export async function axeFindsNothing(reader, { url }) {
  const findings = [];
  for (const view of VIEWS) findings.push(...await ask(reader, url, view, RULES));
  return findings;
}

/** Text has a contrast of seven to one for those who ask for more. */
export async function moreContrastIsGiven(reader, { url }) {
  const findings = [];
  for (const scheme of ["light", "dark"]) {
    findings.push(...await ask(reader, url, { width: 1280, scheme, contrast: "more" }, CONTRAST));
  }
  return findings;
}

async function ask(reader, url, view, options) {
  const { violations, passes } = await reader.open(url, view, async ({ debug, run }) => {
    await debug.send("Runtime.evaluate", { expression: AXE });
    return run((options) => axe.run(options).then(({ violations, passes }) => ({
      passes: passes.length,
      violations: violations.map(({ id, impact, help, nodes }) => ({
        id, impact, help, places: nodes.map((node) => node.target.join(" ")),
        reasons: nodes[0].any.concat(nodes[0].all).map((check) => check.message),
      })),
    })), options);
  });
  const seen = `at ${view.width} px, ${view.scheme}`;
  if (passes + violations.length === 0) return [`${seen}: axe has looked at nothing`];
  return violations.map(({ id, impact, help, places, reasons }) => {
    const more = places.length > 3 ? ` and ${places.length - 3} more` : "";
    return `${seen}: ${id} (${impact}): ${help}: ${places.slice(0, 3).join("; ")}${more}: ${reasons.slice(0, 2).join("; ")}`;
  });
}
