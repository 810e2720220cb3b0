//! Writes running text: joins the parser's pieces, counts words, sets smart punctuation and links bare URLs.

use std::ops::Range;

use linkify::{LinkFinder, LinkKind};
use pulldown_cmark_escape::escape_html_body_text;

use super::href::{self, Href};
use super::writer::Writer;
use crate::diagnostic::Diagnostic;

/// Greatest number of bytes of list and quote markers that are inspected before a text: a line can be very long.
const MAX_MARKERS: usize = 64;

impl Writer<'_> {
    /// Adds a piece of text. Pieces that are adjacent in the source are written as one, so that a URL with an
    /// underscore is found whole.
    pub(super) fn text(&mut self, text: &str, range: Range<usize>) {
        let source = &self.marked.text[range.clone()];
        let is_source = std::ptr::eq(text, source);
        if self.in_code {
            let text = if is_source && !self.marked.is_plain() { self.marked.written(range) } else { text };
            escape_html_body_text(&mut self.body.html, text).expect("a String takes everything");
        } else if let Some(raw) = &mut self.raw {
            raw.add(text, self.marked.original_offset(range.start));
        } else if self.alt.is_some() {
            self.push_alt(text);
        } else if is_source && range.start == self.run.end && !self.run.is_empty() {
            self.run.end = range.end;
        } else {
            self.flush();
            if !is_source {
                self.literal(text); // a character reference
            } else if is_escaped(&self.marked.text, range.start) {
                self.literal(&text[..1]);
                self.run = range.start + 1..range.end;
            } else {
                self.run = range;
            }
        }
    }

    /// Adds a line break in running text. A plain one belongs to the text around it.
    pub(super) fn soft_break(&mut self, range: &Range<usize>) {
        if range.start == self.run.end && !self.run.is_empty() && &self.marked.text[range.clone()] == "\n" {
            self.run.end = range.end;
            return;
        }
        self.flush();
        self.body.html.push('\n');
        self.typography.pass(' ');
        self.word_counter.gap();
    }

    /// Writes the text that was added.
    pub(super) fn flush(&mut self) {
        if self.run.is_empty() {
            return;
        }
        let marked = self.marked;
        let run = std::mem::replace(&mut self.run, 0..0);
        let text = &marked.text[run.clone()];
        if text.contains("::") {
            self.misplaced_fences(run.clone());
        }
        self.lint_run(&run);
        if self.is_autolink() {
            self.literal(text);
        } else {
            self.count(text);
            self.prose(text, &run);
        }
    }

    /// Reports lines that look like a fence but do not begin at the start of a line. The result is never what was
    /// meant: in a list, the closing colons make a definition of the text before them.
    fn misplaced_fences(&mut self, run: Range<usize>) {
        let source = &self.marked.text;
        let is_marker = |c: char| matches!(c, ' ' | '\t' | '>' | '-' | '*' | '+');
        let mut at = run.start;
        for part in source[run].split_inclusive('\n') {
            let before = source.as_bytes()[..at].iter().rev().take(MAX_MARKERS).position(|&byte| byte == b'\n');
            let Some(begun) = before.map_or((at < MAX_MARKERS).then_some(0), |length| Some(at - length)) else {
                at += part.len();
                continue;
            };
            let line = source[begun..].lines().next().unwrap_or_default();
            let fence = line.trim_start_matches(is_marker);
            let name = fence.trim_start_matches(':').trim_start();
            // The first colon may have been parsed as the marker of a definition.
            let is_first = source[begun..at].trim_start_matches(is_marker).trim_start_matches(':').is_empty();
            if is_first && fence.starts_with(":::") && name.starts_with(|c: char| c.is_ascii_alphabetic()) {
                let diagnostic =
                    Diagnostic::error("block", "a block inside a list or a quotation, or after spaces, is text");
                let help = "begin the line with the colons, outside of lists and quotations; colons to be shown have \
                            a `\\` before them";
                let begin = begun + line.len() - fence.len();
                self.report(diagnostic.help(help), self.span(&(begin..begin + fence.trim_end().len())));
            }
            at += part.len();
        }
    }

    /// Writes text without smart punctuation.
    pub(super) fn literal(&mut self, text: &str) {
        self.count(text);
        escape_html_body_text(&mut self.body.html, text).expect("a String takes everything");
        self.typography.pass(text.chars().next_back().unwrap_or(' '));
    }

    /// Counts the words of running text, without footnotes.
    fn count(&mut self, text: &str) {
        if self.open_notes.is_empty() {
            self.word_counter.add(text);
        }
    }

    pub(super) fn code(&mut self, text: &str) {
        if self.alt.is_some() {
            return self.push_alt(text);
        }
        self.count(text);
        self.body.html.push_str("<code>");
        escape_html_body_text(&mut self.body.html, text).expect("a String takes everything");
        self.body.html.push_str("</code>");
        self.typography.pass('x');
    }

    /// Writes running text, with bare URLs as links.
    fn prose(&mut self, text: &str, run: &Range<usize>) {
        let may_link = self.links.is_empty() && self.anchors_open == 0;
        if !may_link || memchr::memchr2(b':', b'@', text.as_bytes()).is_none() {
            return self.typography.write(text, &mut self.body.html);
        }
        let mut written = 0;
        for link in LinkFinder::new().links(text) {
            let address = link.as_str();
            let email;
            let to = match link.kind() {
                LinkKind::Email => {
                    email = format!("mailto:{address}");
                    &email
                }
                _ => address,
            };
            let Ok(to @ (Href::Web(_) | Href::Contact(_))) = href::read(to, self.settings.file) else {
                continue;
            };
            let before = &text[written..link.start()];
            // The scheme before an email address is part of the link.
            let before = before.strip_suffix("mailto:").unwrap_or(before);
            let shown = &text[written + before.len()..link.end()];
            self.typography.write(before, &mut self.body.html);
            match &to {
                Href::Web(to) => {
                    let at = run.start + link.start();
                    self.own_link(to, &self.span(&(at..at + address.len())));
                    self.open_anchor(to, "", " rel=\"noopener\"");
                }
                Href::Contact(to) => self.open_anchor(to, "", ""),
                _ => unreachable!("matched above"),
            }
            escape_html_body_text(&mut self.body.html, shown).expect("a String takes everything");
            self.body.html.push_str("</a>");
            self.typography.pass('x');
            written = link.end();
        }
        self.typography.write(&text[written..], &mut self.body.html);
    }
}

/// Returns whether the character at `at` is escaped by a backslash.
fn is_escaped(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    at > 0 && bytes[at - 1] == b'\\' && bytes.get(at).is_some_and(u8::is_ascii_punctuation)
}

#[cfg(test)]
mod tests {
    use crate::content::markdown::tests::check;

    #[test]
    fn bare_urls_become_links() {
        check(
            "See https://example.org/a_b_c?d=1&e=2. Or (mail tips@example.org)!",
            "<p>See <a href=\"https://example.org/a_b_c?d=1&amp;e=2\" rel=\"noopener\">https://example.org/a_b_c?d=1&amp;e=2</a>. Or (mail <a href=\"mailto:tips@example.org\">tips@example.org</a>)!</p>",
        );
        check(
            "mailto:a@example.org `https://a.org` ftp://b.org javascript://c.org/%0a",
            "<p><a href=\"mailto:a@example.org\">mailto:a@example.org</a> <code>https://a.org</code> ftp://b.org javascript://c.org/%0a</p>",
        );
        check(
            "[at https://a.org now](https://b.org) <a href=\"https://c.org\">https://c.org</a>",
            "<p><a href=\"https://b.org\" rel=\"noopener\">at https://a.org now</a> <a href=\"https://c.org\">https://c.org</a></p>",
        );
    }
}
