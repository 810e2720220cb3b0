// Watches pages of a server in Chromium, for benches/serve: when does the DOM show a word? It uses the Chromium and
// the playwright-core of tests/tools/browser.
//
// One JSON object a line goes in, one comes out:
//
//     {"open": "http://127.0.0.1:1313/"}   {"opened": URL}, once the page hears of changes
//     {"await": "edit00001x"}              {"seen": "edit00001x", "at": milliseconds since 1970}
//
// The word is to be awaited before the file is saved; it is looked for in the text of the page after each mutation.

import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as rest } from "node:timers/promises";
import { launch } from "../tests/tools/browser/chromium.mjs";

const LIMIT = 120_000; // milliseconds that a page may take to be opened
const HEARING = 300; // milliseconds after which a stream that was opened is surely heard

const say = (object) => process.stdout.write(`${JSON.stringify(object)}\n`);

// Runs in every page before anything else, and again after each reload.
function watch() {
  const look = () => {
    const at = Date.now();
    const word = sessionStorage.getItem("awaited");
    if (word && document.body?.textContent.includes(word)) {
      sessionStorage.removeItem("awaited");
      window.seen(word, at);
    }
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
}

const browser = await launch();
const page = await browser.newPage();
page.setDefaultTimeout(LIMIT);
await page.exposeFunction("seen", (word, at) => say({ seen: word, at }));
await page.addInitScript(watch);

// Hugo's pages hear of changes by a web socket, Handbill's by an event stream.
function hears() {
  return Promise.race([
    page.waitForEvent("websocket"),
    page.waitForEvent("response", (answer) => answer.headers()["content-type"]?.startsWith("text/event-stream")),
  ]);
}

const acts = {
  async open(url) {
    const stream = hears();
    await page.goto(url, { waitUntil: "load" });
    await stream;
    await rest(HEARING);
    say({ opened: url });
  },
  await: (word) => page.evaluate((awaited) => sessionStorage.setItem("awaited", awaited), word).then(() => say({ awaiting: word })),
};

const lines = createInterface({ input: process.stdin });
let work = Promise.resolve();
lines.on("line", (line) => {
  const [[name, value]] = Object.entries(JSON.parse(line));
  work = work.then(() => acts[name](value));
});
say({ ready: browser.version() });
await once(lines, "close");
await work;
await browser.close();
