//! Warns of text that was meant as markup and is published as text.

use std::ops::Range;

use super::href::shorten;
use super::writer::Writer;
use crate::diagnostic::Diagnostic;

/// Greatest number of bytes after a bracket that are inspected.
const MAX_LENGTH: usize = 400;

/// Start of other generators' markup; where one is the prefix of another, the longer comes first.
const FOREIGN: [&str; 4] = ["{{<", "{{%", "{{", "{%"];

const ALERTS: [&str; 5] = ["NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION"];

/// Which of the [`FOREIGN`] syntaxes were reported: each is reported once per text.
#[derive(Default)]
pub(super) struct ReportedSyntaxes([bool; FOREIGN.len()]);

/// A finding, with its length in bytes.
struct Lint {
    code: &'static str,
    message: String,
    help: String,
    length: usize,
}

impl Writer<'_> {
    /// Finds markup in running text that the parser did not recognize. Escaped characters are never in one run with
    /// their bracket.
    pub(super) fn lint_run(&mut self, run: &Range<usize>) {
        let marked = self.marked;
        let text = &marked.text[run.clone()];
        let mut end_of_last = 0;
        for at in memchr::memchr3_iter(b'[', b']', b'{', text.as_bytes()) {
            let rest = line_from(text, at);
            let lint = match rest.as_bytes() {
                _ if at < end_of_last => None,
                [b'[', b'^', ..] => note(rest),
                [b'[', b'!', ..] => alert(rest).filter(|_| begins_quote(&marked.text, run.start + at)),
                [b']', b'(', ..] => link(rest),
                [b'{', b'{' | b'%', ..] => self.foreign(rest),
                [b'{', ..] => braces(rest, &marked.text[..run.start + at]),
                _ => None,
            };
            if let Some(Lint { code, message, help, length }) = lint {
                end_of_last = at + length;
                let span = self.span(&(run.start + at..run.start + end_of_last));
                self.report(Diagnostic::warning(code, message).help(help), span);
            }
        }
    }

    fn foreign(&mut self, rest: &str) -> Option<Lint> {
        let kind = FOREIGN.iter().position(|sign| rest.starts_with(sign))?;
        if std::mem::replace(&mut self.reported.0[kind], true) {
            return None;
        }
        let end = rest.find(if FOREIGN[kind] == "{%" { "%}" } else { "}}" }).map_or(rest.len(), |end| end + 2);
        let message = format!("`{}` is shown as text", shorten(&rest[..end]));
        let help = "markup of other generators has no effect: write a block, for example `::: figure {src=\"…\"}`; \
                    what is to be shown stands between backticks";
        Some(Lint { code: "text", message, help: help.to_owned(), length: end })
    }
}

/// Returns the rest of a line, up to the inspected length.
fn line_from(text: &str, at: usize) -> &str {
    let most = (at + MAX_LENGTH..text.len()).find(|&end| text.is_char_boundary(end)).unwrap_or(text.len());
    let rest = &text[at..most];
    &rest[..memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len())]
}

/// `[^1]`: a reference without its footnote.
fn note(rest: &str) -> Option<Lint> {
    let end = rest.find(']')? + 1;
    let label = &rest[2..end - 1];
    if label.is_empty() || label.contains(char::is_whitespace) {
        return None;
    }
    let mark = shorten(&rest[..end]);
    let message = format!("the footnote `{mark}` is not in this text");
    let help = format!("write it below, as a line `{mark}: …`, or delete the reference");
    Some(Lint { code: "footnote", message, help, length: end })
}

/// `[!NOTE] title` or `[!FOO]`: not an alert.
fn alert(rest: &str) -> Option<Lint> {
    let end = rest.find(']')? + 1;
    let kind = &rest[2..end - 1];
    if kind.is_empty() || !kind.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    let is_known = ALERTS.iter().any(|known| known.eq_ignore_ascii_case(kind));
    let (message, help) = match is_known {
        true if rest[end..].trim().is_empty() => return None,
        true => (
            format!("nothing may follow `{}`, so this is not an alert", &rest[..end]),
            "begin the text on the next line, for example `> **Title.** …`: alerts have no titles of their own"
                .to_owned(),
        ),
        false => (
            format!("there is no alert `{}`", shorten(&rest[..end])),
            format!("there are {}", ALERTS.map(|known| format!("`[!{known}]`")).join(", ")),
        ),
    };
    Some(Lint { code: "text", message, help, length: end })
}

/// Returns whether a quote begins directly before a position.
fn begins_quote(text: &str, at: usize) -> bool {
    text[..at].trim_end_matches(' ').ends_with('>')
}

/// `](my page.md)`: the end of an invalid link, whose URL contains a space.
fn link(rest: &str) -> Option<Lint> {
    let end = rest.find(')')? + 1;
    let written = rest[2..end - 1].trim();
    let url = written.split(['"', '\'']).next().unwrap_or_default().trim();
    let (_, last) = url.rsplit_once(char::is_whitespace)?;
    let has_extension = last.rsplit_once('.').is_some_and(|(name, extension)| {
        !name.is_empty() && (2..=5).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_alphanumeric())
    });
    if !(has_extension || url.contains("://")) || url.starts_with('<') {
        return None;
    }
    let help = format!("write a URL with a space in angle brackets: `(<{}>)`", shorten(url));
    Some(Lint { code: "link", message: "this is not a link".to_owned(), help, length: end })
}

/// `{.class}`, `{#id}`, `{: .class}`, and `{width=300}` directly after an element: attributes that are not supported
/// there.
fn braces(rest: &str, before: &str) -> Option<Lint> {
    let end = rest.find('}')? + 1;
    let inside = rest[1..end - 1].trim_start_matches(':').trim();
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let is_attribute = |word: &str| match word.split_once('=') {
        Some((name, _)) => is_name(name),
        None => word.strip_prefix(['.', '#']).is_some_and(is_name),
    };
    let follows = before.ends_with([')', ']', '`', '*']);
    let first = inside.split_whitespace().next()?;
    if !is_attribute(first) || (first.contains('=') && !follows) {
        return None;
    }
    let message = format!("`{}` is shown as text", shorten(&rest[..end]));
    let help =
        "braces are for headings and blocks: `## Heading {#id .class}`; a wide image is `::: figure {size=wide}`";
    Some(Lint { code: "text", message, help: help.to_owned(), length: end })
}

#[cfg(test)]
mod tests {
    use crate::content::markdown::tests::{check, diagnostics_of};

    #[test]
    fn markup_that_is_text_is_reported() {
        let check = |text: &str, expected: &str| assert_eq!(diagnostics_of(text), [expected], "{text}");
        check("[the page](../my page.md) a", "warning link: this is not a link @ ](../my page.md)");
        check("![*p*](my pic.png \"T\")", "warning link: this is not a link @ ](my pic.png \"T\")");
        check("a[^zz] b", "warning footnote: the footnote `[^zz]` is not in this text @ [^zz]");
        check("> [!FOO]\n> a", "warning text: there is no alert `[!FOO]` @ [!FOO]");
        check("> [!note] Title\n> a", "warning text: nothing may follow `[!note]`, so this is not an alert @ [!note]");
        check(
            "{{< figure src=\"a_b\" >}} {{< x >}}",
            "warning text: `{{< figure src=\"a_b\" >}}` is shown as text @ {{< figure src=\"a_b\" >}}",
        );
        check("{{% x %}}", "warning text: `{{% x %}}` is shown as text @ {{% x %}}");
        check("a {% include x %}", "warning text: `{% include x %}` is shown as text @ {% include x %}");
        check("{{ site.title }}", "warning text: `{{ site.title }}` is shown as text @ {{ site.title }}");
        check("![a](b.png){width=300}", "warning text: `{width=300}` is shown as text @ {width=300}");
        check("A *b* {.lead #c}", "warning text: `{.lead #c}` is shown as text @ {.lead #c}");
        check("A\n{: .lead}", "warning text: `{: .lead}` is shown as text @ {: .lead}");
    }

    #[test]
    fn text_that_looks_a_little_like_markup_is_text() {
        for text in [
            "a \\[^zz] \\{.x} \\{{ y }}",
            "`[^zz]` `{{ x }}` `{.y}` `[a](b c.md)`",
            "The [sic](as they said) and [x] (y z.md) and [^ b] and [!x]",
            "The set {a, b} and {x=1} and { } and {} and 3.{5}",
            "> [!NOTE]\n> a",
            "```\n{{< x >}} [^a] {.b}\n```",
        ] {
            assert_eq!(diagnostics_of(text), [""; 0], "{text}");
        }
        check("[a](<b c.md>)", "<p>{link 0}a{/link 0}</p>");
    }
}
