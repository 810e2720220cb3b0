//! Articles on the same matters: those that share the most topics and series with one, the latest first among equals.

use std::collections::BTreeMap;

use super::Site;
use super::terms::TermKind;

/// How far back a topic is searched. Older articles on a busy topic are no news to its readers, and the bound
/// keeps the cost of all articles together linear.
const SEARCHED: usize = 40;

impl Site {
    /// The indexes of at most `count` related articles.
    #[must_use]
    pub fn related(&self, index: usize, count: usize) -> Vec<usize> {
        let front = &self.articles[index].document.front;
        let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
        for (kind, ids, weight) in [(TermKind::Series, &front.series, 3), (TermKind::Topic, &front.topics, 2)] {
            for term in ids.iter().filter_map(|id| self.terms.get(kind, id)) {
                for &other in term.articles.iter().take(SEARCHED).filter(|&&other| other != index) {
                    *shared.entry(other).or_default() += weight;
                }
            }
        }
        let section = &self.config.sections[self.articles[index].section].id;
        if shared.len() < count
            && let Some(term) = self.terms.get(TermKind::Section, section)
        {
            for &other in term.articles.iter().take(SEARCHED).filter(|&&other| other != index) {
                shared.entry(other).or_insert(0);
            }
        }
        let mut ranked: Vec<(usize, usize)> = shared.into_iter().collect();
        ranked.sort_by_key(|&(other, weight)| (std::cmp::Reverse(weight), other));
        ranked.into_iter().take(count).map(|(other, _)| other).collect()
    }
}
