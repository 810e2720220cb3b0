// Checks the dev server's browser part in Chromium, with a mock of the server: the checks of live.mjs, and those below,
// which need a mock.
//
//     node tests/tools/browser/client.mjs [PART OF A NAME]

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { setTimeout as rest } from "node:timers/promises";
import { bar, checks, eventually, hold, open, shows, stayed, style } from "./live.mjs";
import { mock } from "./mock.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const DIAGNOSTIC = { level: "error", code: "unknown-key", message: "there is no key `sumary`", file: "content/articles/one.md", line: 3, column: 1, snippet: "3 | sumary: The mill stays\n  | ^^^^^^", help: "did you mean `summary`?", open: "vscode://file/site/content/articles/one.md:3:1" };

const fetches = (site) => site.control.asked.filter((url) => url === site.first).length;

const mocked = {
  async "a stylesheet that comes late leaves no moment without style"(page, site) {
    await open(page, site);
    await page.evaluate(() => {
      window.colours = new Set();
      const look = () => {
        window.colours.add(`${getComputedStyle(document.body).color} ${getComputedStyle(document.body).maxWidth}`);
        requestAnimationFrame(look);
      };
      look();
    });
    site.control.delay = { "main.": 400 };
    site.edit("style", "rgb(90, 0, 0)");
    await rest(100);
    site.edit("style", "rgb(0, 0, 90)"); // another, while the first is awaited
    await eventually(async () => assert.equal(await style(page, "body", "color"), "rgb(0, 0, 90)"));
    await rest(500);
    const colours = await page.evaluate(() => [...window.colours]);
    assert(colours.length <= 3 && colours.every((each) => each.endsWith(" 720px")), colours.join(", "));
    assert.equal(await page.locator("link[rel=stylesheet]").count(), 2);
    await stayed(page);
  },
  async "a stylesheet that fails leaves the last one in force"(page, site) {
    await open(page, site);
    const before = await style(page, "body", "color");
    await page.route("**/main.*.css", (route) => route.abort());
    site.edit("style", "rgb(1, 1, 1)");
    await rest(200);
    assert.equal(await style(page, "body", "color"), before);
    await page.unroute("**/main.*.css");
    site.edit("style", "rgb(2, 2, 2)");
    await eventually(async () => assert.equal(await style(page, "body", "color"), "rgb(2, 2, 2)"));
    await eventually(async () => assert.equal(await page.locator("link[rel=stylesheet]").count(), 2));
  },
  async "a backdrop from a stylesheet is swapped"(page, site) {
    await open(page, site);
    site.edit("image", [1, 2, 3]);
    await eventually(async () => assert.match(await style(page, ".backdrop", "backgroundImage"), /image\.png\?handbill=/));
    site.edit("plain", "rgb(7, 7, 7)");
    await eventually(async () => assert.equal(await style(page, "h1", "color"), "rgb(7, 7, 7)"));
    await eventually(async () => assert.match(await style(page, ".backdrop", "backgroundImage"), /image\.png\?handbill=/));
  },
  async "scroll position is kept where the browser does not see to it"(page, site) {
    await open(page, site);
    await page.evaluate(() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync("* { overflow-anchor: none }");
      document.adoptedStyleSheets.push(sheet);
      scrollTo({ top: 600, behavior: "instant" });
    });
    const top = () => page.evaluate(() => document.querySelector("#end").getBoundingClientRect().top);
    const before = await top();
    for (const number of [12, 0]) {
      site.edit("above", number);
      site.edit("words", `With ${number}`);
      await shows(page, `With ${number}`);
      assert(Math.abs(await top() - before) < 2, `with ${number} paragraphs above it moved by ${await top() - before} px`);
    }
  },
  async "of a burst the newest wins"(page, site) {
    await open(page, site);
    const delays = [500, 0];
    site.control.delay = { "one/": () => delays.shift() }; // what is asked first is answered last
    for (const words of ["Slow", "Quick"]) {
      site.edit("words", words);
      await rest(50);
    }
    await rest(600);
    assert.equal(await page.textContent("#words"), "Quick");
    site.control.delay = { "one/": 150 };
    const before = fetches(site);
    for (let number = 0; number < 20; number += 1) {
      site.edit("words", `Burst ${number}`);
      await rest(10);
    }
    await shows(page, "Burst 19");
    await rest(400);
    assert.equal(await page.textContent("#words"), "Burst 19");
    assert(fetches(site) - before <= 20);
  },
  async "an edit that is taken back in time changes nothing"(page, site) {
    site.edit("words", "As it was");
    await open(page, site);
    site.control.delay = { "one/": 200 };
    site.edit("words", "A slip");
    await rest(30);
    site.edit("words", "As it was");
    await rest(500);
    assert.equal(await page.textContent("#words"), "As it was");
    site.edit("words", "Something else");
    await shows(page, "Something else");
  },
  async "what the server changes in details and fields is changed"(page, site) {
    await open(page, site);
    const isOpen = () => page.evaluate(() => document.querySelector("details").open);
    site.edit("open", true);
    await eventually(async () => assert.equal(await isOpen(), true));
    site.edit("open", false);
    await eventually(async () => assert.equal(await isOpen(), false));
    await page.fill("input[name=name]", "typed");
    site.edit("value", "proposed");
    await eventually(async () => assert.equal(await page.inputValue("input[name=name]"), "proposed"));
    site.edit("value", "");
  },
  async "title, attributes and new elements arrive, and no script runs twice"(page, site) {
    await open(page, site);
    site.edit("title", "Another title");
    await eventually(async () => assert.equal(await page.title(), "Another title"));
    site.edit("extra", `<script src="${site.base}nothing.js"></script><svg><use href="#a"></use></svg><p class="new">New</p>`);
    await page.waitForSelector("p.new");
    await rest(100);
    assert(!site.control.asked.includes(`${site.base}nothing.js`), "a new script was run");
    site.edit("extra", "");
    await page.waitForSelector("p.new", { state: "detached" });
  },
  async "any page becomes any other"(page, site) {
    await open(page, site, site.second);
    const wrong = await page.evaluate(async (module) => {
      const { morph } = await import(module);
      let seed = 1;
      const below = (limit) => (seed = (seed * 48271) % 2147483647) % limit;
      const text = () => Array.from({ length: below(4) }, () => ["mill", "river", "vote", "night", " "][below(5)]).join(" ");
      const tags = ["p", "div", "ul", "b", "details", "input", "textarea", "section", "br"];
      const tree = (depth) => Array.from({ length: below(6) }, () => {
        const tag = tags[below(tags.length)];
        const attributes = ["", ` id="i${below(8)}"`, ` class="c${below(3)}"`, ' name="n" value="v"', " open"][below(5)];
        if (["input", "br"].includes(tag)) return `<${tag}${attributes}>\n`;
        return `<${tag}${attributes}>${tag === "textarea" || depth === 0 ? text() : text() + tree(depth - 1)}</${tag}>${["", "\n", "<!-- x -->"][below(3)]}`;
      }).join("");
      for (let round = 1; round <= 500; round += 1) {
        const html = `<!doctype html><html lang="${["en", "es"][below(2)]}"><head><title>${text()}</title></head><body class="${text()}">${tree(4)}</body></html>`;
        const parse = () => new DOMParser().parseFromString(html, "text/html");
        morph(parse());
        if (!document.body.isEqualNode(parse().body) || document.title !== parse().title) return `round ${round}: ${html}`;
      }
      return null;
    }, `${site.base}.handbill/client/morph.js`);
    assert.equal(wrong, null);
    assert.equal(await page.locator("handbill-client").count(), 1);
  },
  async "a long page is brought up to date at once"(page, site) {
    await open(page, site, site.second);
    const took = await page.evaluate(async (module) => {
      const { morph } = await import(module);
      const page = (from, mark) => new DOMParser().parseFromString(`<body><ul>${Array.from({ length: 3000 }, (_, at) => `<li class="${mark}"><a href="/${at + from}/">Article number ${at + from}</a> of a long list <br></li>`).join("\n")}</ul>`, "text/html");
      morph(page(0, "a"));
      return [page(1, "a"), page(1, "b"), page(100, "c")].map((fresh) => {
        const began = performance.now();
        morph(fresh);
        return Math.round(performance.now() - began);
      });
    }, `${site.base}.handbill/client/morph.js`);
    assert(took.every((time) => time < 1500), `it took ${took.join(", ")} ms`);
    if (process.env.TIMES) console.log(`        ${took.join(", ")} ms`);
  },
  async "a list is sorted again by moving what moved"(page, site) {
    const list = (...items) => `<ul>${items.map((item) => `<li>Item ${item} of a list with <b>words</b></li>`).join("\n")}</ul>`;
    site.edit("extra", list(1, 2, 3, 4, 5));
    await open(page, site);
    await page.evaluate(() => document.querySelectorAll("li").forEach((item) => { item.was = item.textContent; }));
    const now = () => page.evaluate(() => [...document.querySelectorAll("li")].map((item) => [item.textContent.match(/\d+/)[0], item.was === item.textContent]));
    site.edit("extra", list(5, 1, 9, 2, 4));
    await eventually(async () => assert.deepEqual(await now(), [["5", true], ["1", true], ["9", false], ["2", true], ["4", true]]));
    site.edit("extra", "");
  },
  async "the overlay is dismissed with Escape, and comes again with the next change"(page, site) {
    await open(page, site);
    const overlay = page.getByRole("alertdialog");
    site.edit("error", DIAGNOSTIC);
    await overlay.waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.nodeName), "HANDBILL-CLIENT");
    await page.keyboard.press("Escape");
    await overlay.waitFor({ state: "detached" });
    site.send(null, "diagnostics", { diagnostics: [DIAGNOSTIC] });
    await rest(100);
    assert.equal(await overlay.count(), 0, "the same list came again");
    await bar(page, ".diagnostics").click();
    await overlay.waitFor();
    await overlay.getByRole("button", { name: "Dismiss" }).click();
    await overlay.waitFor({ state: "detached" });
    site.edit("error", { ...DIAGNOSTIC, line: 4 });
    await overlay.waitFor();
    site.edit("error", false);
    await overlay.waitFor({ state: "detached" });
  },
  async "the message of a diagnostic is text, never HTML"(page, site) {
    await open(page, site);
    site.edit("error", { ...DIAGNOSTIC, message: "<img src=x onerror=alert(1)> `<b>`", snippet: "<script>1</script>", column: 2 });
    const overlay = page.getByRole("alertdialog");
    await overlay.waitFor();
    assert.equal(await overlay.locator("img, script").count(), 0);
    assert.equal(await overlay.locator("mark").innerText(), "script");
    site.edit("error", false);
  },
  async "of a snippet in the format of the terminal only the lines are shown"(page, site) {
    await open(page, site);
    const snippet = "error[unknown-key]: there is no key `sumary`\n --> content/articles/one.md:3:1\n  |\n3 | sumary: The mill stays\n  | ^^^^^^\n  |\n  = help: did you mean `summary`?\n";
    site.edit("error", { ...DIAGNOSTIC, snippet });
    const shown = page.getByRole("alertdialog").locator("pre");
    assert.equal((await shown.innerText()).trimEnd(), "3 | sumary: The mill stays\n  | ^^^^^^");
    assert.equal(await shown.locator("mark").innerText(), "^^^^^^");
    site.edit("error", false);
  },
  async "of a long line the marked part is in view"(page, site) {
    await page.setViewportSize({ width: 390, height: 800 });
    await open(page, site);
    const line = `27 | ${"A long line. ".repeat(20)}[here](nowhere.md) and on.`;
    site.edit("error", { ...DIAGNOSTIC, snippet: `${line}\n   | ${" ".repeat(line.indexOf("nowhere") - 5)}^^^^^^^^^^` });
    const snippet = page.getByRole("alertdialog").locator("pre");
    await snippet.waitFor();
    const [frame, mark] = [await snippet.boundingBox(), await snippet.locator("mark").boundingBox()];
    assert(mark.x >= frame.x && mark.x + mark.width <= frame.x + frame.width, `${JSON.stringify(mark)} in ${JSON.stringify(frame)}`);
  },
  async "a failure is reported on its own page alone"(page, site) {
    const other = await page.context().newPage();
    await open(page, site);
    await open(other, site, site.second);
    site.send(site.first, "failure", { diagnostics: [DIAGNOSTIC] });
    await page.getByText("This page cannot be rendered").waitFor();
    assert.equal(await other.getByRole("alertdialog").count(), 0);
    site.send(site.first, "failure", { diagnostics: [] });
    await page.getByRole("alertdialog").waitFor({ state: "detached" });
    await other.close();
  },
  async "with the switch on the browser follows"(page, site) {
    await open(page, site);
    site.send(null, "follow", { url: site.second });
    await rest(150);
    assert.equal(new URL(page.url()).pathname, site.first);
    await bar(page, ".follow").click();
    site.send(null, "follow", { url: site.first });
    await rest(150);
    await stayed(page);
    site.send(null, "follow", { url: site.second });
    await page.waitForURL(`**${site.second}`);
    assert.equal(await bar(page, ".follow").getAttribute("aria-pressed"), "true");
  },
  async "the server can have it follow, and the switch can say no"(page, site) {
    site.control.follow = "true";
    await open(page, site);
    assert.equal(await bar(page, ".follow").getAttribute("aria-pressed"), "true");
    await bar(page, ".follow").click();
    await page.reload();
    assert.equal(await bar(page, ".follow").getAttribute("aria-pressed"), "false");
    site.control.follow = "false";
  },
  async "dark is emulated, outlives an edit and a new stylesheet, and is undone"(page, site) {
    site.edit("style", "rgb(20, 20, 20)");
    await open(page, site);
    const colour = () => style(page, "body", "color");
    assert.equal(await colour(), "rgb(20, 20, 20)");
    await bar(page, "button[value=dark]").click();
    const isDark = async () => {
      assert.equal(await colour(), "rgb(240, 240, 240)");
      assert.equal(await style(page, ":root", "colorScheme"), "dark");
      assert.equal(await page.evaluate(() => matchMedia(document.querySelector("meta[media]").media).matches), true);
      assert.match(await page.evaluate(() => document.querySelector("main img").currentSrc), /dark/);
    };
    await eventually(isDark);
    site.edit("words", "In the dark");
    await shows(page, "In the dark");
    await isDark();
    site.edit("style", "rgb(21, 21, 21)");
    await eventually(async () => assert.match(await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--colour")), /21/));
    await isDark();
    await page.reload();
    await eventually(isDark);
    await bar(page, "button[value=auto]").click();
    assert.equal(await colour(), "rgb(21, 21, 21)");
    assert.equal(await style(page, ":root", "colorScheme"), "light dark");
    assert.equal(await page.evaluate(() => document.querySelector("meta[media]").outerHTML.includes("handbill")), false);
  },
  async "light is emulated on a dark machine"(page, site) {
    await page.emulateMedia({ colorScheme: "dark" });
    await open(page, site);
    assert.equal(await style(page, "body", "color"), "rgb(240, 240, 240)");
    await bar(page, "button[value=light]").click();
    await eventually(async () => assert.notEqual(await style(page, "body", "color"), "rgb(240, 240, 240)"));
  },
  async "a telephone's width: a frame without a bar, in which edits arrive"(page, site) {
    await open(page, site);
    await bar(page, ".phone").click();
    const frame = await eventually(async () => {
      const found = page.frame("handbill-phone");
      assert(found);
      await found.waitForSelector("#words", { timeout: 500 });
      return found;
    });
    assert.equal(await frame.evaluate(() => innerWidth), 390);
    assert.equal(await frame.locator("handbill-client").count(), 0);
    await eventually(async () => assert.equal(site.streams().filter((path) => path === site.first).length, 2));
    await frame.evaluate(() => { window.marker = "here"; });
    site.edit("words", "On a small screen");
    await shows(frame, "On a small screen");
    await stayed(frame);
    await bar(page, "button[value=dark]").click();
    await eventually(async () => assert.equal(await style(frame, "body", "color"), "rgb(240, 240, 240)"));
    await frame.click(`a[href="${site.second}"]`);
    await page.waitForURL(`**${site.second}`);
    await eventually(async () => assert.equal(new URL(page.frame("handbill-phone").url()).pathname, site.second));
    await bar(page, ".phone").click();
    assert.equal(page.frame("handbill-phone"), null);
    assert.equal(await style(page, "body", "visibility"), "visible");
  },
  async "the bar shows the properties of the page"(page, site) {
    await open(page, site);
    const text = await bar(page, ".bar").innerText();
    for (const part of ["Live", "Draft", "Scheduled until 2026-12-01 08:00", "1 warning", "612 words, 3 minutes", "article.html", "1 in outbox", "As of now"]) {
      assert(text.includes(part), `${part} is not in ${text}`);
    }
    assert.match(await bar(page, ".edit").getAttribute("href"), /^vscode:.*one\.md$/);
    await bar(page, ".warnings summary").click();
    assert.match(await bar(page, ".warnings .panel").innerText(), /the image mill.jpg has no alt/);
    assert.match(await bar(page, ".warnings a").getAttribute("href"), /one\.md:12$/);
    await page.keyboard.press("Escape");
    assert.equal(await bar(page, ".warnings .panel").isVisible(), false);
  },
  async "the clock is set and goes back to now"(page, site) {
    await open(page, site);
    await bar(page, ".clock summary").click();
    assert.equal(await bar(page, "#as-of").inputValue(), "2026-11-24T08:00");
    await bar(page, "#as-of").fill("2027-01-13T09:30");
    await bar(page, ".clock [type=submit]").click();
    await page.getByText("As of 2027-01-13 09:30").waitFor();
    await bar(page, ".clock summary").click();
    await bar(page, ".now").click();
    await eventually(async () => assert.equal(await bar(page, ".clock summary").innerText(), "As of now"));
    assert.deepEqual(site.control.posts, ["as_of=2027-01-13T09%3A30", "as_of="]);
  },
  async "every switch is reached by the keyboard"(page, site) {
    await open(page, site);
    await page.evaluate(() => document.querySelector("main a").focus());
    const seen = new Set();
    for (let number = 0; number < 20; number += 1) {
      await page.keyboard.press("Tab");
      seen.add(await page.evaluate(() => document.querySelector("handbill-client").shadowRoot.activeElement?.textContent.trim()));
    }
    for (const name of ["1 warning", "As of now", "Follow", "Phone", "Auto", "Light", "Dark", "Edit", "×"]) assert(seen.has(name), `${name} is not among ${[...seen]}`);
  },
  async "a server that went away and came back is found again"(page, site) {
    await open(page, site);
    await site.stop();
    await page.getByText("Dev server stopped, waiting…").waitFor();
    site.edit("words", "After the restart");
    await site.start();
    await shows(page, "After the restart");
    await page.getByText("Live", { exact: true }).waitFor();
    await stayed(page);
  },
  async "a tab that nobody sees gives up its stream, and catches up"(page, site) {
    await open(page, site);
    const see = (hidden) => page.evaluate((value) => {
      Object.defineProperty(document, "hidden", { value, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
    await see(true);
    await eventually(() => assert(!site.streams().includes(site.first)));
    site.edit("words", "While nobody looked");
    await see(false);
    await shows(page, "While nobody looked");
  },
  async "nothing of it is printed"(page, site) {
    await open(page, site);
    site.send(null, "gone", { to: null, why: "Test." });
    await page.getByRole("alert").waitFor();
    await page.emulateMedia({ media: "print" });
    for (const part of [".bar", ".notice"]) assert.equal(await bar(page, part).isVisible(), false);
    await page.emulateMedia({ media: null });
    await bar(page, "button[value=dark]").click();
    await page.evaluate(() => addEventListener("beforeprint", () => { window.printed = getComputedStyle(document.body).color; }));
    await page.pdf();
    assert.notEqual(await page.evaluate(() => window.printed), "rgb(240, 240, 240)");
    await eventually(async () => assert.equal(await style(page, "body", "color"), "rgb(240, 240, 240)"));
  },
  async "axe-core finds nothing in bar, panels, overlay and notice"(page, site) {
    await page.emulateMedia({ reducedMotion: "reduce" });
    for (const [width, scheme] of [[1280, "light"], [1280, "dark"], [390, "light"], [390, "dark"]]) {
      await page.setViewportSize({ width, height: 800 });
      await open(page, site);
      await bar(page, `button[value=${scheme}]`).click();
      const look = async (what) => {
        const found = await page.evaluate(`${AXE}; axe.run({ include: [["handbill-client"]] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.map((node) => node.html + node.failureSummary).join("; ")))`);
        assert.deepEqual(found, [], `${what} at ${width} px, ${scheme}`);
      };
      await look("bar");
      await bar(page, ".warnings summary").click();
      await look("warnings");
      await bar(page, ".clock summary").click();
      await look("clock");
      site.send(null, "gone", { to: "/x/", why: "It moved." });
      await page.getByRole("alert").waitFor();
      await look("notice");
      site.edit("error", [DIAGNOSTIC, { ...DIAGNOSTIC, level: "warning", snippet: "sumary: x" }]);
      await page.getByRole("alertdialog").waitFor();
      await look("overlay");
      await page.keyboard.press("Escape");
      await page.getByRole("alertdialog").waitFor({ state: "detached" });
      await look("bar with errors");
      site.edit("error", false);
      await bar(page, ".close").click();
      await look("tab");
      await bar(page, ".tab").click();
    }
  },
};

await hold({ ...checks, ...mocked }, mock, process.argv[2]);
