// Keeps the scroll position relative to the content when something above it grows or shrinks.

const NEAR = 6; // siblings to hold on to, should the first one go

/** Makes a change, and then scrolls so that what was at the top of the window is there again. */
export function keepScrollPosition(change) {
  const holds = scrollY > 0 ? atTheTop().map((element) => ({ element, top: topOf(element) })) : [];
  change();
  const hold = holds.find(({ element }) => element.isConnected && element.getClientRects().length > 0);
  const moved = hold ? topOf(hold.element) - hold.top : 0;
  if (Math.abs(moved) >= 1) {
    scrollBy({ top: moved, behavior: "instant" });
  }
}

/** Returns the elements at the top of the window, innermost first, except those that do not scroll with the page. */
function atTheTop() {
  const found = [];
  for (let element = document.body; element;) {
    const children = [...element.children].filter((child) => inView(child) && !standsStill(child)).slice(0, NEAR);
    found.unshift(...children);
    element = children[0];
  }
  return found;
}

const topOf = (element) => element.getBoundingClientRect().top;

function inView(element) {
  const { top, bottom, height } = element.getBoundingClientRect();
  return height > 0 && bottom > 0 && top < innerHeight;
}

function standsStill(element) {
  return ["fixed", "sticky"].includes(getComputedStyle(element).position);
}
