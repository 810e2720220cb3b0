//! Parses a fence of a block: `::: name {key="value" other=3}` or `:::`. Which names and arguments exist is defined by
//! the theme.

use std::borrow::Cow;
use std::ops::Range;

/// An opening fence. Ranges are bytes in the line.
pub(super) struct OpeningFence<'a> {
    /// Name of the block.
    pub(super) name: &'a str,
    /// Range of the name.
    pub(super) name_at: Range<usize>,
    /// Arguments in order.
    pub(super) arguments: Vec<RawArgument<'a>>,
}

/// An argument as written.
pub(super) struct RawArgument<'a> {
    /// Name.
    pub(super) name: &'a str,
    /// Value without quotes.
    pub(super) value: Cow<'a, str>,
    /// Whether the value is quoted.
    pub(super) quoted: bool,
    /// Range of the argument.
    pub(super) at: Range<usize>,
    /// Range of the value without its quotes.
    pub(super) value_at: Range<usize>,
}

/// An error in a fence, with its range in the line.
pub(super) struct FenceError {
    pub(super) message: String,
    pub(super) help: &'static str,
    pub(super) at: Range<usize>,
}

const HELP_ARGUMENTS: &str = "write arguments as `{key=\"text\" other=3}`";

/// Parses a line that begins with at least three colons; returns their number and the opening, `None` for a closing
/// fence.
pub(super) fn read(line: &str) -> (usize, Result<Option<OpeningFence<'_>>, FenceError>) {
    let colons = line.len() - line.trim_start_matches(':').len();
    (colons, Reader { line, at: colons }.opening())
}

struct Reader<'a> {
    line: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.line[self.at..]
    }

    fn skip_spaces(&mut self) {
        self.at = self.line.len() - self.rest().trim_start().len();
    }

    /// Consumes the characters that match and returns them.
    fn take(&mut self, matches: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|c| !matches(c)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// Makes an error at the next character.
    fn error(&self, message: impl Into<String>, help: &'static str) -> FenceError {
        let length = self.rest().chars().next().map_or(0, char::len_utf8);
        FenceError { message: message.into(), help, at: self.at..self.at + length }
    }

    fn opening(&mut self) -> Result<Option<OpeningFence<'a>>, FenceError> {
        self.skip_spaces();
        if self.rest().is_empty() {
            return Ok(None);
        }
        let start = self.at;
        let name = self.take(is_name);
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            self.at = start;
            return Err(
                self.error("a block without a name", "begin it with `::: name`, in letters, digits and hyphens")
            );
        }
        let name_at = start..self.at;
        self.skip_spaces();
        let arguments = if self.rest().starts_with('{') { self.arguments()? } else { Vec::new() };
        self.skip_spaces();
        if !self.rest().is_empty() {
            let message = format!("nothing may follow `{name}` but its arguments in braces");
            return Err(FenceError { at: self.at..self.line.trim_end().len(), ..self.error(message, HELP_ARGUMENTS) });
        }
        Ok(Some(OpeningFence { name, name_at, arguments }))
    }

    fn arguments(&mut self) -> Result<Vec<RawArgument<'a>>, FenceError> {
        let brace = self.at;
        let mut arguments: Vec<RawArgument<'a>> = Vec::new();
        let mut names = std::collections::BTreeSet::new();
        self.at += 1;
        loop {
            self.skip_spaces();
            match self.rest().chars().next() {
                None => {
                    self.at = brace;
                    return Err(self.error("the brace is never closed", "end the arguments with `}` on the same line"));
                }
                Some('}') => break self.at += 1,
                Some(',') => return Err(self.error("a comma between arguments", "separate them by spaces only")),
                Some(_) => {}
            }
            let argument = self.argument()?;
            if !names.insert(argument.name) {
                let message = format!("`{}` is given twice", argument.name);
                return Err(FenceError { message, help: "keep one of them", at: argument.at });
            }
            arguments.push(argument);
        }
        Ok(arguments)
    }

    fn argument(&mut self) -> Result<RawArgument<'a>, FenceError> {
        let start = self.at;
        let name = self.take(is_name);
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            self.at = start;
            return Err(self.error("an argument begins with its name", HELP_ARGUMENTS));
        }
        if !self.rest().starts_with('=') {
            let message = format!("the argument `{name}` has no value");
            return Err(FenceError {
                message,
                help: "write `name=value` without spaces around `=`",
                at: start..self.at,
            });
        }
        self.at += 1;
        let (value, quoted, value_at) = match self.rest().chars().next() {
            Some(quote @ ('"' | '\'')) => self.quoted(quote)?,
            Some('“' | '”' | '„' | '‘' | '’' | '«') => {
                return Err(self.error("a typographic quotation mark around a value", "use the plain one, `\"`"));
            }
            _ => self.bare(name)?,
        };
        Ok(RawArgument { name, value, quoted, at: start..self.at, value_at })
    }

    /// Parses a quoted value. A backslash escapes the quote and itself.
    fn quoted(&mut self, quote: char) -> Result<(Cow<'a, str>, bool, Range<usize>), FenceError> {
        let opening = self.at;
        let start = opening + 1;
        let mut value = Cow::Borrowed("");
        self.at = start;
        loop {
            let piece = self.take(|c| c != quote && c != '\\');
            if value.is_empty() {
                value = Cow::Borrowed(piece)
            } else {
                value.to_mut().push_str(piece)
            }
            let mut chars = self.rest().chars();
            match (chars.next(), chars.next()) {
                (Some('\\'), Some(next)) if next == quote || next == '\\' => {
                    value.to_mut().push(next);
                    self.at += 2;
                }
                (Some('\\'), _) => {
                    value.to_mut().push('\\');
                    self.at += 1;
                }
                (Some(_), _) => break,
                (None, _) => {
                    self.at = opening;
                    return Err(self.error("the quote is never closed", "close it on the same line"));
                }
            }
        }
        self.at += 1;
        Ok((value, true, start..self.at - 1))
    }

    fn bare(&mut self, name: &str) -> Result<(Cow<'a, str>, bool, Range<usize>), FenceError> {
        let start = self.at;
        let value = self.take(|c| !c.is_whitespace() && !matches!(c, '}' | '"'));
        if value.is_empty() {
            return Err(self.error(format!("the argument `{name}` has no value"), HELP_ARGUMENTS));
        }
        if value.ends_with(',') {
            self.at -= 1;
            return Err(self.error("a comma between arguments", "separate them by spaces only"));
        }
        Ok((Cow::Borrowed(value), false, start..self.at))
    }
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &str) {
        let reported = match read(line) {
            (colons, Ok(None)) => format!("{colons} closes"),
            (colons, Ok(Some(opening))) => {
                assert_eq!(&line[opening.name_at], opening.name);
                let arguments: String =
                    opening.arguments.iter().map(|a| format!(" {}={:?}", a.name, a.value)).collect();
                format!("{colons} opens {}{arguments}", opening.name)
            }
            (_, Err(error)) => format!("{} at `{}`", error.message, &line[error.at]),
        };
        assert_eq!(reported, expected, "{line}");
    }

    #[test]
    fn fences_are_read() {
        check(":::", "3 closes");
        check("::::  ", "4 closes");
        check("::: fact-box", "3 opens fact-box");
        check(":::fact-box {}", "3 opens fact-box");
        check(
            r#"::: quote {by="Ana \"La Jefa\" Ruiz" year=2024 wide=true}"#,
            r#"3 opens quote by="Ana \"La Jefa\" Ruiz" year="2024" wide="true""#,
        );
        check(r#"::: x {a='it "is"' b="c:\\d" c=""}"#, r#"3 opens x a="it \"is\"" b="c:\\d" c="""#);
        check("::: figure {src=a%20b.jpg url=/x?y=1}", r#"3 opens figure src="a%20b.jpg" url="/x?y=1""#);
    }

    #[test]
    fn lints_are_reported_at_their_location() {
        check("::: {a=1}", "a block without a name at `{`");
        check("::: hello world", "nothing may follow `hello` but its arguments in braces at `world`");
        check("::: x {a=1", "the brace is never closed at `{`");
        check("::: x {a=1, b=2}", "a comma between arguments at `,`");
        check("::: x {a}", "the argument `a` has no value at `a`");
        check("::: x {a=}", "the argument `a` has no value at `}`");
        check("::: x {a=\"b}", "the quote is never closed at `\"`");
        check("::: x {a=“b”}", "a typographic quotation mark around a value at `“`");
        check("::: x {a=1 a=2}", "`a` is given twice at `a=2`");
        check("::: x {=1}", "an argument begins with its name at `=`");
    }
}
