// Brings what the server changed in a page into the page that is shown, and touches nothing else.
//
// Three trees are at work. `served` is the page as the server last sent it, `fresh` the page as it sends it now, and the
// document is what the reader sees, in which fields are filled, details opened and media playing. What differs between
// served and fresh is carried over to the document; what is the same in both is left as the reader has it.

import { match, rising } from "./match.js";
import { discard, isStylesheet, swap } from "./stylesheets.js";

/** The page as the server last sent it. No script has run in it and no reader has touched it. */
export let served = document.cloneNode(true);

/** From nodes of what was served to the nodes of the document that show them. */
const shown = new WeakMap();
pair(served, document, (node) => node);

/** Makes the document show `fresh`, a parsed document that becomes what was served. */
export function morph(fresh) {
  change(served.documentElement, fresh.documentElement);
  served = fresh;
}

/** Gives a stylesheet that was served another address. */
export function relink(link, href) {
  link.setAttribute("href", href);
  shown.set(link, swap(shown.get(link), link));
}

/** Remembers that `node` and all below it is shown by what shows `like`, a node of the same structure. */
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

/** A node of the document for one that was served. Scripts in it do not run: a page runs its scripts once. */
function copy(node) {
  const made = document.importNode(node, true);
  pair(node, made, (other) => other);
  return made;
}

/** Changes only what differs between both ends, so that a selection elsewhere in the text stays. */
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
