//! Aliases: old URLs of a page, written in front matter.

use crate::config::BaseUrl;
use crate::path::{UrlPath, decode_path};

/// Parses an alias into a URL path of the site. The path of a page ends with `/`, that of a file has an extension.
///
/// # Errors
/// The alias is not a root-relative URL, has a query or fragment, or is not UTF-8 when it is decoded. The error is the
/// message of a diagnostic.
pub fn alias(written: &str, base: &BaseUrl) -> Result<UrlPath, String> {
    let path = written.strip_prefix(&base.origin).unwrap_or(written);
    let path = path.strip_prefix(&base.path).filter(|rest| rest.starts_with('/')).unwrap_or(path);
    let path = decode_path(path).ok_or_else(|| format!("`{written}` is not UTF-8 when it is decoded"))?;
    if path.contains(['?', '#']) {
        return Err(format!("`{written}` has a query or fragment, which no static host can redirect"));
    }
    let last = path.rsplit('/').next().unwrap_or_default();
    let path = if last.is_empty() || last.contains('.') { path } else { format!("{path}/") };
    if !path.starts_with('/') {
        return Err(format!("`{written}` is not a root-relative URL"));
    }
    UrlPath::new(&path).map_err(|why| why.to_string())
}
