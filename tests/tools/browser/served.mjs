// Checks the dev server with its browser part: the checks of live.mjs with `handbill serve` itself, and those below, in
// which an author edits the repository's own site.
//
//     node tests/tools/browser/served.mjs PROGRAM [PART OF A NAME]

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync, openSync, closeSync, ftruncateSync, writeSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { bar, checks, eventually, hold, open, shows, stayed } from "./live.mjs";
import { begin, folder, start } from "./serve.mjs";

const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));
const SOURCES = ["site.yaml", "content", "static", "themes"];
const VIM = ["/usr/bin/vim", "/usr/bin/vim.tiny"].find((place) => existsSync(place));

const [handbill, part = ""] = process.argv.slice(2);
if (!existsSync(handbill ?? "")) throw new Error("name the program: node served.mjs target/debug/handbill");

/** The repository's own site in a temporary folder, served. */
async function sampleSite() {
  const site = folder();
  site.copy(REPOSITORY, SOURCES);
  const server = await start(handbill, site.root, "--as-of", "2026-11-24T12:00:00Z");
  return {
    ...server, root: site.root, article: "/housing/2026/11/measure-r-passes/", file: path.join(site.root, "content/articles/2026/measure-r-passes/index.md"),
    async stop() {
      await server.stop();
      site.remove();
    },
  };
}

/** Each way in which editors save: `(file, text)`. */
const saves = {
  /** VS Code writes in place; twice, where it formats what it saves. */
  code(file, text) {
    for (const each of [`${text}\n`, text]) {
      const descriptor = openSync(file, "r+");
      ftruncateSync(descriptor);
      writeSync(descriptor, each);
      closeSync(descriptor);
    }
  },
  /** JetBrains write beside, put the old file aside and the new one in its place. */
  jetbrains(file, text) {
    writeFileSync(`${file}___jb_tmp___`, text);
    renameSync(file, `${file}___jb_old___`);
    renameSync(`${file}___jb_tmp___`, file);
    rmSync(`${file}___jb_old___`);
  },
};

/** Has vim itself replace words in a file and save it, with its settings for backups as an author may have them. */
function vim(file, from, to, settings) {
  const commands = ["-c", `set ${settings}`, "-c", `%s/${from}/${to}/`, "-c", "wq"];
  const { status, stderr } = spawnSync(VIM, ["-u", "NONE", "-N", "-es", ...commands, file], { encoding: "utf8", timeout: 10000 });
  assert.equal(status, 0, stderr);
}

const FIRST = "article .prose > p:not(.dateline)";

async function reading(page, site) {
  await open(page, site, site.article);
  await page.evaluate((selector) => { window.kept = document.querySelector(selector); }, FIRST);
}

/** The words of the first paragraph become others, in the very element that showed them. */
async function became(page, words) {
  await page.waitForFunction(([selector, wanted]) => document.querySelector(selector).textContent.includes(wanted), [FIRST, words]);
  assert.equal(await page.evaluate((selector) => document.querySelector(selector) === window.kept, FIRST), true, "the paragraph was made again");
  await stayed(page);
}

const authors = {
  async "vim saves an article, and its words change in place"(page, site) {
    if (!VIM) return console.log("        (there is no vim here)");
    await reading(page, site);
    const word = readFileSync(site.file, "utf8").split("---\n").slice(2).join("").trim().split(" ")[0];
    let before = word;
    for (const [number, settings] of ["nobackup writebackup backupcopy=auto", "backup backupcopy=no", "backup backupcopy=yes", "nowritebackup"].entries()) {
      const after = `Vim${number}`;
      vim(site.file, `^${before} `, `${after} `, settings);
      await became(page, `${after} `);
      before = after;
    }
  },
  async "VS Code and JetBrains save an article, and its words change in place"(page, site) {
    await reading(page, site);
    const text = readFileSync(site.file, "utf8");
    const at = text.indexOf("---\n", 4) + 4;
    for (const [name, save] of Object.entries(saves)) {
      save(site.file, `${text.slice(0, at)}\nSaved by ${name}: ${text.slice(at).trimStart()}`);
      await became(page, `Saved by ${name}: `);
    }
  },
  async "an edited headline changes in the list of another page"(page, site) {
    await open(page, site, "/");
    const text = readFileSync(site.file, "utf8");
    writeFileSync(site.file, text.replace(/^title: .*$/m, "title: An entirely other headline"));
    await page.getByText("An entirely other headline").first().waitFor();
    await stayed(page);
  },
  async "with the switch on the browser goes to the article that is edited"(page, site) {
    await open(page, site, "/");
    await bar(page, ".follow").click();
    writeFileSync(site.file, readFileSync(site.file, "utf8").trimEnd() + "\n\nOne more line.\n");
    await page.waitForURL(`**${site.article}`);
    await page.getByText("One more line.").waitFor();
  },
  async "the clock shows what is scheduled as published"(page, site) {
    await open(page, site, "/");
    await bar(page, ".clock summary").click();
    await bar(page, "#as-of").fill("2026-12-24T09:30");
    await bar(page, ".clock [type=submit]").click();
    await page.getByText("As of 2026-12-24 09:30").waitFor();
    await bar(page, ".clock summary").click();
    await bar(page, ".now").click();
    await page.getByText("As of now").waitFor();
  },
  async "a site that cannot be shown yet comes by itself below its path"(page, site) {
    const broken = folder();
    broken.write("site.yaml", "titel: The Paper\nbase_url: https://paper.example/sub/\n");
    const server = await start(handbill, broken.root);
    try {
      await page.goto(server.origin);
      await page.getByRole("alertdialog").waitFor();
      broken.write("site.yaml", "title: The Fixed Paper\nbase_url: https://paper.example/sub/\n");
      await page.getByText("The Fixed Paper").first().waitFor();
      await page.getByRole("alertdialog").waitFor({ state: "detached" });
      await eventually(() => assert.equal(new URL(page.url()).pathname, "/sub/"));
    } finally {
      await server.stop();
      broken.remove();
    }
  },
  async "a template that fails shows over its page, and goes when it is fixed"(page, site) {
    await open(page, site, site.article);
    const file = path.join(site.root, "themes/broadsheet/templates/article.html");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace("{{ content | safe }}", "{{ article.title + 1 }}"));
    const overlay = page.getByRole("alertdialog");
    await overlay.waitFor();
    assert.match(await overlay.innerText(), /This page cannot be rendered[^]*article\.html/);
    await page.reload();
    await overlay.waitFor();
    writeFileSync(file, text);
    await overlay.waitFor({ state: "detached" });
    await page.waitForSelector(FIRST);
  },
};

await hold({ ...checks, ...authors }, (name) => (name in authors ? sampleSite() : begin(handbill)), part);
