//! Converts HTML to plain text for emails: lines of 72 columns, underlined headings, quotations behind `>`, lists with
//! markers, links as numbered references below the text.
//!
//! Only the elements that Markdown produces are formatted; of others, the text is kept.

use std::borrow::Cow;

use crate::html::{HtmlToken, HtmlTokenizer, Tag, decode_text};

/// The text of a link from a footnote back to its reference.
const BACK: &str = "\u{21a9}\u{fe0e}";

/// The greatest width of a line in columns.
const WIDTH: usize = 72;

/// Returns a heading, underlined with the character `line`, and an empty line.
pub(super) fn heading(words: &str, line: char) -> String {
    let lines = textwrap::wrap(words, WIDTH);
    let width = lines.iter().map(|line| textwrap::core::display_width(line)).max().unwrap_or(0);
    format!("{}\n{}\n\n", lines.join("\n"), line.to_string().repeat(width))
}

/// Returns a paragraph, wrapped, and an empty line.
pub(super) fn paragraph(words: &str) -> String {
    format!("{}\n\n", textwrap::fill(words, WIDTH))
}

/// Returns HTML as plain text.
pub(super) fn of_html(html: &str) -> String {
    let mut writer = TextWriter::default();
    for (_, token) in HtmlTokenizer::new(html) {
        match token {
            HtmlToken::Text(text) => writer.words.push_str(&decode_text(text)),
            HtmlToken::Tag(tag) if tag.is_end => writer.end(&tag.name.to_ascii_lowercase()),
            HtmlToken::Tag(tag) => writer.begin(&tag),
            _ => {}
        }
    }
    writer.flush();
    let mut text = writer.text;
    for (index, link) in writer.links.iter().enumerate() {
        text.push_str(&format!("[{}] {link}\n", index + 1));
    }
    if !writer.links.is_empty() {
        text.push('\n');
    }
    text
}

#[derive(Default)]
struct TextWriter {
    text: String,
    /// The text of the open block.
    words: String,
    /// The prefixes of each line: `> `, the indentation of a list.
    before: Vec<&'static str>,
    /// The marker that replaces the last indentation in the next line: `- `, `1. `.
    mark: Option<String>,
    /// For each open list the number of the next item; `None` for bullets.
    lists: Vec<Option<usize>>,
    /// The URLs of links, in the order of their numbers.
    links: Vec<String>,
    /// For each open link its index in `links`; `None` for a link that is not listed.
    open: Vec<Option<usize>>,
    /// Whether spaces and line ends are kept.
    kept: bool,
}

impl TextWriter {
    fn begin(&mut self, tag: &Tag<'_>) {
        match tag.name.to_ascii_lowercase().as_str() {
            "p" | "div" | "figure" | "table" | "section" | "aside" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "dt"
            | "dl" => self.flush(),
            "pre" => {
                self.flush();
                self.kept = true;
            }
            "blockquote" => {
                self.flush();
                self.before.push("> ");
            }
            "figcaption" => {
                self.flush();
            }
            "dd" => {
                self.tight();
                self.before.push("  ");
            }
            "ul" => {
                self.flush();
                self.lists.push(None);
            }
            "ol" => {
                self.flush();
                let start = tag.value("start").and_then(|start| start.parse().ok()).unwrap_or(1);
                self.lists.push(Some(start));
            }
            "li" => {
                self.flush();
                let mark = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{:<4}", format!("{}.", *number - 1))
                    }
                    _ => "  - ".to_owned(),
                };
                self.mark = Some(mark);
                self.before.push("    ");
            }
            "br" => self.words.push('\u{2028}'),
            "hr" => {
                self.flush();
                self.text.push_str("* * *\n\n");
            }
            "td" | "th" if !self.words.trim().is_empty() => self.words.push_str(" | "),
            "img" => {
                let alt = tag.value("alt").unwrap_or_default();
                if !alt.is_empty() {
                    self.words.push_str(&format!("[{alt}]"));
                }
            }
            "a" => {
                // Footnotes are in the email: a link to one would open the website.
                let is_elsewhere = |link: &String| link.contains(':') && !link.contains("#fn");
                let link = tag.value("href").map(Cow::into_owned).filter(is_elsewhere);
                let index = link.map(|link| match self.links.iter().position(|known| *known == link) {
                    Some(known) => known,
                    None => {
                        self.links.push(link);
                        self.links.len() - 1
                    }
                });
                self.open.push(index);
            }
            "sup" => self.words.push_str(" ("),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "h1" | "h2" => self.heading('-'),
            "p" | "div" | "figure" | "table" | "section" | "aside" | "h3" | "h4" | "h5" | "h6" | "figcaption" => {
                self.flush();
            }
            "tr" | "dt" => self.tight(),
            "pre" => {
                self.flush();
                self.kept = false;
            }
            "blockquote" | "li" | "dd" => {
                self.flush();
                self.before.pop();
                self.mark = None;
                if self.before.is_empty() && self.text.ends_with("\n>\n") {
                    self.text.truncate(self.text.len() - ">\n".len());
                    self.text.push('\n');
                }
            }
            "ul" | "ol" => {
                self.flush();
                self.lists.pop();
            }
            "a" => {
                if let Some(Some(index)) = self.open.pop() {
                    self.words.push_str(&format!(" [{}]", index + 1));
                }
            }
            "sup" => self.words.push(')'),
            _ => {}
        }
    }

    fn heading(&mut self, line: char) {
        let words = std::mem::take(&mut self.words);
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        if !words.is_empty() {
            self.text.push_str(&heading(&words, line));
        }
    }

    /// Writes the open block, and an empty line.
    fn flush(&mut self) {
        if self.write() {
            let before: String = self.before.concat();
            let quoted = before.trim_end();
            let is_last = self.before.len() > 1 || !quoted.is_empty();
            self.text.push_str(if is_last { quoted } else { "" });
            self.text.push('\n');
        } else if !self.text.is_empty() && !self.text.ends_with("\n\n") && !self.text.ends_with("\n>\n") {
            self.text.push('\n');
        }
    }

    /// Writes the open block and no empty line.
    fn tight(&mut self) {
        self.write();
    }

    fn write(&mut self) -> bool {
        let words = std::mem::take(&mut self.words).replace(BACK, "");
        let lines: Vec<String> = match self.kept {
            true => words.trim_matches('\n').lines().map(str::to_owned).collect(),
            false => {
                let pieces = words.split('\u{2028}');
                pieces.map(|piece| piece.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
            }
        };
        if lines.iter().all(|line| line.trim().is_empty()) {
            return false;
        }
        let indent: String = self.before.concat();
        let first = match self.mark.take() {
            Some(mark) => format!("{}{mark}", self.before[..self.before.len().saturating_sub(1)].concat()),
            None => indent.clone(),
        };
        for (index, line) in lines.iter().enumerate() {
            let begin = if index == 0 { first.as_str() } else { indent.as_str() };
            if self.kept {
                self.text.push_str(&format!("{begin}{line}\n"));
                continue;
            }
            let options = textwrap::Options::new(WIDTH)
                .initial_indent(begin)
                .subsequent_indent(&indent)
                .break_words(false)
                .word_splitter(textwrap::WordSplitter::NoHyphenation);
            self.text.push_str(&textwrap::fill(line, options));
            self.text.push('\n');
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_set_for_reading() {
        let check = |html: &str, expected: &str| assert_eq!(of_html(html), expected, "{html}");
        check("<p>One <em>two</em> &amp; three.</p>", "One two & three.\n\n");
        check("<h2>Part</h2>\n<p>Text.</p>", "Part\n----\n\nText.\n\n");
        check(
            "<p>See <a href=\"https://a.example/\">it</a> and <a href=\"https://a.example/\">again</a>.</p>",
            "See it [1] and again [1].\n\n[1] https://a.example/\n\n",
        );
        let list = of_html("<ul><li>One</li><li>Two</li></ul>");
        assert!(list.contains("  - One\n") && list.contains("  - Two\n"), "{list:?}");
        let quote = of_html("<blockquote><p>Said.</p></blockquote>");
        assert_eq!(quote, "> Said.\n\n");
        let quote = of_html("<blockquote><p>Said.</p>\n<p>Twice.</p></blockquote>\n<p>By him.</p>");
        assert_eq!(quote, "> Said.\n>\n> Twice.\n\nBy him.\n\n");
        let table = of_html("<table><tr><th>A</th><th>B</th></tr>\n<tr><td>1</td><td>2</td></tr></table><p>C</p>");
        assert_eq!(table, "A | B\n1 | 2\n\nC\n\n");
        let note = of_html("<p>It.<sup><a href=\"https://a.example/#fn-1\">1</a></sup></p>");
        assert_eq!(note, "It. (1)\n\n");
        let long = of_html(&format!("<p>{}</p>", "word ".repeat(60)));
        assert!(long.lines().all(|line| line.len() <= WIDTH), "{long}");
    }
}
