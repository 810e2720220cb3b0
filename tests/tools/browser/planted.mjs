// Shows that every check of check.mjs can fail: plants one fault after another in what is served of a published site. The
// folder stays as it is.
//
//     node tests/tools/browser/planted.mjs OUTPUT [CHECK …]
//
// A check that finds nothing in a page with a fault of its kind is worth nothing.

import { readdirSync } from "node:fs";
import path from "node:path";
import { CHECKS } from "./check.mjs";
import { pages } from "./kinds.mjs";
import { begin, read } from "./reader.mjs";

const [output, ...names] = process.argv.slice(2);
const chosen = pages(output);
const stylesheet = readdirSync(path.join(output, "assets")).find((file) => /^main\..*\.css$/.test(file));

/** Puts text before the end of the page's text, and style behind the page's. */
const swap = (from, to) => ({ change: (file, text) => (file.endsWith("/") ? text.replace(from, to) : text) });
const html = (added) => swap("</main>", `${added}</main>`);
const style = (act) => ({ change: (file, text) => (file.endsWith(stylesheet) ? act(text) : text) });
const css = (added) => style((text) => `${text}\n${added}`);
const both = (one, other) => ({ change: (file, text) => other.change(file, one.change(file, text)) });
const noise = (length) => Array.from({ length: length / 8 }, (_, at) => Math.sin(at + 1).toString(36).slice(3, 11)).join("");

// The check that must find it, the kind of page, what is wrong, and what is served for it.
const PLANTED = [
  ["isLight", "article", "much text", html(`<p>${noise(16000)}</p>`)],
  ["isLight", "front", "much style", css(`/* ${noise(40000)} */`)],
  ["isUsableByKeyboard", "page", "no outline", css(":focus-visible { outline: none !important }")],
  ["isUsableByKeyboard", "page", "a pale outline", css(":focus-visible { outline-color: var(--hair) !important }")],
  ["isUsableByKeyboard", "page", "links out of view", css("main p a { position: absolute; left: -300rem }")],
  ["isUsableByKeyboard", "page", "links under something", css("footer { position: sticky; bottom: 0; background: red }")],
  ["isUsableByKeyboard", "page", "an order of its own", html("<a href=/about/ tabindex=3>x</a>")],
  ["isUsableByKeyboard", "page", "a link kept from Tab", html("<a href=/about/ tabindex=-1>x</a>")],
  ["isUsableByKeyboard", "page", "a hidden link", html("<a href=/nowhere/ tabindex=-1 aria-hidden=true>x</a>")],
  ["isUsableByKeyboard", "newsletter", "fields from below", css(".form { display: flex; flex-direction: column-reverse }")],
  ["skipLinkSkips", "page", "a skip link to nothing", swap("id=\"main\"", "id=\"other\"")],
  ["skipLinkSkips", "page", "no skip link", swap("class=\"skip\" href=\"#main\"", "href=\"/about/\"")],
  ["nothingMoves", "article", "a stand-in of other measure", style((text) => `${text.replaceAll("font-display:optional", "font-display:swap")} * { font-family: Brygada, monospace }`)],
  ["ownFacesAreShown", "front", "no font", style((text) => text.replaceAll("woff2", "woff"))],
  ["nothingMoves", "article", "a picture without size", swap(/ width="\d+" height="\d+"/, "")],
  ["axeFindsNothing", "page", "pale text", css(".prose p { color: var(--hair) }")],
  ["axeFindsNothing", "page", "text out of landmarks", swap("</main>", "</main><p>Astray</p>")],
  ["axeFindsNothing", "page", "a skipped level of heading", html("<h5>Too deep</h5>")],
  ["axeFindsNothing", "page", "small targets", css(".colophon nav :is(li, a) { display: block; padding: 0; font-size: 9px; line-height: 10px }")],
  ["moreContrastIsGiven", "page", "grey text", css(".prose p { color: #767676 }")],
  ["policyRefusesNothing", "page", "a script", html("<script>1</script>")],
  ["policyRefusesNothing", "page", "a style", html("<p style=\"color: red\">x</p>")],
  ["policyRefusesNothing", "page", "a script of its own", html("<script src=/x.js></script>")],
  ["policyRefusesNothing", "page", "a picture elsewhere", html("<img src=\"http://127.0.0.1:9/x.png\" alt=\"\">")],
  ["policyRefusesNothing", "page", "a picture that is missing", html("<img src=/none.png alt=\"\" loading=lazy>")],
  ["navigationNeedsNoScript", "page", "a hidden navigation", css("header nav { display: none }")],
  ["navigationNeedsNoScript", "page", "a covered navigation", css("header { position: relative } header::before { content: ''; position: absolute; inset: 0 }")],
  ["navigationNeedsNoScript", "front", "links that need a script", swap(/(<li class="subscribe"><a href=")[^"]*/, "$1#")],
  ["formsNeedNoScript", "newsletter", "a button that needs a script", swap(/<button>/g, "<button type=button>")],
  ["formsNeedNoScript", "newsletter", "a form without method", swap(/ method="post"/g, " method=dialog")],
  ["formsNeedNoScript", "newsletter", "a field without name", swap(/(type="email") name="[^"]*"/g, "$1")],
  ["zoomCutsNothing", "page", "a wide thing", css(".prose p { min-width: 40rem }")],
  ["zoomCutsNothing", "page", "a long word", css("main { overflow-x: clip } h1 { font-size: 12rem !important; white-space: nowrap }")],
  ["zoomCutsNothing", "page", "a text cut short", css(".prose p { height: 2em; overflow: hidden }")],
  ["zoomCutsNothing", "page", "texts over each other", css(".prose p { height: 2rem; margin: 0 }")],
  ["zoomCutsNothing", "page", "a large thing that stays", css(".masthead { position: sticky; top: 0; min-height: 10rem }")],
  ["spacingCutsNothing", "page", "a row of fixed height", css(".prose p { height: 15em; margin: 0 }")],
  ["spacingCutsNothing", "page", "one line", css(".sections ul { flex-wrap: nowrap; overflow: hidden }")],
  ["controlsShowInForcedColours", "newsletter", "a button without edge", css("button { border: 0 !important }")],
  ["controlsShowInForcedColours", "newsletter", "a focus by shadow", css(":focus-visible { outline: none !important; box-shadow: 0 0 0 3px red }")],
  ["controlsShowInForcedColours", "section", "a mark by background", css(".sections a[aria-current] { border-color: transparent; color: inherit; background: yellow }")],
  ["paperShowsTextAlone", "article", "a printed navigation", css(".sections { display: flex !important }")],
  ["paperShowsTextAlone", "article", "a dark page", css("body { color: #e9e6e1 !important }")],
  ["paperShowsTextAlone", "article", "no addresses", both(
    html("<div class=prose><p><a href=\"https://other.example/\">x</a></p></div>"),
    css(".prose a::after { content: none !important }"),
  )],
  ["pdfHoldsTheArticle", "article", "a cut text", css(".prose { max-height: 10rem; overflow: hidden }")],
  ["pdfHoldsTheArticle", "article", "no source", css(".printed { display: none !important }")],
  ["pdfHoldsTheArticle", "article", "a printed navigation", css(".sections { display: flex !important }")],
];

const browser = await begin();
let failed = 0;
const tell = (name, sentence) => {
  failed += 1;
  console.log(`FAILED ${name}: ${sentence}`);
};
const asked = ({ name }) => names.length === 0 || names.includes(name);
for (const { name } of CHECKS.filter(asked)) {
  if (!PLANTED.some(([planted]) => planted === name)) tell(name, "nothing is planted for it");
}
const faults = PLANTED.filter(([name]) => asked({ name }));
for (const [name, kind, what, server] of faults) {
  const check = CHECKS.find((check) => check.name === name);
  const page = chosen.find((page) => page.kind === kind);
  const reader = await read(output, { ...server, browser });
  const findings = await check(reader, page);
  await reader.stop();
  if (findings.length === 0) tell(name, `does not find ${what} in ${page.url}`);
}
await browser.close();
console.log(`${faults.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
