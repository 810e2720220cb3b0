//! Converts the HTML of an imported comment to the Markdown that comments can have.
//!
//! Invariant: the words of the comment are unchanged. Emphasis and links that would change them are omitted.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use ammonia::{Builder, UrlRelative};

use crate::content::markdown;
use crate::html::{HtmlToken, HtmlTokenizer, decode_text};

/// The greatest length in bytes of HTML whose markup is converted; of longer HTML, only the text is kept.
const LONGEST: usize = 50_000;

/// The elements that have Markdown.
const ELEMENTS: [&str; 23] = [
    "p",
    "div",
    "br",
    "em",
    "i",
    "strong",
    "b",
    "del",
    "s",
    "strike",
    "a",
    "ul",
    "ol",
    "li",
    "blockquote",
    "pre",
    "code",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
];

/// Turns HTML into Markdown.
#[must_use]
pub fn to_markdown(html: &str) -> String {
    let html = if html.len() > LONGEST { html.replace('<', "&lt;") } else { html.to_owned() };
    let clean = Builder::empty()
        .tags(HashSet::from(ELEMENTS))
        .clean_content_tags(HashSet::from(["script", "style"]))
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"]))]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(None)
        .clean(&html)
        .to_string();
    let expected = words(&clean);
    let styled = Writer::write(&clean, true);
    if words(&markdown::comment(&styled).html) == expected { styled } else { Writer::write(&clean, false) }
}

/// Returns the text of HTML without spaces and control characters.
fn words(html: &str) -> String {
    let texts = HtmlTokenizer::new(html).filter_map(|(_, token)| match token {
        HtmlToken::Text(text) => Some(decode_text(text)),
        _ => None,
    });
    texts.collect::<String>().chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Break {
    Line,
    Block,
}

#[derive(Default)]
struct Writer {
    out: String,
    /// The prefix of every line: `> ` for each open quote, spaces for each open list.
    prefix: String,
    /// For each open quote or list the length of the prefix before it, in bytes, and the next number of a numbered list.
    frames: Vec<(usize, Option<usize>)>,
    /// Whether the innermost frame is empty so far.
    is_fresh: bool,
    /// The break to be written before the next text.
    due: Option<Break>,
    is_styled: bool,
    /// Opened marks that are written before the next word.
    waiting: Vec<&'static str>,
    /// Marks that are written and not closed.
    open: Vec<&'static str>,
    /// The open link: its URL, and the offset of its text in `out`.
    link: Option<(String, usize)>,
    /// The open code, and whether it is a block.
    code: Option<(String, bool)>,
}

impl Writer {
    fn write(html: &str, is_styled: bool) -> String {
        let mut writer = Writer { is_styled, is_fresh: true, ..Writer::default() };
        for (_, token) in HtmlTokenizer::new(html) {
            match token {
                HtmlToken::Text(text) => writer.text(&decode_text(text)),
                HtmlToken::Tag(tag) if tag.is_end => writer.close(tag.name),
                HtmlToken::Tag(tag) => writer.open(tag.name, tag.value("href").map(Cow::into_owned)),
                _ => {}
            }
        }
        writer.end_marks();
        let lines = writer.out.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
        lines.trim_matches('\n').to_owned()
    }

    fn open(&mut self, name: &str, href: Option<String>) {
        if let Some((code, _)) = &mut self.code {
            if name == "br" {
                code.push('\n');
            }
            return;
        }
        match name {
            "code" if !self.is_styled => {}
            "pre" | "blockquote" | "ul" | "ol" | "li" if !self.is_styled => self.block(),
            "br" if !self.is_fresh => {
                self.end_marks();
                self.due.get_or_insert(Break::Line);
            }
            "em" | "i" => self.mark("*"),
            "strong" | "b" => self.mark("**"),
            "del" | "s" | "strike" => self.mark("~~"),
            "code" => self.code = Some((String::new(), false)),
            "pre" => {
                self.block();
                self.begin();
                self.code = Some((String::new(), true));
            }
            "a" if self.is_styled && self.link.is_none() => {
                self.begin();
                self.begin_marks();
                self.link = href.map(|href| (href, self.out.len()));
            }
            "blockquote" => self.frame("> ", None),
            "ul" => self.frames.push((self.prefix.len(), Some(0))),
            "ol" => self.frames.push((self.prefix.len(), Some(1))),
            "li" => self.item(),
            "p" | "div" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.block(),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if let Some((code, is_block)) = &self.code {
            if name == if *is_block { "pre" } else { "code" } {
                let (code, is_block) = (code.clone(), *is_block);
                self.code = None;
                self.code(&code, is_block);
            }
            return;
        }
        match name {
            "pre" | "blockquote" | "ul" | "ol" | "li" if !self.is_styled => self.block(),
            "em" | "i" => self.unmark("*"),
            "strong" | "b" => self.unmark("**"),
            "del" | "s" | "strike" => self.unmark("~~"),
            "a" => self.end_link(),
            "blockquote" | "li" | "ul" | "ol" => {
                self.end_marks();
                if let Some((before, _)) = self.frames.pop() {
                    self.prefix.truncate(before);
                }
                self.is_fresh = false;
                if matches!(name, "blockquote" | "ul" | "ol") {
                    self.block();
                }
            }
            "p" | "div" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.block(),
            _ => {}
        }
    }

    /// Begins a paragraph, unless one has just begun.
    fn block(&mut self) {
        self.end_marks();
        if !self.is_fresh {
            self.due = Some(Break::Block);
        }
    }

    /// Writes the break that is due.
    fn begin(&mut self) {
        match self.due.take() {
            None => {}
            Some(Break::Line) => {
                self.out.truncate(self.out.trim_end_matches(' ').len());
                self.out.push_str(&format!("\\\n{}", self.prefix));
            }
            Some(Break::Block) => {
                self.out.push_str(&format!("\n{}\n{}", self.prefix.trim_end(), self.prefix));
                self.is_fresh = true;
            }
        }
    }

    fn frame(&mut self, prefix: &str, number: Option<usize>) {
        self.block();
        self.begin();
        self.frames.push((self.prefix.len(), number));
        self.prefix.push_str(prefix);
        self.out.push_str(prefix);
        self.is_fresh = true;
    }

    fn item(&mut self) {
        let bullet = match self.frames.last_mut() {
            Some((_, Some(number))) if *number > 0 => {
                *number += 1;
                format!("{}. ", *number - 1)
            }
            _ => "- ".to_owned(),
        };
        self.block();
        self.begin();
        self.frames.push((self.prefix.len(), None));
        self.out.push_str(&bullet);
        self.prefix.push_str(&" ".repeat(bullet.len()));
        self.is_fresh = true;
    }

    fn mark(&mut self, mark: &'static str) {
        if self.is_styled && !self.waiting.contains(&mark) && !self.open.contains(&mark) {
            self.waiting.push(mark);
        }
    }

    fn unmark(&mut self, mark: &'static str) {
        if let Some(at) = self.waiting.iter().position(|waiting| *waiting == mark) {
            self.waiting.remove(at);
        } else if self.open.contains(&mark) {
            // Marks close in their order.
            while let Some(open) = self.open.pop() {
                self.put_close(open);
                if open == mark {
                    break;
                }
            }
        }
    }

    fn begin_marks(&mut self) {
        for mark in std::mem::take(&mut self.waiting) {
            self.out.push_str(mark);
            self.open.push(mark);
        }
    }

    fn end_marks(&mut self) {
        self.end_link();
        self.waiting.clear();
        while let Some(open) = self.open.pop() {
            self.put_close(open);
        }
    }

    /// A mark closes behind a word, not behind a space.
    fn put_close(&mut self, mark: &str) {
        let end = self.out.trim_end_matches(' ').len();
        self.out.insert_str(end, mark);
    }

    fn end_link(&mut self) {
        let Some((href, at)) = self.link.take() else { return };
        let words = self.out.split_off(at);
        let is_bare = words.replace('\\', "") == href;
        let is_odd = href.contains(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>' | '\\'));
        match () {
            () if words.trim().is_empty() || is_bare || is_odd || words.contains('\n') => self.out.push_str(&words),
            () => self.out.push_str(&format!("[{}]({})", words.trim(), href.replace('*', "%2A").replace('_', "%5F"))),
        }
    }

    fn text(&mut self, text: &str) {
        if let Some((code, _)) = &mut self.code {
            return code.push_str(text);
        }
        let mut before = self.out.chars().next_back();
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            if c.is_whitespace() && c != '\u{a0}' {
                if !self.is_fresh && self.due.is_none() && !self.out.ends_with([' ', '\n']) {
                    self.out.push(' ');
                    before = Some(' ');
                }
                continue;
            }
            if c.is_control() {
                continue;
            }
            if self.due.is_some() {
                self.begin();
                before = None;
            }
            self.begin_marks();
            let starts_line = self.is_fresh || self.out.ends_with(&format!("\n{}", self.prefix)) && before != Some(' ');
            let next = chars.peek().copied();
            let is_within = before.is_some_and(char::is_alphanumeric) && next.is_some_and(char::is_alphanumeric);
            let is_special = match c {
                '\\' | '`' | '*' | '[' | ']' | '<' => true,
                '_' => !is_within,
                '&' => next.is_some_and(|next| next.is_ascii_alphanumeric() || next == '#'),
                '~' => true,
                '#' | '>' | '-' | '+' | '=' | ':' => starts_line,
                '.' | ')' => before.is_some_and(|c| c.is_ascii_digit()) && self.is_number_so_far(),
                _ => false,
            };
            if is_special {
                self.out.push('\\');
            }
            self.out.push(c);
            self.is_fresh = false;
            before = Some(c);
        }
    }

    /// Whether the line holds nothing but digits.
    fn is_number_so_far(&self) -> bool {
        let line = self.out.rsplit('\n').next().unwrap_or_default();
        let line = line.strip_prefix(self.prefix.as_str()).unwrap_or(line);
        let line = line.trim_start_matches("- ").trim_start();
        line.chars().all(|c| c.is_ascii_digit())
    }

    fn code(&mut self, code: &str, is_block: bool) {
        let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        if is_block {
            let fence = "`".repeat(longest.max(2) + 1);
            self.begin();
            self.out.push_str(&fence);
            for line in code.trim_matches('\n').lines() {
                self.out.push_str(&format!("\n{}{line}", self.prefix));
            }
            self.out.push_str(&format!("\n{}{fence}", self.prefix));
            self.is_fresh = false;
            self.block();
        } else if !code.trim().is_empty() {
            self.begin();
            self.begin_marks();
            let fence = "`".repeat(longest + 1);
            let code = code.split_whitespace().collect::<Vec<_>>().join(" ");
            let space = if code.starts_with('`') || code.ends_with('`') { " " } else { "" };
            self.out.push_str(&format!("{fence}{space}{code}{space}{fence}"));
            self.is_fresh = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn markup_of_comments_becomes_markdown() {
        let check = |html: &str, expected: &str| assert_eq!(to_markdown(html), expected, "{html}");
        check("<p>One <i>two</i> <b>three </b>four</p><p>Five<br>six</p>", "One *two* **three** four\n\nFive\\\nsix");
        check("<a href='https://a.example/x_y'>here</a> &amp; there", "[here](https://a.example/x%5Fy) & there");
        check("<a href='https://a.example/x_y'>https://a.example/x_y</a>", "https://a.example/x_y");
        check("<blockquote><p>a</p><p>b</p></blockquote>c", "> a\n>\n> b\n\nc");
        check("<ul><li>a</li><li>b</li></ul>", "- a\n\n- b");
        check("<p>a <code>b`c</code></p><pre><code>x\n  y</code></pre>", "a ``b`c``\n\n```\nx\n  y\n```");
        check(
            "1. no list * no_emphasis <3 &lt;script&gt; [x] snake_case",
            "1\\. no list \\* no_emphasis \\<3 \\<script> \\[x\\] snake_case",
        );
        check("<script>alert(1)</script><img src=x onerror=y>ok 🎉", "ok 🎉");
        check("", "");
    }

    proptest! {
        #[test]
        fn words_come_through(html in "([a-c <>*_`&;#~.\\-+=\\[\\]():0-9\\n\\\\]|<b>|</b>|<i>|</i>|<p>|<br>|<ul><li>|</ul>|<blockquote>|</blockquote>|<code>|</code>|<a href=\"https://x.example/\">|</a>){0,40}") {
            let clean = Builder::empty().clean_content_tags(HashSet::from(["script", "style"])).clean(&html).to_string();
            let markdown = to_markdown(&html);
            prop_assert_eq!(words(&markdown::comment(&markdown).html), words(&clean), "{}", markdown);
        }
    }
}
