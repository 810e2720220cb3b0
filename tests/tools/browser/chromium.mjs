// Starts the Chromium of the machine; nothing is downloaded, and no request goes elsewhere.

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const PLACES = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

const FLAGS = [
  "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
  "--disable-sync", "--disable-default-apps", "--hide-scrollbars", "--font-render-hinting=none",
];

/** Where Chromium is, or an error that says what to install. */
export function place() {
  const found = PLACES.find((place) => place && existsSync(place));
  if (!found) throw new Error("there is no Chromium: install it (apt-get install chromium), or name it in $CHROMIUM");
  return found;
}

export function flags() {
  return process.getuid?.() === 0 ? [...FLAGS, "--no-sandbox"] : FLAGS;
}

/** A browser, in an environment of its own if one is given. */
export async function launch(env = process.env) {
  return chromium.launch({ executablePath: place(), args: flags(), env });
}
