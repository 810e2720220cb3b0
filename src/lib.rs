//! Handbill turns a folder of Markdown into a news site.
//!
//! One pipeline: [`source`] reads files, [`content`] parses them one at a time, [`site`] assembles them, [`plan`]
//! lists the output files and the queries of each, [`render`] makes their bytes, [`publish`] writes them.
//! [`build`] runs all of it on a folder. `ARCHITECTURE.md` describes the modules. A site from memory:
//!
//! ```
//! use std::collections::{BTreeMap, HashMap};
//! use std::sync::Arc;
//!
//! use handbill::config::Config;
//! use handbill::content::{self, ParseOptions};
//! use handbill::digest::Digest;
//! use handbill::path::SourcePath;
//! use handbill::plan::{THEME_CONTRACT, plan};
//! use handbill::render::{PageRenderer, TextStore, set_globals};
//! use handbill::site::{IncludeUnpublished, Site, SiteInputs, SourceFile};
//! use handbill::theme::{Layers, Theme};
//!
//! // The diagnostics of all stages.
//! let mut diagnostics = Vec::new();
//! let settings = "title: The Paper\nbase_url: https://paper.example/\n";
//! let config = Config::parse(settings, &mut diagnostics).expect("valid settings");
//!
//! // Parse, one file at a time.
//! let path = SourcePath::new("content/articles/strike.md").expect("a valid path");
//! let text = b"---\ntitle: The strike\ndate: 2026-06-01\n---\n\nIt began *at noon*.\n";
//! let parsed = content::parse(&path, text, &ParseOptions::from(&config));
//! diagnostics.extend(parsed.diagnostics);
//! let source = SourceFile { parsed: parsed.source.expect("an article"), digest: Digest::of_bytes(text) };
//! let texts = TextStore::new(HashMap::from([(path.clone(), Arc::new(parsed.body.expect("its text")))]));
//! let (sources, invalid) = (BTreeMap::from([(path, source)]), BTreeMap::new());
//!
//! // Assemble, with the built-in theme, as of noon UTC of June 15, 2026.
//! let layers = Layers::built_in();
//! let base = config.base();
//! let mut theme = Theme::load(&layers, &config, &base.path, THEME_CONTRACT, &mut diagnostics).expect("a valid theme");
//! let site = Site::assemble(
//!     &SiteInputs {
//!         config: &config,
//!         sources: &sources,
//!         invalid: &invalid,
//!         theme: &theme,
//!         blocks: Some(&theme.known_blocks()),
//!         clock: 1_781_524_800,
//!         include: IncludeUnpublished::default(),
//!     },
//!     &mut diagnostics,
//! );
//!
//! // Plan all output files, render one of them.
//! let plan = plan(&site, &theme, &sources, &invalid, &mut diagnostics);
//! set_globals(&site, &mut theme);
//! let renderer = PageRenderer::new(&site, &theme, &layers, &sources, &plan.outputs, Digest::default());
//! let page = plan.outputs.iter().find(|page| page.url.as_str() == "/news/2026/06/strike/").expect("its page");
//! let no_copies = |_: &SourcePath| Ok(Vec::new());
//! let html = renderer.render(page, &renderer.page_inputs(page), &texts, &no_copies).expect("the theme renders it");
//! assert!(String::from_utf8_lossy(&html).contains("<p>It began <em>at noon</em>.</p>"));
//! assert!(diagnostics.is_empty());
//! ```

// In the module order: each module uses only those before it.

// Foundation.

pub mod foundation;
pub use foundation::{csp, diagnostic, digest, html, http_client, media_type, path, report, time, yaml};

// Pipeline.

pub mod source;

pub mod pictures;

pub mod social_card;

pub mod content;

pub mod providers;

pub mod config;

pub mod theme;

pub mod feeds;

pub mod site;

pub mod plan;

pub mod render;

pub mod publish;

pub mod check;

pub mod build;

pub mod email;

pub mod deploy;

pub mod dev_server;

pub mod comments;

pub mod cli;
