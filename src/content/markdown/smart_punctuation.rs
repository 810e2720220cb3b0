//! Smart punctuation: quotes, dashes and dots as the language wants, in running text. The text comes in pieces, between
//! which there may be emphasis, links or code; the form of a mark depends on the characters around it.
//!
//! A double quote opens after a space or an opening bracket, and closes otherwise. A single quote is an apostrophe
//! until a later one closes it; then the first is replaced by an opening quote.

use pulldown_cmark_escape::escape_html_body_text;

use crate::time;

/// Quotation marks of a language. Those of `inner` are three bytes long, as is the apostrophe, so that one can replace
/// the other.
struct Marks {
    outer: [&'static str; 2],
    inner: [&'static str; 2],
}

const ENGLISH: Marks = Marks { outer: ["“", "”"], inner: ["‘", "’"] };
const GERMAN: Marks = Marks { outer: ["„", "“"], inner: ["‚", "‘"] };
const POLISH: Marks = Marks { outer: ["„", "”"], inner: ["‚", "’"] };
const NORDIC: Marks = Marks { outer: ["”", "”"], inner: ["’", "’"] };
const ROMANCE: Marks = Marks { outer: ["«", "»"], inner: ["“", "”"] };
const RUSSIAN: Marks = Marks { outer: ["«", "»"], inner: ["„", "“"] };
const FRENCH: Marks = Marks { outer: ["«\u{202f}", "\u{202f}»"], inner: ["“", "”"] };

fn marks_of(language: &str) -> &'static Marks {
    match time::primary_subtag(language) {
        "es" | "ca" | "gl" | "eu" | "it" | "el" => &ROMANCE,
        "pt" if !language.eq_ignore_ascii_case("pt-br") => &ROMANCE,
        "de" | "cs" | "sk" | "sl" | "bg" | "is" => &GERMAN,
        "pl" | "ro" | "hu" | "hr" => &POLISH,
        "sv" | "fi" => &NORDIC,
        "ru" | "uk" | "be" => &RUSSIAN,
        "fr" => &FRENCH,
        _ => &ENGLISH,
    }
}

/// English words that begin with an apostrophe.
const ELISIONS: [&str; 9] = ["tis", "twas", "twere", "em", "n", "til", "cause", "bout", "round"];

const APOSTROPHE: &str = "’";

/// Value of `last` before the first quotation mark.
const NOWHERE: (usize, bool) = (usize::MAX, false);

/// Writes text as HTML with smart punctuation.
pub(super) struct SmartPunctuation {
    marks: Option<&'static Marks>,
    escapes: bool,
    /// Character before the next piece.
    before: char,
    /// Number of open double quotes.
    depth: usize,
    /// Byte offset in the HTML of an apostrophe that may be an opening quote.
    ambiguous: Option<usize>,
    /// Byte offset after the last quotation mark, and whether it opens.
    last: (usize, bool),
}

impl SmartPunctuation {
    /// Starts with a language; without one, nothing is replaced.
    pub(super) fn new(language: Option<&str>) -> SmartPunctuation {
        SmartPunctuation {
            marks: language.map(marks_of),
            escapes: true,
            before: ' ',
            depth: 0,
            ambiguous: None,
            last: NOWHERE,
        }
    }

    /// Begins a paragraph, heading or table cell.
    pub(super) fn begin(&mut self) {
        (self.before, self.depth, self.ambiguous, self.last) = (' ', 0, None, NOWHERE);
    }

    /// Records that something else was written, which counts as the character `c`.
    pub(super) fn pass(&mut self, c: char) {
        self.before = c;
    }

    /// Writes a piece of text, escaped for HTML.
    pub(super) fn write(&mut self, text: &str, html: &mut String) {
        let Some(marks) = self.marks else {
            return escape_html_body_text(html, text).expect("a String takes everything");
        };
        let bytes = text.as_bytes();
        let has_rare = has_rare(bytes);
        let (mut copied, mut at) = (0, 0);
        while let Some(step) = find_special(&bytes[at..], has_rare) {
            at += step;
            let byte = bytes[at];
            let length =
                if matches!(byte, b'.' | b'-') { bytes[at..].iter().take_while(|&&b| b == byte).count() } else { 1 };
            let end = at + length;
            let set = match (byte, length) {
                (b'.', 3) => "…",
                (b'.', 4) => "….",
                (b'-', 2) => "–",
                (b'-', 3) => "—",
                (b'&', _) if self.escapes => "&amp;",
                (b'<', _) if self.escapes => "&lt;",
                (b'>', _) if self.escapes => "&gt;",
                (b'"' | b'\'', _) => {
                    html.push_str(&text[copied..at]);
                    copied = at;
                    if at > 0 {
                        self.before = html.chars().next_back().unwrap_or(' ');
                    }
                    let after = &text[end..];
                    if byte == b'"' { self.double(marks, after, html) } else { self.single(marks, after, html) }
                }
                _ => {
                    at = end;
                    continue;
                }
            };
            html.push_str(&text[copied..at]);
            html.push_str(set);
            (copied, at) = (end, end);
        }
        html.push_str(&text[copied..]);
        if !text.is_empty() {
            self.before = html.chars().next_back().unwrap_or(' ');
        }
    }

    /// Returns whether a quote may open, judging by what is before it.
    fn may_open(&self, html: &str) -> bool {
        if self.last.0 == html.len() {
            return self.last.1;
        }
        let is_after_ambiguous = self.ambiguous.is_some_and(|at| at + APOSTROPHE.len() == html.len());
        is_after_ambiguous || self.before.is_whitespace() || is_opening(self.before)
    }

    fn double(&mut self, marks: &Marks, after: &str, html: &str) -> &'static str {
        let next = after.chars().next();
        let opens = if matches!(self.before, '-' | '–' | '—' | '/') {
            next.is_some_and(char::is_alphanumeric) || (self.depth == 0 && next.is_none())
        } else {
            self.may_open(html) && (self.depth == 0 || next.is_none_or(|c| !c.is_whitespace()))
        };
        if opens {
            self.depth += 1;
            let set = if self.depth % 2 == 1 { marks.outer[0] } else { marks.inner[0] };
            self.last = (html.len() + set.len(), true);
            return set;
        }
        if self.depth == 0 && self.before.is_ascii_digit() {
            return "\""; // inches
        }
        let set = if self.depth == 0 || self.depth % 2 == 1 { marks.outer[1] } else { marks.inner[1] };
        self.depth = self.depth.saturating_sub(1);
        self.last = (html.len() + set.len(), false);
        set
    }

    fn single(&mut self, marks: &Marks, after: &str, html: &mut String) -> &'static str {
        let next = after.chars().next();
        if self.before.is_alphanumeric() && next.is_some_and(char::is_alphanumeric) {
            return APOSTROPHE;
        }
        if self.may_open(html) || matches!(self.before, '-' | '–' | '—') {
            let word = after.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
            let elided = word.starts_with(|c: char| c.is_ascii_digit())
                || ELISIONS.iter().any(|known| known.eq_ignore_ascii_case(word));
            self.ambiguous = (!elided && next.is_none_or(|c| !c.is_whitespace())).then_some(html.len());
            return APOSTROPHE;
        }
        let [open, close] = if self.depth > 0 { marks.inner } else { ENGLISH.inner };
        match self.ambiguous.take() {
            Some(at) if html.get(at..at + APOSTROPHE.len()) == Some(APOSTROPHE) => {
                html.replace_range(at..at + APOSTROPHE.len(), open);
                self.last = (html.len() + close.len(), false);
                close
            }
            _ => APOSTROPHE,
        }
    }
}

/// Opening brackets and quotation marks.
fn is_opening(c: char) -> bool {
    matches!(c, '(' | '[' | '{' | '“' | '‘' | '«' | '„' | '‚' | '¿' | '¡')
}

/// Returns whether there is an angle bracket, or a dot or hyphen followed by another. Without branches, so that the
/// compiler vectorizes the loop.
fn has_rare(bytes: &[u8]) -> bool {
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    let last = bytes.last().is_some_and(|byte| matches!(byte, b'<' | b'>'));
    pairs.fold(last, |found, (&byte, &next)| {
        found | (byte == b'<') | (byte == b'>') | (((byte == b'.') | (byte == b'-')) & (byte == next))
    })
}

/// Returns the next byte to handle; most texts have none of the rare ones.
fn find_special(bytes: &[u8], has_rare: bool) -> Option<usize> {
    if has_rare {
        return bytes.iter().position(|byte| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'' | b'-' | b'.'));
    }
    memchr::memchr3(b'"', b'\'', b'&', bytes)
}

/// Applies smart punctuation to a plain text, for example a title. The result is not escaped.
#[must_use]
pub fn smart_punctuation(text: &str, language: &str) -> String {
    let mut set = String::with_capacity(text.len() + 8);
    SmartPunctuation { escapes: false, ..SmartPunctuation::new(Some(language)) }.write(text, &mut set);
    set
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(language: &str, text: &str, expected: &str) {
        assert_eq!(smart_punctuation(text, language), expected, "{language}: {text}");
    }

    #[test]
    fn english() {
        check("en-US", r#"She said "no." Then: "Why not?""#, "She said “no.” Then: “Why not?”");
        check("en", r#""He said 'no.'" '"Ha," she said.'"#, "“He said ‘no.’” ‘“Ha,” she said.’");
        check("en", r#""He wrote 'never' twice," she said."#, "“He wrote ‘never’ twice,” she said.");
        check(
            "en",
            "don't, the workers' rights, the '90s, rock 'n' roll, 'tis",
            "don’t, the workers’ rights, the ’90s, rock ’n’ roll, ’tis",
        );
        check("en", r#"("so") the "so-called" plan--"a mess"--ended"#, "(“so”) the “so-called” plan–“a mess”–ended");
        check("en", r#"a 12" pipe, a "12" in quotes"#, "a 12\" pipe, a “12” in quotes");
        check("en", "wait... what.... or.. 1--2 and---so ----", "wait… what…. or.. 1–2 and—so ----");
        check("en", "'all of it' and 'more", "‘all of it’ and ’more");
    }

    #[test]
    fn other_languages() {
        check("es", r#"Dijo: "La "huelga" sigue". ¿"Sí"?"#, "Dijo: «La “huelga” sigue». ¿«Sí»?");
        check("es-MX", r#""El 'jefe' no""#, "«El “jefe” no»");
        check("de", r#""Er sagte 'nein'", so sie"#, "„Er sagte ‚nein‘“, so sie");
        check("fr", r#"Elle dit "l'année 'noire'"."#, "Elle dit «\u{202f}l’année “noire”\u{202f}».");
        check("tlh", "\"a\"", "“a”");
    }

    #[test]
    fn pieces_go_together() {
        let mut typography = SmartPunctuation::new(Some("en"));
        let mut html = String::new();
        for piece in ["'", "all", " of it' & \"", "more", "\""] {
            typography.write(piece, &mut html);
            html.push('|');
        }
        assert_eq!(html, "‘|all| of it’ &amp; “|more|”|");
    }
}
