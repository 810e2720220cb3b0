//! Crawlers of companies that make AI models, by what they fetch pages for.
//!
//! A crawler is a row of [`CRAWLERS`], with the page on which its operator documents its name and purpose. Operators add
//! and rename crawlers; [`AS_OF`] is the month of the table.

/// The month of the table: `2026-05`.
pub const AS_OF: &str = "2026-05";

/// What a crawler fetches pages for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To train models.
    Training,
    /// To find pages, quote and link them in answers, and to fetch those that a reader asks about.
    Search,
}

/// A crawler.
#[derive(Debug)]
pub struct Crawler {
    /// Its name in `robots.txt` (the product token of RFC 9309, section 2.2.1).
    pub user_agent: &'static str,
    /// What it fetches pages for.
    pub purpose: Purpose,
    /// The URL of its operator's documentation.
    pub source: &'static str,
}

/// All crawlers, by purpose, then by name.
pub const CRAWLERS: &[Crawler] = &[
    training("Amazonbot", AMAZON),
    training("Applebot-Extended", "https://support.apple.com/en-us/119829"),
    training("Bytespider", "https://zhanzhang.toutiao.com/"),
    training("CCBot", "https://commoncrawl.org/ccbot"),
    training("ClaudeBot", ANTHROPIC),
    training("GPTBot", OPENAI),
    training("Google-Extended", "https://developers.google.com/search/docs/crawling-indexing/google-common-crawlers"),
    training("Meta-ExternalAgent", META),
    search("ChatGPT-User", OPENAI),
    search("Claude-SearchBot", ANTHROPIC),
    search("Claude-User", ANTHROPIC),
    search("DuckAssistBot", "https://duckduckgo.com/duckduckgo-help-pages/results/duckassistbot"),
    search("Meta-ExternalFetcher", META),
    search("OAI-SearchBot", OPENAI),
    search("Perplexity-User", PERPLEXITY),
    search("PerplexityBot", PERPLEXITY),
];

const AMAZON: &str = "https://developer.amazon.com/amazonbot";
const ANTHROPIC: &str = "https://support.claude.com/en/articles/8896518-does-anthropic-crawl-data-from-the-web-and-how-can-site-owners-block-the-crawler";
const META: &str = "https://developers.facebook.com/docs/sharing/webmasters/web-crawlers";
const OPENAI: &str = "https://platform.openai.com/docs/bots";
const PERPLEXITY: &str = "https://docs.perplexity.ai/guides/bots";

const fn training(user_agent: &'static str, source: &'static str) -> Crawler {
    Crawler { user_agent, purpose: Purpose::Training, source }
}

const fn search(user_agent: &'static str, source: &'static str) -> Crawler {
    Crawler { user_agent, purpose: Purpose::Search, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crawlers_are_named_once_and_have_a_source() {
        for (index, crawler) in CRAWLERS.iter().enumerate() {
            let is_same = |other: &Crawler| other.user_agent.eq_ignore_ascii_case(crawler.user_agent);
            assert!(!CRAWLERS[..index].iter().any(is_same), "{}", crawler.user_agent);
            assert!(crawler.source.starts_with("https://"), "{}", crawler.user_agent);
            let is_token = |c: char| c.is_ascii_alphabetic() || matches!(c, '-' | '_');
            assert!(crawler.user_agent.chars().all(is_token), "{}", crawler.user_agent);
        }
    }
}
