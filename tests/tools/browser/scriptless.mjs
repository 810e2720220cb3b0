// A browser that runs no scripts, in the narrowest window: the navigation leads on, and forms send what was written.

const VIEW = { width: 320, height: 640, scripts: false };
const ADDRESS = "reader@paper.example";

/** Every link of the navigation is to be seen and touched, and the first one leads on. */
export async function navigationNeedsNoScript(reader, { url, kind }) {
  return reader.open(url, VIEW, async ({ page, run }) => {
    const findings = await run(() => {
      const links = [...document.querySelectorAll("header nav a[href]")];
      const hidden = links.filter((link) => {
        link.scrollIntoView({ block: "center", inline: "center" });
        const { left, top, width, height } = link.getBoundingClientRect();
        const above = document.elementFromPoint(left + width / 2, top + height / 2);
        return left < 0 || left + width > innerWidth || height < 24 || !link.contains(above);
      });
      if (links.length === 0) return ["has no navigation"];
      return hidden.map((link) => `cannot be touched without scripts: “${link.textContent.trim()}”`);
    });
    if (findings.length > 0 || kind !== "front-page") return findings;
    const link = page.locator("header nav a[href]").last();
    const target = new URL(await link.getAttribute("href"), page.url()).href;
    await link.click({ timeout: 3000 }).catch(() => {});
    const leads = page.url() === target && target.split("#")[0] !== reader.origin + url;
    return leads ? [] : [`the navigation leads to ${page.url()} by a link to ${target}`];
  });
}

/** Each form that is shown can be filled in and sent, once its required fields are there, to the URL of its action. */
export async function formsNeedNoScript(reader, { url }) {
  return reader.open(url, VIEW, async ({ page, run }) => {
    const findings = [];
    const count = await run(() => document.forms.length);
    for (let at = 0; at < count; at += 1) {
      const form = page.locator("form").nth(at);
      const { action, method } = await run((at) => ({ action: document.forms[at].action, method: document.forms[at].method }), at);
      const sent = [];
      await page.route((url) => url.href.split("?")[0] === action.split("?")[0], (route) => {
        sent.push(route.request());
        return route.fulfill({ status: 204 });
      });
      const button = form.locator("button, [type=submit]").first();
      await button.click({ timeout: 3000 }).catch(() => findings.push("its button cannot be pressed"));
      if (sent.length > 0) findings.push(`a form to ${action} is sent though its required fields are empty`);
      const names = [];
      for (const field of await form.locator("input[required], textarea[required]").all()) {
        names.push(await field.getAttribute("name"));
        await field.fill(ADDRESS, { timeout: 3000 }).catch(() => findings.push(`the field ${names.at(-1)} cannot be filled in`));
      }
      if (names.length === 0) findings.push(`a form to ${action} requires nothing`);
      const request = page.waitForRequest((request) => sent.includes(request) || request.url().startsWith(action), { timeout: 3000 });
      await Promise.all([request.catch(() => {}), button.click({ timeout: 3000 }).catch(() => {})]);
      const body = new URLSearchParams(sent[0]?.postData() ?? "");
      if (!sent[0]) findings.push(`a form to ${action} is not sent`);
      else if (sent[0].method() !== method.toUpperCase()) findings.push(`a form to ${action} is sent by ${sent[0].method()}`);
      else if (!names.every((name) => body.get(name) === ADDRESS)) findings.push(`a form sends ${sent[0].postData()}`);
      await page.unrouteAll({ behavior: "ignoreErrors" });
    }
    return findings;
  });
}
