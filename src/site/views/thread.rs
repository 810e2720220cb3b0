//! The comments on an article, as a thread.

use std::collections::BTreeMap;

use super::super::SiteModel;
use super::super::articles::Article;
use super::view::{CommentView, CommentsView};
use super::view_tree::ViewTree;
use crate::content::comment::Comment;
use crate::content::front_matter::CommentsState;
use crate::providers::comments::{CommentProvider, EmbedContext};

impl SiteModel {
    /// Returns the answer to [`Query::Comments`](super::super::Query::Comments).
    pub(crate) fn thread(&self, article: &Article) -> ViewTree<'_> {
        let state = self.comments_state(article);
        if state == CommentsState::Off {
            return ViewTree::None;
        }
        let comments = self.comments_of(article);
        let mut answers: BTreeMap<Option<&str>, Vec<&Comment>> = BTreeMap::new();
        for comment in comments {
            answers.entry(comment.reply_to.as_deref()).or_default().push(comment);
        }
        for replies in answers.values_mut() {
            replies.sort_by_key(|comment| comment.date.unix_seconds(&self.zone));
        }
        let by_hand = matches!(self.comment_provider, CommentProvider::Files);
        let embed = match &self.comment_provider {
            CommentProvider::Embedded(embedded) if state == CommentsState::Open => {
                Some(embedded.embed(&EmbedContext {
                    path: &self.base.link(&article.url),
                    url: &self.base.absolute(&article.url),
                    title: &article.document.front_matter.title,
                    language: &self.config.language,
                }))
            }
            _ => None,
        };
        ViewTree::of(CommentsView {
            state,
            count: comments.len(),
            thread: self.replies(None, &answers, 0),
            email: self.config.comments.email.as_deref().filter(|_| by_hand),
            form: self.config.comments.form.as_deref().filter(|_| by_hand),
            embed,
        })
    }

    /// Returns the replies to a comment, or the comments on the article for `None`. From ten levels on, replies are
    /// listed flat, because deeper nesting cannot be read.
    fn replies<'s>(
        &'s self,
        to: Option<&str>,
        answers: &BTreeMap<Option<&'s str>, Vec<&'s Comment>>,
        depth: usize,
    ) -> Vec<CommentView<'s>> {
        let mut views = Vec::new();
        for comment in answers.get(&to).into_iter().flatten() {
            if depth < 10 {
                views.push(self.comment_view(comment, self.replies(Some(&comment.id), answers, depth + 1)));
                continue;
            }
            let mut next = vec![*comment];
            while let Some(comment) = next.pop() {
                views.push(self.comment_view(comment, Vec::new()));
                next.extend(answers.get(&Some(comment.id.as_str())).into_iter().flatten().rev());
            }
        }
        views
    }

    fn comment_view<'s>(&self, comment: &'s Comment, replies: Vec<CommentView<'s>>) -> CommentView<'s> {
        CommentView {
            id: &comment.id,
            author: &comment.author,
            date: self.date(comment.date.unix_seconds(&self.zone)),
            html: &comment.html,
            url: comment.url.as_deref(),
            replies,
        }
    }
}
