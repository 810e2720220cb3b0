//! The integration tests: sites in temporary folders, built by the real program and looked at from outside.
//! `tests/README.md` explains the harness.

#![allow(clippy::disallowed_methods, reason = "tests write sites and look at what became of them")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod built;
mod checking;
mod collisions;
mod commands;
mod comments;
mod contract;
mod corrections;
mod crawl;
mod dates;
mod documents;
mod exit_codes;
mod feeds;
mod files;
mod golden;
mod held_back;
mod hostile;
mod html;
mod importing;
mod interruption;
mod issues;
mod layers;
mod leaflet;
mod letters;
mod lists;
mod moderation;
mod nasty;
mod newsletters;
mod preview;
mod preview_clock;
mod preview_editions;
mod preview_edits;
mod preview_endurance;
mod preview_forms;
mod preview_host;
mod preview_mistakes;
mod preview_server;
mod project;
mod publication;
mod rebuild;
mod run;
mod sameness;
mod sharing;
mod sign_up;
mod snapshot;
mod stale;
mod terms;
mod texts;
mod theme_commands;
mod theming;
mod together;
mod trying_forms;
mod urls;
mod warm;
mod watching;
mod world;
mod wrong_settings;
mod xml;
