// In forced colours, which replace the page's own by the few that a reader has chosen (Windows calls it contrast themes),
// backgrounds and shadows go. What can be used, what has the focus and what is current still shows.

/** Buttons and fields have an edge, the focus an outline, and the current link a mark. */
export async function controlsShowInForcedColours(reader, { url }) {
  return reader.open(url, { width: 1280, forced: true }, async ({ page, run }) => {
    const findings = await run(look);
    await page.keyboard.press("Tab");
    return findings.concat(await run(() => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
      return outlineStyle === "none" || parseFloat(outlineWidth) < 2 ? ["the focus does not show"] : [];
    }));
  });
}

function look() {
  const findings = [];
  const words = (element) => (element.textContent || element.name || "").trim().slice(0, 30);
  const isEdged = (element) => ["Top", "Bottom"].every((side) => {
    const style = getComputedStyle(element);
    return parseFloat(style[`border${side}Width`]) >= 1 && !["none", "hidden"].includes(style[`border${side}Style`])
      && style[`border${side}Color`] !== style.backgroundColor && !/^rgba.*, 0\)$/.test(style[`border${side}Color`]);
  });
  const isUnderlined = (element) => getComputedStyle(element).textDecorationLine.includes("underline");
  if (!matchMedia("(forced-colors: active)").matches) findings.push("colours are not forced");
  const fields = [...document.querySelectorAll("button, .button, input, textarea, select")]
    .filter((field) => field.checkVisibility() && field.tabIndex >= 0 && !field.matches("[type=checkbox], [type=radio]"));
  fields.filter((field) => !isEdged(field) && !isUnderlined(field))
    .forEach((field) => findings.push(`<${field.localName}> “${words(field)}” has no edge`));
  const marks = (link) => {
    const { borderBottomColor, borderBottomWidth, textDecorationLine, fontWeight, outlineStyle, color } = getComputedStyle(link);
    return [borderBottomColor, borderBottomWidth, textDecorationLine, fontWeight, outlineStyle, color].join();
  };
  document.querySelectorAll("nav [aria-current]").forEach((link) => {
    const others = [...link.closest("nav").querySelectorAll("a:not([aria-current])")]
      .filter((other) => other.parentElement.className === link.parentElement.className);
    if (others.some((other) => marks(other) === marks(link))) {
      findings.push(`“${words(link)}” is current and does not show it`);
    }
  });
  return findings;
}
