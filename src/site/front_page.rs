//! The front page: lead, secondary articles, river, section groups. Each article has at most one position.

use std::collections::BTreeSet;

use super::Site;
use super::terms::TermKind;
use crate::content::fields::SectionId;
use crate::content::front_matter::Label;

/// The articles of the front page, as indexes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FrontPage {
    /// The lead; `None` without articles.
    pub lead: Option<usize>,
    /// The articles beside the lead.
    pub secondary: Vec<usize>,
    /// The rest of the first page of all articles.
    pub river: Vec<usize>,
    /// For each section, by id, its articles that are not above.
    pub section_groups: Vec<(String, Vec<usize>)>,
    /// Opinion articles, set apart from the news.
    pub opinion: Vec<usize>,
}

impl FrontPage {
    /// Arranges the front page. The top is the first page of all articles, without the latest opinion, which is set
    /// apart. Older opinion follows up to the list size, then each section.
    ///
    /// The lead is a news article if there is one, unless an opinion article is pinned. Sponsored articles are neither
    /// lead nor secondary unless they are pinned.
    #[must_use]
    pub fn arrange(site: &Site) -> FrontPage {
        let Site { model, theme, derived, .. } = site;
        let settings = &model.config.front_page;
        let size = |setting: Option<usize>, name, default| setting.unwrap_or_else(|| theme.list_size(name, default));
        let is_opinion = |index: &usize| model.articles[*index].label == Label::Opinion;
        let is_pinned = |index: &usize| model.articles[*index].document.front_matter.pinned.is_some();
        let is_paid_for = |index: &usize| model.articles[*index].label == Label::Sponsored && !is_pinned(index);

        let mut top: Vec<usize> = derived.pinned_first.iter().copied().take(model.config.listing.page_size).collect();
        let at = top.iter().position(|index| is_pinned(index) || !is_opinion(index) && !is_paid_for(index));
        let at = at.unwrap_or(0);
        let lead = (!top.is_empty()).then(|| top.remove(at));
        let opinion_size = size(settings.opinion, "front_page_opinion", 3);
        let mut opinion: Vec<usize> = top.iter().copied().filter(is_opinion).take(opinion_size).collect();
        top.retain(|index| !opinion.contains(index));
        let secondary_size = size(settings.secondary, "front_page_secondary", 4);
        let secondary: Vec<usize> =
            top.iter().copied().filter(|index| !is_paid_for(index)).take(secondary_size).collect();
        top.retain(|index| !secondary.contains(index));
        let river = top;

        let mut shown: BTreeSet<usize> =
            lead.into_iter().chain([&secondary, &river, &opinion].into_iter().flatten().copied()).collect();
        let mut take = |from: &mut dyn Iterator<Item = usize>, count: usize| -> Vec<usize> {
            let fresh: Vec<usize> = from.filter(|index| !shown.contains(index)).take(count).collect();
            shown.extend(fresh.iter().copied());
            fresh
        };
        opinion.extend(take(&mut (0..model.articles.len()).filter(is_opinion), opinion_size - opinion.len()));
        let sections: Vec<&str> = match &settings.sections {
            Some(ids) => ids.iter().map(SectionId::as_str).collect(),
            None => {
                let news = model.config.sections.iter().filter(|section| section.label != Some(Label::Opinion));
                news.map(|section| section.id.as_str()).collect()
            }
        };
        let per_section = size(settings.per_section, "front_page_section", 4);
        let mut section_groups = Vec::new();
        for id in sections {
            let Some(term) = model.terms.get(TermKind::Section, id) else { continue };
            let articles = take(&mut term.articles.iter().copied(), per_section);
            if !articles.is_empty() {
                section_groups.push((id.to_owned(), articles));
            }
        }
        FrontPage { lead, secondary, river, section_groups, opinion }
    }
}
