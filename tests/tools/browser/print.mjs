// A printed page: controls are hidden, the text is complete, black on white, URLs of other sites are written out, and
// an article names its source. The PDF is read by another program (pdf.js) than the one that wrote it.

import { extractText, getDocumentProxy } from "unpdf";

const PAPER = { width: 700, media: "print" };

/** Nothing that needs a screen is printed, and what is printed can be read. */
export async function printShowsTextAlone(reader, { url }) {
  return reader.open(url, PAPER, ({ run }) => run(look));
}

/** The PDF of an article has its text, its URLs and its source. */
export async function pdfHoldsTheArticle(reader, { url, kind }) {
  if (!kind.startsWith("article")) return [];
  return reader.open(url, PAPER, async ({ page, run }) => {
    const { title, texts, urls, source, menu } = await run(words);
    const file = await page.pdf({ format: "Letter", printBackground: false });
    const { text, totalPages } = await extractText(await getDocumentProxy(new Uint8Array(file)), { mergePages: true });
    // Ligatures, soft hyphens and the ends of lines are the printer's.
    const plain = (words) => words.normalize("NFKD").replace(/[\s\u00ad\u2010-]|\p{M}/gu, "").toLowerCase();
    const printed = plain(text);
    const wanted = [title, texts.at(0), texts.at(-1), ...urls, source].filter(Boolean);
    const missing = wanted.filter((words) => !printed.includes(plain(words)));
    const findings = missing.map((words) => `the PDF lacks “${words.slice(0, 80)}”`);
    if (menu && printed.includes(plain(menu))) findings.push("the PDF has the navigation");
    const length = texts.join(" ").length;
    if (totalPages > 3 + length / 1500) findings.push(`the PDF has ${totalPages} pages for ${length} characters`);
    return findings;
  });
}

function look() {
  const findings = [];
  const shown = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility()
    && element.getBoundingClientRect().height > 1);
  for (const element of shown("nav, form, button, input, textarea, a[href^='#main'], video, audio")) {
    findings.push(`<${element.localName} class="${element.className}"> is printed`);
  }
  if (!shown("h1")[0]?.textContent.trim()) findings.push("the heading is not printed");
  for (const element of shown("main p, main li, main h1, main h2")) {
    const { color } = getComputedStyle(element);
    const [red, green, blue] = color.match(/[\d.]+/g).map(Number);
    if (Math.max(red, green, blue) > 120) findings.push(`“${element.textContent.trim().slice(0, 30)}” is printed in ${color}`);
  }
  for (const link of shown(".prose a[href^='http']")) {
    const isOwn = link.origin === location.origin;
    if (!isOwn && !getComputedStyle(link, "::after").content.includes(link.getAttribute("href").slice(0, 20))) {
      findings.push(`where “${link.textContent.trim().slice(0, 30)}” leads is not printed`);
    }
  }
  if (document.scrollingElement.scrollWidth > innerWidth) findings.push("is wider than the sheet of paper");
  return [...new Set(findings)];
}

/** The texts that must be printed: headline, paragraphs, URLs, source; and some that must not be. */
function words() {
  return {
    title: document.querySelector("h1").textContent.trim(),
    texts: [...document.querySelectorAll(".prose > p")].map((text) => text.textContent.trim()),
    urls: [...document.querySelectorAll(".prose p a[href^='http']")].slice(0, 3).map((link) => link.getAttribute("href")),
    source: document.querySelector("link[rel=canonical]")?.href,
    menu: [...document.querySelectorAll("header nav a")].map((link) => link.textContent.trim()).join(""),
  };
}
