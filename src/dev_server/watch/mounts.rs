//! Recognizes file systems whose events are not reliable, because other machines or systems write to them too.

use crate::source::SourceTree;

/// Names of file systems by their number in `statfs(2)`. The numbers come from Linux's `magic.h` and from the sources
/// of the file systems; everything that uses FUSE (sshfs, virtiofs, Docker Desktop's mounts …) has FUSE's.
#[cfg(target_os = "linux")]
const WITHOUT_EVENTS: [(u32, &str); 16] = [
    (0x0000_6969, "NFS"),
    (0x0000_517b, "SMB"),
    (0xff53_4d42, "CIFS"),
    (0xfe53_4d42, "SMB"),
    (0x0102_1997, "9p"),
    (0x6573_5546, "FUSE"),
    (0x786f_4256, "vboxsf"),
    (0xbacb_acbc, "vmhgfs"),
    (0x7c7c_6673, "prl_fs"),
    (0x5346_414f, "AFS"),
    (0x6b41_4653, "AFS"),
    (0x7375_7245, "Coda"),
    (0x00c3_6400, "Ceph"),
    (0x0bd0_0bd0, "Lustre"),
    (0x0116_1970, "GFS2"),
    (0x7461_636f, "OCFS2"),
];

/// Returns the name of the file system if the site or one of its source folders is on one that reports no changes made
/// by other machines.
#[cfg(target_os = "linux")]
pub(super) fn without_events(folder: &SourceTree) -> Option<&'static str> {
    let top_folders = folder.folders.iter().filter(|path| !path.as_str().contains('/'));
    let places =
        top_folders.map(|folder_path| folder.root().join(folder_path.as_str())).chain([folder.root().to_owned()]);
    let mut kinds = places.filter_map(|place| rustix::fs::statfs(place).ok()).map(|status| status.f_type);
    // The width of the type depends on the machine; the number has 32 bits.
    kinds.find_map(|kind| name(kind as u32))
}

#[cfg(target_os = "linux")]
fn name(kind: u32) -> Option<&'static str> {
    WITHOUT_EVENTS.iter().find(|(known, _)| *known == kind).map(|(_, name)| *name)
}

/// On other systems the native events cover local changes; `--poll` is for the rest.
#[cfg(not(target_os = "linux"))]
pub(super) fn without_events(_: &SourceTree) -> Option<&'static str> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::name;

    #[test]
    fn network_file_systems_are_known_by_number() {
        assert_eq!((name(0x6969), name(0xff53_4d42), name(0x6573_5546)), (Some("NFS"), Some("CIFS"), Some("FUSE")));
        let local = [0xef53, 0x9123_683e, 0x5846_5342, 0x0102_1994, 0x794c_7630]; // ext4, btrfs, XFS, tmpfs, overlayfs
        assert!(local.into_iter().all(|kind| name(kind).is_none()));
    }
}
