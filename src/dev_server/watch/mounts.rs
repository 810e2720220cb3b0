//! Where the system's events cannot be relied on: file systems that somebody else writes to as well, behind the
//! system's back.

use crate::source::SourceTree;

/// File systems by the number in `statfs(2)`, with their names. The numbers are those of Linux's `magic.h` and of the
/// file systems' own sources; all that FUSE carries (sshfs, virtiofs, Docker Desktop's mounts …) has FUSE's.
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

/// The name of the file system, when the site or one of its folders lies on one that tells nothing of changes made
/// elsewhere.
#[cfg(target_os = "linux")]
pub(super) fn without_events(folder: &SourceTree) -> Option<&'static str> {
    let rooms = folder.folders.iter().filter(|path| !path.as_str().contains('/'));
    let places = rooms.map(|room| folder.root().join(room.as_str())).chain([folder.root().to_owned()]);
    let mut kinds = places.filter_map(|place| rustix::fs::statfs(place).ok()).map(|status| status.f_type);
    // The type's width differs from machine to machine; the number has 32 bits.
    kinds.find_map(|kind| name(kind as u32))
}

#[cfg(target_os = "linux")]
fn name(kind: u32) -> Option<&'static str> {
    WITHOUT_EVENTS.iter().find(|(known, _)| *known == kind).map(|(_, name)| *name)
}

/// Elsewhere the systems' own events cover what they can; `--poll` is for the rest.
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
