// Shows the page at the width of a phone: in a frame in the middle of the window, with the page itself hidden.

export const WIDTH = 390;
const NAME = "handbill-phone";

/** Whether this page is in a frame of a page of the same site, which then has the bar and the overlay. */
export const isFramed = window.frameElement !== null;

/** Whether that frame is the phone. */
export const isInPhone = isFramed && window.name === NAME;

/** Shows the page in a frame inside `root`, or removes the frame. */
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

/** In the phone: a link navigates the whole window, so that the bar is about the page that is shown. */
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
