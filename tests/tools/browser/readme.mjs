// Takes the two screenshots of the README: the top of the front page, and of an article.
//
//     node tests/tools/browser/readme.mjs OUTPUT FOLDER

import { mkdirSync } from "node:fs";
import path from "node:path";
import { launch } from "./chromium.mjs";
import { serve } from "./server.mjs";

const SHOWN = [
  { name: "front-page.png", url: "/" },
  { name: "article.png", url: "/housing/2026/11/measure-r-passes/" },
];

const [output, folder] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const site = await serve(output);
const browser = await launch();
const page = await browser.newPage({ viewport: { width: 1280, height: 1000 }, colorScheme: "light" });
// Fonts that come late are left for the next page, so one goes before.
await page.goto(site.origin, { waitUntil: "networkidle" });
for (const { name, url } of SHOWN) {
  const response = await page.goto(site.origin + url, { waitUntil: "networkidle" });
  if (!response.ok()) throw new Error(`${response.status()} for ${url}`);
  await page.screenshot({ path: path.join(folder, name) });
}
await browser.close();
site.stop();
