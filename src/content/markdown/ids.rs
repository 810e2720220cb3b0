//! The ids of one text: each given once.

use std::collections::HashMap;

use crate::path::Slug;

/// The ids that are taken.
#[derive(Default)]
pub(super) struct Ids {
    /// For each id, the number that the next of its name is tried with.
    next: HashMap<String, u32>,
    taken: Vec<String>,
}

impl Ids {
    /// Takes an id that somebody wrote; false when it was taken before.
    pub(super) fn take(&mut self, id: &str) -> bool {
        if self.next.contains_key(id) {
            return false;
        }
        self.next.insert(id.to_owned(), 2);
        self.taken.push(id.to_owned());
        true
    }

    /// Takes an id made from words, with a number behind when it was taken before.
    pub(super) fn make(&mut self, words: &str) -> String {
        let slug = Slug::slugify(words);
        let base = slug.as_ref().map_or("section", Slug::as_str);
        self.number(base)
    }

    /// Takes an id, or the next free one of that name.
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

    /// How many are taken, for [`Ids::forget`].
    pub(super) fn len(&self) -> usize {
        self.taken.len()
    }

    /// Leaves out of the list all that were taken since there were `len`. They are not given again.
    pub(super) fn forget(&mut self, len: usize) {
        self.taken.truncate(len);
    }

    /// All ids, sorted.
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
        let made: Vec<String> = ["Pay", "Pay!", "¿Pay?", "Úna Más", "…", "!"].map(|words| ids.make(words)).into();
        assert_eq!(made, ["pay", "pay-3", "pay-4", "una-mas", "section", "section-2"]);
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
