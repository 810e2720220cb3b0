//! Names of keys, settings, template variables and commands that other generators use, and what Handbill calls them.

/// Foreign names in lower case without `_` and `-`, each with the names that Handbill has for it, the likeliest first.
const NAMES: &[(&str, &[&str])] = &[
    ("tags", &["topics"]),
    ("categories", &["topics", "section"]),
    ("category", &["section", "topics"]),
    ("description", &["summary", "preheader"]),
    ("excerpt", &["summary", "preheader"]),
    ("subject", &["title"]),
    ("headline", &["title"]),
    ("name", &["title"]),
    ("title", &["name", "label"]),
    ("lastmod", &["updated"]),
    ("modified", &["updated"]),
    ("publishdate", &["date", "embargo"]),
    ("pubdate", &["date", "embargo"]),
    ("published", &["date", "draft"]),
    ("expirydate", &["expires"]),
    ("weight", &["pinned", "order"]),
    ("author", &["authors"]),
    ("permalink", &["slug", "aliases"]),
    ("url", &["slug", "aliases", "src", "base_url"]),
    ("redirectfrom", &["aliases"]),
    ("cover", &["image"]),
    ("thumbnail", &["image"]),
    ("languagecode", &["language"]),
    ("timezone", &["time_zone"]),
    ("preview", &["demo", "serve"]),
    ("slots", &["list_sizes"]),
    ("blocks", &["section_groups"]),
    ("front", &["front_page"]),
    ("frontmore", &["front_page_more"]),
    ("frontempty", &["front_page_empty"]),
    ("promise", &["summary"]),
    ("policy", &["csp"]),
    ("contents", &["toc"]),
    ("contentsfrom", &["toc_min_words"]),
    ("list", &["id", "newsletter"]),
    ("letter", &["email"]),
    ("letteronsite", &["email_view_online"]),
    ("letterleave", &["email_unsubscribe"]),
    ("minutes", &["reading_time"]),
    ("words", &["word_count"]),
];

/// Foreign keys of front matter for what the file's folder or the theme decides here.
const NEEDLESS: [&str; 3] = ["layout", "type", "template"];

/// Returns the names among `known` that Handbill has for a foreign name, the likeliest first; empty when it has none.
pub(crate) fn native_names<'k>(name: &str, known: &[&'k str]) -> Vec<&'k str> {
    let name = plain(name);
    let ours = NAMES.iter().find(|(theirs, _)| *theirs == name).map_or(&[][..], |(_, ours)| ours);
    ours.iter().filter_map(|ours| known.iter().copied().find(|known| known == ours)).collect()
}

/// Whether a key of front matter is superfluous, since the file's folder or the theme decides what it says.
pub(crate) fn is_needless(key: &str) -> bool {
    NEEDLESS.contains(&plain(key).as_str())
}

fn plain(name: &str) -> String {
    name.to_lowercase().replace(['_', '-'], "")
}

#[cfg(test)]
mod tests {
    use super::native_names;

    #[test]
    fn foreign_names_have_native_names_where_these_are_known() {
        let check =
            |name: &str, known: &[&str], expected: &[&str]| assert_eq!(native_names(name, known), expected, "{name}");
        let article = ["title", "date", "slug", "section", "summary", "topics", "updated", "embargo", "aliases"];
        check("tags", &article, &["topics"]);
        check("categories", &article, &["topics", "section"]);
        check("publishDate", &article, &["date", "embargo"]);
        check("redirect_from", &article, &["aliases"]);
        check("tags", &["title", "summary"], &[]);
        check("colour", &article, &[]);
    }
}
