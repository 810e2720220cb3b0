// A page asks its own host for everything and gets it, under a Content-Security-Policy that allows no more than the theme
// uses and nothing inline. Whatever the policy refuses shows in the browser's console.

/** Nothing is asked of another host, nothing fails, and the policy refuses nothing. */
export async function policyRefusesNothing(reader, { url }) {
  const findings = [];
  const before = ({ page }) => {
    page.on("request", (request) => {
      const asked = request.url();
      if (!asked.startsWith(`${reader.origin}/`) && !asked.startsWith("data:")) findings.push(`asks ${asked}`);
    });
    page.on("response", (response) => {
      if (response.status() >= 400 && response.url() !== reader.origin + url) {
        findings.push(`${response.status()} for ${response.url()}`);
      }
    });
    page.on("requestfailed", (request) => findings.push(`${request.failure()?.errorText} for ${request.url()}`));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) findings.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => findings.push(`script: ${error.message}`));
  };
  await reader.open(url, { width: 1280, fresh: true, before }, async ({ page, run }) => {
    // What loads lazily is asked for as well.
    await run(async () => {
      const images = [...document.images];
      images.forEach((image) => image.removeAttribute("loading"));
      await Promise.all(images.map((image) => image.decode().catch(() => {})));
    });
    page.removeAllListeners("requestfailed");
  });
  // The page for what is not there is an answer of that kind itself.
  const isExpected = (finding) => url.endsWith("/404.html") && finding.startsWith("console: Failed to load");
  return [...new Set(findings)].filter((finding) => !isExpected(finding));
}
