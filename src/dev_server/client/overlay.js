// Shows errors over the page: those of the site's sources, and the render error of this page.
//
// The overlay is a non-modal dialog. It takes the focus, so that its links can be reached, except while somebody is
// typing. Escape closes it; it opens again only when the errors have changed.

import { count, element, message, sourceLink } from "./dom.js";

/** Makes an overlay inside `root`; `whenHidden` is called with a summary of what is hidden. */
export function makeOverlay(root, whenHidden) {
  const shownDiagnostics = { diagnostics: [], failure: [] };
  let shown = null;
  let focused = null;
  let dismissed = false;

  const all = () => [...shownDiagnostics.failure, ...shownDiagnostics.diagnostics];

  function draw() {
    const back = shown?.contains(root.activeElement);
    const scrolled = shown?.firstChild.scrollTop ?? 0;
    shown?.remove();
    shown = all().length === 0 || dismissed ? null : root.appendChild(panel(shownDiagnostics, dismiss));
    whenHidden(dismissed ? summary(all()) : "");
    shown?.querySelectorAll("pre").forEach(showMark);
    shown?.firstChild.scrollTo(0, scrolled);
    if (!shown) {
      if (back) focused?.focus({ preventScroll: true });
    } else if (back || !isTyping()) {
      focused = back ? focused : document.activeElement;
      shown.querySelector(".sheet").focus({ preventScroll: true });
    }
  }

  function dismiss() {
    dismissed = true;
    draw();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && shown) {
      event.preventDefault();
      dismiss();
    }
  });

  return {
    /** Replaces the diagnostics of the event "diagnostics" or "failure". */
    set(name, diagnostics) {
      if (JSON.stringify(diagnostics) === JSON.stringify(shownDiagnostics[name])) return;
      shownDiagnostics[name] = diagnostics;
      dismissed = false;
      draw();
    },
    /** Opens the overlay again after it was dismissed. */
    open() {
      dismissed = false;
      draw();
    },
  };
}

/** Returns whether the focus is in a form field, also in one inside a frame of this page. */
function isTyping() {
  let active = document.activeElement;
  for (let inner = active; inner; inner = active.shadowRoot?.activeElement ?? active.contentDocument?.activeElement) {
    active = inner;
  }
  return active?.isContentEditable || active?.matches("textarea, select, input:not([type=button], [type=submit], [type=checkbox])");
}

function panel({ diagnostics, failure }, dismiss) {
  const title = diagnostics.length === 0 ? "This page cannot be rendered" : summary([...failure, ...diagnostics]);
  return element("div", { class: "overlay" },
    element("section", { class: "sheet", role: "alertdialog", "aria-labelledby": "title", "aria-describedby": "lead", tabindex: -1 },
      element("header", {},
        element("h2", { id: "title" }, title),
        element("button", { type: "button", click: dismiss, title: "Escape" }, "Dismiss")),
      element("p", { id: "lead" }, "Behind this panel is the last version without errors. The panel closes when they are fixed."),
      element("ol", {}, [...failure, ...diagnostics].map(item))));
}

/** Scrolls the marked part of a long line into view. */
function showMark(snippet) {
  const mark = snippet.querySelector("mark")?.getBoundingClientRect();
  const { left, right } = snippet.getBoundingClientRect();
  if (mark && mark.right > right) snippet.scrollLeft = Math.min(mark.left - left - 40, mark.right - right + 24);
}

function summary(diagnostics) {
  const warnings = diagnostics.filter(({ level }) => level === "warning").length;
  const errors = diagnostics.length - warnings;
  return [errors && count(errors, "error"), warnings && count(warnings, "warning")].filter(Boolean).join(", ");
}

function item(diagnostic) {
  const { level, code, help, snippet } = diagnostic;
  return element("li", { class: level },
    element("p", { class: "message" }, element("b", {}, level), " ", message(diagnostic.message), " ", code && element("small", {}, code)),
    element("p", {}, sourceLink(diagnostic)),
    snippet && element("pre", { tabindex: 0, role: "group", "aria-label": "The location in the file" }, lines(snippet, diagnostic)),
    help && element("p", { class: "help" }, element("b", {}, "help"), " ", message(help)));
}

/**
 * Returns the lines of a snippet. Each has a gutter that ends in `|`; below a line of text, carets mark the location.
 * Of a snippet in the format of the terminal only these lines are kept, since the overlay shows the rest around them.
 */
function lines(snippet, { column }) {
  const all = snippet.trimEnd().split("\n").map((line) => line.match(/^(\s*\d*\s*\|)?(.*)$/).slice(1));
  const isFromTerminal = all.some(([gutter]) => gutter);
  if (!isFromTerminal && all.length === 1 && column) {
    const [before, marked] = [snippet.slice(0, column - 1), snippet.slice(column - 1).match(/^(\w+|.?)/)[0]];
    return [before, element("mark", { class: "text" }, marked), snippet.slice(column - 1 + marked.length)];
  }
  const isShown = ([gutter, text]) => !isFromTerminal || (gutter && (/\d/.test(gutter) || text.trim()));
  return all.filter(isShown).flatMap(([gutter, text]) => {
    const isMark = !/\d/.test(gutter) && text.includes("^");
    const [, before, carets] = isMark ? text.match(/^(\s*)(.*)$/) : [null, text];
    return [gutter && element("i", {}, gutter), before, isMark && element("mark", {}, carets), "\n"];
  });
}
