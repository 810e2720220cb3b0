//! The publisher, and the static pages on how it works.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::content::fields::{PageRef, Prose, StaticImage, Verbatim, WebUrl, fields};

fields! {
    /// The publisher, for readers and for structured data.
    #[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields, default)]
    pub struct Organization {
        /// Its name; the site's title when absent.
        pub name: Option<Prose>,
        /// An image in `static/`: `/images/logo.png`.
        pub logo: Option<StaticImage>,
        /// An image in `static/`, shown when a page without an image is shared.
        pub social_image: Option<StaticImage>,
        /// Its postal address, at the foot of every email.
        pub address: Option<Verbatim>,
        /// URLs of its pages on other sites (`sameAs` of schema.org).
        pub same_as: Vec<WebUrl>,
        /// Static pages that describe how it works.
        pub policies: Policies,
    }

    /// Static pages that describe how the publisher works, each by its path below `content/`.
    #[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields, default)]
    pub struct Policies {
        /// Principles of its journalism (`ethicsPolicy` of schema.org).
        pub ethics: Option<PageRef>,
        /// How errors are corrected (`correctionsPolicy`).
        pub corrections: Option<PageRef>,
        /// Positions it takes (`missionCoveragePrioritiesPolicy`).
        pub stance: Option<PageRef>,
        /// Who owns and funds it (`ownershipFundingInfo`).
        pub funding: Option<PageRef>,
        /// How readers' data is used; linked from sign-up forms.
        pub privacy: Option<PageRef>,
    }
}
