//! Compares the blocks of texts with those of the theme: names, arguments and their types.

use super::{Check, Findings, bytes};
use crate::content::body::{Argument, ArgumentValue, BlockCall, LinkTarget, TextAnalysis};
use crate::diagnostic::Diagnostic;
use crate::site::ResolvedLink;
use crate::theme::{BlockDefinition, BlockParameter, ParameterType};

/// The blocks that show nothing without content.
const CONTAINERS: [&str; 4] = ["fact-box", "key-points", "timeline", "pull-quote"];

impl Check<'_> {
    pub(super) fn block(&self, block: &BlockCall, analysis: &TextAnalysis, findings: &mut Findings) {
        let Some(blocks) = self.blocks else { return };
        let Some(spec) = blocks.get(&block.name) else {
            let known = || blocks.keys().map(String::as_str);
            let diagnostic = Diagnostic::error("block", format!("there is no block `{}`", block.name))
                .at(self.path, bytes(block.span))
                .help(format!("the theme has {}", known().collect::<Vec<_>>().join(", ")));
            findings.diagnostics.push(diagnostic.suggest(&block.name, known()));
            return;
        };
        let Some(spec) = spec else { return };
        self.emptiness(block, findings);
        for argument in &block.arguments {
            self.argument(block, argument, spec, analysis, findings);
        }
        let given = |name: &str| block.arguments.iter().any(|argument| argument.name.replace('-', "_") == name);
        for missing in spec.arguments.iter().filter(|argument| argument.required && !given(&argument.name)) {
            if block.name == "newsletter" && missing.name == "newsletter" {
                continue;
            }
            let message = format!("the block `{}` requires the argument `{}`", block.name, missing.name);
            findings.diagnostics.push(
                Diagnostic::error("block", message)
                    .at(self.path, bytes(block.span))
                    .help(format!("write `::: {} {{{}=\"…\"}}`", block.name, missing.name)),
            );
        }
    }

    /// Warns of a block that would show nothing.
    fn emptiness(&self, block: &BlockCall, findings: &mut Findings) {
        let (message, help) = if CONTAINERS.contains(&block.name.as_str()) && !block.has_body {
            (format!("the block `{}` is empty", block.name), "write something between its fences, or delete it")
        } else if self.lacks_newsletter(block) {
            let help = "add a newsletter, for example `content/newsletters/weekly.md`, or delete the block";
            ("this site has no newsletter, so the block shows nothing".to_owned(), help)
        } else {
            return;
        };
        findings.diagnostics.push(Diagnostic::warning("block", message).at(self.path, bytes(block.span)).help(help));
    }

    /// Returns whether a block would show a sign-up form, but the site has no newsletter. A newsletter named by an
    /// argument is checked with the argument.
    fn lacks_newsletter(&self, block: &BlockCall) -> bool {
        block.name == "newsletter"
            && !self.model.has_any_newsletter()
            && !block.arguments.iter().any(|argument| argument.name == "id")
    }

    fn argument(
        &self,
        block: &BlockCall,
        argument: &Argument,
        spec: &BlockDefinition,
        analysis: &TextAnalysis,
        findings: &mut Findings,
    ) {
        let name = argument.name.replace('-', "_");
        let span = bytes(argument.span);
        if block.name == "newsletter" && name == "id" {
            if let ArgumentValue::Text(id) = &argument.value {
                findings.diagnostics.extend(self.newsletter(id).map(|diagnostic| diagnostic.at(self.path, span)));
            }
            return;
        }
        let Some(known) = spec.arguments.iter().find(|known| known.name == name) else {
            let names = || spec.arguments.iter().map(|known| known.name.as_str());
            let message = format!("the block `{}` has no argument `{}`", block.name, argument.name);
            let diagnostic = Diagnostic::error("block", message).at(self.path, span);
            let all: Vec<&str> = names().collect();
            let help = if all.is_empty() { "it has none".to_owned() } else { format!("it has {}", all.join(", ")) };
            findings.diagnostics.push(diagnostic.help(help).suggest(&argument.name, names()));
            return;
        };
        if let Some(wanted) = type_error(known, &argument.value) {
            let message = format!("the argument `{}` must be {wanted}", argument.name);
            let help = format!("write `::: {} {{{}=…}}` with {wanted}", block.name, argument.name);
            findings.diagnostics.push(Diagnostic::error("block", message).at(self.path, span).help(help));
            return;
        }
        if let ArgumentValue::Articles(links) = &argument.value {
            for link in links.iter().filter_map(|link| analysis.links.get(*link as usize)) {
                let resolved = self.urls.resolve(&link.target, self.path, self.owner);
                let excused = matches!(&link.target, LinkTarget::Source(path, _) if self.invalid.contains_key(path));
                if !excused
                    && resolved.is_ok_and(|resolved| resolved != ResolvedLink::Unpublished)
                    && self.urls.article_at(&link.target).is_none()
                {
                    let message = "`articles` must name articles, and this is not one";
                    findings.diagnostics.push(
                        Diagnostic::error("block", message)
                            .at(self.path, bytes(link.span))
                            .help("name files of `content/articles/`, by their paths from this one"),
                    );
                }
            }
        }
    }
}

/// Returns the expected type, in words, if a value does not have the type of its parameter; `None` if it has.
fn type_error(known: &BlockParameter, value: &ArgumentValue) -> Option<&'static str> {
    let (fits, wanted) = match known.kind? {
        ParameterType::Text => (matches!(value, ArgumentValue::Text(_) | ArgumentValue::Link(_)), "text in quotes"),
        ParameterType::Bool => (matches!(value, ArgumentValue::Bool(_)), "`true` or `false`"),
        ParameterType::Integer => {
            (matches!(value, ArgumentValue::Number(number) if number.fract() == 0.0), "a whole number")
        }
        ParameterType::Number => (matches!(value, ArgumentValue::Number(_)), "a number"),
        ParameterType::Image => (matches!(value, ArgumentValue::Image(_)), "an image"),
        ParameterType::Articles => (matches!(value, ArgumentValue::Articles(_)), "a list"),
    };
    (!fits).then_some(wanted)
}
