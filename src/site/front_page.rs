//! The front page: which article stands where. None stands twice.

use std::collections::BTreeSet;

use super::Site;
use super::terms::TermKind;
use crate::content::fields::SectionId;
use crate::content::front_matter::Label;

/// The front page's articles, as indexes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FrontPage {
    /// The lead.
    pub lead: Option<usize>,
    /// Beside the lead.
    pub secondary: Vec<usize>,
    /// The rest of the latest.
    pub river: Vec<usize>,
    /// For each section, by its id, what is not above.
    pub section_groups: Vec<(String, Vec<usize>)>,
    /// Opinion, set apart from the news.
    pub opinion: Vec<usize>,
}

impl FrontPage {
    /// Lays out the front page. On top is the first page of all articles, from which the latest opinion is set apart;
    /// then come older opinion, as far as there is room, and each section.
    ///
    /// The lead is news where there is some, unless somebody pinned an opinion. What somebody paid for stands beside
    /// neither, unless it is pinned.
    #[must_use]
    pub fn arrange(site: &Site) -> FrontPage {
        let wanted = &site.config.front_page;
        let room = |wanted: Option<usize>, name, default| wanted.unwrap_or_else(|| site.list_size(name, default));
        let is_opinion = |index: &usize| site.articles[*index].label == Label::Opinion;
        let is_pinned = |index: &usize| site.articles[*index].document.front_matter.pinned.is_some();
        let is_paid_for = |index: &usize| site.articles[*index].label == Label::Sponsored && !is_pinned(index);

        let mut top: Vec<usize> = site.pinned_first.iter().copied().take(site.config.listing.page_size).collect();
        let at = top.iter().position(|index| is_pinned(index) || !is_opinion(index) && !is_paid_for(index));
        let at = at.unwrap_or(0);
        let lead = (!top.is_empty()).then(|| top.remove(at));
        let opinion_room = room(wanted.opinion, "front_opinion", 3);
        let mut opinion: Vec<usize> = top.iter().copied().filter(is_opinion).take(opinion_room).collect();
        top.retain(|index| !opinion.contains(index));
        let room_beside = room(wanted.secondary, "front_secondary", 4);
        let secondary: Vec<usize> = top.iter().copied().filter(|index| !is_paid_for(index)).take(room_beside).collect();
        top.retain(|index| !secondary.contains(index));
        let river = top;

        let mut shown: BTreeSet<usize> =
            lead.into_iter().chain([&secondary, &river, &opinion].into_iter().flatten().copied()).collect();
        let mut take = |from: &mut dyn Iterator<Item = usize>, count: usize| -> Vec<usize> {
            let fresh: Vec<usize> = from.filter(|index| !shown.contains(index)).take(count).collect();
            shown.extend(fresh.iter().copied());
            fresh
        };
        opinion.extend(take(&mut (0..site.articles.len()).filter(is_opinion), opinion_room - opinion.len()));
        let sections: Vec<&str> = match &wanted.sections {
            Some(ids) => ids.iter().map(SectionId::as_str).collect(),
            None => {
                let news = site.config.sections.iter().filter(|section| section.label != Some(Label::Opinion));
                news.map(|section| section.id.as_str()).collect()
            }
        };
        let per_section = room(wanted.per_section, "front_section", 4);
        let mut section_groups = Vec::new();
        for id in sections {
            let Some(term) = site.terms.get(TermKind::Section, id) else { continue };
            let articles = take(&mut term.articles.iter().copied(), per_section);
            if !articles.is_empty() {
                section_groups.push((id.to_owned(), articles));
            }
        }
        FrontPage { lead, secondary, river, section_groups, opinion }
    }
}
