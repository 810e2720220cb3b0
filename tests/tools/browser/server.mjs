// Serves a published site on the loopback interface as a good host would: compressed, with the headers that
// docs/publishing.md asks for, and a policy that allows nothing but what the site uses, so that whatever the policy
// refuses shows in the browser. Compression is gzip, which every host has; what is light with gzip is lighter with brotli.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { gzipSync } from "node:zlib";

export const POLICY = "default-src 'none'; img-src 'self'; style-src 'self'; font-src 'self'; manifest-src 'self'; "
  + "form-action 'self' https:; base-uri 'none'; frame-ancestors 'none'";

const TYPES = {
  ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".json": "application/json",
  ".webmanifest": "application/manifest+json", ".xml": "application/xml", ".svg": "image/svg+xml", ".png": "image/png",
  ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp", ".avif": "image/avif", ".gif": "image/gif",
  ".woff2": "font/woff2", ".txt": "text/plain; charset=utf-8",
};
const TEXT = /^(text\/|image\/svg|application\/(json|xml|manifest))/;

/**
 * Serves `folder` and gives the origin and a function that stops. `change` may give a file's text another form before
 * it is sent, and `late` returns its delay in milliseconds, both by the file's path.
 */
export async function serve(folder, { change = (_, text) => text, late = () => 0, policy = POLICY } = {}) {
  const root = path.resolve(folder);
  const server = createServer(async (request, response) => {
    const wanted = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    const file = path.join(root, wanted.endsWith("/") ? `${wanted}index.html` : wanted);
    const found = file.startsWith(root + path.sep) && await readFile(file).catch(() => null);
    const type = found ? TYPES[path.extname(file)] ?? "application/octet-stream" : TYPES[".html"];
    const stored = found || await readFile(path.join(root, "404.html")).catch(() => Buffer.from(""));
    const body = TEXT.test(type) ? Buffer.from(change(wanted, stored.toString())) : stored;
    const isCompressed = TEXT.test(type) && /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
    await wait(late(wanted));
    response.writeHead(found ? 200 : 404, {
      "content-type": type,
      "content-security-policy": policy,
      "referrer-policy": "strict-origin-when-cross-origin",
      "x-content-type-options": "nosniff",
      "cache-control": wanted.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
      "vary": "accept-encoding",
      ...(isCompressed ? { "content-encoding": "gzip" } : {}),
    });
    response.end(isCompressed ? gzipSync(body) : body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { origin: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}
