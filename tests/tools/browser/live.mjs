// The behaviour of the live reload for an author who edits while a page is open. Each check gets a browser's `page`,
// which is not open yet, and a `site`, so that the checks run against a mock and against the real server:
//
//     site.origin, site.base         "http://127.0.0.1:1517", "/" or "/paper/"
//     site.first, site.second        paths of two pages; the first has an element #words, an input[name=name], a
//                                    textarea, a checkbox, a details, an audio with a file, an img, an iframe, 3000 px of
//                                    space and then #end, an h1, a link to the second; #words shows
//                                    "The mill will stay open until spring" at first
//     site.edit(what, value)         changes a source; it may give a promise. What there is:
//         "words", text              the text of #words
//         "above", n                 paragraphs between the h1 and #words
//         "style", colour            of body's text in light, in the stylesheet whose name has a fingerprint
//         "plain", colour            of the h1, in a stylesheet whose name has none
//         "image", [r, g, b]       of the img, a file whose name has no fingerprint
//         "second", text             the text of #words on the second page
//         "error", true or false   whether a source has errors
//         "gone", true or false      whether the first page has vanished, to `site.moved`
//     site.error                   the report of those errors: `texts`, an array of texts, and `open`, the first link
//     site.moved                     where the first page goes when it vanishes
//     site.stop()                    ends it

import assert from "node:assert/strict";
import { setTimeout as rest } from "node:timers/promises";
import { launch } from "./chromium.mjs";

const EVENTUALLY = { timeout: 8000 };
export const bar = (page, selector) => page.locator(`handbill-client ${selector}`);
const words = (page) => page.textContent("#words");

/** Opens a path, waits until the page is connected to the dev server, and marks the window, so that a reload is detected. */
export async function open(page, site, path = site.first) {
  await page.goto(site.origin + path);
  await page.waitForFunction(() => document.querySelector("handbill-client")?.shadowRoot.querySelector(".state").textContent === "Live", null, EVENTUALLY);
  await page.waitForFunction(() => document.querySelector("handbill-client").shadowRoot.querySelector(".template").textContent !== "", null, EVENTUALLY);
  await page.evaluate(() => { window.marker = "here"; });
}

export const shows = (page, text, selector = "#words") => page.waitForFunction(
  ([where, wanted]) => document.querySelector(where)?.textContent === wanted, [selector, text], EVENTUALLY);
export const stayed = async (page) => assert.equal(await page.evaluate(() => window.marker), "here", "the page was loaded again");
export const style = (page, selector, property) => page.evaluate(([where, name]) => getComputedStyle(document.querySelector(where))[name], [selector, property]);
const becomes = (page, selector, property, value) => page.waitForFunction(
  ([where, name, wanted]) => getComputedStyle(document.querySelector(where))[name] === wanted, [selector, property, value], EVENTUALLY);

export const checks = {
  async "text is edited in place"(page, site) {
    await open(page, site);
    const before = await page.evaluateHandle(() => document.querySelector("#words"));
    await site.edit("words", "Twice upon a time");
    await shows(page, "Twice upon a time");
    assert(await before.evaluate((node) => node === document.querySelector("#words")));
    await stayed(page);
  },
  async "what does not differ is not touched"(page, site) {
    await open(page, site);
    await page.evaluate(() => {
      window.touched = [];
      const name = (node) => node.id || node.parentNode?.id || node.nodeName;
      new MutationObserver((records) => records.forEach(({ target, type }) => window.touched.push(`${type} ${name(target)}`)))
        .observe(document.querySelector("main"), { subtree: true, childList: true, attributes: true, characterData: true });
    });
    await site.edit("words", "Twice, and no more");
    await shows(page, "Twice, and no more");
    const touched = await page.evaluate(() => window.touched);
    assert(touched.length <= 2 && touched.every((one) => /words|#text|characterData/.test(one)), touched.join(", "));
  },
  async "scroll position is kept when something above grows and shrinks"(page, site) {
    await open(page, site);
    await page.evaluate(() => scrollTo({ top: 600, behavior: "instant" }));
    const top = () => page.evaluate(() => document.querySelector("#end").getBoundingClientRect().top);
    const before = await top();
    for (const number of [12, 3, 30, 0]) {
      await site.edit("above", number);
      await page.waitForFunction((wanted) => [...document.querySelectorAll("p")].filter((p) => p.textContent.startsWith("Something above")).length === wanted, number, EVENTUALLY);
      await rest(50);
      assert(Math.abs(await top() - before) < 2, `with ${number} paragraphs above it moved by ${await top() - before} px`);
    }
  },
  async "focus, selection, half-typed text and a ticked box are kept"(page, site) {
    await open(page, site);
    await page.fill("input[name=name]", "Ada Love");
    await page.check("input[type=checkbox]");
    await page.fill("textarea", "Dear editors,");
    await page.evaluate(() => document.querySelector("textarea").setSelectionRange(2, 6));
    await site.edit("words", "While a letter is written");
    await shows(page, "While a letter is written");
    await site.edit("above", 4);
    await page.waitForFunction(() => document.body.textContent.includes("Something above"), null, EVENTUALLY);
    const after = await page.evaluate(() => {
      const area = document.querySelector("textarea");
      return [document.activeElement === area, area.value, area.selectionStart, area.selectionEnd,
        document.querySelector("input[name=name]").value, document.querySelector("input[type=checkbox]").checked];
    });
    assert.deepEqual(after, [true, "Dear editors,", 2, 6, "Ada Love", true]);
    await site.edit("above", 0);
  },
  async "details that the reader opened stay open"(page, site) {
    await open(page, site);
    await page.click("details > summary");
    await site.edit("words", "Inside and outside");
    await shows(page, "Inside and outside");
    assert.equal(await page.evaluate(() => document.querySelector("details").open), true);
  },
  async "a sound goes on playing, and a frame is not loaded again"(page, site) {
    await open(page, site);
    await page.evaluate(async () => {
      window.audio = document.querySelector("audio");
      window.audio.muted = true;
      await window.audio.play();
      document.querySelector("iframe").contentWindow.marker = "frame";
    });
    await site.edit("above", 5);
    await site.edit("words", "Over the music");
    await shows(page, "Over the music");
    const after = await page.evaluate(() => [document.querySelector("audio") === window.audio, window.audio.paused, document.querySelector("iframe").contentWindow.marker]);
    assert.deepEqual(after, [true, false, "frame"]);
    await site.edit("above", 0);
  },
  async "a stylesheet with a fingerprint is swapped in place"(page, site) {
    await open(page, site);
    await site.edit("style", "rgb(0, 90, 0)");
    await becomes(page, "body", "color", "rgb(0, 90, 0)");
    await stayed(page);
    await rest(50);
    assert.equal(await page.evaluate(() => [...document.querySelectorAll("link[rel=stylesheet]")].filter((link) => link.href.includes("main")).length), 1);
  },
  async "a stylesheet without one is swapped in place"(page, site) {
    await open(page, site);
    await site.edit("plain", "rgb(4, 5, 6)");
    await becomes(page, "h1", "color", "rgb(4, 5, 6)");
    await stayed(page);
  },
  async "an image is swapped in place, and later edits do not bring the old one back"(page, site) {
    await open(page, site);
    const colour = () => page.evaluate(async () => {
      const image = document.querySelector("main img");
      await image.decode();
      const context = new OffscreenCanvas(1, 1).getContext("2d");
      context.drawImage(image, 0, 0, 1, 1);
      return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3).join();
    });
    const shown = await page.evaluateHandle(() => document.querySelector("main img"));
    for (const image of [[10, 200, 10], [10, 10, 200]]) {
      await site.edit("image", image);
      await eventually(async () => assert.equal(await colour(), image.join()));
    }
    await site.edit("words", "Beside an image");
    await shows(page, "Beside an image");
    assert.equal(await colour(), "10,10,200");
    assert(await shown.evaluate((image) => image === document.querySelector("main img")));
    await stayed(page);
  },
  async "two pages hear only of themselves"(page, site) {
    const other = await page.context().newPage();
    await open(page, site);
    await open(other, site, site.second);
    const loads = [];
    for (const [name, each] of [["first", page], ["second", other]]) each.on("request", (request) => request.resourceType() === "fetch" && loads.push(name));
    await site.edit("second", "Elsewhere, later");
    await shows(other, "Elsewhere, later");
    assert.deepEqual(loads, ["second"]);
    await site.edit("words", "Here, later still");
    await shows(page, "Here, later still");
    assert.deepEqual(loads, ["second", "first"]);
    await other.close();
  },
  async "500 quick edits end in the right state"(page, site) {
    await open(page, site);
    for (let number = 1; number <= 500; number += 1) {
      await site.edit("words", `Edit ${number} of 500`);
      if (number % 25 === 0) await site.edit("above", number % 7);
      if (number % 10 === 0) await rest(5);
    }
    await shows(page, "Edit 500 of 500");
    await stayed(page);
    assert.equal(await page.evaluate(async () => {
      const text = await (await fetch(location.href, { cache: "no-store" })).text();
      return document.body.isEqualNode(new DOMParser().parseFromString(text.replace(/<noscript>.*?<\/noscript>/s, (all) => all.replaceAll("&", "&amp;").replace(/<(?!\/?noscript)/g, "&lt;")), "text/html").body);
    }), true, "the page differs from what the server gives");
    await site.edit("above", 0);
  },
  async "errors are reported over the page, and go when they are fixed"(page, site) {
    await open(page, site);
    await site.edit("error", true);
    const overlay = page.getByRole("alertdialog");
    await overlay.waitFor(EVENTUALLY);
    const text = await overlay.innerText();
    for (const part of site.error.texts) assert(text.includes(part), `${part} is not in ${text}`);
    assert.equal(await overlay.getByRole("link").first().getAttribute("href"), site.error.open);
    await site.edit("error", false);
    await overlay.waitFor({ state: "detached", ...EVENTUALLY });
    await stayed(page);
  },
  async "a page that is removed shows a notice, and comes back"(page, site) {
    await open(page, site);
    await site.edit("gone", true);
    const notice = page.getByRole("alert");
    await notice.waitFor(EVENTUALLY);
    assert.match(await notice.innerText(), /This page does not exist any more/);
    assert(await words(page));
    assert.equal(await notice.getByRole("link").getAttribute("href"), site.moved);
    await site.edit("gone", false);
    await notice.waitFor({ state: "detached", ...EVENTUALLY });
    await stayed(page);
  },
  async "a selection elsewhere in an edited paragraph stays"(page, site) {
    await site.edit("words", "The mill will stay open until spring");
    await open(page, site);
    await page.evaluate(() => getSelection().setBaseAndExtent(document.querySelector("#words").firstChild, 4, document.querySelector("#words").firstChild, 8));
    await site.edit("words", "The mill will stay open until summer");
    await shows(page, "The mill will stay open until summer");
    assert.equal(await page.evaluate(() => String(getSelection())), "mill");
  },
  async "the overlay takes no focus from somebody who types"(page, site) {
    await open(page, site);
    await page.click("textarea");
    await page.keyboard.type("Dear ");
    await site.edit("error", true);
    await page.getByRole("alertdialog").waitFor();
    await page.keyboard.type("editors");
    assert.equal(await page.inputValue("textarea"), "Dear editors");
    await site.edit("error", false);
  },
  async "the bar does not cover the end of the page"(page, site) {
    await open(page, site);
    const [end, top] = await page.evaluate(() => {
      scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" });
      const bar = document.querySelector("handbill-client").shadowRoot.querySelector(".bar");
      return [document.body.getBoundingClientRect().bottom, bar.getBoundingClientRect().top];
    });
    assert(end <= top + 0.5, `the page ends at ${end}, the bar begins at ${top}`);
    assert.equal(await page.evaluate(() => document.querySelectorAll("[style]").length), 0);
  },
  async "a bar that was dismissed stays a tab on the next page"(page, site) {
    await open(page, site);
    await bar(page, ".close").click();
    await open(page, site, site.second);
    assert.equal(await bar(page, ".bar").isVisible(), false);
    await bar(page, ".tab").click();
    assert.equal(await bar(page, ".bar").isVisible(), true);
    await page.reload();
    await bar(page, ".bar").waitFor();
  },
};

/**
 * Runs those checks whose name holds `part`, each in a browser's context of its own and before a site of its own, which
 * `begin` gives for the name and whose `stop` ends it. Prints each by its name; the process ends with 1 if one fails.
 */
export async function hold(all, begin, part = "") {
  const chosen = Object.entries(all).filter(([name]) => name.includes(part));
  const browser = await launch();
  let failed = 0;
  for (const [name, check] of chosen) {
    const site = await begin(name);
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" });
    context.setDefaultTimeout(EVENTUALLY.timeout);
    const page = await context.newPage();
    const errors = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => message.type() === "error" && !/Failed to load resource|ERR_/.test(message.text()) && errors.push(message.text()));
    try {
      await check(page, site);
      assert.deepEqual(errors, [], "errors in the page");
      console.log(`ok      ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED  ${name}\n        ${error.message.replaceAll("\n", "\n        ")}`);
    }
    await context.close();
    await site.stop();
  }
  await browser.close();
  console.log(`${chosen.length - failed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || chosen.length === 0 ? 1 : 0;
}

/** Waits until an assertion holds. */
export async function eventually(assertion) {
  for (const end = Date.now() + EVENTUALLY.timeout; ; await rest(30)) {
    try {
      return await assertion();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}
