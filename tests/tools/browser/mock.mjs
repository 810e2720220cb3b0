// A mock of `handbill serve` with two pages, for the checks of the dev server's browser part: it has the same URLs and
// events, and does what a check needs and no server does: respond late or wrongly, stop.

import { createServer } from "node:http";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { deflateSync } from "node:zlib";

const CLIENT = new URL("../../../src/dev_server/client/", import.meta.url);
const TYPES = { js: "text/javascript", css: "text/css", png: "image/png", wav: "audio/wav" };
const BASE = "/paper/";

/** The errors that are reported unless a check gives others. */
const DIAGNOSTICS = [
  { level: "error", code: "unknown-key", message: "there is no key `sumary`", file: "content/articles/one.md", line: 3, column: 1, snippet: "3 | sumary: The mill stays\n  | ^^^^^^", help: "did you mean `summary`?", open: "vscode://file/site/content/articles/one.md:3:1" },
  { level: "error", code: "template", message: "variable `pge` is not there", file: "templates/article.html", line: 8, column: 4, snippet: "8 | {{ pge.title }}\n  |    ^^^", help: null, open: "vscode://file/site/templates/article.html:8:4" },
];

/** Starts it. `edit(what, value)` changes the site; `send(path, event, data)` sends an event to the pages at a path. */
export async function mock() {
  const state = {
    words: "The mill will stay open until spring", above: 0, style: "rgb(20, 20, 20)", image: [200, 30, 30], second: "Elsewhere",
    gone: false, error: false, extra: "", title: "One", open: false, value: "", plain: "rgb(1, 2, 3)",
  };
  const control = { delay: {}, asked: [], posts: [], follow: "false" };
  const streams = new Set();
  let clock = { text: "2026-11-24 08:00", value: "2026-11-24T08:00", fixed: false };

  const pages = {
    [`${BASE}one/`]: () => page(state, one(state)),
    [`${BASE}two/`]: () => page(state, `<h1>Two</h1><p id="words">${state.second}</p>`),
    [`${BASE}three/`]: () => page(state, ""),
  };
  const html = (path) => (state.gone && path === `${BASE}one/` ? null : pages[path]?.());
  const about = (path) => ({
    source: "content/articles/one.md", edit: "vscode://file/site/content/articles/one.md", template: "article.html", kind: "article",
    badges: path.endsWith("one/") ? [{ state: "draft", until: null }, { state: "scheduled", until: "2026-12-01 08:00" }] : [],
    word_count: 612, reading_time: 3, clock, outbox: 1,
    warnings: path.endsWith("one/") ? [{ message: "the image `mill.jpg` has no `alt`", file: "content/articles/one.md", line: 12, help: "say what is to be seen", open: "vscode://file/site/content/articles/one.md:12" }] : [],
  });
  const diagnostics = () => ({ diagnostics: state.error === true ? DIAGNOSTICS : [state.error || []].flat() });

  const write = (stream, event, data) => stream.response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  const send = (path, event, data) => {
    for (const stream of streams) if (path === null || stream.path === path) write(stream, event, data);
  };
  const announce = (stream) => {
    const now = html(stream.path);
    if (now === null && stream.digest !== null) write(stream, "gone", { to: `${BASE}two/`, why: "It has a new URL." });
    if (now && digest(now) !== stream.digest) write(stream, "page", { digest: digest(now) });
    stream.digest = now && digest(now);
  };

  const answer = async (request, response) => {
    const url = new URL(request.url, "http://localhost");
    const path = url.pathname;
    const give = (type, body, status = 200) => response.writeHead(status, {
      "content-type": type, "cache-control": "no-cache",
      "content-security-policy": "default-src 'self'; base-uri 'none'",
    }).end(body);
    if (path === `${BASE}.handbill/events`) {
      response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
      const stream = { response, path: url.searchParams.get("page"), digest: undefined };
      streams.add(stream);
      request.on("close", () => streams.delete(stream));
      announce(stream);
      write(stream, "diagnostics", diagnostics());
      return write(stream, "about", about(stream.path));
    }
    if (path === `${BASE}.handbill/clock` && request.method === "POST") {
      let body = "";
      for await (const part of request) body += part;
      control.posts.push(body);
      const value = new URLSearchParams(body).get("as_of");
      clock = value ? { text: value.replace("T", " "), value, fixed: true } : { text: "2026-11-24 08:00", value: "2026-11-24T08:00", fixed: false };
      for (const stream of streams) write(stream, "about", about(stream.path));
      return give("text/plain", "", 204);
    }
    control.asked.push(request.url);
    const [body, type] = file(path, state) ?? [html(path) && inject(html(path), control), "text/html; charset=utf-8"];
    const late = Object.entries(control.delay).find(([part]) => path.includes(part));
    if (late) await new Promise((done) => setTimeout(done, typeof late[1] === "function" ? late[1]() : late[1]));
    return body ? give(type, body) : give("text/html", "<!doctype html><title>404</title>", 404);
  };

  let server;
  const listen = (port) => new Promise((done) => {
    server = createServer((request, response) => answer(request, response).catch(() => response.destroy()));
    server.listen(port, "127.0.0.1", done);
  });
  await listen(0);
  const { port } = server.address();
  const stop = () => new Promise((done) => {
    server.close(done);
    server.closeAllConnections();
  });
  return {
    origin: `http://127.0.0.1:${port}`, base: BASE, first: `${BASE}one/`, second: `${BASE}two/`, moved: `${BASE}two/`,
    error: { texts: ["2 errors", "there is no key sumary", "content/articles/one.md:3:1", "did you mean summary?", "{{ pge.title }}"], open: DIAGNOSTICS[0].open },
    control, send, stop,
    start: () => listen(port),
    streams: () => [...streams].map(({ path }) => path),
    edit(what, value) {
      const styles = [stylesheet(state), state.plain, state.image.join()];
      state[what] = value;
      const now = [stylesheet(state), state.plain, state.image.join()];
      const urls = [["plain.css", 1], ["image.png", 2]].filter(([, at]) => styles[at] !== now[at]).map(([name]) => BASE + name);
      if (urls.length > 0) send(null, "files", { urls });
      if (what === "error") send(null, "diagnostics", diagnostics());
      for (const stream of streams) announce(stream);
    },
  };
}

const digest = (text) => createHash("sha256").update(text).digest("hex").slice(0, 16);

const inject = (text, control) => text.replace("</body>", `<script type="module" src="${BASE}.handbill/client/main.js" `
  + `data-page="${digest(text)}" data-base="${BASE}"${control.follow === "true" ? ' data-follow="true"' : ""}></script></body>`);

const stylesheet = ({ style }) => `:root { color-scheme: light dark; --colour: ${style} }
  html { font: 18px/1.5 serif } body { max-width: 40rem; margin: 0 auto; color: var(--colour); padding: 1rem }
  h1 { border-top: 3px solid } .far { height: 3000px }
  @media (prefers-color-scheme: dark) { body { color: rgb(240, 240, 240); background: rgb(10, 10, 10) } }`;

function file(path, state) {
  const name = path.slice(BASE.length);
  const type = TYPES[name.split(".").pop()];
  if (name.startsWith(".handbill/client/")) return [readFileSync(new URL(name.split("/").pop(), CLIENT)), type];
  if (/^main\.\w+\.css$/.test(name)) return [stylesheet(state), type];
  if (name === "plain.css") return [`h1 { color: ${state.plain} } .backdrop { background: url(image.png); block-size: 20px }`, type];
  if (name === "icon.png") return [png(0, 0, 0), type];
  if (name === "image.png") return [png(...state.image), type];
  if (name === "sound.wav") return [wav(), type];
  return null;
}

const page = (state, main) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${state.title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="theme-color" content="#131313" media="(prefers-color-scheme: dark)">
<link rel="icon" href="${BASE}icon.png"><link rel="stylesheet" href="${BASE}main.${digest(stylesheet(state)).slice(0, 8)}.css">
<link rel="stylesheet" href="${BASE}plain.css">
</head><body><main>
${main}
</main></body></html>
`;

const one = (state) => `<h1>The first page</h1>
${Array.from({ length: state.above }, (_, at) => `<p>Something above, number ${at}, that takes a line of room.</p>\n`).join("")}
<p id="words">${state.words}</p>
<noscript><p>Without scripts.</p></noscript>
<form action="#"><label>Name <input name="name" value="${state.value}"></label><label>Letter <textarea name="letter"></textarea></label>
<label><input type="checkbox" name="yes"> Yes</label></form>
<details${state.open ? " open" : ""}><summary>More</summary><p>Details of ${state.words}</p></details>
<audio controls src="${BASE}sound.wav"></audio>
<picture><source srcset="${BASE}image.png?dark" media="(prefers-color-scheme: dark)"><img src="${BASE}image.png" width="40" height="40" alt="A square"></picture>
<div class="backdrop"></div>
<iframe src="${BASE}three/" title="Another page"></iframe>
<p><a href="${BASE}two/">Two</a></p>
${state.extra}
<div class="far"></div>
<p id="end">The end</p>`;

/** A square of one colour. */
export function png(...colour) {
  const table = Array.from({ length: 256 }, (_, n) => Array.from({ length: 8 }).reduce((c) => (c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1), n));
  const crc = (bytes) => ~bytes.reduce((c, byte) => table[(c ^ byte) & 255] ^ (c >>> 8), ~0) >>> 0;
  const chunk = (name, data) => {
    const body = Buffer.concat([Buffer.from(name), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]);
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.from([0, ...colour]))), chunk("IEND", Buffer.alloc(0))]);
}

/** Ten seconds of silence. */
export function wav() {
  const [rate, samples] = [8000, 80000];
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + samples, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  [1, 1].forEach((value, at) => head.writeUInt16LE(value, 20 + 2 * at));
  [rate, rate].forEach((value, at) => head.writeUInt32LE(value, 24 + 4 * at));
  [1, 8].forEach((value, at) => head.writeUInt16LE(value, 32 + 2 * at));
  head.write("data", 36);
  head.writeUInt32LE(samples, 40);
  return Buffer.concat([head, Buffer.alloc(samples, 128)]);
}
