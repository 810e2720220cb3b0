// A page fits the window that it is read in: at 200 and 400 per cent (WCAG 1.4.4 and 1.4.10), at 320 px, and with the
// spacing of letters, words and lines that readers may set (1.4.12). Nothing sticks out, is cut off, or lies over a text.

const ZOOMED = [{ width: 640, height: 512, zoom: 2 }, { width: 320, height: 256, zoom: 4 }, { width: 320, height: 640 }];
const SPACED = [{ width: 1280 }, { width: 360 }];
const SPACING = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
  + " p { margin-block-end: 2em !important }";

/** Whatever the zoom, a page needs scrolling in one direction only, and shows all its text. */
export const zoomCutsNothing = (reader, { url }) => look(reader, url, ZOOMED, "");

/** More space between letters, words and lines takes nothing away. */
export const spacingCutsNothing = (reader, { url }) => look(reader, url, SPACED, SPACING);

async function look(reader, url, views, style) {
  const findings = [];
  for (const view of views) {
    const found = await reader.open(url, view, ({ run }) => run(collisions, style));
    findings.push(...found.map((sentence) => `at ${view.width} px, ${sentence}`));
  }
  return findings;
}

function collisions(style) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  document.adoptedStyleSheets = [sheet];

  const findings = [];
  const quote = (text) => `“${text.trim().replace(/\s+/g, " ").slice(0, 40)}”`;
  const chain = (element) => {
    const found = [];
    for (let at = element; at; at = at.parentElement) found.push({ element: at, style: getComputedStyle(at) });
    return found;
  };
  // Text for screen readers only, and what is shown when it has the focus.
  const isUnseen = (parents) => parents.some(({ element, style }) => element.offsetWidth <= 1 && style.overflowX !== "visible")
    || parents.some(({ element }) => element.matches("a[href^='#']") && element.getBoundingClientRect().bottom + scrollY <= 0);
  const cuts = ({ style }) => [style.overflowX, style.overflowY].some((value) => ["hidden", "clip"].includes(value));
  const scrolls = ({ style }) => ["auto", "scroll"].includes(style.overflowX);

  const width = document.scrollingElement.scrollWidth;
  if (width > innerWidth) findings.push(`the page is ${width} px wide`);

  const lines = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.nodeValue.trim() || !node.parentElement.checkVisibility({ visibilityProperty: true })) continue;
    const parents = chain(node.parentElement);
    if (isUnseen(parents)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const boxes = [...range.getClientRects()].filter((box) => box.width > 1 && box.height > 1);
    const isOut = boxes.some(({ left, right }) => right > innerWidth + 1 || left < -1);
    if (isOut && !parents.some(scrolls)) findings.push(`${quote(node.nodeValue)} sticks out of the window`);
    const cutter = parents.find((parent) => cuts(parent) && boxes.some((box) => {
      const { left, right, top, bottom } = parent.element.getBoundingClientRect();
      const slack = box.height / 4;
      return box.left < left - 2 || box.right > right + 2 || box.top < top - slack || box.bottom > bottom + slack;
    }));
    if (cutter) findings.push(`${quote(node.nodeValue)} is cut off by <${cutter.element.localName} class="${cutter.element.className}">`);
    const block = parents.find(({ style }) => !style.display.startsWith("inline")).element;
    boxes.forEach(({ left, right, top, bottom }) => {
      const slack = (bottom - top) / 3.5;
      lines.push({ left: left + 2, right: right - 2, top: top + slack, bottom: bottom - slack, block, text: node.nodeValue });
    });
  }
  if (lines.length === 0) findings.push("there is no text");

  lines.sort((a, b) => a.top - b.top);
  lines.forEach((line, at) => {
    for (let next = at + 1; next < lines.length && lines[next].top < line.bottom; next += 1) {
      const other = lines[next];
      if (other.block !== line.block && other.left < line.right && line.left < other.right) {
        findings.push(`${quote(line.text)} and ${quote(other.text)} lie over each other`);
      }
    }
  });

  for (const element of document.querySelectorAll("body *")) {
    const { position } = getComputedStyle(element);
    if (["fixed", "sticky"].includes(position) && innerHeight < 700 && element.offsetHeight > innerHeight / 3) {
      findings.push(`<${element.localName} class="${element.className}"> stays in view and leaves no room`);
    }
  }
  return [...new Set(findings)];
}
