//! The ids of one text, each used once.

use std::collections::HashMap;

use crate::path::Slug;

/// The ids in use.
#[derive(Default)]
pub(super) struct Ids {
    /// For each id, the number to try next as the suffix of a further one.
    next: HashMap<String, u32>,
    taken: Vec<String>,
}

impl Ids {
    /// Returns the ids of a text on a page where others are in use.
    pub(super) fn beside(others: &[String]) -> Ids {
        Ids { next: others.iter().map(|id| (id.clone(), 2)).collect(), taken: Vec::new() }
    }

    /// Uses an id given by the author; returns false if it is in use.
    pub(super) fn take(&mut self, id: &str) -> bool {
        if self.next.contains_key(id) {
            return false;
        }
        self.next.insert(id.to_owned(), 2);
        self.taken.push(id.to_owned());
        true
    }

    /// Makes an id of a text, with a number as suffix if it is in use.
    pub(super) fn make(&mut self, text: &str) -> String {
        let slug = Slug::slugify(text);
        let base = slug.as_ref().map_or("section", Slug::as_str);
        self.number(base)
    }

    /// Uses an id, or the next free one with a number as suffix.
    pub(super) fn number(&mut self, base: &str) -> String {
        if self.take(base) {
            return base.to_owned();
        }
        let mut number = self.next[base];
        let id = loop {
            let id = format!("{base}-{number}");
            number += 1;
            if self.take(&id) {
                break id;
            }
        };
        self.next.insert(base.to_owned(), number);
        id
    }

    /// Returns the number of ids, for [`Ids::forget`].
    pub(super) fn len(&self) -> usize {
        self.taken.len()
    }

    /// Removes the ids after the first `len` from the list. They stay in use.
    pub(super) fn forget(&mut self, len: usize) {
        self.taken.truncate(len);
    }

    /// Returns all ids, sorted.
    pub(super) fn into_sorted(self) -> Vec<String> {
        let mut taken = self.taken;
        taken.sort_unstable();
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_given_once() {
        let mut ids = Ids::default();
        assert!(ids.take("pay-2"));
        let ids_of: Vec<String> = ["Pay", "Pay!", "¿Pay?", "Úna Más", "…", "!"].map(|text| ids.make(text)).into();
        assert_eq!(ids_of, ["pay", "pay-3", "pay-4", "una-mas", "section", "section-2"]);
        assert!(!ids.take("section"));
        assert_eq!(ids.into_sorted(), ["pay", "pay-2", "pay-3", "pay-4", "section", "section-2", "una-mas"]);
    }

    #[test]
    fn many_equal_names_take_linear_time() {
        let mut ids = Ids::default();
        for _ in 0..20_000 {
            ids.make("Demands");
        }
        assert!(ids.take("demands-20001"));
    }
}
