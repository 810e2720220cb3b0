// Asks Lighthouse for its opinion of the front page, the longest article and a sign-up page, on the telephone and the
// slow line that it imitates: 100 in each category, and in performance at least 99, since that is a measurement. A page
// that falls short is measured twice more, and the median counts: another program's work must not count against the page.
//
//     node tests/tools/browser/lighthouse.mjs OUTPUT
//     node tests/tools/browser/lighthouse.mjs OUTPUT --planted    shows that a fault costs its category points

import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";
import { flags, place } from "./chromium.mjs";
import { pages } from "./kinds.mjs";
import { POLICY, serve } from "./server.mjs";

const KINDS = ["front-page", "article", "newsletter"];
const LEAST = { performance: 99, accessibility: 100, "best-practices": 100, seo: 100 };
const ATTEMPTS = 3;
// Lighthouse reads robots.txt from within the page, which no page does itself.
const policy = `${POLICY}; connect-src 'self'`;

// A planted fault for each category but the first, for which stylesheets are delayed.
const FAULTS = [
  [/<html lang="[^"]*"/, "<html"],
  [/<meta charset="utf-8">/, `<meta charset="utf-8"><script src="/none.js"></script>`],
  [/<meta name="description"[^>]*>/, `<meta name="robots" content="noindex">`],
];

const [output, ...rest] = process.argv.slice(2);
const chosen = KINDS.map((kind) => pages(output).find((page) => page.kind === kind)).filter(Boolean);
const chromium = await launch({ chromePath: place(), chromeFlags: ["--headless=new", ...flags()] });
const failed = rest.includes("--planted") ? await plant() : await measure();
chromium.kill();
process.exitCode = failed > 0 || chosen.length === 0 ? 1 : 0;

async function measure() {
  const site = await serve(output, { policy });
  let short = 0;
  for (const { kind, url } of chosen) {
    const reports = [];
    do reports.push(await ask(site.origin + url)); while (!isGood(scores(reports)) && reports.length < ATTEMPTS);
    const found = scores(reports);
    const summary = Object.entries(found).map(([category, score]) => `${category} ${score}`).join(", ");
    console.log(`${isGood(found) ? "ok     " : "FAILED "}${kind} ${url}: ${summary}, after ${reports.length} of ${ATTEMPTS}`);
    if (isGood(found)) continue;
    short += 1;
    for (const category of Object.keys(found).filter((category) => found[category] < LEAST[category])) {
      shortfalls(reports.at(-1), category).forEach((line) => console.log(`        ${line}`));
    }
  }
  site.stop();
  console.log(`${chosen.length - short} passed, ${short} failed`);
  return short;
}

async function plant() {
  const change = (_, text) => FAULTS.reduce((changed, [from, to]) => changed.replace(from, to), text);
  const site = await serve(output, { policy, change, late: (file) => (file.endsWith(".css") ? 3000 : 0) });
  const found = scores([await ask(site.origin + chosen[0].url)]);
  site.stop();
  let missed = 0;
  for (const [category, score] of Object.entries(found)) {
    if (score >= LEAST[category]) missed += 1;
    console.log(`${score < LEAST[category] ? "found  " : "FAILED "}${category}: ${score} with a planted fault`);
  }
  return missed;
}

async function ask(url) {
  const onlyCategories = Object.keys(LEAST);
  const options = { port: chromium.port, logLevel: "error", onlyCategories, disableFullPageScreenshot: true };
  const { lhr } = await lighthouse(url, options);
  if (lhr.runtimeError) throw new Error(`${url}: ${lhr.runtimeError.message}`);
  return lhr;
}

/** The median score of each category, of 100. */
function scores(reports) {
  const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)];
  return Object.fromEntries(Object.keys(reports[0].categories).map((category) => [
    category, median(reports.map((report) => Math.round(report.categories[category].score * 100))),
  ]));
}

function isGood(found) {
  return Object.entries(found).every(([category, score]) => score >= LEAST[category]);
}

/** What cost a category its points. */
function shortfalls(report, category) {
  return report.categories[category].auditRefs
    .filter(({ id, weight }) => weight > 0 && report.audits[id].score !== null && report.audits[id].score < 1)
    .map(({ id }) => {
      const { title, displayValue, details } = report.audits[id];
      const places = (details?.items ?? []).slice(0, 3).map((item) => item.node?.selector ?? item.description ?? item.url);
      return [`${id}: ${title}`, displayValue, ...places].filter(Boolean).join("; ");
    });
}
