//! The publisher, and the pages that say how it works.

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
        /// A picture in `static/`.
        pub logo: Option<StaticImage>,
        /// A picture in `static/` for pages that have none, when they are shared.
        pub social_image: Option<StaticImage>,
        /// Its postal address, at the foot of every email.
        pub address: Option<Verbatim>,
        /// Its pages elsewhere.
        pub same_as: Vec<WebUrl>,
        /// Standing pages that say how it works.
        pub policies: Policies,
    }

    /// Standing pages about how the publisher works, each by its path below `content/`.
    #[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields, default)]
    pub struct Policies {
        /// Ethics.
        pub ethics: Option<PageRef>,
        /// How mistakes are put right.
        pub corrections: Option<PageRef>,
        /// What it stands for.
        pub stance: Option<PageRef>,
        /// Who owns and pays for it.
        pub funding: Option<PageRef>,
        /// What happens to readers' data; linked from sign-up forms.
        pub privacy: Option<PageRef>,
    }
}
