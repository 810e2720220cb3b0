// The layout does not shift while a page loads, even if fonts and images are delayed. Chromium measures Cumulative
// Layout Shift in the window; images have their size, so that their space is reserved.

const VIEWS = [{ width: 1280, height: 900 }, { width: 360, height: 780 }];
const MOST = .01;

/** What comes late moves nothing. */
export async function nothingMoves(reader, { url }) {
  const findings = [];
  for (const view of VIEWS) {
    const seen = await reader.open(url, { ...view, late: true, fresh: true }, ({ run }) => run(watch));
    if (seen.sum > MOST) {
      findings.push(`at ${view.width} px moves by ${seen.sum.toFixed(3)}: ${seen.moved.join("; ")}`);
    }
    if (seen.pending) findings.push(`at ${view.width} px has ${seen.pending} fonts that do not load`);
    findings.push(...seen.boundless.map((src) => `has an image without its size: ${src}`));
  }
  return [...new Set(findings)];
}

/** A face that is there is used: the headline is set in a font that the page brings, at the latest on a second visit. */
export async function ownFacesAreShown(reader, { kind, url }) {
  if (!["article", "front-page"].includes(kind)) return [];
  return reader.open(url, { width: 1280 }, async ({ page, debug }) => {
    await page.reload({ waitUntil: "load" });
    await debug.send("DOM.enable");
    await debug.send("CSS.enable");
    const { root } = await debug.send("DOM.getDocument");
    const { nodeId } = await debug.send("DOM.querySelector", { nodeId: root.nodeId, selector: "h1" });
    const { fonts } = await debug.send("CSS.getPlatformFontsForNode", { nodeId });
    return fonts.filter(({ isCustomFont }) => !isCustomFont).map(({ familyName }) => `has its headline in ${familyName}`);
  });
}

/** The layout shifts until fonts and images are loaded, and while the page is scrolled through. */
async function watch() {
  await document.fonts.ready;
  const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  for (let y = 0; y < document.body.scrollHeight; y += innerHeight / 2) {
    scrollTo(0, y);
    await frame();
  }
  await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
  await frame();
  const entries = await new Promise((done) => {
    const observer = new PerformanceObserver((list) => done(list.getEntries()));
    observer.observe({ type: "layout-shift", buffered: true });
    setTimeout(() => done([]), 100);
  });
  const name = ({ node }) => (node?.nodeType === 3 ? node.parentElement : node)?.outerHTML?.slice(0, 60);
  return {
    sum: entries.reduce((sum, { value }) => sum + value, 0),
    moved: [...new Set(entries.flatMap(({ sources }) => sources.map(name)))].slice(0, 4),
    pending: [...document.fonts].filter(({ status }) => status === "loading").length,
    boundless: [...document.images].filter((image) => !(image.getAttribute("width") && image.getAttribute("height")))
      .map((image) => image.getAttribute("src")),
  };
}
