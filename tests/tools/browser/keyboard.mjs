// Goes through a page with the Tab key, as people do who have no pointer: everything that can be used is reached, in an
// order that follows the page, and where one is can be seen. The page is measured just before each further Tab, when
// it has come to rest.

const WIDTHS = [1280, 360];
const MORE = 8;

/** Tab reaches every link, button and field, shows each, and lets none go astray. */
export async function isUsableByKeyboard(reader, { url }) {
  const findings = [];
  for (const width of WIDTHS) {
    const found = await reader.open(url, { width }, async ({ debug, run }) => {
      const count = await run(prepare);
      await Promise.all(Array.from({ length: count + MORE }, () => press(debug, "Tab")));
      return run(judge);
    });
    findings.push(...found.map((sentence) => `at ${width} px, ${sentence}`));
  }
  return findings;
}

/** The first Tab leads to a link that leads past the navigation, and the next one on from there. */
export async function skipLinkSkips(reader, { url }) {
  return reader.open(url, { width: 1280 }, async ({ page, debug, run }) => {
    await press(debug, "Tab");
    const target = await run(() => document.activeElement.getAttribute("href"));
    if (!target?.startsWith("#")) return ["the first Tab does not lead to a skip link"];
    await press(debug, "Enter");
    await page.waitForURL((url) => url.hash === target, { timeout: 2000 }).catch(() => {});
    await press(debug, "Tab");
    return run((target) => {
      const aim = document.querySelector(target);
      const reached = document.activeElement;
      const passed = [...document.querySelectorAll("nav a")].filter((link) => aim && !aim.contains(link)
        && aim.compareDocumentPosition(link) & Node.DOCUMENT_POSITION_PRECEDING);
      if (!aim) return [`the skip link leads to ${target}, which is not there`];
      const follows = aim.contains(reached) || aim.compareDocumentPosition(reached) & Node.DOCUMENT_POSITION_FOLLOWING;
      if (!follows) return [`after the skip link, Tab leads to ${reached.outerHTML.slice(0, 80)}`];
      return passed.includes(reached) || passed.length === 0 ? ["the skip link skips nothing"] : [];
    }, target);
  });
}

async function press(debug, key) {
  const code = { Tab: 9, Enter: 13 }[key];
  const event = { key, code: key, windowsVirtualKeyCode: code, ...(key === "Enter" ? { text: "\r" } : {}) };
  await debug.send("Input.dispatchKeyEvent", { type: key === "Enter" ? "keyDown" : "rawKeyDown", ...event });
}

/** Notes what there is to reach and how it looks at rest, and records each stop. Gives the number of stops. */
function prepare() {
  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, audio[controls],"
    + " video[controls], iframe, [tabindex], [contenteditable]";
  const isThere = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    && !element.disabled && !element.closest("[inert]");
  const look = (element) => {
    const style = getComputedStyle(element);
    return ["backgroundColor", "color", "borderTopColor", "boxShadow", "textDecorationLine", "textDecorationThickness"]
      .map((name) => style[name]).join();
  };
  const all = [...document.querySelectorAll(CONTROLS)].filter(isThere);
  const expected = all.filter((element) => element.tabIndex >= 0);
  const state = { all, expected, rest: new Map(expected.map((element) => [element, look(element)])), stops: [] };
  window.keyboard = state;

  // What a colour is over another, as red, green, blue.
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const paint = (...colors) => {
    canvas.clearRect(0, 0, 1, 1);
    colors.forEach((color) => {
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
    });
    return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  };
  const luminance = (color) => color.map((part) => part / 255)
    .map((part) => (part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4))
    .reduce((sum, part, at) => sum + part * [.2126, .7152, .0722][at], 0);
  const contrast = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + .05) / (dark + .05);
  };
  const ground = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.unshift(getComputedStyle(at).backgroundColor);
    return ["#fff", ...layers];
  };

  const isSeen = (element) => {
    const style = getComputedStyle(element);
    if (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) {
      const behind = ground(parseFloat(style.outlineOffset) < 0 ? element : element.parentElement);
      return contrast(paint(...behind, style.outlineColor), paint(...behind)) >= 3;
    }
    return look(element) !== state.rest.get(element);
  };
  const covering = (element) => {
    const boxes = [...element.getClientRects()].filter(({ width, height }) => width > 0 && height > 0);
    const points = boxes.map(({ left, top, width, height }) => [left + width / 2, top + height / 2])
      .filter(([x, y]) => x >= 0 && y >= 0 && x < innerWidth && y < innerHeight);
    if (points.length === 0) return "out of view";
    const over = points.map(([x, y]) => document.elementFromPoint(x, y))
      .find((top) => !(element.contains(top) || top?.contains(element)));
    return over ? `under <${over.localName} class="${over.className}">` : null;
  };
  addEventListener("keydown", ({ key }) => {
    const element = document.activeElement;
    if (key !== "Tab" || element === document.body || state.ended) return;
    const last = state.stops.at(-1)?.element;
    if (element === state.stops[0]?.element && last !== element) state.ended = true;
    else state.stops.push({ element, hidden: covering(element), seen: isSeen(element), box: rectangle(element) });
  }, { capture: true });
  const rectangle = (element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    return { left, right, top: top + scrollY, bottom: bottom + scrollY };
  };
  return expected.length;
}

/** What was wrong on the way. */
function judge() {
  const { all, expected, stops } = window.keyboard;
  const name = (element) => {
    const words = (element.textContent || element.name || "").trim().replace(/\s+/g, " ").slice(0, 40);
    return `<${element.localName}> “${words}”`;
  };
  const findings = [];
  const reached = stops.map(({ element }) => element);
  const urls = new Set(reached.map((element) => element.href).filter(Boolean));
  expected.filter((element) => !reached.includes(element))
    .forEach((element) => findings.push(`Tab does not reach ${name(element)}`));
  const kept = all.filter((element) => element.tabIndex < 0);
  kept.filter((element) => !element.closest("[aria-hidden=true]") && element.matches("a, button, input, textarea, select"))
    .forEach((element) => findings.push(`${name(element)} is kept from the keyboard`));
  kept.filter((element) => element.href && !urls.has(element.href))
    .forEach((element) => findings.push(`nothing that Tab reaches leads where ${name(element)} does`));
  stops.forEach(({ element, hidden, seen, box }, at) => {
    if (hidden) findings.push(`${name(element)} has the focus and is ${hidden}`);
    if (!seen) findings.push(`${name(element)} does not show that it has the focus`);
    const before = stops[at - 1];
    if (!before) return;
    if (before.element === element) findings.push(`Tab does not leave ${name(element)}`);
    if (!(before.element.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING)) {
      findings.push(`${name(element)} comes after ${name(before.element)}, which it precedes in the page`);
    }
    // Up into another column is how columns are read; up in the same one is against the order.
    const isOver = box.bottom <= before.box.top && box.left < before.box.right && before.box.left < box.right;
    if (isOver && box.bottom > 0) findings.push(`${name(element)} comes after ${name(before.element)} and is over it`);
  });
  return [...new Set(findings)];
}
