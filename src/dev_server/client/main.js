// Entry of the browser part of `handbill serve`, added to each page: receives events from the server and applies
// changes to the open page in place, so that the reader's position is kept. The built site does not contain it.

import { makeBar } from "./bar.js";
import { element } from "./dom.js";
import { freshenUrls, freshenRules, refresh } from "./files.js";
import { recall, remember } from "./storage.js";
import { morph } from "./morph.js";
import { makeOverlay } from "./overlay.js";
import { isFramed, isInPhone, showPhone, takeWindowAlong } from "./viewport.js";
import { keepScrollPosition } from "./scroll_anchor.js";
import { emulateIn, emulateInRules, startSchemes } from "./color_scheme.js";
import { whenSheetsChange } from "./stylesheets.js";

const RETRY = 500; // milliseconds between attempts to reach the server

const script = [...document.scripts].find(({ src }) => src === import.meta.url);
const { base } = script.dataset;
let following = (recall("follow") ?? script.dataset.follow) === "true";
let digest = script.dataset.page;
let fetching = null;
let stream = null;

const ui = isFramed ? null : makeUi();
const handlers = {
  page: (event) => {
    ui?.notice(null);
    bring(event.digest);
  },
  gone: (event) => ui?.notice(event),
  files: (event) => refresh(event.urls),
  diagnostics: (event) => ui?.overlay.set("diagnostics", event.diagnostics),
  failure: (event) => ui?.overlay.set("failure", event.diagnostics),
  about: (event) => ui?.bar.about(event),
  follow: (event) => ui && following && go(event.url),
};

startSchemes();
whenSheetsChange(freshenRules);
if (isInPhone) takeWindowAlong();
connect();
// A browser opens few connections to one server, so hidden tabs close their streams and catch up when they are shown.
document.addEventListener("visibilitychange", () => document.hidden && !following ? disconnect() : connect());
addEventListener("pagehide", disconnect);
addEventListener("pageshow", connect);

function connect() {
  if (stream) return;
  stream = new EventSource(`${base}.handbill/events?page=${encodeURIComponent(location.pathname)}&digest=${digest}`);
  for (const [name, act] of Object.entries(handlers)) {
    stream.addEventListener(name, ({ data }) => act(JSON.parse(data)));
  }
  stream.onopen = () => ui?.bar.connected(true);
  stream.onerror = () => {
    disconnect();
    ui?.bar.connected(false);
    setTimeout(() => document.hidden && !following || connect(), RETRY);
  };
}

function disconnect() {
  stream?.close();
  stream = null;
}

/**
 * Fetches and shows the version of this page with the digest `wanted`, unless it is shown. A later call cancels an
 * earlier one.
 */
async function bring(wanted) {
  if (fetching?.wanted === wanted) return;
  fetching?.abort.abort();
  fetching = null;
  if (wanted === digest) return;
  const mine = fetching = { wanted, abort: new AbortController() };
  try {
    const answer = await fetch(location.href, { cache: "no-store", headers: { accept: "text/html" }, signal: mine.abort.signal });
    const text = await answer.text();
    if (mine !== fetching) return;
    if (isNotice() && answer.ok) {
      location.replace(answer.url);
    } else if (!answer.redirected && isPage(answer)) {
      show(text);
    }
  } catch {
    // cancelled by a later call, or the server is gone: it sends the digest again when it is back
  }
  if (mine === fetching) fetching = null;
}

const status = () => performance.getEntriesByType("navigation")[0].responseStatus;

/**
 * Returns whether this page is the notice that there is no site yet. The site's own page may be elsewhere and needs its
 * scripts to run, so it is loaded and not morphed.
 */
const isNotice = () => status() === 503;

/** Returns whether a response can replace this page: HTML, and not the 404 page unless this one is. */
function isPage(answer) {
  return answer.headers.get("content-type")?.startsWith("text/html") && (answer.ok || answer.status === status());
}

function show(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  fresh.querySelectorAll("noscript").forEach((element) => { element.textContent = element.innerHTML; }); // as where scripts run
  freshenUrls(fresh);
  emulateIn(fresh);
  keepScrollPosition(() => {
    morph(fresh);
    freshenRules();
    emulateInRules();
  });
  digest = script.dataset.page;
}

function go(url) {
  const there = new URL(url, location.href);
  if (there.pathname !== location.pathname) location.assign(there);
}

/** Makes the bar, the overlay and the notice, in a shadow tree that the page's styles and scripts do not reach. */
function makeUi() {
  const host = document.createElement("handbill-client");
  const root = host.attachShadow({ mode: "open" });
  const overlay = makeOverlay(root, (hidden) => bar.diagnostics(hidden));
  const phone = recall("phone") === "true";
  const bar = makeBar(root, {
    openDiagnostics: overlay.open,
    setFollow: (isOn) => remember("follow", following = isOn),
    setPhone(isOn) {
      remember("phone", isOn);
      showPhone(root, isOn);
    },
    async setClock(value) {
      const answer = await fetch(`${base}.handbill/clock`, { method: "POST", body: new URLSearchParams({ as_of: value }) });
      if (!answer.ok) throw new Error((await answer.text()).slice(0, 200) || "the clock could not be set");
    },
  }, { follow: following, phone });
  addStyles(root).then(() => document.documentElement.append(host));
  showPhone(root, phone);
  return { bar, overlay, notice: (event) => notice(root, event) };
}

async function addStyles(root) {
  const sheet = new CSSStyleSheet();
  const answer = await fetch(new URL("main.css", import.meta.url));
  root.adoptedStyleSheets = [await sheet.replace(await answer.text())];
}

function notice(root, gone) {
  root.querySelector(".notice")?.remove();
  if (!gone) return;
  root.append(element("div", { class: "notice", role: "alert" },
    element("p", {}, element("b", {}, "This page does not exist any more. "), gone.why),
    gone.to && element("a", { href: gone.to }, "Go to its new URL")));
}
