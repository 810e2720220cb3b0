//! Texts that the HTML of a body contains itself, by language; English for languages not listed.

use pulldown_cmark::BlockQuoteKind;

use crate::time;

/// The texts of one language.
pub(super) struct BuiltinStrings {
    /// Label of a scrolling table, before its number.
    pub(super) table: &'static str,
    /// Label of the section of footnotes.
    pub(super) footnotes: &'static str,
    /// Label of the link from a footnote to its reference, before the number.
    pub(super) back: &'static str,
    /// Label of a checked box.
    pub(super) done: &'static str,
    /// Label of an unchecked box.
    pub(super) to_do: &'static str,
    note: &'static str,
    tip: &'static str,
    important: &'static str,
    warning: &'static str,
    caution: &'static str,
}

const ENGLISH: BuiltinStrings = BuiltinStrings {
    table: "Table",
    footnotes: "Footnotes",
    back: "Back to reference",
    done: "Done",
    to_do: "To do",
    note: "Note",
    tip: "Tip",
    important: "Important",
    warning: "Warning",
    caution: "Caution",
};

const SPANISH: BuiltinStrings = BuiltinStrings {
    table: "Tabla",
    footnotes: "Notas",
    back: "Volver a la referencia",
    done: "Hecho",
    to_do: "Pendiente",
    note: "Nota",
    tip: "Consejo",
    important: "Importante",
    warning: "Advertencia",
    caution: "Precaución",
};

impl BuiltinStrings {
    /// Returns the texts of a language.
    pub(super) fn of(language: &str) -> &'static BuiltinStrings {
        match time::primary_subtag(language) {
            "es" => &SPANISH,
            _ => &ENGLISH,
        }
    }

    /// Returns the title of an alert, and the name in its class.
    pub(super) fn alert(&self, kind: BlockQuoteKind) -> (&'static str, &'static str) {
        match kind {
            BlockQuoteKind::Note => (self.note, "note"),
            BlockQuoteKind::Tip => (self.tip, "tip"),
            BlockQuoteKind::Important => (self.important, "important"),
            BlockQuoteKind::Warning => (self.warning, "warning"),
            BlockQuoteKind::Caution => (self.caution, "caution"),
        }
    }
}
