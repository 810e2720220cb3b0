// A reader: a browser that has a published site before it, and opens pages of it in the circumstances that a check asks
// for. What a check looks at in a page runs through the debugger, which no policy of the page holds back.

import { launch } from "./chromium.mjs";
import { faces } from "./faces.mjs";
import { serve } from "./server.mjs";

// The delay of fonts and images in milliseconds, for a view that has one.
const LATE = 400;
const late = (file) => (/\.(woff2|jpe?g|png|webp|avif|gif)$/.test(file) ? LATE : 0);

/** A reader of a site. What is not named here is handed to `serve`. A `browser` that is given is not closed. */
export async function read(folder, { browser, ...server } = {}) {
  const [site, slow] = await Promise.all([serve(folder, server), serve(folder, { ...server, late })]);
  const used = browser ?? await begin();
  // Idle windows, by their settings: a new one costs more than a page.
  const idle = new Map();

  /** Opens a page in the circumstances of `view`, and gives what `look` gives. */
  async function open(url, { before, fresh, ...view }, look) {
    const key = JSON.stringify(view);
    const opened = (!fresh && idle.get(key)?.pop()) || await unfold(used, view);
    await before?.(opened);
    await opened.page.goto((view.late ? slow : site).origin + url, { waitUntil: "load" });
    // A medium does not outlive the page before.
    if (view.media) await opened.page.emulateMedia({ media: view.media });
    const seen = await look(opened);
    if (fresh) await opened.page.context().close();
    else idle.set(key, [...(idle.get(key) ?? []), opened]);
    return seen;
  }

  async function stop() {
    site.stop();
    slow.stop();
    await Promise.all([...idle.values()].flat().map(({ page }) => page.context().close()));
    if (!browser) await used.close();
  }

  return { origin: site.origin, open, stop };
}

/** A browser as readers have it, for one reader or several. */
export async function begin() {
  const { environment, remove } = faces();
  const browser = await launch(environment);
  browser.on("disconnected", remove);
  return browser;
}

async function unfold(browser, view) {
  const context = await browser.newContext({
    viewport: { width: view.width ?? 1280, height: view.height ?? 900 },
    deviceScaleFactor: view.zoom ?? 1,
    colorScheme: view.scheme ?? "light",
    contrast: view.contrast ?? "no-preference",
    forcedColors: view.forced ? "active" : "none",
    reducedMotion: "reduce",
    javaScriptEnabled: view.scripts ?? true,
  });
  const page = await context.newPage();
  const debug = await context.newCDPSession(page);
  return { page, debug, run: (act, ...values) => evaluate(debug, act, values) };
}

/** What a function gives in the page. It sees its arguments and nothing else of this program. */
async function evaluate(debug, act, values) {
  const expression = `(${act})(${values.map((value) => JSON.stringify(value)).join()})`;
  const answer = await debug.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
  if (answer.exceptionDetails) throw new Error(answer.exceptionDetails.exception?.description ?? "a script failed");
  return answer.result.value;
}
