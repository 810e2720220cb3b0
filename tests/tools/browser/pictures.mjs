// Pictures are loaded in the size that the screen needs: what `sizes` says is the width on the page, so that browsers,
// which choose before there is a layout, choose well. Each has the shape for which space was reserved.

const VIEWS = [[320, 2], [390, 3], [768, 1], [1280, 1], [1920, 2]].map(([width, zoom]) => ({ width, zoom, height: 900, fresh: true }));
const KINDS = ["front-page", "article", "section", "author", "topic"];
// How much `sizes` may deviate from the width on the page.
const MOST = .15;

/** What is loaded of each picture is what its place needs. */
export async function picturesFit(reader, { kind, url }) {
  if (!KINDS.includes(kind)) return [];
  const findings = [];
  for (const view of VIEWS) {
    const seen = `at ${view.width} px, ${view.zoom} to one`;
    const pictures = await reader.open(url, view, ({ run }) => run(look));
    if (pictures.length === 0) break;
    for (const picture of pictures) {
      const name = decodeURIComponent(picture.chosen.split("/").at(-1));
      problems(picture, view.zoom, pictures).forEach((problem) => findings.push(`${seen}: ${name} in ${picture.place}: ${problem}`));
    }
  }
  return findings;
}

function problems({ chosen, candidates, claimed, shown, isCut, reserved, height }, zoom, all) {
  const found = [];
  const widths = candidates.map(({ width }) => width);
  const largest = Math.max(...widths);
  const width = candidates.find(({ url }) => url === chosen)?.width;
  if (!width) return ["shows none of its candidates"];
  // A picture that is smaller than its place, or that the height of the window holds back, is narrower than `sizes`.
  const isFree = !isCut && largest > claimed;
  if (isFree && Math.abs(claimed - shown) > MOST * shown) found.push(`sizes says ${claimed} px, and it is ${Math.round(shown)} px wide`);
  const accepted = [1, 1 - MOST, 1 + MOST].flatMap((part) => choices(widths, shown * part, zoom));
  // Chromium takes a larger file that it has already, for another place in the page, and no new one.
  const isThere = all.some((other) => other.chosen === chosen && other.claimed > claimed);
  if (isFree && !accepted.includes(width) && !isThere) {
    found.push(`${width} pixels are loaded for ${Math.round(shown * zoom)}; there are ${widths.join(", ")}`);
  }
  // The natural sides are whole numbers.
  if (Math.abs(reserved * height - claimed) > Math.max(1.5, .01 * claimed)) {
    found.push(`a ratio of ${reserved.toFixed(3)} was reserved for ${claimed} by ${height}`);
  }
  return found;
}

/** The candidates that are right for a width on the page: the smallest that has its pixels, or the largest there is.
    Chromium takes the next smaller one on a dense screen if that is closer (their geometric mean decides). */
function choices(widths, shown, zoom) {
  const ascending = [...widths].sort((a, b) => a - b);
  const at = ascending.findIndex((width) => width >= shown * zoom);
  if (at < 0) return [ascending.at(-1)];
  const smaller = ascending[at - 1];
  const isCloser = zoom > 1 && smaller && Math.sqrt(smaller * ascending[at]) > shown * zoom;
  return isCloser ? [smaller, ascending[at]] : [ascending[at]];
}

/** Every picture with candidates in the page. */
async function look() {
  const shownSource = (image) => {
    const sources = image.parentElement.localName === "picture" ? [...image.parentElement.querySelectorAll("source")] : [];
    return [...sources, image].find((source) => source.srcset);
  };
  const images = [...document.images].filter((image) => shownSource(image) && image.getClientRects().length > 0);
  images.forEach((image) => { image.loading = "eager"; });
  await Promise.all(images.map((image) => image.decode().catch(() => {})));
  return images.map((image) => {
    const candidates = shownSource(image).srcset.split(", ").map((one) => one.split(" "))
      .map(([url, width]) => ({ url: new URL(url, location).href, width: parseInt(width) }));
    const box = image.getBoundingClientRect();
    const natural = image.naturalWidth / image.naturalHeight;
    const fit = getComputedStyle(image).objectFit;
    const bySide = [box.width, box.height * natural];
    const shown = fit === "cover" ? Math.max(...bySide) : fit === "contain" ? Math.min(...bySide) : box.width;
    const { parentElement: { parentElement: place } } = image;
    return {
      chosen: image.currentSrc,
      candidates,
      // With widths in `srcset`, the natural width is what `sizes` says.
      claimed: image.naturalWidth,
      shown,
      isCut: fit === "contain" && shown < box.width - 1,
      reserved: image.getAttribute("width") / image.getAttribute("height"),
      height: image.naturalHeight,
      place: `${place.localName}.${place.className}`,
    };
  });
}
