//! Configuration for Caddy: directives to import in the block of a site.
//!
//! The directives: <https://caddyserver.com/docs/caddyfile/directives>. Of two that set one header, the order is not
//! obvious, so that each file has only one for `Cache-Control`.

use std::fmt::Write;

use super::super::host_rules::{CACHE_IMMUTABLE, CACHE_SHORT, HostRules, PageFileRules};
use super::Server;

pub(super) const CADDY: Server = Server { name: "caddy", write };

fn write(rules: &HostRules) -> String {
    let HostRules { root, not_found, .. } = rules;
    let mut text = format!(
        "# {}\n# For `import` in the block of a site. The folder of `root` has the site at `{root}`.\n",
        rules.home
    );
    let _ = writeln!(text, "@site path {}", quoted(&format!("{root}*")));
    text.push_str("header @site {\n");
    for (name, value) in &rules.headers {
        let _ = writeln!(text, "  {name} {}", quoted(value));
    }
    text.push_str("}\n");
    let immutable: Vec<String> = rules.immutable.iter().map(|path| matcher(path)).collect();
    let immutable = immutable.join(" ");
    let _ = writeln!(text, "@immutable path {immutable}");
    let _ = writeln!(text, "header @immutable Cache-Control \"{CACHE_IMMUTABLE}\"");
    let _ = writeln!(text, "@short {{\n  path {}\n  not path {immutable}\n}}", quoted(&format!("{root}*")));
    let _ = writeln!(text, "header @short Cache-Control \"{CACHE_SHORT}\"");
    for (number, (alias, target)) in rules.redirects.iter().enumerate() {
        let _ = writeln!(text, "@old{number} path {}", quoted(&alias.replace('*', "%2A")));
        let _ = writeln!(text, "redir @old{number} {} 301", quoted(target));
    }
    if let Some(page_files) = &rules.page_files {
        self::page_files(&mut text, root, page_files);
    }
    // The first that the browser takes is sent: the smaller one.
    let encodings: Vec<&str> = rules.encodings.iter().rev().map(|encoding| encoding.name()).collect();
    match encodings.as_slice() {
        [] => text.push_str("file_server\n"),
        encodings => drop(writeln!(text, "file_server {{\n  precompressed {}\n}}", encodings.join(" "))),
    }
    text.push_str("handle_errors {\n");
    let _ = writeln!(text, "  header Cache-Control \"{CACHE_SHORT}\"");
    let _ = writeln!(text, "  rewrite * {}", quoted(not_found));
    text.push_str("  file_server\n}\n");
    text
}

/// Adds what is for pages that are files. Redirects without a path matcher alone come after those with one, of old URLs.
/// Each repeats the URL as it is encoded, with its query; one that begins with `//` would lead to another host.
fn page_files(text: &mut String, root: &str, rules: &PageFileRules) {
    let inside = quoted(&format!("{root}*"));
    let others = |end: &str| {
        let paths = rules.other_files.iter().map(|path| quoted(&format!("{}{end}", path.replace('*', "%2A"))));
        paths.collect::<Vec<_>>().join(" ")
    };
    let _ = write!(
        text,
        r#"# `/x/` is the file x.html, to which `/x` and `/x.html` lead.
@page_file {{
  path {inside}
  vars_regexp page_file {{uri}} "^(/[^/?][^?]*)[.]html([?].*)?$"
  not path {} "*/index.html"
  file
}}
redir @page_file "{{re.page_file.1}}/{{re.page_file.2}}" 301
@page_name {{
  path {inside}
  vars_regexp page_name {{uri}} "^(/[^/?](?:[^?]*[^/?])?)([?].*)?$"
  not path {}
  file "{{path}}.html"
}}
redir @page_name "{{re.page_name.1}}/{{re.page_name.2}}" 301
@page {{
  path {inside}
  path_regexp page "^(.+)/$"
  not path {}
}}
route @page {{
  @is_file file "{{re.page.1}}.html"
  rewrite @is_file "{{re.page.1}}.html"
}}
"#,
        others(".html"),
        others(""),
        others("/"),
    );
}

/// Returns the matcher of a path, in which only a `*` at the end has a meaning.
fn matcher(path: &str) -> String {
    match path.strip_suffix('*') {
        Some(start) => quoted(&format!("{}*", start.replace('*', "%2A"))),
        None => quoted(&path.replace('*', "%2A")),
    }
}

/// Returns a text in quotation marks, without a placeholder. No path or header has a line end.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('{', "\\{"))
}
