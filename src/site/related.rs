//! Articles on the same matters: those that share the most topics and series with one, the latest first among equals.

use super::Site;
use super::terms::{Term, TermKind};

/// How far back a topic is searched. Older articles on a busy topic are no news to its readers, and the bound
/// keeps the cost of all articles together linear.
const SEARCHED: usize = 40;

impl Site {
    /// The indexes of at most `count` related articles.
    #[must_use]
    pub fn related(&self, index: usize, count: usize) -> Vec<usize> {
        let front = &self.articles[index].document.front;
        let others = |term: &Term, weight: usize| -> Vec<(usize, usize)> {
            term.articles.iter().take(SEARCHED).filter(|&&other| other != index).map(|&other| (other, weight)).collect()
        };
        let mut found: Vec<(usize, usize)> = Vec::new();
        for (kind, ids, weight) in [(TermKind::Series, &front.series, 3), (TermKind::Topic, &front.topics, 2)] {
            found.extend(ids.iter().filter_map(|id| self.terms.get(kind, id)).flat_map(|term| others(term, weight)));
        }
        if found.len() < count {
            let section = &self.config.sections[self.articles[index].section].id;
            found.extend(self.terms.get(TermKind::Section, section).into_iter().flat_map(|term| others(term, 0)));
        }
        found.sort_unstable();
        let of_one = found.chunk_by(|(one, _), (other, _)| one == other);
        let mut ranked: Vec<(usize, usize)> =
            of_one.map(|same| (same[0].0, same.iter().map(|(_, weight)| weight).sum())).collect();
        ranked.sort_by_key(|&(other, weight)| (std::cmp::Reverse(weight), other));
        ranked.into_iter().take(count).map(|(other, _)| other).collect()
    }
}
