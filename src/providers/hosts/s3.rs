//! A bucket of S3, or of a service with the same interface. Headers belong to what is before the bucket.

use super::settings::{HostSettingType, optional, required};
use super::{Host, KEEP};

pub(super) const S3: Host = Host {
    kind: "s3",
    name: "S3 or a service with the same interface",
    reads: &[],
    settings: &[
        required("bucket", HostSettingType::Name, "the name of the bucket"),
        optional("endpoint", HostSettingType::Url, "the URL of the service, when it is not Amazon's"),
        optional("region", HostSettingType::Name, "the region of the bucket: `eu-central-1`"),
        optional("prefix", HostSettingType::Prefix, "the folder in the bucket: `paper`"),
        KEEP,
    ],
};
