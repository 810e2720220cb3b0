//! Hints for the most common syntax errors of YAML, found in the text: the parser's messages would not help an author.

use super::YamlText;
use crate::diagnostic::{Diagnostic, Span};

/// A syntax error: the lines of the text, the parser's message, and its line (0-based) and column (1-based).
struct SyntaxError<'a> {
    lines: Vec<&'a str>,
    message: String,
    line: usize,
    column: usize,
}

/// A recognized error, at a line (0-based) and a column (1-based), with what to do.
#[derive(Debug, PartialEq, Eq)]
struct SyntaxHint {
    line: usize,
    column: usize,
    message: String,
    help: String,
}

/// The recognizers of common errors. The order matters: an earlier one excludes cases that a later one would mistake
/// for its own.
const RECOGNIZERS: [fn(&SyntaxError<'_>) -> Option<SyntaxHint>; 10] = [
    tab,
    typographic_quotes,
    unclosed_quote,
    first_character,
    text_behind_the_end,
    brackets,
    missing_space,
    indentation,
    colon,
    duplicate,
];

/// Makes the diagnostic of a syntax error: a hint if the error is a common one, else the parser's message.
pub(crate) fn syntax_error(block: YamlText<'_>, error: &serde_yaml::Error) -> Diagnostic {
    let message = error.to_string();
    let (line, column) = error.location().map_or((0, 1), |at| (at.line().saturating_sub(1), at.column()));
    let failure = SyntaxError { lines: block.text.lines().collect(), message, line, column: column.max(1) };
    let hint = RECOGNIZERS.iter().find_map(|hint| hint(&failure));
    hint.map_or_else(|| parser_message(block, &failure), |hint| hint.diagnostic(block))
}

/// Returns the diagnostic of a text that parses as one scalar because the space after a colon is missing.
pub(crate) fn no_keys(block: YamlText<'_>) -> Option<Diagnostic> {
    let number = block.text.lines().position(|line| !line.trim().is_empty())?;
    glued_key(block.text.lines().nth(number)?, number).map(|hint| hint.diagnostic(block))
}

fn parser_message(block: YamlText<'_>, failure: &SyntaxError<'_>) -> Diagnostic {
    // The message may name two positions, and counts lines from the start of the YAML, so the position is cut off.
    let message = failure.message.split(" at line ").next().unwrap_or_default();
    let span = Span::Line(block.line + failure.line, failure.column);
    Diagnostic::error(block.code, format!("this is not YAML: {message}")).at(block.file, span)
}

impl SyntaxHint {
    fn new(line: usize, column: usize, message: impl Into<String>, help: impl Into<String>) -> Option<SyntaxHint> {
        Some(SyntaxHint { line, column, message: message.into(), help: help.into() })
    }

    fn diagnostic(self, block: YamlText<'_>) -> Diagnostic {
        let span = Span::Line(block.line + self.line, self.column);
        Diagnostic::error(block.code, self.message).at(block.file, span).help(self.help)
    }
}

impl<'a> SyntaxError<'a> {
    fn has_message(&self, message: &str) -> bool {
        self.message.contains(message)
    }

    fn text(&self) -> &'a str {
        self.lines.get(self.line).copied().unwrap_or_default()
    }

    /// Returns number and text of the last non-empty line above the error.
    fn before(&self) -> Option<(usize, &'a str)> {
        let above = self.lines.iter().copied().enumerate().take(self.line);
        above.rev().find(|(_, line)| !line.trim().is_empty())
    }

    /// Returns whether the parser failed at the first colon of a line. The cause is then in the line above.
    fn is_at_first_colon(&self) -> bool {
        self.has_message("mapping values are not allowed")
            && !self.text().chars().take(self.column - 1).any(|c| c == ':')
    }

    /// Returns the second position in the message: where the construct begins in which the parser failed.
    fn beginning(&self) -> Option<(usize, usize)> {
        let (line, column) = self.message.rsplit_once(" at line ")?.1.split_once(" column ")?;
        Some((line.parse::<usize>().ok()?.checked_sub(1)?, column.parse().ok()?))
    }
}

fn tab(failure: &SyntaxError<'_>) -> Option<SyntaxHint> {
    if !failure.has_message("cannot start any token") && !failure.has_message("tab") {
        return None;
    }
    let line = failure.lines.iter().position(|line| line.trim_start_matches(' ').starts_with('\t'))?;
    SyntaxHint::new(
        line,
        indent(failure.lines[line]) + 1,
        "a tab at the start of a line",
        "YAML is indented with spaces",
    )
}

fn typographic_quotes(failure: &SyntaxError<'_>) -> Option<SyntaxHint> {
    if !failure.has_message("mapping values are not allowed") || failure.is_at_first_colon() {
        return None;
    }
    let (at, text) = value(failure.text());
    let is_quoted = text.starts_with(super::TYPOGRAPHIC_QUOTES);
    is_quoted.then(|| SyntaxHint::new(failure.line, at, "typographic quotation marks are not YAML quotes", STRAIGHT))?
}

const STRAIGHT: &str = "put the text in straight ones: \"…\"";

/// Finds a line whose value opens a quote that is closed neither there nor in an indented line below.
fn unclosed_quote(failure: &SyntaxError<'_>) -> Option<SyntaxHint> {
    let is_open = |number: &usize| {
        let line = failure.lines[*number];
        let Some(quote) = ['"', '\''].into_iter().find(|quote| value(line).1.starts_with(*quote)) else { return false };
        let goes_on = |next: &&&str| indent(next) > indent(line);
        line.contains(": ")
            && end_of_quoted(value(line).1, quote).is_none()
            && !failure.lines[number + 1..].iter().take_while(goes_on).any(|next| next.contains(quote))
    };
    let line = (0..failure.lines.len()).find(is_open);
    let (line, column) = match line {
        Some(line) => (line, value(failure.lines[line]).0),
        None if failure.has_message("while scanning a quoted scalar") => failure.beginning()?,
        None => return None,
    };
    let help = "close it on the same line, or write an apostrophe as ’";
    SyntaxHint::new(line, column, "a quote is opened and never closed", help)
}

/// Finds a text that begins with a character which has another meaning in YAML.
fn first_character(failure: &SyntaxError<'_>) -> Option<SyntaxHint> {
    let (at, text) = value(failure.text());
    let is_sign = |first: &char| "@%`,>|".contains(*first) || text.starts_with("- ") || text.starts_with("? ");
    let first = text.chars().next().filter(is_sign)?;
    SyntaxHint::new(
        failure.line,
        at,
        format!("a text in YAML cannot begin with `{first}`"),
        "put the whole text in quotes",
    )
}

/// Finds a quoted or bracketed value that ends before its line does.
fn text_behind_the_end(failure: &SyntaxError<'_>) -> Option<SyntaxHint> {
    if !failure.has_message("did not find expected key") && !failure.has_message("did not find expected '-'") {
        return None;
    }
    let (at, text) = value(failure.text());
    let (message, help, end) = match text.chars().next()? {
        '\'' => (
            "an apostrophe ends the text here".to_owned(),
            "put the whole text in double quotes, \"…\", or write the apostrophe twice: ''",
            end_of_quoted(text, '\'')?,
        ),
        '"' => (
            "a quotation mark ends the text here".to_owned(),
            "put the whole text in single quotes, '…', or write \\\" for each mark within",
            end_of_quoted(text, '"')?,
        ),
        open @ ('[' | '{') => {
            let close = if open == '[' { ']' } else { '}' };
            let message = format!("there is text after the `{close}`");
            (message, "if all of it is one text, put the whole text in quotes", text.find(close)?)
        }
        _ => return None,
    };
    let column = at + text[..end].chars().count();
    (failure.column > column).then(|| SyntaxHint::new(failure.line, column, message, help))?
}

fn brackets(failure: &SyntaxError<'_>) -> Option<SyntaxHint> {
    if !failure.has_message("did not find expected ',' or") {
        return None;
    }
    let (line, column) = failure.beginning()?;
    let text = failure.lines.get(line)?;
    let open = text.chars().nth(column.checked_sub(1)?)?;
    let close = if open == '[' { ']' } else { '}' };
    if line == failure.line {
        let help = "separate the entries between brackets with commas, and put texts with punctuation in quotes";
        return SyntaxHint::new(line, failure.column, format!("a comma or the `{close}` is missing"), help);
    }
    let help = if text.contains(" #") {
        "the text after ` #` is a YAML comment: put the text in quotes".to_owned()
    } else {
        format!("close it with `{close}`")
    };
    SyntaxHint::new(line, column, format!("a bracket `{open}` is opened and never closed"), help)
}

/// Finds a key without a space after its colon, or a line without a colon.
fn missing_space(failure: &SyntaxError<'_>) -> Option<SyntaxHint> {
    if failure.is_at_first_colon() {
        let (line, text) = failure.before()?;
        return glued_key(text, line);
    }
    if !failure.has_message("could not find expected ':'") {
        return None;
    }
    let (line, column) = failure.beginning()?;
    let help = "each line is `key: value`; a long text goes on in lines that are indented";
    glued_key(failure.lines.get(line)?, line).or_else(|| SyntaxHint::new(line, column, "this line has no key", help))
}

fn glued_key(text: &str, line: usize) -> Option<SyntaxHint> {
    let (key, rest) = text.trim().split_once(':')?;
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    let is_glued = is_key && !rest.is_empty() && !rest.starts_with([' ', '/']);
    let column = indent(text) + key.len() + 2;
    is_glued
        .then(|| SyntaxHint::new(line, column, format!("a space is missing after `{key}:`"), "write `key: value`"))?
}

fn indentation(failure: &SyntaxError<'_>) -> Option<SyntaxHint> {
    let hint = |line: usize, how: &str| {
        let message = format!("this line is indented {how} than the others");
        SyntaxHint::new(line, indent(failure.lines[line]) + 1, message, "begin it where they begin")
    };
    if failure.has_message("more than one document") {
        let first = failure.lines.iter().position(|line| !line.trim().is_empty())?;
        return if indent(failure.lines[first]) > 0 { hint(first, "more") } else { None };
    }
    let (here, above) = (indent(failure.text()), indent(failure.before()?.1));
    if failure.is_at_first_colon() && here > above {
        return hint(failure.line, "more");
    }
    if failure.has_message("did not find expected key") && 0 < here && here < above {
        hint(failure.line, "less")
    } else {
        None
    }
}

fn colon(failure: &SyntaxError<'_>) -> Option<SyntaxHint> {
    if !failure.has_message("mapping values are not allowed") {
        return None;
    }
    let text = failure.text();
    let second = text.match_indices(": ").nth(1);
    let column = second.map_or(failure.column, |(at, _)| text[..at].chars().count() + 1);
    let help = "put the whole text after the key in quotes";
    SyntaxHint::new(failure.line, column, "a colon inside a text without quotes", help)
}

fn duplicate(failure: &SyntaxError<'_>) -> Option<SyntaxHint> {
    if !failure.has_message("duplicate entry") {
        return None;
    }
    let key = failure.message.split('"').nth(1).unwrap_or("a key");
    let start = format!("{key}:");
    let mut lines = failure.lines.iter().enumerate().filter(|(_, line)| line.trim_start().starts_with(&start));
    let line = lines.nth(1).map_or(failure.line, |(line, _)| line);
    SyntaxHint::new(line, 1, format!("`{key}` is given twice"), "keep one of them")
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Returns what follows a line's key or dash, and the column (1-based) where it begins.
fn value(line: &str) -> (usize, &str) {
    let mut text = line.trim_start();
    while let Some(item) = text.strip_prefix("- ") {
        text = item.trim_start();
    }
    let is_quoted = text.starts_with(['"', '\'']);
    if let Some((_, behind)) = text.split_once(": ").filter(|_| !is_quoted) {
        text = behind.trim_start();
    }
    (line[..line.len() - text.len()].chars().count() + 1, text.trim_end())
}

/// Returns the byte offset of the closing quote of a text that begins with a quote.
fn end_of_quoted(text: &str, quote: char) -> Option<usize> {
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = characters.next() {
        if quote == '"' && c == '\\' {
            characters.next();
        } else if c == quote {
            let is_twice = quote == '\'' && characters.peek().is_some_and(|(_, next)| *next == quote);
            if !is_twice {
                return Some(at);
            }
            characters.next();
        }
    }
    None
}
