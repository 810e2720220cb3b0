//! Old addresses, as front matter names them.

use crate::config::BaseUrl;
use crate::path::{UrlPath, decode_path};

/// An old address as one of the site's: a page's ends with `/`, a file's has an extension.
///
/// # Errors
/// In words for a diagnostic.
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
