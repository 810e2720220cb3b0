// The page as on a phone: in a frame in the middle of the window, while the page itself is out of sight.

export const WIDTH = 390;
const NAME = "handbill-phone";

/** Whether a page of the same site has this one in a frame: then the bar and the rest are there, and not here too. */
export const isFramed = window.frameElement !== null;

/** Whether that frame is the telephone. */
export const isInPhone = isFramed && window.name === NAME;

/** Puts the page into a frame inside `root`, or takes it out again. */
export function showPhone(root, isOn) {
  root.querySelector(".stage")?.remove();
  document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== HIDDEN);
  if (!isOn) return;
  const stage = document.createElement("div");
  stage.className = "stage";
  const frame = document.createElement("iframe");
  frame.name = NAME;
  frame.title = `This page, ${WIDTH} px wide`;
  frame.width = WIDTH;
  frame.src = location.href;
  stage.append(frame);
  root.prepend(stage);
  document.adoptedStyleSheets.push(HIDDEN);
}

/** In the frame: whoever follows a link takes the window along, so that the bar speaks of the page that is shown. */
export function takeWindowAlong() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || link.target || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const isHere = link.href.split("#")[0] === location.href.split("#")[0] && link.hash;
    if (isHere || link.origin !== location.origin || link.hasAttribute("download")) return;
    event.preventDefault();
    window.top.location.assign(link.href);
  });
}

const HIDDEN = new CSSStyleSheet();
HIDDEN.replaceSync("@media screen { html { overflow: hidden !important } body { visibility: hidden !important } }");
