// The bytes that a page loads with an empty cache, as Chromium counts them: compressed bodies (gzip) and headers.
// Images of articles do not count; images of the theme and fonts do. The icon and the manifest, which a browser fetches
// at most once for a site, do not.

const KB = 1000;
const NOT_COUNTED = ["Manifest", "Other"];

/** The files of a page are small, its images excepted. */
export async function isLight(reader, { kind, url }) {
  const loaded = [];
  const before = ({ debug }) => watch(debug, loaded);
  const images = await reader.open(url, { fresh: true, before }, async ({ run }) => run(shown));
  const own = loaded.filter(({ type, url }) => !NOT_COUNTED.includes(type) && !images.includes(url));
  const bytes = (...types) => own.filter(({ type }) => types.includes(type)).reduce((sum, { length }) => sum + length, 0);
  const findings = [];
  const limit = (most, length, what) => {
    if (length > most * KB) findings.push(`${what}: ${(length / KB).toFixed(1)} KB, and ${most} at most`);
  };
  limit(2, bytes("Script"), "scripts");
  limit(45, bytes("Font"), "fonts");
  if (kind === "front-page") limit(35, bytes("Document", "Stylesheet"), "HTML and CSS of the front page");
  if (kind.startsWith("article")) {
    limit(20, bytes("Document", "Stylesheet"), "HTML and CSS of an article");
    limit(65, own.reduce((sum, { length }) => sum + length, 0), "all of an article but images");
    if (own.length > 5) findings.push(`${own.length} requests for all of an article but images, and 5 at most`);
  }
  if (!own.some(({ type }) => type === "Document")) findings.push("was not seen to load");
  return findings;
}

// What a first visit on a telephone loads at most of a page, all in all: the images that are near the screen count too.
const ON_A_PHONE = { "article": 150, "article-short": 150, "article-comments": 150, "front-page": 200, "author": 100 };

/** A first visit on a telephone is cheap, images and all. */
export async function isLightOnAPhone(reader, { kind, url }) {
  const most = ON_A_PHONE[kind];
  if (!most) return [];
  const loaded = [];
  const before = ({ debug }) => watch(debug, loaded);
  const view = { width: 390, height: 844, zoom: 2, fresh: true, before };
  await reader.open(url, view, ({ page }) => page.waitForLoadState("networkidle"));
  const own = loaded.filter(({ type }) => !NOT_COUNTED.includes(type));
  const sum = own.reduce((sum, { length }) => sum + length, 0);
  if (!own.some(({ type }) => type === "Document")) return ["was not seen to load"];
  return sum > most * KB ? [`${(sum / KB).toFixed(1)} KB on a telephone, and ${most} at most: ${byType(own)}`] : [];
}

/** What files of each type weigh, the heaviest first. */
function byType(files) {
  const sums = new Map();
  files.forEach(({ type, length }) => sums.set(type, (sums.get(type) ?? 0) + length));
  return [...sums].sort((a, b) => b[1] - a[1]).map(([type, sum]) => `${type} ${(sum / KB).toFixed(1)}`).join(", ");
}

/** The images in the page, once its fonts are loaded. */
function shown() {
  // The source that a picture element uses is known only when it loads, and lazy images may load at any moment.
  return document.fonts.ready.then(() => [...document.querySelectorAll("main img")]
    .flatMap((image) => [image.src, image.currentSrc]));
}

async function watch(debug, loaded) {
  const asked = new Map();
  debug.on("Network.requestWillBeSent", ({ requestId, type, request }) => asked.set(requestId, { type, url: request.url }));
  debug.on("Network.loadingFinished", ({ requestId, encodedDataLength: length }) => {
    const { type = "Other", url } = asked.get(requestId) ?? {};
    if (url?.startsWith("http")) loaded.push({ type, url, length });
  });
  await debug.send("Network.enable");
}
