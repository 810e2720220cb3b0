//! Tables of external services: [`newsletter`] has the providers of mailing lists, [`comments`] those of comments,
//! [`hosts`] those to which a site is deployed, [`crawlers`] those that read it for AI. The settings of a service are declared as data and checked by `settings`;
//! `secrets` refuses what must not be among them.
pub mod comments;
pub mod crawlers;
pub mod hosts;
pub mod newsletter;
mod secrets;
pub(crate) mod settings;
