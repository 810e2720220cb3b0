// Applies what has changed in a page on the server to the page that is shown, and changes nothing else.
//
// Three trees are involved: `served` is the page as the server sent it last, `fresh` the page as it sends it now, and
// the document is what the reader sees, with filled fields, open details and playing media. The differences between
// `served` and `fresh` are applied to the document; what is equal in both is not touched.

import { match, rising } from "./match.js";
import { discard, isStylesheet, swap } from "./stylesheets.js";

/** The page as the server sent it last, unchanged by scripts and readers. */
export let served = document.cloneNode(true);

/** Maps nodes of `served` to the nodes of the document that show them. */
const shown = new WeakMap();
pair(served, document, (node) => node);

/** Changes the document so that it shows `fresh`, a parsed document, which then replaces `served`. */
export function morph(fresh) {
  change(served.documentElement, fresh.documentElement);
  served = fresh;
}

/** Changes the URL of a served stylesheet. */
export function relink(link, href) {
  link.setAttribute("href", href);
  shown.set(link, swap(shown.get(link), link));
}

/** Records that `node` and its descendants are shown by what shows `like`, a node of the same structure. */
function pair(node, like, find = (other) => shown.get(other)) {
  shown.set(node, find(like));
  for (let a = node.firstChild, b = like.firstChild; a && b; a = a.nextSibling, b = b.nextSibling) {
    pair(a, b, find);
  }
}

function change(old, fresh) {
  const live = shown.get(old);
  if (!live || old.isEqualNode(fresh)) {
    pair(fresh, old);
  } else if (isStylesheet(live) && isStylesheet(fresh)) {
    shown.set(fresh, swap(live, fresh));
  } else {
    shown.set(fresh, live);
    if (fresh.nodeType === Node.ELEMENT_NODE) {
      changeAttributes(live, old, fresh);
      changeChildren(live, old, fresh);
    } else {
      changeText(live, old.data, fresh.data);
    }
  }
}

function changeAttributes(live, old, fresh) {
  for (const name of new Set([...old.getAttributeNames(), ...fresh.getAttributeNames()])) {
    const attribute = fresh.getAttributeNode(name);
    if (attribute?.value === old.getAttributeNode(name)?.value) continue;
    if (attribute) {
      live.setAttributeNode(document.importNode(attribute));
    } else {
      live.removeAttribute(name);
    }
    if (name === "value" && live.nodeName === "INPUT" && live.type !== "file") {
      live.value = live.defaultValue;
    } else if ((name === "checked" || name === "selected") && name in live) {
      live[name] = attribute !== null;
    }
  }
}

function changeChildren(live, old, fresh) {
  const olds = [...old.childNodes];
  const news = [...fresh.childNodes];
  const partners = match(olds, news);
  const kept = new Set(partners);
  olds.filter((_, at) => !kept.has(at)).forEach((node) => discard(shown.get(node)));
  const unmoved = rising(partners);
  let last = null;
  news.forEach((node, at) => {
    const next = last ? last.nextSibling : live.firstChild;
    if (partners[at] < 0) {
      last = live.insertBefore(copy(node), next);
      return;
    }
    change(olds[partners[at]], node);
    const child = shown.get(node);
    if (child?.parentNode !== live) return; // a script has taken it elsewhere, and it may stay there
    if (!unmoved.has(at) && child !== next) {
      (live.moveBefore ?? live.insertBefore).call(live, child, next);
    }
    last = child;
  });
  if (live.nodeName === "TEXTAREA") {
    live.value = live.defaultValue;
  } else if (live instanceof HTMLMediaElement && old.innerHTML !== fresh.innerHTML) {
    live.load();
  }
}

/** Returns a node of the document for a served one. Scripts in it do not run: a page runs its scripts once. */
function copy(node) {
  const made = document.importNode(node, true);
  pair(node, made, (other) => other);
  return made;
}

/** Changes only the differing middle of a text, so that a selection elsewhere in it is kept. */
function changeText(live, old, fresh) {
  if (live.data !== old) {
    live.data = fresh;
    return;
  }
  const shorter = Math.min(old.length, fresh.length);
  let start = 0;
  while (start < shorter && old[start] === fresh[start]) start += 1;
  let end = 0;
  while (end < shorter - start && old.at(-1 - end) === fresh.at(-1 - end)) end += 1;
  live.replaceData(start, old.length - start - end, fresh.slice(start, fresh.length - end));
}
