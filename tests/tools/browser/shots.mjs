// Takes screenshots of each page kind: wide, on a telephone and at 320 px, in light and dark, and in print.
//
//     node tests/tools/browser/shots.mjs OUTPUT FOLDER [--every-article]

import { mkdirSync } from "node:fs";
import path from "node:path";
import { launch } from "./chromium.mjs";
import { pages } from "./kinds.mjs";
import { serve } from "./server.mjs";

const VIEWS = [
  { width: 1280, scheme: "light" }, { width: 1280, scheme: "dark" },
  { width: 390, scheme: "light" }, { width: 390, scheme: "dark" },
  { width: 320, scheme: "light" },
];

const [output, folder] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const site = await serve(output);
const browser = await launch();
const chosen = pages(output, { everyArticle: process.argv.includes("--every-article") });
const name = ({ kind }, index) => `${String(index + 1).padStart(2, "0")}-${kind}`;

for (const view of VIEWS) {
  const context = await browser.newContext({ viewport: { width: view.width, height: 900 }, colorScheme: view.scheme });
  const page = await context.newPage();
  // Fonts that come late are left for the next page, so one goes before.
  await page.goto(site.origin, { waitUntil: "networkidle" });
  for (const [index, shown] of chosen.entries()) {
    await page.goto(site.origin + shown.url, { waitUntil: "load" });
    await scrollThrough(page);
    const file = `${name(shown, index)}-${view.width}${view.scheme === "dark" ? "-dark" : ""}.png`;
    await page.screenshot({ path: path.join(folder, file), fullPage: true });
  }
  await context.close();
}

const page = await browser.newPage();
await page.goto(site.origin, { waitUntil: "networkidle" });
for (const [index, shown] of chosen.entries()) {
  await page.goto(site.origin + shown.url, { waitUntil: "load" });
  await scrollThrough(page);
  await page.pdf({ path: path.join(folder, `${name(shown, index)}-print.pdf`), format: "Letter", printBackground: false });
}
await browser.close();
site.stop();
console.log(`${chosen.length} pages, ${VIEWS.length} views each, and on paper: ${folder}`);

/** Scrolls to the end and back, so that lazy images are loaded. */
async function scrollThrough(page) {
  const session = await page.context().newCDPSession(page);
  const expression = "(async () => { for (let y = 0; y < document.body.scrollHeight; y += 700) { scrollTo(0, y);"
    + " await new Promise((done) => requestAnimationFrame(done)); } scrollTo(0, 0);"
    + " await Promise.all([...document.images].map((image) => image.decode().catch(() => {}))); })()";
  await session.send("Runtime.evaluate", { expression, awaitPromise: true });
  await session.detach();
}
