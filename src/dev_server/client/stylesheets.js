// The page's stylesheets: iterates over their rules, and replaces one without a moment in which neither applies.

/** Maps a link whose stylesheet is loading to the link that it replaces. */
const predecessors = new WeakMap();

/** Calls a function whenever a stylesheet has been loaded. */
const watchers = [];
export const whenSheetsChange = (act) => watchers.push(act);

document.addEventListener("load", ({ target }) => {
  if (isStylesheet(target)) {
    watchers.forEach((act) => act());
  }
}, true);

export function isStylesheet(node) {
  return node.nodeName === "LINK" && node.relList.contains("stylesheet");
}

/**
 * Inserts a copy of the link `wanted` after `link` and returns it. It applies once its stylesheet is loaded; then
 * `link` is removed in the same step. If it cannot be loaded, `link` stays.
 */
export function swap(link, wanted) {
  const next = document.importNode(wanted);
  next.media = "not all";
  next.addEventListener("load", () => {
    if (wanted.hasAttribute("media")) {
      next.media = wanted.media;
    } else {
      next.removeAttribute("media");
    }
    discard(predecessors.get(next));
    predecessors.delete(next);
  }, { once: true });
  predecessors.set(next, link);
  link.after(next);
  return next;
}

/** Removes a node; with a link, also those that it was to replace. */
export function discard(node) {
  for (; node; node = predecessors.get(node)) {
    node.remove();
  }
}

/** Calls `see` with each rule, nested ones included, of the stylesheets that the page may read. */
export function eachRule(see) {
  const visit = (owner) => {
    for (const rule of rulesOf(owner)) {
      see(rule);
      visit(rule.styleSheet ?? rule);
    }
  };
  [...document.styleSheets].forEach(visit);
}

function rulesOf(owner) {
  try {
    return owner.cssRules ?? [];
  } catch {
    return []; // from another origin, or not here yet
  }
}
