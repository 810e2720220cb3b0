//! Configuration for nginx: locations to include in a `server`.
//!
//! The directives: <https://nginx.org/en/docs/http/ngx_http_core_module.html>. A location with an `add_header` of its own
//! gets none of those above it, so that they are repeated. `Cache-Control` is not for errors: it is without `always`.

use std::fmt::Write;

use super::super::host_rules::{CACHE_IMMUTABLE, CACHE_SHORT, HostRules, PageFileRules};
use super::Server;
use crate::config::Encoding;

pub(super) const NGINX: Server = Server { name: "nginx", write };

fn write(rules: &HostRules) -> String {
    let HostRules { root, not_found, .. } = rules;
    let mut text = format!(
        "# {}\n# For `include` in the `server` of nginx. The folder of `root` has the site at `{root}`.\n",
        rules.home
    );
    let _ = writeln!(text, "location {} {{", quoted(root));
    text.push_str("  index index.html;\n  absolute_redirect off;\n");
    let _ = writeln!(text, "  error_page 404 {};", quoted(not_found));
    compression(&mut text, rules);
    headers(&mut text, rules, CACHE_SHORT);
    if let Some(page_files) = &rules.page_files {
        self::page_files(&mut text, page_files);
    }
    text.push_str("  try_files $uri $uri/ =404;\n}\n");
    for path in &rules.immutable {
        // `^~` is for all that begins with the path, `=` for the path alone; both win over a site's own expressions.
        let (modifier, path) = path.strip_suffix('*').map_or(("=", path.as_str()), |start| ("^~", start));
        let _ = writeln!(text, "location {modifier} {} {{", quoted(&decoded(path)));
        let _ = writeln!(text, "  error_page 404 {};", quoted(not_found));
        compression(&mut text, rules);
        headers(&mut text, rules, CACHE_IMMUTABLE);
        text.push_str("  try_files $uri =404;\n}\n");
    }
    for (alias, target) in &rules.redirects {
        let target = quoted(&target.replace('$', "%24"));
        let _ = writeln!(text, "location = {} {{", quoted(&decoded(alias)));
        text.push_str("  absolute_redirect off;\n");
        let _ = writeln!(text, "  return 301 {target};\n}}");
    }
    text
}

/// Adds what is for pages that are files. Locations in a location have its headers and its error page, win over a site's
/// own expressions, and leave other locations of the server as they are.
fn page_files(text: &mut String, rules: &PageFileRules) {
    text.push_str("  # `/x/` is the file x.html, to which `/x` and `/x.html` lead.\n");
    for path in &rules.other_files {
        let path = decoded(path);
        let _ = writeln!(text, "  location = {} {{}}", quoted(&format!("{path}.html")));
        for path in [format!("{path}/"), path] {
            let _ = writeln!(text, "  location = {} {{ try_files $uri $uri/ =404; }}", quoted(&path));
        }
    }
    text.push_str(
        r#"  location ~ "/(?!index\.html$)[^/]+\.html$" {
    if (!-f $request_filename) { return 404; }
    rewrite "^(.+)\.html$" "$1/" permanent;
  }
  location ~ "^(.+)/$" { try_files "${uri}index.html" "$1.html" =404; }
  if (-f "$request_filename.html") { rewrite "^(.+)$" "$1/" permanent; }
"#,
    );
}

/// Adds what every location has for files: those compressed with gzip, which is all that nginx has without a module of
/// another author.
fn compression(text: &mut String, rules: &HostRules) {
    if rules.encodings.contains(&Encoding::Gzip) {
        text.push_str("  gzip_static on;\n  gzip_vary on;\n");
    }
}

fn headers(text: &mut String, rules: &HostRules, cache: &str) {
    for (name, value) in &rules.headers {
        // `$` begins a variable, and cannot be escaped; in URLs, the only place for it, `%24` is the same.
        let _ = writeln!(text, "  add_header {name} {} always;", quoted(&value.replace('$', "%24")));
    }
    let _ = writeln!(text, "  add_header Cache-Control \"{cache}\";");
}

/// Returns a path as nginx compares it.
fn decoded(path: &str) -> String {
    crate::path::decode_path(path).unwrap_or_else(|| path.to_owned())
}

/// Returns a text in quotation marks. No path or header has a line end.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
