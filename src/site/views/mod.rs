//! What pages see of a site: the queries they may ask, the answers, and the plain data that templates get.
pub(crate) mod answer;
pub(crate) mod article;
pub(crate) mod build_views;
pub(crate) mod card;
pub(crate) mod feed;
pub(crate) mod globals;
pub(crate) mod listing;
pub(crate) mod query;
pub(crate) mod related;
pub(crate) mod text;
pub(crate) mod thread;
pub(crate) mod view;
pub(crate) mod view_tree;
