// The page's stylesheets: going through their rules, and putting one in the place of another without a moment between.

/** For a link that waits for its stylesheet, the link whose place it takes. */
const predecessors = new WeakMap();

/** Called when another stylesheet came into force. */
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
 * Puts a link like `wanted` after `link` and gives it. It has no effect until its stylesheet is here; then it comes into
 * force and `link` goes, in one step. If it cannot be loaded, `link` stays.
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

/** Removes a node; a link together with those whose place it was to take. */
export function discard(node) {
  for (; node; node = predecessors.get(node)) {
    node.remove();
  }
}

/** Calls `see` with each rule of the stylesheets that the page may look into, those within other rules too. */
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
