//! The site as pages see it: the queries of pages, the answers, and the plain data of templates.
pub(crate) mod answer;
pub(crate) mod article;
pub(crate) mod build_views;
pub(crate) mod card;
pub(crate) mod entry;
pub(crate) mod feed;
pub(crate) mod globals;
pub(crate) mod listing;
pub(crate) mod query;
pub(crate) mod related;
pub(crate) mod text;
pub(crate) mod thread;
pub(crate) mod view;
pub(crate) mod view_tree;
