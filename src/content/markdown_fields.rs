//! Parses the Markdown inside front matter. What it refers to becomes part of the analysis of the file, so that links,
//! images and blocks are handled wherever in a file they are.

use super::body::{ArgumentValue, BodyHtml, Placeholder, TextAnalysis};
use super::fields::KeyPath;
use super::front_matter::FrontMatter;
use super::markdown::{self, MarkdownContext};
use crate::diagnostic::{Diagnostic, Span};
use crate::yaml::front_matter::SplitFile;
use crate::yaml::locate;

/// Parses each Markdown text of a front matter and adds its analysis to that of the file's text. Its headings are not
/// in the list of headings, since that is the table of contents of the text.
pub(super) fn parse(
    front_matter: &mut impl FrontMatter,
    split: &SplitFile<'_>,
    settings: &MarkdownContext<'_>,
    analysis: &mut TextAnalysis,
    diagnostics: &mut Vec<Diagnostic>,
) {
    front_matter.for_each_markdown(&mut |key, text| {
        let lines = SourceLines::of(split, key);
        let prefix = format!("{}:{}", settings.id_prefix, key.parts().join(":"));
        let settings = MarkdownContext { offset: 0, id_prefix: &prefix, taken_ids: &analysis.anchors, ..*settings };
        let mut reported = Vec::new();
        let (mut body, mut of_field) = markdown::parse(&text.source, &settings, &mut reported);
        for diagnostic in &mut reported {
            if let Some(Span::Bytes(range)) = diagnostic.location.as_mut().map(|location| &mut location.span) {
                *range = lines.position(&text.source, range.start)..lines.position(&text.source, range.end);
            }
        }
        diagnostics.append(&mut reported);
        let move_span = |(start, end): &mut (u32, u32)| {
            *start = lines.position(&text.source, *start as usize) as u32;
            *end = lines.position(&text.source, *end as usize) as u32;
        };
        of_field.links.iter_mut().for_each(|link| move_span(&mut link.span));
        of_field.images.iter_mut().for_each(|image| move_span(&mut image.span));
        of_field.csp_requirements.iter_mut().for_each(|requirement| move_span(&mut requirement.span));
        for block in &mut of_field.blocks {
            move_span(&mut block.span);
            block.arguments.iter_mut().for_each(|argument| move_span(&mut argument.span));
        }
        append(analysis, of_field, &mut body);
        text.body = body;
    });
}

/// Adds the analysis of a further text, and renumbers the placeholders of its body.
fn append(analysis: &mut TextAnalysis, mut further: TextAnalysis, body: &mut BodyHtml) {
    let after = Lengths {
        links: analysis.links.len() as u32,
        images: analysis.images.len() as u32,
        blocks: analysis.blocks.len() as u32,
    };
    after.renumber(body);
    for argument in further.blocks.iter_mut().flat_map(|block| &mut block.arguments) {
        match &mut argument.value {
            ArgumentValue::Link(link) => *link += after.links,
            ArgumentValue::Image(image) => *image += after.images,
            ArgumentValue::Articles(links) => links.iter_mut().for_each(|link| *link += after.links),
            ArgumentValue::Text(_) | ArgumentValue::Number(_) | ArgumentValue::Bool(_) => {}
        }
    }
    analysis.word_count += further.word_count;
    let mut anchors: Vec<String> = analysis.anchors.iter().chain(further.anchors.iter()).cloned().collect();
    anchors.sort_unstable();
    analysis.anchors = anchors.into();
    analysis.links.append(&mut further.links);
    analysis.images.append(&mut further.images);
    analysis.blocks.append(&mut further.blocks);
    analysis.csp_requirements.append(&mut further.csp_requirements);
}

/// The lengths of an analysis' lists before another's are appended.
struct Lengths {
    links: u32,
    images: u32,
    blocks: u32,
}

impl Lengths {
    fn renumber(&self, body: &mut BodyHtml) {
        for (_, placeholder) in &mut body.placeholders {
            match placeholder {
                Placeholder::LinkOpen(link) | Placeholder::LinkClose(link) | Placeholder::Url(link) => {
                    *link += self.links;
                }
                Placeholder::Image(image) => *image += self.images,
                Placeholder::Block(block, content) => {
                    *block += self.blocks;
                    self.renumber(content);
                }
            }
        }
    }
}

/// The lines of a YAML value in its file.
struct SourceLines<'a> {
    /// Byte offset of the value in the file.
    start: usize,
    /// The value as it is written in YAML: for a block scalar, `|` and its lines.
    written: &'a str,
}

impl<'a> SourceLines<'a> {
    fn of(split: &SplitFile<'a>, key: &KeyPath<'_>) -> SourceLines<'a> {
        let value = locate(split.yaml, &key.parts()).map_or(0..0, |(_, value)| value);
        SourceLines { start: split.yaml_at + value.start, written: &split.yaml[value] }
    }

    /// Returns the byte offset in the file for one in the value. Where the line of the value is not as it is in the
    /// file (escapes, folded lines), that is the beginning of the value.
    fn position(&self, value: &str, offset: usize) -> usize {
        let offset = offset.min(value.len());
        let before = &value.as_bytes()[..offset];
        let number = before.iter().filter(|byte| **byte == b'\n').count();
        let column = offset - before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
        let line = value.lines().nth(number).unwrap_or_default();
        // A block scalar begins on the line after its `|`.
        let first = usize::from(self.written.starts_with('|'));
        let mut at = self.start;
        for (index, written) in self.written.split_inclusive('\n').enumerate() {
            if index == first + number {
                let indent = written.find(line).filter(|_| !line.is_empty());
                return indent.map_or(self.start, |indent| at + indent + column);
            }
            at += written.len();
        }
        self.start
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::front_matter::split;

    #[test]
    fn positions_in_values_are_those_in_the_file() {
        let text = "---\ntitle: x\nsteps: |\n  One.\n\n  Two [a](b.md).\nnote: \"Say [a](b.md)\"\nfold: >\n  One\n  two\n---\n";
        let path = crate::path::SourcePath::new("content/rights/a.md").unwrap();
        let split = split(&path, text).unwrap();
        let check = |key: &str, value: &str, offset: usize, expected: &str| {
            let position = SourceLines::of(&split, &KeyPath::Root.key(key)).position(value, offset);
            assert!(text[position..].starts_with(expected), "{key} {offset}: {:?}", &text[position..]);
        };
        check("steps", "One.\n\nTwo [a](b.md).\n", 0, "One.");
        check("steps", "One.\n\nTwo [a](b.md).\n", 10, "[a](b.md)");
        check("note", "Say [a](b.md)", 4, "[a](b.md)");
        check("fold", "One two\n", 4, ">\n");
    }
}
