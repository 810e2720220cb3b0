//! The integration tests: sites in temporary folders, built by the real program and looked at from outside.
//! `tests/README.md` explains the harness.

#![allow(clippy::disallowed_types, reason = "tests connect to the dev server")]
#![allow(clippy::disallowed_methods, reason = "tests write sites and look at what became of them")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod built;
mod check_findings;
mod checking;
mod collections;
mod collisions;
mod commands;
mod comments;
mod compress;
mod contract;
mod corrections;
mod crawl;
mod dates;
mod deploying;
mod deploying_by_programs;
mod determinism;
mod dev_server;
mod dev_server_clock;
mod dev_server_connections;
mod dev_server_diagnostics;
mod dev_server_edits;
mod dev_server_endurance;
mod dev_server_forms;
mod dev_server_http;
mod dev_server_snapshots;
mod documents;
mod email;
mod error_recovery;
mod escaping;
mod exit_codes;
mod feeds;
mod files;
mod golden;
mod golden_pages;
mod host_add;
mod hostile_input;
mod hosts;
mod html;
mod image_files;
mod importing;
mod incremental;
mod interruption;
mod invalidation;
mod issues;
mod leaflet;
mod listings;
mod minimal_rebuild;
mod moderation;
mod module_order;
mod module_paths;
mod newsletters;
mod outbox;
mod page_files;
mod pictures;
mod project;
mod publication;
mod recipes;
mod report_formats;
mod run;
mod sign_up;
mod site_model;
mod snapshot;
mod social_metadata;
mod terms;
mod texts;
mod theme_commands;
mod theming;
mod unpublished;
mod urls;
mod watching;
mod wrong_settings;
mod xml;
