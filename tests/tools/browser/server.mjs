// Serves a published site on the loopback interface as a careful host would: with a policy that allows nothing but the
// site's own files, so that whatever the policy refuses shows in the browser.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import path from "node:path";

export const POLICY = "default-src 'none'; img-src 'self' data:; style-src 'self'; font-src 'self'; script-src 'self'; "
  + "connect-src 'self'; manifest-src 'self'; form-action 'self' https:; base-uri 'none'; frame-ancestors 'none'";

const TYPES = {
  ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".json": "application/json",
  ".webmanifest": "application/manifest+json", ".xml": "application/xml", ".svg": "image/svg+xml", ".png": "image/png",
  ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp", ".woff2": "font/woff2", ".txt": "text/plain",
};

/** Serves `folder` and gives the origin and a function that stops. */
export async function serve(folder) {
  const root = path.resolve(folder);
  const server = createServer(async (request, response) => {
    const wanted = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    const file = path.join(root, wanted.endsWith("/") ? `${wanted}index.html` : wanted);
    const found = file.startsWith(root + path.sep) && await readFile(file).catch(() => null);
    const body = found || await readFile(path.join(root, "404.html")).catch(() => "");
    response.writeHead(found ? 200 : 404, {
      "content-type": found ? TYPES[path.extname(file)] ?? "application/octet-stream" : TYPES[".html"],
      "content-security-policy": POLICY,
      "x-content-type-options": "nosniff",
    });
    response.end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { origin: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}
