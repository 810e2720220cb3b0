//! Tables of external services: [`newsletter`] has the providers of mailing lists, [`comments`] those of comments. The
//! settings of a provider are declared as data and checked by `settings`.
pub mod comments;
pub mod newsletter;
pub(crate) mod settings;
