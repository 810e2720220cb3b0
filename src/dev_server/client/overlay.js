// Shows errors over the page: those of the site's sources, and the render error of this page.
//
// The overlay is a non-modal dialog. It takes the focus, so that its links can be reached, except while somebody is
// typing. Escape closes it; it opens again only when the errors have changed.

import { count, element, message, place } from "./dom.js";

/** Makes an overlay inside `root`; `whenHidden` is called with a summary of what is hidden. */
export function makeOverlay(root, whenHidden) {
  const lists = { mistakes: [], failure: [] };
  let shown = null;
  let focused = null;
  let dismissed = false;

  const all = () => [...lists.failure, ...lists.mistakes];

  function draw() {
    const back = shown?.contains(root.activeElement);
    const scrolled = shown?.firstChild.scrollTop ?? 0;
    shown?.remove();
    shown = all().length === 0 || dismissed ? null : root.appendChild(panel(lists, dismiss));
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
    /** Replaces the list named "mistakes" or "failure". */
    tell(name, diagnostics) {
      if (JSON.stringify(diagnostics) === JSON.stringify(lists[name])) return;
      lists[name] = diagnostics;
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

function panel({ mistakes, failure }, dismiss) {
  const title = mistakes.length === 0 ? "This page cannot be rendered" : summary([...failure, ...mistakes]);
  return element("div", { class: "overlay" },
    element("section", { class: "sheet", role: "alertdialog", "aria-labelledby": "title", "aria-describedby": "lead", tabindex: -1 },
      element("header", {},
        element("h2", { id: "title" }, title),
        element("button", { type: "button", click: dismiss, title: "Escape" }, "Dismiss")),
      element("p", { id: "lead" }, "Behind this panel is the last version without errors. The panel closes when they are fixed."),
      element("ol", {}, [...failure, ...mistakes].map(item))));
}

/** Scrolls the marked part of a long line into view. */
function showMark(snippet) {
  const mark = snippet.querySelector("mark")?.getBoundingClientRect();
  const { left, right } = snippet.getBoundingClientRect();
  if (mark && mark.right > right) snippet.scrollLeft = Math.min(mark.left - left - 40, mark.right - right + 24);
}

function summary(diagnostics) {
  const warnings = diagnostics.filter(({ level }) => level === "warning").length;
  const mistakes = diagnostics.length - warnings;
  return [mistakes && count(mistakes, "error"), warnings && count(warnings, "warning")].filter(Boolean).join(", ");
}

function item(diagnostic) {
  const { level, code, help, snippet } = diagnostic;
  return element("li", { class: level },
    element("p", { class: "message" }, element("b", {}, level), " ", message(diagnostic.message), " ", code && element("small", {}, code)),
    element("p", {}, place(diagnostic)),
    snippet && element("pre", { tabindex: 0, role: "group", "aria-label": "The location in the file" }, lines(snippet, diagnostic)),
    help && element("p", { class: "help" }, element("b", {}, "help"), " ", message(help)));
}

/**
 * Returns the lines of a snippet. Each has a gutter that ends in `|`; below a line of text, carets mark the location.
 * Of a snippet in the format of the terminal only these lines are kept, since the overlay shows the rest around them.
 */
function lines(snippet, { column }) {
  const all = snippet.trimEnd().split("\n").map((line) => line.match(/^(\s*\d*\s*\|)?(.*)$/).slice(1));
  const isPicture = all.some(([gutter]) => gutter);
  if (!isPicture && all.length === 1 && column) {
    const [before, marked] = [snippet.slice(0, column - 1), snippet.slice(column - 1).match(/^(\w+|.?)/)[0]];
    return [before, element("mark", { class: "text" }, marked), snippet.slice(column - 1 + marked.length)];
  }
  const says = ([gutter, text]) => !isPicture || (gutter && (/\d/.test(gutter) || text.trim()));
  return all.filter(says).flatMap(([gutter, text]) => {
    const isMark = !/\d/.test(gutter) && text.includes("^");
    const [, before, carets] = isMark ? text.match(/^(\s*)(.*)$/) : [null, text];
    return [gutter && element("i", {}, gutter), before, isMark && element("mark", {}, carets), "\n"];
  });
}
