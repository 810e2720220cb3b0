// Files that changed under an unchanged URL. Elements that use one get the URL with a query, so that the browser loads
// the file again. HTML sent by the server later gets the same query, so that both stay equal.

import { keepScrollPosition } from "./scroll_anchor.js";
import { relink, served } from "./morph.js";
import { eachRule, isStylesheet } from "./stylesheets.js";

/** Query of each path whose file has changed since this page was loaded. */
const stamps = new Map();

/** Loads the current version of the files at `urls`. */
export function refresh(urls) {
  const stamp = Date.now().toString(36);
  urls.forEach((url) => stamps.set(new URL(url, location.href).pathname, stamp));
  eachRule((rule) => {
    const owner = rule instanceof CSSImportRule && fresh(rule.href, baseOf(rule)) !== rule.href && ownerOf(rule);
    if (owner?.href) {
      stamps.set(new URL(owner.href).pathname, stamp);
    }
  });
  keepScrollPosition(() => {
    freshenUrls(document);
    freshenUrls(served);
    freshenRules();
    for (const link of [...served.querySelectorAll("link")].filter(isStylesheet)) {
      const href = link.getAttribute("href") ?? "";
      if (fresh(href) !== href) {
        relink(link, fresh(href));
      }
    }
  });
}

/** Adds the queries to the URLs of images, audio and video in a document. */
export function freshenUrls(root) {
  if (stamps.size === 0) return;
  const freshen = (selector, name, rewrite) => root.querySelectorAll(selector).forEach((element) => {
    const [before, now] = [element.getAttribute(name), rewrite(element.getAttribute(name))];
    if (now !== before) {
      goOn(element.closest("audio, video"));
      element.setAttribute(name, now);
    }
  });
  freshen("img[src], source[src], video[src], audio[src], track[src], embed[src], input[src]", "src", (url) => fresh(url));
  freshen("video[poster]", "poster", (url) => fresh(url));
  freshen("object[data]", "data", (url) => fresh(url));
  freshen("image[href], use[href], link[rel~=icon]", "href", (url) => fresh(url));
  freshen("[srcset]", "srcset", (set) => set.replaceAll(/[^\s,]\S*[^\s,]/g, (url) => fresh(url)));
  freshen('[style*="url("]', "style", (style) => freshenStyle(style));
}

/** Adds the queries to the URLs of images in stylesheets. */
export function freshenRules() {
  if (stamps.size === 0) return;
  eachRule((rule) => {
    if (!rule.style || rule instanceof CSSFontFaceRule || !rule.cssText.includes("url(")) return;
    for (const name of [...rule.style].filter((property) => rule.style.getPropertyValue(property).includes("url("))) {
      const value = freshenStyle(rule.style.getPropertyValue(name), baseOf(rule));
      rule.style.setProperty(name, value, rule.style.getPropertyPriority(name));
    }
  });
}

function freshenStyle(text, base) {
  return text.replaceAll(/url\(\s*(["']?)(.*?)\1\s*\)/g, (whole, _, url) => {
    const now = fresh(url, base);
    return now === url ? whole : `url("${now}")`;
  });
}

/** Returns the URL with its query; the unchanged URL if the file has not changed. */
function fresh(url, base = document.baseURI) {
  const absolute = URL.canParse(url, base) ? new URL(url, base) : null;
  const stamp = absolute?.origin === location.origin && stamps.get(absolute.pathname);
  if (!stamp || absolute.searchParams.get("handbill") === stamp) return url;
  absolute.searchParams.set("handbill", stamp);
  return absolute.pathname + absolute.search + absolute.hash;
}

const baseOf = (rule) => rule.parentStyleSheet?.href ?? document.baseURI;

function ownerOf(rule) {
  const sheet = rule.parentStyleSheet;
  return sheet.ownerRule ? ownerOf(sheet.ownerRule) : sheet.ownerNode;
}

/** Keeps the position of audio or video whose file is about to change. */
function goOn(media) {
  if (!media?.currentTime) return;
  const { currentTime, paused } = media;
  media.addEventListener("loadedmetadata", () => {
    media.currentTime = currentTime;
    if (!paused) media.play().catch(() => {}); // the browser may want a click first
  }, { once: true });
  if (media.querySelector("source")) queueMicrotask(() => media.load());
}
