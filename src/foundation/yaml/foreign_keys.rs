//! Keys as other generators name them.

/// Keys of others, in lower case without `_` and `-`, and what they are here: the likeliest first.
const KEYS: &[(&str, &[&str])] = &[
    ("tags", &["topics"]),
    ("categories", &["topics", "section"]),
    ("category", &["section", "topics"]),
    ("description", &["summary", "promise", "preheader"]),
    ("excerpt", &["summary", "promise", "preheader"]),
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
];

/// Keys of others that say what a file's folder says here, or the theme.
const NEEDLESS: [&str; 3] = ["layout", "type", "template"];

/// What a key of others is called here, of the keys that are known.
pub(crate) fn native_names<'k>(key: &str, known: &[&'k str]) -> Vec<&'k str> {
    let key = plain(key);
    let ours = KEYS.iter().find(|(theirs, _)| *theirs == key).map_or(&[][..], |(_, ours)| ours);
    ours.iter().filter_map(|ours| known.iter().copied().find(|known| known == ours)).collect()
}

/// Whether others need a key for what is known here without it.
pub(crate) fn is_needless(key: &str) -> bool {
    NEEDLESS.contains(&plain(key).as_str())
}

fn plain(key: &str) -> String {
    key.to_lowercase().replace(['_', '-'], "")
}

#[cfg(test)]
mod tests {
    use super::native_names;

    #[test]
    fn keys_of_others_have_names_here_where_such_a_key_is_known() {
        let check =
            |key: &str, known: &[&str], expected: &[&str]| assert_eq!(native_names(key, known), expected, "{key}");
        let article = ["title", "date", "slug", "section", "summary", "topics", "updated", "embargo", "aliases"];
        check("tags", &article, &["topics"]);
        check("categories", &article, &["topics", "section"]);
        check("publishDate", &article, &["date", "embargo"]);
        check("redirect_from", &article, &["aliases"]);
        check("tags", &["title", "summary"], &[]);
        check("colour", &article, &[]);
    }
}
