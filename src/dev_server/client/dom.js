// Makes elements. Texts from elsewhere become text nodes and are never parsed as HTML.

/** Makes an element with attributes (null omits one, a function is a listener) and children. */
export function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      node.addEventListener(key, value);
    } else if (value !== null && value !== undefined && value !== false) {
      node.setAttribute(key, value);
    }
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Returns the nodes of a message; values in backticks become code. */
export function message(text) {
  return text.split("`").map((part, at) => at % 2 ? element("code", {}, part) : part);
}

/** Returns a link that opens the location of a diagnostic in the editor. */
export function sourceLink({ file, line, column, open }) {
  if (!file) return null;
  const text = [file, line, column].filter(Boolean).join(":");
  return open ? element("a", { href: open, class: "location" }, text) : element("span", { class: "location" }, text);
}

/** Returns a number with its noun. */
export function count(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
