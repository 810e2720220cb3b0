// Emulates a colour scheme, light or dark, whatever the system prefers. A page cannot change the preference, so the
// media conditions that test it are rewritten. For "auto" and for printing, all of it is undone.

import { recall, remember, whenRemembered } from "./storage.js";
import { served } from "./morph.js";
import { eachRule, whenSheetsChange } from "./stylesheets.js";

const CONDITION = /\(\s*prefers-color-scheme\s*(?::\s*(\w+)\s*)?\)/g;
const ALWAYS = "(min-width: 0)";
const NEVER = "(max-width: 0)";

/** Original conditions of the rewritten rules. */
const originals = new WeakMap();
let scheme = recall("scheme") ?? "auto";

/** Returns the emulated scheme: "auto", "light" or "dark". */
export const currentScheme = () => scheme;

/** Sets the scheme in this tab and its frames. */
export function chooseScheme(chosen) {
  remember("scheme", chosen);
  show(chosen);
}

/**
 * Starts the emulation and rewrites conditions in what is loaded later. `emulateIn` and `emulateInRules` must be called
 * for changes made by other modules.
 */
export function startSchemes() {
  show(scheme);
  whenSheetsChange(emulateInRules);
  whenRemembered("scheme", show);
  addEventListener("beforeprint", () => show("auto"));
  addEventListener("afterprint", () => show(recall("scheme") ?? "auto"));
}

function show(chosen) {
  const isIdle = scheme === "auto" && chosen === "auto";
  scheme = chosen;
  if (isIdle) return;
  emulateIn(document);
  emulateIn(served);
  changeRules();
}

/** Rewrites the conditions of images, links and meta elements. */
export function emulateIn(root) {
  change(root, "media", "[media]", condition);
  change(root, "content", "meta[name=color-scheme]", schemesOffered);
}

/** Rewrites the conditions of rules in a new stylesheet. */
export function emulateInRules() {
  if (scheme !== "auto") changeRules();
}

function change(root, name, selector, rewrite) {
  const kept = `data-handbill-${name}`;
  for (const element of root.querySelectorAll(selector)) {
    const original = element.getAttribute(kept) ?? element.getAttribute(name);
    const now = rewrite(original);
    if (now !== element.getAttribute(name)) element.setAttribute(name, now);
    if (now !== original) {
      element.setAttribute(kept, original);
    } else {
      element.removeAttribute(kept);
    }
  }
}

function changeRules() {
  eachRule((rule) => {
    if (rule.media) {
      const original = originals.get(rule) ?? rule.media.mediaText;
      if (condition(original) !== rule.media.mediaText && original.search(CONDITION) >= 0) {
        originals.set(rule, original);
        rule.media.mediaText = condition(original);
      }
    } else if (rule.style?.colorScheme) {
      const original = originals.get(rule) ?? rule.style.colorScheme;
      originals.set(rule, original);
      const priority = rule.style.getPropertyPriority("color-scheme");
      rule.style.setProperty("color-scheme", schemesOffered(original), priority);
    }
  });
}

function condition(text) {
  if (scheme === "auto") return text;
  return text.replaceAll(CONDITION, (_, asked) => asked && asked !== scheme ? NEVER : ALWAYS);
}

/** Returns which of a page's two schemes is shown. */
function schemesOffered(text) {
  return scheme !== "auto" && /\blight\b/.test(text) && /\bdark\b/.test(text) ? scheme : text;
}
