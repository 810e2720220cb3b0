//! Which texts of front matter are set like running text.

use super::{
    ArticleFrontMatter, AuthorFrontMatter, IssueFrontMatter, NewsletterFrontMatter, PageFrontMatter, SeriesFrontMatter,
    TopicFrontMatter,
};

/// The texts of front matter that are set like running text: quotation marks, dashes and dots as the language wants.
pub trait ProseFields {
    /// Those texts.
    fn texts(&mut self) -> Vec<&mut String>;
}

impl ProseFields for ArticleFrontMatter {
    fn texts(&mut self) -> Vec<&mut String> {
        let mut texts = vec![&mut self.title];
        texts.extend([&mut self.summary, &mut self.kicker, &mut self.byline].into_iter().flatten());
        texts.extend(self.image.iter_mut().filter_map(|image| image.caption.as_mut()));
        for source in &mut self.sources {
            texts.push(&mut source.title);
            texts.extend(&mut source.note);
        }
        texts.extend(self.corrections.iter_mut().map(|correction| &mut correction.text));
        texts
    }
}

impl ProseFields for PageFrontMatter {
    fn texts(&mut self) -> Vec<&mut String> {
        [Some(&mut self.title), self.summary.as_mut()].into_iter().flatten().collect()
    }
}

impl ProseFields for AuthorFrontMatter {
    fn texts(&mut self) -> Vec<&mut String> {
        [Some(&mut self.name), self.role.as_mut()].into_iter().flatten().collect()
    }
}

impl ProseFields for TopicFrontMatter {
    fn texts(&mut self) -> Vec<&mut String> {
        [Some(&mut self.title), self.summary.as_mut()].into_iter().flatten().collect()
    }
}

impl ProseFields for SeriesFrontMatter {
    fn texts(&mut self) -> Vec<&mut String> {
        [Some(&mut self.title), self.summary.as_mut()].into_iter().flatten().collect()
    }
}

impl ProseFields for IssueFrontMatter {
    fn texts(&mut self) -> Vec<&mut String> {
        [Some(&mut self.title), self.preheader.as_mut()].into_iter().flatten().collect()
    }
}

impl ProseFields for NewsletterFrontMatter {
    fn texts(&mut self) -> Vec<&mut String> {
        let optional = [&mut self.summary, &mut self.frequency, &mut self.consent, &mut self.button];
        [&mut self.title].into_iter().chain(optional.into_iter().flatten()).collect()
    }
}
