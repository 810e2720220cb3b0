//! Blocks of the theme: opened and closed by fences, nested by a stack.
//!
//! A closing fence closes the innermost open block that was opened with the same number of colons. Without one, it
//! closes the innermost block, if that was opened with fewer colons. Blocks left open inside are errors, and so are a
//! fence that closes nothing and a block that is never closed.

use std::ops::Range;

use super::NO_DESCRIPTION;
use super::fence::{self, FenceError, OpeningFence, RawArgument};
use super::href::{self, Href, shorten};
use super::links::{index, offsets};
use super::writer::Writer;
use crate::content::body::{Argument, ArgumentValue, BlockCall, BodyHtml, ImageRef, LinkTarget, Placeholder};
use crate::diagnostic::Diagnostic;
use crate::pictures::Focus;

/// Greatest nesting depth of blocks: bodies are traversed recursively.
const MAX_DEPTH: usize = 16;

/// A block that is being written.
pub(super) struct OpenBlock<'a> {
    colons: usize,
    name: &'a str,
    /// Byte range of its fence in the file.
    span: Range<usize>,
    /// Index of the block and the body around it; `None` for an invalid fence, which is kept only so that its closing
    /// fence matches.
    outer: Option<(u32, BodyHtml)>,
}

impl<'a> Writer<'a> {
    /// Parses a fence at byte `offset` of the text, and opens or closes a block.
    pub(super) fn fence(&mut self, line: &'a str, offset: usize) {
        let (colons, read) = fence::read(line);
        let span = self.at(offset, line.trim_end().len());
        let opening = match read {
            Ok(None) => return self.close_block(colons, span),
            Ok(Some(opening)) => Some(opening),
            Err(FenceError { message, help, at }) => {
                let span = self.at(offset + at.start, at.len());
                self.report(Diagnostic::error("block", message).help(help), span);
                None
            }
        };
        if self.blocks.len() == MAX_DEPTH {
            if self.too_deep == 0 {
                let message = format!("blocks are nested more than {MAX_DEPTH} deep");
                self.report(Diagnostic::error("block", message).help("close some before opening others"), span);
            }
            self.too_deep += 1;
            return;
        }
        let name = opening.as_ref().map_or("", |opening| opening.name);
        let outer = opening.map(|opening| {
            let block = self.add_block(opening, offset);
            (block, std::mem::take(&mut self.body))
        });
        self.blocks.push(OpenBlock { colons, name, span, outer });
    }

    fn close_block(&mut self, colons: usize, span: Range<usize>) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        let innermost = self.blocks.last().map(|block| block.colons);
        let exact = self.blocks.iter().rposition(|block| block.colons == colons);
        let closes =
            exact.or_else(|| self.blocks.len().checked_sub(1).filter(|_| innermost.is_some_and(|of| of < colons)));
        match closes {
            Some(closes) => {
                self.close_inner_blocks(closes + 1);
                self.close_innermost();
            }
            None => {
                let help = match innermost {
                    Some(of) => format!("the block around it ends with {of} colons"),
                    None => "delete it, or open a block above with `::: name`".to_owned(),
                };
                self.report(Diagnostic::error("block", "a fence that closes nothing").help(help), span);
            }
        }
    }

    /// Closes the blocks that are open at the end of the text.
    pub(super) fn close_all_blocks(&mut self) {
        self.close_inner_blocks(0);
    }

    /// Closes all blocks but the outermost `keep`, and reports them as never closed.
    fn close_inner_blocks(&mut self, keep: usize) {
        while self.blocks.len() > keep {
            let OpenBlock { colons, name, span, outer } = self.blocks.last().expect("there are more than `keep`");
            if outer.is_some() {
                let message = format!("the block `{name}` is never closed");
                let diagnostic = Diagnostic::error("block", message)
                    .help(format!("close it with a line `{}`", ":".repeat((*colons).min(80))));
                let span = span.clone();
                self.report(diagnostic, span);
            }
            self.close_innermost();
        }
    }

    fn close_innermost(&mut self) {
        let Some(OpenBlock { outer: Some((block, outer)), .. }) = self.blocks.pop() else { return };
        let inner = std::mem::replace(&mut self.body, outer);
        self.analysis.blocks[block as usize].has_body = !inner.html.trim().is_empty() || !inner.placeholders.is_empty();
        self.fresh_line();
        self.placeholder(Placeholder::Block(block, inner));
    }

    fn add_block(&mut self, opening: OpeningFence<'_>, offset: usize) -> u32 {
        let number = index(self.analysis.blocks.len());
        let named = |name: &str| opening.arguments.iter().find(|argument| argument.name == name);
        let alt = named("alt").map(|argument| argument.value.to_string());
        let focus = named("focus").and_then(|argument| self.focus(argument, offset));
        let arguments = opening.arguments.iter().filter(|argument| argument.name != "focus");
        let arguments =
            arguments.filter_map(|argument| self.argument(argument, alt.as_deref(), focus, offset)).collect();
        let span = self.at(offset + opening.name_at.start, opening.name.len());
        let name = opening.name.to_owned();
        self.analysis.blocks.push(BlockCall { name, arguments, has_body: false, span: offsets(&span) });
        number
    }

    /// Reads the point that crops of the block's image contain; invalid ones are reported.
    fn focus(&mut self, written: &RawArgument<'_>, offset: usize) -> Option<Focus> {
        let focus = Focus::of_argument(&written.value);
        if let Err(why) = &focus {
            let help = "write the fractions of width and height at which the subject is: `focus=\"0.5 0.3\"`";
            let span = self.at(offset + written.value_at.start, written.value_at.len());
            self.report(Diagnostic::error("image", why.clone()).help(help), span);
        }
        focus.ok()
    }

    fn argument(
        &mut self,
        written: &RawArgument<'_>,
        alt: Option<&str>,
        focus: Option<Focus>,
        offset: usize,
    ) -> Option<Argument> {
        let span = self.at(offset + written.at.start, written.at.len());
        let value_span = self.at(offset + written.value_at.start, written.value_at.len());
        let value = match written.name {
            "src" => self.image_value(&written.value, alt, focus, &value_span)?,
            "url" => ArgumentValue::Link(self.link_value(&written.value, &value_span)?),
            "articles" => self.articles_value(written, &value_span),
            _ => plain_value(written),
        };
        Some(Argument { name: written.name.to_owned(), value, span: offsets(&span) })
    }

    fn image_value(
        &mut self,
        to: &str,
        alt: Option<&str>,
        focus: Option<Focus>,
        span: &Range<usize>,
    ) -> Option<ArgumentValue> {
        if alt.is_none() {
            let help = "describe what it shows: `alt=\"…\"`; a decorative image has `alt=\"\"`";
            self.report(Diagnostic::warning("image", NO_DESCRIPTION).help(help), span.clone());
        }
        match self.parse_image_url(to) {
            Ok(target) => {
                let alt = alt.unwrap_or_default().to_owned();
                Some(ArgumentValue::Image(self.add_image(ImageRef {
                    target,
                    alt,
                    title: String::new(),
                    focus,
                    span: offsets(span),
                })))
            }
            Err((message, help)) => {
                self.report(Diagnostic::error("image", message).help(help), span.clone());
                None
            }
        }
    }

    fn link_value(&mut self, to: &str, span: &Range<usize>) -> Option<u32> {
        let target = match href::read(to, self.settings.file) {
            Ok(Href::Web(to)) => {
                self.own_link(&to, span);
                LinkTarget::External(to.into_owned())
            }
            Ok(Href::Contact(to)) => LinkTarget::External(to.into_owned()),
            Ok(Href::Root(to)) => LinkTarget::Root(to),
            Ok(Href::Source(path, fragment)) => LinkTarget::Source(path, fragment),
            Ok(Href::Fragment(fragment)) => {
                self.fragments.push((fragment.clone(), span.clone()));
                LinkTarget::Fragment(fragment)
            }
            Err(error) => {
                self.report(Diagnostic::error("link", error.message).help(error.help), span.clone());
                return None;
            }
        };
        Some(self.link_to(target, "", span))
    }

    /// Parses paths of sources, separated by spaces or commas.
    fn articles_value(&mut self, written: &RawArgument<'_>, span: &Range<usize>) -> ArgumentValue {
        let mut links = Vec::new();
        for path in written.value.split([' ', ',', '\t']).filter(|path| !path.is_empty()) {
            match href::read(path, self.settings.file) {
                Ok(Href::Source(path, fragment)) => {
                    links.push(self.link_to(LinkTarget::Source(path, fragment), "", span));
                }
                Ok(_) => {
                    let message = format!("`{}` is not the file of an article", shorten(path));
                    let help = "name files by their path from this one: `../2024/strike.md`";
                    self.report(Diagnostic::error("link", message).help(help), span.clone());
                }
                Err(error) => self.report(Diagnostic::error("link", error.message).help(error.help), span.clone()),
            }
        }
        ArgumentValue::Articles(links)
    }
}

/// Returns the value by its form: number, boolean or text.
fn plain_value(written: &RawArgument<'_>) -> ArgumentValue {
    if written.quoted {
        return ArgumentValue::Text(written.value.to_string());
    }
    let looks_like_number = written.value.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    match (&*written.value, written.value.parse::<f64>()) {
        ("true", _) => ArgumentValue::Bool(true),
        ("false", _) => ArgumentValue::Bool(false),
        (_, Ok(number)) if looks_like_number && number.is_finite() => ArgumentValue::Number(number),
        (text, _) => ArgumentValue::Text(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::markdown::tests::{check, diagnostics_of, parse_as};

    #[test]
    fn blocks_nest() {
        check(
            ":::: a\none\n::: b\ntwo\n:::\n::::\nthree",
            "{block 0}\n<p>one</p>\n{block 1}\n<p>two</p>\n{/block 1}\n{/block 0}\n<p>three</p>",
        );
        check("::: a\n::: b\n:::\n:::", "{block 0}\n{block 1}\n{/block 1}\n{/block 0}");
        check(
            "> q\n::: a\n- i\n:::\n- j",
            "<blockquote>\n<p>q</p>\n</blockquote>\n{block 0}\n<ul>\n<li>i</li>\n</ul>\n{/block 0}\n<ul>\n<li>j</li>\n</ul>",
        );
        check(
            "::: a\n<img src=\"https://x.org/a.png\" alt=\"\">\n:::",
            "{block 0}\n<img src=\"https://x.org/a.png\" alt=\"\">\n{/block 0}",
        );
        let (_, analysis, _) = parse_as("::: a\n:::\n::: b\nx\n:::", "en", true);
        assert_eq!(
            analysis.blocks.iter().map(|block| (&*block.name, block.has_body, block.span)).collect::<Vec<_>>(),
            [("a", false, (1004, 1005)), ("b", true, (1014, 1015))]
        );
    }

    #[test]
    fn block_in_a_list_or_quote_is_reported() {
        let reported = |text: &str, shown: &str| {
            let expected =
                format!("error block: a block inside a list or a quotation, or after spaces, is text @ {shown}");
            assert_eq!(diagnostics_of(text), [expected], "{text}");
        };
        reported("> ::: b", "::: b");
        reported("x\n\n ::: c", "::: c");
        reported("- x\n\n  ::: fact-box {title=\"A\"}\n  y\n  :::", "::: fact-box {title=\"A\"}");
        reported("- ::: d\n  y", "::: d");
    }

    #[test]
    fn colons_in_code_are_code() {
        check("```\n::: a\n\n:::\n```", "<pre tabindex=\"0\"><code>::: a\n\n:::\n</code></pre>");
        check("<!--\n::: a\n-->\nx ::: b\n\\::: c", "<p>x ::: b\n::: c</p>");
        check("<pre>\n::: a\n:::\n</pre>", "<pre>\n::: a\n:::\n</pre>");
        check("::: a\n```\n:::\n```\n:::", "{block 0}\n<pre tabindex=\"0\"><code>:::\n</code></pre>\n{/block 0}");
    }

    #[test]
    fn arguments_are_typed() {
        let (_, analysis, diagnostics) = parse_as(
            "::: a {title=\"It's\" n=3 w=\"3\" wide=true x=-y src=b.png alt=\"B\" url=\"#h\" articles=\"c.md, ../d.md\"}\n:::\n## H",
            "en",
            true,
        );
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        let values: Vec<_> =
            analysis.blocks[0].arguments.iter().map(|Argument { name, value, .. }| (&**name, value.clone())).collect();
        assert_eq!(
            values,
            [
                ("title", ArgumentValue::Text("It's".to_owned())),
                ("n", ArgumentValue::Number(3.0)),
                ("w", ArgumentValue::Text("3".to_owned())),
                ("wide", ArgumentValue::Bool(true)),
                ("x", ArgumentValue::Text("-y".to_owned())),
                ("src", ArgumentValue::Image(0)),
                ("alt", ArgumentValue::Text("B".to_owned())),
                ("url", ArgumentValue::Link(0)),
                ("articles", ArgumentValue::Articles(vec![1, 2])),
            ]
        );
        assert_eq!(analysis.images[0].alt, "B");
        assert_eq!(analysis.links[0].target, LinkTarget::Fragment("h".to_owned()));
    }

    #[test]
    fn errors_in_blocks_are_reported() {
        assert_eq!(
            diagnostics_of("::: a\nx\n:::\n:::\n\n:::: b\n::: c {d=“e”}\n:::\n:::\n::: f"),
            [
                "error block: a fence that closes nothing @ :::",
                "error block: the block `b` is never closed @ :::: b",
                "error block: a typographic quotation mark around a value @ “",
                "error block: a fence that closes nothing @ :::",
                "error block: the block `f` is never closed @ ::: f",
            ]
        );
        assert_eq!(diagnostics_of(":::: a\n::: b\n::::"), ["error block: the block `b` is never closed @ ::: b"]);
        assert_eq!(
            diagnostics_of("::: a {src=x.png url=\"data:x\" articles=\"https://x.org\"}\n:::"),
            [
                "warning image: an image without a description @ x.png",
                "error link: `data:` URLs are not published @ data:x",
                "error link: `https://x.org` is not the file of an article @ https://x.org",
            ]
        );
        let deep = "::: a\n".repeat(10_000) + "x\n" + &":::\n".repeat(10_000);
        assert_eq!(diagnostics_of(&deep), ["error block: blocks are nested more than 16 deep @ ::: a"]);
    }
}
