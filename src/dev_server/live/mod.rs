//! The state of the dev server: the current snapshot of the site, pending changes, and the events for open pages.
pub(crate) mod cancel;
pub mod editor;
pub mod event_stream;
pub(crate) mod live_site;
pub(crate) mod page_events;
pub(crate) mod snapshot;
pub(crate) mod variants;
