//! A bucket of S3, or of a service with the same interface. Headers belong to what is before the bucket, except those of
//! each file: its type and its caching.

use super::settings::{HostSettingType, optional, required};
use super::{CLOUDFLARE_ZONE, FASTLY, Host, KEEP, PageFileSupport};

pub(super) const S3: Host = Host {
    kind: "s3",
    name: "S3 or a service with the same interface",
    reads: &[],
    page_files: PageFileSupport::No,
    settings: &[
        required("bucket", HostSettingType::Name, "the name of the bucket"),
        optional("service", HostSettingType::S3Service, "the service, when it is not Amazon's: `r2`"),
        optional("endpoint", HostSettingType::Url, "the URL of a service that `service` does not name"),
        optional("region", HostSettingType::Name, "the region of the bucket: `eu-central-1`"),
        optional("account", HostSettingType::Name, "the id of the account, which the URL of R2 contains"),
        optional("prefix", HostSettingType::Prefix, "the folder in the bucket: `paper`"),
        optional("gzip", HostSettingType::Flag, "whether texts are stored compressed, which every browser reads"),
        KEEP,
        CLOUDFLARE_ZONE,
        FASTLY,
    ],
    secrets: &["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
    npm: None,
    setup: "At the service, make a key that may list the bucket, and get, put and delete its objects.",
};

/// A service with the interface of S3.
#[derive(Debug)]
pub(crate) struct S3Service {
    /// Value of `service`.
    pub(crate) name: &'static str,
    /// Its URL, in which `{region}` and `{account}` are replaced.
    pub(crate) endpoint: &'static str,
    /// The region, if there is only one.
    pub(crate) region: Option<&'static str>,
    /// Whether the name of a bucket is part of the host.
    pub(crate) has_host_per_bucket: bool,
}

/// The services, each from its documentation of S3's interface.
pub(crate) const S3_SERVICES: &[S3Service] = &[
    S3Service { name: "aws", endpoint: "https://s3.{region}.amazonaws.com", region: None, has_host_per_bucket: true },
    S3Service {
        name: "r2",
        endpoint: "https://{account}.r2.cloudflarestorage.com",
        region: Some("auto"),
        has_host_per_bucket: false,
    },
    S3Service { name: "b2", endpoint: "https://s3.{region}.backblazeb2.com", region: None, has_host_per_bucket: false },
    S3Service {
        name: "spaces",
        endpoint: "https://{region}.digitaloceanspaces.com",
        region: None,
        has_host_per_bucket: false,
    },
    S3Service {
        name: "gcs",
        endpoint: "https://storage.googleapis.com",
        region: Some("auto"),
        has_host_per_bucket: false,
    },
    S3Service { name: "scaleway", endpoint: "https://s3.{region}.scw.cloud", region: None, has_host_per_bucket: false },
    S3Service {
        name: "hetzner",
        endpoint: "https://{region}.your-objectstorage.com",
        region: None,
        has_host_per_bucket: false,
    },
];
