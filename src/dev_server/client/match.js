// Matches the new children of an element to its old ones. A matched element is kept, with its position, focus and other
// state of the browser; the others are created.

/** Returns for each new child the index of its old child, or -1. No old child is used twice. */
export function match(olds, news) {
  const partners = news.map(() => -1);
  const free = new Set(olds.keys());
  const pass = (choose) => news.forEach((node, at) => {
    const found = partners[at] < 0 ? choose(node, at) ?? -1 : -1;
    if (free.delete(found)) {
      partners[at] = found;
    }
  });
  pass(byId(olds));
  pass(byContent(olds, free));
  pass(byLikeness(olds, free));
  pass(byPlace(olds, news, partners, free));
  return partners;
}

function byId(olds) {
  const ids = new Map(olds.map((node, at) => [node.id && `${node.nodeName}#${node.id}`, at]));
  return (node) => node.id && ids.get(`${node.nodeName}#${node.id}`);
}

function byContent(olds, free) {
  const places = Map.groupBy(olds.keys(), (at) => content(olds[at]));
  let last = -1;
  return (node) => {
    const text = content(node);
    const same = text ? (places.get(text) ?? []).filter((at) => free.has(at)) : [];
    const found = same.find((at) => at > last) ?? same[0];
    last = found ?? last;
    return found;
  };
}

/** Matches by the greatest share of common words. With very many candidates, only the position decides. */
function byLikeness(olds, free) {
  const bags = new Map();
  const words = (node) => bags.get(node) ?? bags.set(node, new Set(content(node).split(/[^\p{L}\p{N}]+/u))).get(node);
  return (node) => {
    let [best, most] = [-1, 0.5];
    for (const at of free.size > 100 ? [] : free) {
      if (kind(olds[at]) === kind(node) && content(node)) {
        const [before, now] = [words(olds[at]), words(node)];
        const likeness = [...now].filter((word) => before.has(word)).length / Math.max(before.size, now.size);
        [best, most] = likeness > most ? [at, likeness] : [best, most];
      }
    }
    return best;
  };
}

/** Matches elements between the same neighbours. The order of links in the head does not matter. */
function byPlace(olds, news, partners, free) {
  return (node, at) => {
    const near = [at === 0 ? 0 : partners[at - 1] + 1, (at === news.length - 1 ? olds.length : partners[at + 1]) - 1];
    const fits = (place) => free.has(place) && kind(olds[place]) === kind(node);
    return near.find(fits) ?? (node.nodeName === "LINK" ? [...free].find(fits) : -1);
  };
}

/** Returns the content of a node; empty for the white space between elements, which must not be matched. */
function content(node) {
  return node.outerHTML ?? node.data?.trim() ?? "";
}

/** Returns a key that must be equal: a form field never becomes another one, nor a stylesheet an icon. */
function kind(node) {
  return [node.nodeName, ...["type", "name", "rel", "property"].map((name) => node.getAttribute?.(name))].join(" ");
}

/**
 * Returns the positions of a longest increasing subsequence of `numbers`, without negative ones: the nodes that need
 * not move.
 */
export function rising(numbers) {
  const ends = []; // for each length of a run, the position of its smallest last number
  const before = [];
  numbers.forEach((number, at) => {
    if (number < 0) return;
    const isLongest = ends.length === 0 || numbers[ends.at(-1)] < number;
    const length = isLongest ? ends.length : ends.findIndex((end) => numbers[end] >= number);
    before[at] = ends[length - 1];
    ends[length] = at;
  });
  const run = new Set();
  for (let at = ends.at(-1); at !== undefined; at = before[at]) {
    run.add(at);
  }
  return run;
}
