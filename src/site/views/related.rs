//! Related articles: those that share the most topics and series with an article, the latest first among equals.

use super::super::SiteModel;
use super::super::terms::{Term, TermKind};

/// The number of articles of a topic that are searched, from the latest. Older articles on a busy topic are not news,
/// and the bound keeps the cost for all articles linear.
const SEARCHED: usize = 40;

/// The number of bits that store the weight of common terms.
const WEIGHT: u32 = 8;

impl SiteModel {
    /// Returns the indexes of at most `count` related articles.
    #[must_use]
    pub fn related(&self, index: usize, count: usize) -> Vec<usize> {
        let front_matter = &self.articles[index].document.front_matter;
        // The article's index and its weight in one number, because these are sorted for every page of the site.
        let mut found: Vec<u64> = Vec::with_capacity(4 * SEARCHED);
        let mut search = |term: &Term, weight: u64| {
            let others = term.articles.iter().take(SEARCHED).filter(|&&other| other != index);
            found.extend(others.map(|&other| (other as u64) << WEIGHT | weight));
            found.len()
        };
        let mut seen = 0;
        for term in front_matter.series.iter().filter_map(|id| self.terms.get(TermKind::Series, id)) {
            seen = search(term, 3);
        }
        for term in front_matter.topics.iter().filter_map(|id| self.terms.get(TermKind::Topic, id)) {
            seen = search(term, 2);
        }
        if seen < count {
            let section = &self.config.sections[self.articles[index].section].id;
            if let Some(term) = self.terms.get(TermKind::Section, section) {
                search(term, 0);
            }
        }
        found.sort_unstable();
        // By descending weight; among equals in the order of the articles, which `found` has.
        let mut best: Vec<(u64, usize)> = Vec::new();
        for same in found.chunk_by(|one, other| one >> WEIGHT == other >> WEIGHT) {
            let weight: u64 = same.iter().map(|one| one & ((1 << WEIGHT) - 1)).sum();
            let place = best.partition_point(|&(heavier, _)| heavier >= weight);
            if place < count {
                best.insert(place, (weight, (same[0] >> WEIGHT) as usize));
                best.truncate(count);
            }
        }
        best.into_iter().map(|(_, other)| other).collect()
    }
}
