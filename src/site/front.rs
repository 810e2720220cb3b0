//! The front page: which article stands where. None stands twice.

use std::collections::BTreeSet;

use super::Site;
use super::terms::TermKind;
use crate::content::front_matter::Label;

/// The front page's articles, as indexes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Front {
    /// The lead.
    pub lead: Option<usize>,
    /// Beside the lead.
    pub secondary: Vec<usize>,
    /// The rest of the latest.
    pub river: Vec<usize>,
    /// For each section, by its id, what is not above.
    pub blocks: Vec<(String, Vec<usize>)>,
    /// Opinion that is not above.
    pub opinion: Vec<usize>,
}

impl Front {
    /// Lays out the front page: the first page of all articles on top, then opinion, then each section.
    #[must_use]
    pub fn lay_out(site: &Site) -> Front {
        let (secondary, per_section) = (site.slot("front_secondary", 4), site.slot("front_section", 4));
        let mut top = site.listed.iter().copied().take(site.config.listing.page_size);
        let lead = top.next();
        let secondary: Vec<usize> = top.by_ref().take(secondary).collect();
        let river: Vec<usize> = top.collect();
        let mut shown: BTreeSet<usize> =
            lead.into_iter().chain(secondary.iter().copied()).chain(river.iter().copied()).collect();
        let mut take = |from: &mut dyn Iterator<Item = usize>, count: usize| -> Vec<usize> {
            let fresh: Vec<usize> = from.filter(|index| !shown.contains(index)).take(count).collect();
            shown.extend(fresh.iter().copied());
            fresh
        };
        let is_opinion = |index: &usize| site.articles[*index].label == Label::Opinion;
        let mut opinions = (0..site.articles.len()).filter(is_opinion);
        let opinion = take(&mut opinions, site.slot("front_opinion", 3));
        let mut blocks = Vec::new();
        for section in &site.config.sections {
            let Some(term) = site.terms.get(TermKind::Section, &section.id) else { continue };
            if section.label == Some(Label::Opinion) {
                continue;
            }
            let articles = take(&mut term.articles.iter().copied(), per_section);
            if !articles.is_empty() {
                blocks.push((section.id.clone(), articles));
            }
        }
        Front { lead, secondary, river, blocks, opinion }
    }
}
