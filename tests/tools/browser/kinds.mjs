// Chooses which pages of a published site to look at: of each kind the largest, which shows the most; of articles the
// three largest, and one with comments and one without, or all of them.

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** All pages as `{ kind, url }`, by the `page-KIND` class of their body. Redirects are omitted: they show nothing. */
export function everyPage(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((file) => file.endsWith(".html"))
    .map((file) => describe(folder, file))
    .filter(({ kind }) => kind && kind !== "redirect")
    .sort((a, b) => b.length - a.length || a.url.localeCompare(b.url));
}

/** The pages to look at. */
export function pages(folder, { everyArticle = false } = {}) {
  const all = everyPage(folder);
  const chosen = new Map();
  const choose = (page, kind = page?.kind) => page && !chosen.has(page.url) && chosen.set(page.url, { kind, url: page.url });
  for (const kind of [...new Set(all.map((page) => page.kind))].sort()) {
    choose(all.find((page) => page.kind === kind));
  }
  const articles = all.filter((page) => page.kind === "article");
  articles.slice(0, everyArticle ? articles.length : 3).forEach((page) => choose(page));
  choose(articles.find((page) => page.comments), "article-comments");
  choose(articles.findLast((page) => !page.comments), "article-short");
  return [...chosen.values()];
}

function describe(folder, file) {
  const html = readFileSync(path.join(folder, file), "utf8");
  const url = `/${file.split(path.sep).join("/").replace(/(^|\/)index\.html$/, "$1")}`;
  const kind = html.match(/<body[^>]*class="[^"]*\bpage-([a-z-]+)/)?.[1];
  return { kind, url, length: html.length, comments: /id="comment-/.test(html) };
}
