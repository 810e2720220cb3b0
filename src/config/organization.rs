//! The publisher, and the pages that say how it works.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The publisher, for readers and for structured data.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Organization {
    /// Its name; the site's title when absent.
    pub name: Option<String>,
    /// A picture in `static/`.
    pub logo: Option<String>,
    /// A picture in `static/` for pages that have none, when they are shared.
    pub social_image: Option<String>,
    /// Its postal address, at the foot of every email.
    pub address: Option<String>,
    /// Its pages elsewhere.
    pub same_as: Vec<String>,
    /// Standing pages that say how it works.
    pub policies: Policies,
}

/// Standing pages about how the publisher works, each by its path below `content/`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Policies {
    /// Ethics.
    pub ethics: Option<String>,
    /// How mistakes are put right.
    pub corrections: Option<String>,
    /// What it stands for.
    pub stance: Option<String>,
    /// Who owns and pays for it.
    pub funding: Option<String>,
    /// What happens to readers' data; linked from sign-up forms.
    pub privacy: Option<String>,
}
