// Opens each kind of page in Chromium, wide and narrow, light and dark, and asks axe-core what is wrong with it. Tells
// besides what a reader or a host would notice: a request that fails or goes elsewhere, something that a strict
// Content-Security-Policy refuses, a page that is wider than its window.
//
//     node tests/tools/browser/axe.mjs OUTPUT [--every-article]

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { launch } from "./chromium.mjs";
import { pages } from "./kinds.mjs";
import { serve } from "./server.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const VIEWS = [1280, 360].flatMap((width) => ["light", "dark"].map((scheme) => ({ width, scheme })));
const NARROW = { width: 320, scheme: "light" };

const folder = process.argv[2];
const site = await serve(folder);
const browser = await launch();
const chosen = pages(folder, { everyArticle: process.argv.includes("--every-article") });
let passed = 0;
let failed = 0;

for (const view of [...VIEWS, NARROW]) {
  const context = await browser.newContext({ viewport: { width: view.width, height: 900 }, colorScheme: view.scheme });
  for (const { kind, url } of chosen) {
    const findings = await look(context, url, view);
    if (findings.length === 0) {
      passed += 1;
      continue;
    }
    failed += 1;
    console.log(`FAILED ${kind} ${url} at ${view.width} px, ${view.scheme}`);
    findings.forEach((finding) => console.log(`        ${finding}`));
  }
  await context.close();
}
await browser.close();
site.stop();
console.log(`looked at ${chosen.length} pages: ${chosen.map(({ kind }) => kind).join(", ")}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

async function look(context, url, view) {
  const findings = [];
  const page = await context.newPage();
  page.on("request", (request) => {
    if (!request.url().startsWith(`${site.origin}/`) && !request.url().startsWith("data:")) {
      findings.push(`asks ${request.url()}`);
    }
  });
  page.on("response", (response) => {
    if (response.status() >= 400 && !url.endsWith("/404.html")) {
      findings.push(`${response.status()} for ${response.url()}`);
    }
  });
  page.on("console", (message) => message.type() === "error" && findings.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => findings.push(`script: ${error.message}`));
  await page.goto(site.origin + url, { waitUntil: "load" });
  // Through the debugger, which no policy holds back; the page itself is left as it is.
  const debug = await context.newCDPSession(page);
  const run = (expression) => debug.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
  const size = (await run("[document.scrollingElement.scrollWidth, innerWidth].join()")).result.value.split(",").map(Number);
  if (size[0] > size[1]) {
    findings.push(`is ${size[0]} px wide in a window of ${size[1]} px`);
  }
  if (view !== NARROW) {
    await run(AXE);
    const answer = await run("axe.run().then(({ violations }) => JSON.stringify(violations))");
    for (const { id, impact, help, nodes } of JSON.parse(answer.result.value)) {
      const places = nodes.slice(0, 3).map((node) => node.target.join(" ")).join("; ");
      const reasons = nodes[0].any.concat(nodes[0].all).map((check) => check.message).slice(0, 2).join("; ");
      findings.push(`axe ${id} (${impact}): ${help}: ${places}${nodes.length > 3 ? ` and ${nodes.length - 3} more` : ""}: ${reasons}`);
    }
  }
  await page.close();
  return findings;
}
