//! Media types of files, by name.

use std::borrow::Cow;

use crate::path::OutputPath;

/// Returns the value of `Content-Type`. All text is UTF-8, which is the only encoding that Handbill reads and writes.
#[must_use]
pub fn media_type(path: &OutputPath) -> Cow<'static, str> {
    let name = path.as_str().rsplit('/').next().unwrap_or_default();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    // Types that the crate does not know, or for which it has an outdated name.
    let known = match (name, extension.as_str()) {
        ("feed.xml", _) => "application/rss+xml",
        ("atom.xml", _) => "application/atom+xml",
        ("feed.json", _) => "application/feed+json",
        (_, "xml") => "application/xml",
        (_, "mjs") => "text/javascript",
        (_, "map") => "application/json",
        (_, "m4a") => "audio/mp4",
        _ => mime_guess::from_ext(&extension).first_raw().unwrap_or(match extension.as_str() {
            "" => "text/plain",
            _ => "application/octet-stream",
        }),
    };
    let is_text = known.starts_with("text/") || known.ends_with("xml") && known.starts_with("application/");
    if is_text { Cow::Owned(format!("{known}; charset=utf-8")) } else { Cow::Borrowed(known) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_are_those_of_a_good_host() {
        let check = |path: &str, expected: &str| assert_eq!(media_type(&OutputPath::new(path).unwrap()), expected);
        check("news/index.html", "text/html; charset=utf-8");
        check("feed.xml", "application/rss+xml; charset=utf-8");
        check("topics/wages/atom.xml", "application/atom+xml; charset=utf-8");
        check("feed.json", "application/feed+json");
        check("sitemap.xml", "application/xml; charset=utf-8");
        check("robots.txt", "text/plain; charset=utf-8");
        check("_redirects", "text/plain; charset=utf-8");
        check("site.3f2a.css", "text/css; charset=utf-8");
        check("a.js", "text/javascript; charset=utf-8");
        check("a.mjs", "text/javascript; charset=utf-8");
        check("a.js.map", "application/json");
        check("data.json", "application/json");
        check("calendar.ics", "text/calendar; charset=utf-8");
        check("site.webmanifest", "application/manifest+json");
        check("a.wasm", "application/wasm");
        check("serif.woff2", "font/woff2");
        check("A.JPG", "image/jpeg");
        check("a.png", "image/png");
        check("a.svg", "image/svg+xml");
        check("a.avif", "image/avif");
        check("a.webp", "image/webp");
        check("favicon.ico", "image/x-icon");
        check("a.mp3", "audio/mpeg");
        check("a.m4a", "audio/mp4");
        check("a.mp4", "video/mp4");
        check("a.vtt", "text/vtt; charset=utf-8");
        check("a.pdf", "application/pdf");
        check("a.unheard-of", "application/octet-stream");
    }
}
