// Comment systems as a reader meets them in Chromium: nothing of them is asked before the button is pressed, and after
// it the page has the markup that each system documents, in the page's language and colours. A real Isso server takes a
// comment, which `comments import` then reads from its database; the other systems' hosts are stood in for.
//
//     node tests/tools/browser/discussion.mjs HANDBILL ISSO

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as rest } from "node:timers/promises";
import { launch } from "./chromium.mjs";
import { POLICY, serve } from "./server.mjs";

const [handbill, isso] = process.argv.slice(2).map((program) => path.resolve(program));
const folder = mkdtempSync(path.join(tmpdir(), "discussion-"));
const PAGE = "/news/2026/06/tide/";

/** A site of one article, whose comments are kept where `provider` says. */
function build(name, provider, language = "es") {
  const root = path.join(folder, name);
  mkdirSync(path.join(root, "content/articles"), { recursive: true });
  writeFileSync(path.join(root, "site.yaml"),
    `title: Elm\nbase_url: https://elm.example/\nlanguage: ${language}\nsections: [{ id: news, title: News }]\ncomments: { provider: ${provider} }\n`);
  writeFileSync(path.join(root, "content/articles/tide.md"), "---\ntitle: Tide\ndate: 2026-06-01\n---\n\nText.\n");
  execFileSync(handbill, ["build", "--root", root, "--as-of", "2026-06-15"], { stdio: "inherit" });
  return root;
}

/** A policy that allows the theme's own script, and what a system needs of its host. */
function policy(sources) {
  const own = { ...sources, "script-src": `'self' ${sources["script-src"]}`, "img-src": `'self' ${sources["img-src"] ?? ""}`,
    "style-src": `'self' ${sources["style-src"] ?? ""}` };
  const rest = POLICY.split("; ").filter((part) => !own[part.split(" ")[0]]);
  return [...rest, ...Object.entries(own).map(([name, value]) => `${name} ${value}`.trim())].join("; ");
}

/** Opens the article; gives the page, what was asked of other hosts, and what went wrong. */
async function visit(browser, site, view = {}) {
  const context = await browser.newContext({ colorScheme: "light", ...view });
  const page = await context.newPage();
  const [asked, errors] = [[], []];
  page.on("request", (request) => {
    if (!request.url().startsWith(`${site.origin}/`) && !request.url().startsWith("data:")) asked.push(request.url());
  });
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) errors.push(message.text()); });
  page.on("pageerror", (error) => errors.push(error.message));
  return { page, asked, errors };
}

const SYSTEMS = [
  {
    provider: "{ kind: giscus, repo: elm/talk, repo_id: R_1, category: Open floor, category_id: D_2 }",
    sources: { "script-src": "https://giscus.app", "frame-src": "https://giscus.app", "style-src": "https://giscus.app" },
    place: ".giscus",
    script: { src: "https://giscus.app/client.js", "data-repo": "elm/talk", "data-repo-id": "R_1", "data-category": "Open floor",
      "data-category-id": "D_2", "data-mapping": "pathname", "data-strict": "0", "data-reactions-enabled": "1",
      "data-emit-metadata": "0", "data-input-position": "bottom", "data-theme": "preferred_color_scheme", "data-lang": "es",
      "data-loading": "lazy", crossorigin: "anonymous", async: "" },
  },
  {
    provider: "{ kind: utterances, repo: elm/talk, label: comment }",
    sources: { "script-src": "https://utteranc.es", "frame-src": "https://utteranc.es" },
    script: { src: "https://utteranc.es/client.js", repo: "elm/talk", "issue-term": "pathname", label: "comment",
      theme: "preferred-color-scheme", crossorigin: "anonymous", async: "" },
  },
  {
    provider: "{ kind: remark42, host: \"https://remark.example\", site_id: elm }",
    sources: { "script-src": "https://remark.example", "frame-src": "https://remark.example" },
    place: "#remark42",
    script: { type: "module", src: "https://remark.example/web/embed.mjs" },
    config: { host: "https://remark.example", site_id: "elm", components: ["embed"], locale: "es", page_title: "Tide",
      url: "https://elm.example/news/2026/06/tide/", theme: "dark" },
  },
];

async function systemsHaveTheirMarkup(browser) {
  for (const [number, { provider, sources, place, script, config }] of SYSTEMS.entries()) {
    const site = await serve(path.join(build(`system-${number}`, provider), "public"), { policy: policy(sources) });
    const { page, asked, errors } = await visit(browser, site, { colorScheme: "dark" });
    const host = new URL(script.src).origin;
    const body = "window.ran = [...(document.currentScript?.getAttributeNames() ?? [])];";
    const headers = { "content-type": "text/javascript", "access-control-allow-origin": "*" };
    await page.route(`${host}/**`, (route) => route.fulfill({ body, headers }));
    await page.goto(site.origin + PAGE, { waitUntil: "networkidle" });
    assert.deepEqual(asked, [], "something was asked before the reader asked");
    const button = page.locator(".embed button");
    assert.match(await page.locator(".embed").innerText(), /dirección IP/);
    await button.focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => window.ran);
    await page.locator(".embed-ask").waitFor({ state: "detached" });
    const found = await page.evaluate((src) => {
      const element = document.querySelector(`script[src="${src}"]`);
      return Object.fromEntries(element.getAttributeNames().map((name) => [name, element.getAttribute(name)]));
    }, script.src);
    assert.deepEqual(found, script);
    if (place) assert.equal(await page.locator(place).count(), 1);
    assert.deepEqual(await page.evaluate(() => window.remark_config ?? null), config ?? null);
    assert.deepEqual(asked, [script.src]);
    assert.deepEqual(errors, []);
    await page.context().close();
    site.stop();
  }
}

async function hostThatDoesNotAnswerIsTold(browser) {
  const site = await serve(path.join(build("silent", SYSTEMS[1].provider), "public"), { policy: policy(SYSTEMS[1].sources) });
  const { page } = await visit(browser, site);
  await page.route("https://utteranc.es/**", (route) => route.abort());
  await page.goto(site.origin + PAGE);
  await page.locator(".embed button").click();
  await page.getByText("utteranc.es no responde").waitFor();
  assert.equal(await page.locator(".embed button").isEnabled(), true);
  await page.context().close();
  const scriptless = await visit(browser, site, { javaScriptEnabled: false });
  await scriptless.page.goto(site.origin + PAGE);
  assert.equal(await scriptless.page.locator(".embed button").isVisible(), false);
  assert.equal(await scriptless.page.locator(".embed noscript a").getAttribute("href"), "https://github.com/elm/talk/issues");
  site.stop();
}

/** A port that was free a moment ago. */
async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function commentGoesToIssoAndComesBackInAnImport(browser) {
  const host = `http://127.0.0.1:${await freePort()}`;
  const root = build("isso", `{ kind: isso, host: "${host}" }`, "en");
  const site = await serve(path.join(root, "public"), {
    policy: policy(Object.fromEntries(["script-src", "connect-src", "style-src", "img-src"].map((name) => [name, host]))),
  });
  const database = path.join(folder, "comments.db");
  const settings = path.join(folder, "isso.cfg");
  writeFileSync(settings,
    `[general]\ndbpath = ${database}\nhost = ${site.origin}\n[server]\nlisten = ${host}\n[moderation]\nenabled = false\n`);
  const server = spawn(isso, ["-c", settings, "run"], { stdio: "ignore" });
  const ended = new Promise((resolve) => server.on("exit", resolve));
  try {
    const { page, asked, errors } = await visit(browser, site);
    for (let tries = 0; ; tries += 1) {
      if (await fetch(`${host}/js/embed.min.js`).then(({ ok }) => ok, () => false)) break;
      if (tries > 100) throw new Error("Isso does not start");
      await rest(100);
    }
    await page.goto(site.origin + PAGE, { waitUntil: "networkidle" });
    assert.deepEqual(asked, [], "Isso was asked before the reader asked");
    await page.locator(".embed button").click();
    const box = page.locator("#isso-thread .isso-postbox");
    await box.locator(".isso-textarea").fill("The tide came in at noon.");
    await box.locator("input[name=author]").fill("Ann Quill");
    await box.locator("input[type=submit]").click();
    await page.locator(".isso-comment").getByText("The tide came in at noon.").waitFor();
    if (process.env.SHOTS) await page.screenshot({ path: path.join(process.env.SHOTS, "isso.png"), fullPage: true });
    assert.ok(asked.every((url) => url.startsWith(`${host}/`)), asked.join("\n"));
    assert.deepEqual(errors, [], "what Isso does under the policy");
    const second = await visit(browser, site);
    await second.page.goto(site.origin + PAGE);
    await second.page.locator(".embed button").click();
    await second.page.locator(".isso-comment").getByText("The tide came in at noon.").waitFor();
  } finally {
    server.kill();
    await ended;
    site.stop();
  }
  const report = execFileSync(handbill, ["comments", "import", database, "--root", root, "--format", "json"]);
  assert.equal(JSON.parse(report).published, 1);
  assert.match(readFileSync(path.join(root, "content/comments/tide.yaml"), "utf8"), /Ann Quill[^]*The tide came in at noon\./);
  execFileSync(handbill, ["build", "--root", root, "--as-of", "2026-12-15"], { stdio: "inherit" });
  assert.match(readFileSync(path.join(root, `public${PAGE}index.html`), "utf8"), /The tide came in at noon\./);
}

const CHECKS = [systemsHaveTheirMarkup, hostThatDoesNotAnswerIsTold, commentGoesToIssoAndComesBackInAnImport];
const browser = await launch();
let failed = 0;
for (const check of CHECKS) {
  const error = await check(browser).then(() => null, (error) => error);
  const words = check.name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  console.log(`${error ? "FAILED" : "ok    "} ${words}`);
  if (error) console.log(`       ${error.message}`);
  failed += error ? 1 : 0;
}
await browser.close();
rmSync(folder, { recursive: true });
console.log(`${CHECKS.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
