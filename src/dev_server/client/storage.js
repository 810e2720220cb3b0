// Values kept between pages: for this tab, or in this browser.

const PREFIX = "handbill-";

/** Returns the value stored under a name, or null. */
export function recall(name, storage = "sessionStorage") {
  try {
    return window[storage].getItem(PREFIX + name);
  } catch {
    return null; // the browser was told to remember nothing
  }
}

/** Stores a value. */
export function remember(name, text, storage = "sessionStorage") {
  try {
    window[storage].setItem(PREFIX + name, text);
  } catch {
    // storage is disabled in the browser
  }
}

/** Calls `act` with a value that another frame of this tab stores. */
export function whenRemembered(name, act) {
  addEventListener("storage", ({ key, newValue }) => key === PREFIX + name && act(newValue));
}
