// Planted faults for each check of check.mjs: the kind of page that gets the fault, its description, and the text that
// is served in place of a file's.

const isPage = (file) => file.endsWith("/");
const isStyle = (file) => /\/main\.[^/]*\.css$/.test(file);

const swap = (from, to) => (file, text) => (isPage(file) ? text.replace(from, to) : text);
const sizes = (width) => swap(/(srcset="[^"]*" sizes=)"[^"]*"/g, `$1"${width}"`);
const html = (added) => swap("</main>", `${added}</main>`);
const style = (act) => (file, text) => (isStyle(file) ? act(text) : text);
const css = (added) => style((text) => `${text}\n${added}`);
const both = (one, other) => (file, text) => other(file, one(file, text));

/** Text that does not compress well. */
const noise = (length) => Array.from({ length: length / 8 }, (_, at) => Math.sin(at + 1).toString(36).slice(3, 11)).join("");

const swapped = (text) => text.replaceAll("font-display:optional", "font-display:swap");
const covered = "{ content: ''; position: absolute; inset: 0; z-index: 9 }";

export const FAULTS = {
  axeFindsNothing: [
    ["page", "pale text", css(".prose p { color: var(--hair) }")],
    ["page", "text out of landmarks", swap("</main>", "</main><p>Astray</p>")],
    ["page", "a skipped level of heading", html("<h5>Too deep</h5>")],
    ["page", "small targets", css(".colophon nav :is(li, a) { display: block; padding: 0; font: 9px/10px serif }")],
  ],
  moreContrastIsGiven: [
    ["page", "grey text", css(".prose p { color: #767676 }")],
  ],
  policyRefusesNothing: [
    ["page", "a script", html("<script>1</script>")],
    ["page", "a style", html('<p style="color: red">x</p>')],
    ["page", "a script of its own", html("<script src=/x.js></script>")],
    ["page", "an image elsewhere", html('<img src="http://127.0.0.1:9/x.png" alt="">')],
    ["page", "an image that is missing", html('<img src=/none.png alt="" loading=lazy>')],
  ],
  isLight: [
    ["article", "much text", html(`<p>${noise(16000)}</p>`)],
    ["front-page", "much style", css(`/* ${noise(40000)} */`)],
  ],
  isLightOnAPhone: [
    ["article", "much text", html(`<p>${noise(160000)}</p>`)],
    ["front-page", "pictures for a wall", sizes("1680px")],
  ],
  picturesFit: [
    ["article", "a width that is not so", sizes("40vw")],
    ["section", "thumbnails of the whole window", sizes("100vw")],
    ["front-page", "candidates that are less than they say", swap(/(-480\.\w+\.webp) 480w/, "$1 2400w")],
    ["author", "a shape that is not so", swap(/(<img[^>]*) height="\d+"/, '$1 height="33"')],
  ],
  nothingMoves: [
    ["article", "a fallback font of another width", style((text) => `${swapped(text)} * { font-family: Brygada, monospace }`)],
    ["article", "an image without size", swap(/ width="\d+" height="\d+"/, "")],
  ],
  ownFacesAreShown: [
    ["front-page", "no font", style((text) => text.replaceAll("woff2", "woff"))],
  ],
  isUsableByKeyboard: [
    ["page", "no outline", css(":focus-visible { outline: none !important }")],
    ["page", "a pale outline", css(":focus-visible { outline-color: var(--hair) !important }")],
    ["page", "links out of view", css("main p a { position: absolute; left: -300rem }")],
    ["page", "links under something", css("footer { position: sticky; bottom: 0; background: red }")],
    ["page", "an order of its own", html("<a href=/about/ tabindex=3>x</a>")],
    ["page", "a link kept from Tab", html("<a href=/about/ tabindex=-1>x</a>")],
    ["page", "a hidden link", html("<a href=/nowhere/ tabindex=-1 aria-hidden=true>x</a>")],
    ["newsletter", "fields from below", css(".form { display: flex; flex-direction: column-reverse }")],
  ],
  skipLinkSkips: [
    ["page", "a skip link to nothing", swap('id="main"', 'id="other"')],
    ["page", "no skip link", swap('class="skip" href="#main"', 'href="/about/"')],
  ],
  navigationNeedsNoScript: [
    ["page", "a hidden navigation", css("header nav { display: none }")],
    ["page", "a covered navigation", css(`header { position: relative } header::before ${covered}`)],
    ["front-page", "links that need a script", swap(/(<li class="subscribe"><a href=")[^"]*/, "$1#")],
  ],
  formsNeedNoScript: [
    ["newsletter", "a button that needs a script", swap(/<button>/g, "<button type=button>")],
    ["newsletter", "a form without method", swap(/ method="post"/g, " method=dialog")],
    ["newsletter", "a field without name", swap(/(type="email") name="[^"]*"/g, "$1")],
  ],
  zoomCutsNothing: [
    ["page", "a wide thing", css(".prose p { min-width: 40rem }")],
    ["page", "a long word", css("main { overflow-x: clip } h1 { font-size: 12rem !important; white-space: nowrap }")],
    ["page", "a text cut short", css(".prose p { height: 2em; overflow: hidden }")],
    ["page", "texts over each other", css(".prose p { height: 2rem; margin: 0 }")],
    ["page", "a large thing that stays", css(".masthead { position: sticky; top: 0; min-height: 10rem }")],
  ],
  spacingCutsNothing: [
    ["page", "a row of fixed height", css(".prose p { height: 15em; margin: 0 }")],
    ["page", "one line", css(".sections ul { flex-wrap: nowrap; overflow: hidden }")],
  ],
  controlsShowInForcedColours: [
    ["newsletter", "a button without edge", css("button { border: 0 !important }")],
    ["newsletter", "a focus by shadow", css(":focus-visible { outline: none !important; box-shadow: 0 0 0 3px red }")],
    ["section", "a mark by background", css(".sections a[aria-current] { border-color: transparent; background: red }")],
  ],
  printShowsTextAlone: [
    ["article", "a printed navigation", css(".sections { display: flex !important }")],
    ["article", "a dark page", css("body { color: #e9e6e1 !important }")],
    ["article", "no URLs", both(
      html('<div class=prose><p><a href="https://other.example/">x</a></p></div>'),
      css(".prose a::after { content: none !important }"),
    )],
  ],
  pdfHoldsTheArticle: [
    ["article", "a cut text", css(".prose { max-height: 10rem; overflow: hidden }")],
    ["article", "no source", css(".printed { display: none !important }")],
    ["article", "a printed navigation", css(".sections { display: flex !important }")],
  ],
};
