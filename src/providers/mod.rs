//! Tables of services: [`newsletter`] has the providers of mailing lists, [`comments`] those of comments. Both declare
//! the settings of a provider as data, which `settings` checks.
pub mod comments;
pub mod newsletter;
pub(crate) mod settings;
