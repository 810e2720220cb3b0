// Starts `handbill serve` on a folder of files, and gives what the checks of live.mjs ask for: a small site, and edits to
// its files as an editor would make them.

import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { png, wav } from "./mock.mjs";

/** Serves a folder with a program; gives the origin, the site's path, and a function that ends it. */
export async function start(handbill, root, ...flags) {
  const child = spawn(handbill, ["serve", "--root", root, "--format", "json", ...flags], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((done) => child.once("exit", done));
  let url;
  for await (const line of createInterface({ input: child.stdout })) {
    url = JSON.parse(line).serving?.url;
    if (url) break;
  }
  child.stdout.resume();
  if (!url) throw new Error(`${handbill} does not serve ${root}`);
  const { origin, pathname } = new URL(url);
  return {
    origin, base: pathname,
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** A temporary folder, with a function that writes files in it. */
export function folder() {
  const root = mkdtempSync(path.join(tmpdir(), "handbill-live-"));
  return {
    root,
    write(name, content) {
      const file = path.join(root, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, content);
    },
    copy: (from, names) => names.forEach((name) => cpSync(path.join(from, name), path.join(root, name), { recursive: true })),
    remove: (name = "") => rmSync(path.join(root, name), { recursive: true, force: true }),
  };
}

/** A site as live.mjs describes it. */
export async function begin(handbill) {
  const site = folder();
  const state = {
    words: "The mill will stay open until spring", above: 0, style: "rgb(20, 20, 20)", plain: "rgb(1, 2, 3)",
    image: [200, 30, 30], second: "Elsewhere", error: false, gone: false,
  };
  const write = {
    words: () => site.write("content/articles/one.md", one(state)),
    second: () => site.write("content/articles/two.md", `---\ntitle: Two\ndate: 2026-06-02\nsummary: ${state.second}\n---\n`),
    style: () => site.write("assets/main.css", stylesheet(state)),
    plain: () => site.write("static/plain.css", `h1 { color: ${state.plain} }\n`),
    image: () => site.write("static/image.png", png(...state.image)),
    error: () => (state.error ? site.write("content/pages/wrong.md", "---\ntitle: Wrong\nsumary: The mill stays\n---\n") : site.remove("content/pages/wrong.md")),
  };
  write.above = write.words;
  write.gone = write.words;
  site.write("site.yaml", "title: The Paper\nbase_url: https://paper.example/paper/\n");
  site.write("content/pages/three.md", "---\ntitle: Three\n---\nA page in a frame.\n");
  site.write("static/sound.wav", wav());
  site.write("templates/article.html", TEMPLATE);
  Object.values(write).forEach((act) => act());
  const server = await start(handbill, site.root, "--as-of", "2026-06-15T12:00:00Z");
  const at = `${server.base}news/2026/06/`;
  return {
    ...server, first: `${at}one/`, second: `${at}two/`, moved: `${at}moved/`,
    error: {
      texts: ["1 error", "unknown key sumary", "content/pages/wrong.md:3:1", "did you mean summary?", "sumary: The mill stays"],
      open: `vscode://file${site.root}/content/pages/wrong.md:3:1`,
    },
    edit(what, value) {
      state[what] = value;
      write[what]();
    },
    async stop() {
      await server.stop();
      site.remove();
    },
  };
}

const stylesheet = ({ style }) => `:root { color-scheme: light dark; --colour: ${style} }
  html { font: 18px/1.5 serif } body { max-width: 40rem; margin: 0 auto; color: var(--colour); padding: 1rem }
  .far { height: 3000px }
  @media (prefers-color-scheme: dark) { body { color: rgb(240, 240, 240); background: rgb(10, 10, 10) } }
`;

const one = ({ words, above, gone }) => `---
title: The first page
date: 2026-06-01
summary: ${words}
${gone ? "slug: moved\naliases: [/news/2026/06/one/]\n" : ""}---

${Array.from({ length: above }, (_, at) => `Something above, number ${at}, that takes a line of room.\n`).join("\n")}`;

const TEMPLATE = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ page.title }}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="{{ asset(path="main.css") }}">
<link rel="stylesheet" href="{{ site.url }}plain.css">
</head><body><main>
<h1>{{ article.title }}</h1>
{{ content | safe }}
<p id="words">{{ article.summary }}</p>
{%- if article.title == "The first page" %}
<noscript><p>Without scripts.</p></noscript>
<form action="#"><label>Name <input name="name"></label><label>Letter <textarea name="letter"></textarea></label>
<label><input type="checkbox" name="yes"> Yes</label></form>
<details><summary>More</summary><p>Details of {{ article.summary }}</p></details>
<audio controls src="{{ site.url }}sound.wav"></audio>
<img src="{{ site.url }}image.png" width="40" height="40" alt="A square">
<iframe src="{{ site.url }}three/" title="Another page"></iframe>
<p><a href="{{ site.url }}news/2026/06/two/">Two</a></p>
<div class="far"></div>
{%- endif %}
<p id="end">The end</p>
</main></body></html>
`;
