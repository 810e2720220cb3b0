// Reads `_headers` and `_redirects` of a built site with the packages by which Netlify reads them.
//
//     node tests/tools/netlify_rules.mjs FOLDER

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parseAllHeaders } from "@netlify/headers-parser";
import { parseAllRedirects } from "@netlify/redirect-parser";

const folder = process.argv[2];

const { headers, errors } = await parseAllHeaders({
  headersFiles: [join(folder, "_headers")],
  configHeaders: [],
  minimal: false,
});
assert.deepEqual(errors, []);
const of = (path) => headers.find((rule) => rule.for === path)?.values ?? {};
assert.match(of("/*")["Content-Security-Policy"], /^default-src 'none'; .*frame-ancestors 'none'$/);
assert.equal(of("/*")["X-Content-Type-Options"], "nosniff");
assert.match(of("/*")["Strict-Transport-Security"], /^max-age=31536000/);
assert.equal(of("/assets/*")["Cache-Control"], "public, max-age=31536000, immutable");
const lines = readFileSync(join(folder, "_headers"), "utf8").split("\n").filter((line) => line.startsWith("  "));
const read = headers.flatMap((rule) => Object.keys(rule.values));
assert.equal(read.length, lines.length, "a header was not read");

const { redirects, errors: faults } = await parseAllRedirects({
  redirectsFiles: [join(folder, "_redirects")],
  configRedirects: [],
  minimal: false,
});
assert.deepEqual(faults, []);
const from = redirects.map((rule) => decodeURI(rule.path ?? rule.from)).sort();
assert.deepEqual(from, ['/a "b" $c (d)/', "/old/"]);
for (const rule of redirects) {
  assert.match(rule.to, /^\/news\/\d{4}\/\d{2}\/a-first-article\/$/);
  assert.deepEqual([rule.status, rule.force], [301, true]);
}
console.log(`${read.length} headers and ${redirects.length} redirects are read`);
console.log("1 passed, 0 failed");
