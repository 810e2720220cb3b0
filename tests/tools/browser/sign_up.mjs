// Posts the sign-up form of each provider in Chromium, without scripts and under the site's own CSP, to a server that
// records the requests, and compares them with what each provider expects. The URLs of the forms are replaced by that
// server's; nothing else in the pages is changed.
//
//     node tests/tools/browser/sign_up.mjs HANDBILL

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { launch } from "./chromium.mjs";
import { serve } from "./server.mjs";

const ADDRESS = "reader@saltmere.example";
const THANKS = (id) => `https://paper.example/newsletters/${id}/thanks/`;
const ONE = "8f5a2f1e-0c3b-4f5f-9d6e-2a7b1c9d4e01";
const TWO = "8f5a2f1e-0c3b-4f5f-9d6e-2a7b1c9d4e02";

// For each list its provider, the URL to which the form posts, and every field that has to come, in any order.
const LISTS = {
  buttondown: {
    provider: "{ kind: buttondown, username: saltmere, tags: [weekly], ask_name: true, source: true }",
    posts: "https://buttondown.com/api/emails/embed-subscribe/saltmere",
    fields: [["email", ADDRESS], ["embed", "1"], ["tag", "weekly"], ["metadata__name", "Ana Quill"], ["metadata__source", "/newsletters/buttondown/"]],
  },
  mailchimp: {
    provider: "{ kind: mailchimp, url: \"https://saltmere.us21.list-manage.com/subscribe/post?u=0a1b&id=2c3d\", ask_name: true, ask_last_name: true }",
    posts: "https://saltmere.us21.list-manage.com/subscribe/post?u=0a1b&id=2c3d",
    fields: [["EMAIL", ADDRESS], ["FNAME", "Ana"], ["LNAME", "Quill"], ["b_0a1b_2c3d", ""]],
  },
  kit: {
    provider: "{ kind: kit, form: 1234567, ask_name: true }",
    posts: "https://app.kit.com/forms/1234567/subscriptions",
    fields: [["email_address", ADDRESS], ["fields[first_name]", "Ana Quill"]],
  },
  brevo: {
    provider: "{ kind: brevo, url: \"https://a1b2.sibforms.com/serve/MUIFA\" }",
    posts: "https://a1b2.sibforms.com/serve/MUIFA",
    fields: [["EMAIL", ADDRESS], ["OPT_IN", "1"], ["locale", "en"], ["email_address_check", ""]],
  },
  listmonk: {
    provider: `{ kind: listmonk, root: "https://lists.example", list: [${ONE}, ${TWO}], redirect: true, ask_name: true }`,
    posts: "https://lists.example/subscription/form",
    fields: [["email", ADDRESS], ["name", "Ana Quill"], ["l", ONE], ["l", TWO], ["next", THANKS("listmonk")], ["nonce", ""]],
  },
  mailcoach: {
    provider: `{ kind: mailcoach, root: "https://coach.example", list: ${ONE}, tags: [a, b] }`,
    posts: `https://coach.example/mailcoach/subscribe/${ONE}`,
    fields: [
      ["email", ADDRESS],
      ["tags", "a;b"],
      ...["subscribed", "already_subscribed", "subscription_pending"].map((state) => [`redirect_after_${state}`, THANKS("mailcoach")]),
    ],
  },
  formspree: {
    provider: "{ kind: formspree, form: xyzabcde, redirect: true }",
    posts: "https://formspree.io/f/xyzabcde",
    fields: [["email", ADDRESS], ["_subject", "The formspree letter"], ["_next", THANKS("formspree")], ["_gotcha", ""]],
  },
  netlify: {
    provider: "{ kind: netlify }",
    posts: "/newsletters/netlify/thanks/",
    fields: [["email", ADDRESS], ["form-name", "netlify"], ["bot-field", ""]],
  },
  custom: {
    provider: "{ kind: custom, url: \"https://forms.example/join?a=1&b=2\", email_field: mail, hidden: { list: \"7\" }, honeypot: trap }",
    posts: "https://forms.example/join?a=1&b=2",
    fields: [["mail", ADDRESS], ["list", "7"], ["trap", ""]],
  },
  morning: { provider: `{ kind: listmonk, root: "https://joint.example", list: ${ONE} }` },
  evening: { provider: `{ kind: listmonk, root: "https://joint.example", list: ${TWO} }` },
};

/** A site with all lists, built. */
function build(handbill, root) {
  const write = (name, text) => {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  };
  write("site.yaml", "title: The Saltmere Paper\nbase_url: https://paper.example/\norganization: { policies: { privacy: pages/privacy.md } }\nsecurity: { headers: true }\n");
  write("content/pages/privacy.md", "---\ntitle: Privacy\n---\n\nWe keep your address until you leave.\n");
  for (const [id, { provider }] of Object.entries(LISTS)) {
    write(`content/newsletters/${id}.md`, `---\ntitle: The ${id} letter\nfrequency: every week\nconsent: You get one email a week.\nprovider: ${provider}\n---\n`);
  }
  execFileSync(handbill, ["build", "--root", root, "--quiet"], { stdio: "inherit" });
  return path.join(root, "public");
}

/** A server that keeps what is posted to it. */
async function recorder() {
  const kept = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    kept.push({ method: request.method, url: request.url, type: request.headers["content-type"], body: Buffer.concat(chunks).toString() });
    response.writeHead(200, { "content-type": "text/html" });
    response.end("<!doctype html><title>Taken</title><p>Taken.");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { kept, origin: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

const sorted = (pairs) => pairs.map(([name, value]) => `${name}=${value}`).sort();

async function check(handbill, root) {
  const folder = build(handbill, root);
  const recorded = await recorder();
  const elsewhere = (url) => `${recorded.origin}/${url.replace("https://", "")}`;
  const change = (_, text) => text.replace(/(<form [^>]*action=")(https:\/\/|\/)/g, (_, start) => `${start}${recorded.origin}/`);
  const own = readFileSync(path.join(folder, "_headers"), "utf8").match(/Content-Security-Policy: (.*)/)[1];
  const hosts = own.match(/form-action ([^;]*)/)[1].split(" ");
  for (const { posts } of Object.values(LISTS)) {
    if (posts?.startsWith("https")) assert(hosts.includes(new URL(posts).origin), `form-action lacks ${posts}: ${hosts}`);
  }
  const server = await serve(folder, { change, policy: own.replace("form-action", `form-action ${recorded.origin}`) });
  const browser = await launch();
  try {
    const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 800 } });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    const sent = async (path, fill) => {
      recorded.kept.length = 0;
      await page.goto(server.origin + path);
      const form = await fill();
      await Promise.all([page.waitForURL(`${recorded.origin}/**`), form.locator("button").click()]);
      const posted = recorded.kept.filter(({ method }) => method === "POST");
      assert.equal(posted.length, 1, path);
      const [{ url, type, body }] = posted;
      assert.equal(type, "application/x-www-form-urlencoded");
      return { url, fields: sorted([...new URLSearchParams(body)]) };
    };
    for (const [id, { posts, fields }] of Object.entries(LISTS)) {
      if (!posts) continue;
      const got = await sent(`/newsletters/${id}/`, async () => {
        const form = page.locator("main form");
        await form.locator("[type=email]").fill(ADDRESS);
        for (const [purpose, words] of [["name", "Ana Quill"], ["given-name", "Ana"], ["family-name", "Quill"]]) {
          const field = form.locator(`[autocomplete=${purpose}]`);
          if (await field.count()) await field.fill(words);
        }
        return form;
      });
      const url = posts.startsWith("/") ? recorded.origin + posts : elsewhere(posts);
      assert.equal(recorded.origin + got.url, url, id);
      assert.deepEqual(got.fields, sorted(fields), id);
      console.log(`ok  ${id}: ${got.fields.length} fields`);
    }
    const joint = await sent("/newsletters/", async () => {
      const form = page.locator("form:has(fieldset)");
      assert.equal(await form.locator("[type=checkbox]:checked").count(), 0, "a box is ticked beforehand");
      await form.getByLabel("The evening letter").check();
      await form.locator("[type=email]").fill(ADDRESS);
      return form;
    });
    assert.deepEqual(joint.fields, sorted([["email", ADDRESS], ["l", TWO], ["nonce", ""]]), "two lists on one form");
    console.log("ok  two lists on one form: one ticked");
  } finally {
    await browser.close();
    server.stop();
    recorded.stop();
  }
}

const root = mkdtempSync(path.join(tmpdir(), "handbill-sign-up-"));
try {
  await check(path.resolve(process.argv[2]), root);
} finally {
  rmSync(root, { recursive: true, force: true });
}
