// Making elements from words that came from elsewhere: never by parsing them as HTML.

/** An element with attributes (those that are null are left out, functions are listeners) and children. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      made.addEventListener(key, value);
    } else if (value !== null && value !== undefined && value !== false) {
      made.setAttribute(key, value);
    }
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** A message whose values stand in backticks, as nodes. */
export function message(text) {
  return text.split("`").map((part, at) => at % 2 ? element("code", {}, part) : part);
}

/** Where a diagnostic is, as a link that opens the editor there. */
export function place({ file, line, column, open }) {
  if (!file) return null;
  const text = [file, line, column].filter(Boolean).join(":");
  return open ? element("a", { href: open, class: "place" }, text) : element("span", { class: "place" }, text);
}

/** A number with its noun. */
export function count(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
