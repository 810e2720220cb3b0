// What is remembered between pages: in this tab, or on this machine for as long as the browser keeps it.

const PREFIX = "handbill-";

/** What was remembered under a name, or nothing. */
export function recall(name, storage = "sessionStorage") {
  try {
    return window[storage].getItem(PREFIX + name);
  } catch {
    return null; // the browser was told to remember nothing
  }
}

/** Remembers a text. */
export function remember(name, text, storage = "sessionStorage") {
  try {
    window[storage].setItem(PREFIX + name, text);
  } catch {
    // as above
  }
}

/** Calls `act` with a text that another frame of this tab remembered. */
export function whenRemembered(name, act) {
  addEventListener("storage", ({ key, newValue }) => key === PREFIX + name && act(newValue));
}
