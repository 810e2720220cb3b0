//! The lock at a target, so that two deployments do not run at once.

use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostic;
use crate::digest::Digest;

/// Path of the lock at a target of files.
pub(super) const LOCK: &str = ".handbill/deploy.lock";

/// Age after which a lock is taken over, in seconds: a running deployment renews its lock every minute.
pub(super) const STALE_SECONDS: i64 = 15 * 60;

/// Who deploys. Written to the target while a deployment runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeployOwner {
    /// A name for people: a machine, or the URL of a job.
    pub name: String,
    /// What tells machines apart on which the number of a process means something: it changes with a restart, and is
    /// another in each container.
    pub machine: String,
    /// The number of the process on that machine.
    pub process: u32,
}

/// A lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Lock {
    pub(super) owner: DeployOwner,
    /// When it was taken or renewed, in Unix seconds.
    pub(super) at: i64,
}

impl Lock {
    pub(super) fn encode(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("our own types encode")
    }

    /// Decodes a lock; `None` if it is damaged, and then nobody can hold it.
    pub(super) fn decode(bytes: &[u8]) -> Option<Lock> {
        serde_json::from_slice(bytes).ok()
    }

    /// Returns a name for what this deployment writes temporarily, which no other one uses.
    pub(super) fn id(&self) -> String {
        Digest::of_bytes(&self.encode()).short(16)
    }

    /// Returns whether the lock's owner runs no more: its process on this machine has ended, or it is too old.
    pub(super) fn is_stale(&self, owner: &DeployOwner, now: i64, is_running: impl Fn(u32) -> bool) -> bool {
        let is_here = self.owner.machine == owner.machine;
        now.abs_diff(self.at) > STALE_SECONDS.unsigned_abs() || (is_here && !is_running(self.owner.process))
    }

    /// Returns the error about a target that is locked.
    pub(super) fn refusal(&self, now: i64) -> Diagnostic {
        let seconds = now.saturating_sub(self.at).max(0);
        let age = match seconds {
            0..=119 => format!("{seconds} seconds"),
            _ => format!("{} minutes", seconds / 60),
        };
        super::error(format!("another deployment is running: of {}, {age} ago", self.owner.name)).help(format!(
            "wait until it has ended; if it was stopped, its lock is taken over after {} minutes, or with `--steal-lock`",
            STALE_SECONDS / 60
        ))
    }
}

/// Returns the error of a deployment whose lock is another's now.
pub(super) fn lost() -> Diagnostic {
    super::error("another deployment has taken over the lock").help("wait until it has ended, then deploy again")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lock_is_stale_when_its_process_has_ended_or_after_its_time() {
        let owner = |name: &str, process| DeployOwner { name: "a job".into(), machine: name.into(), process };
        let lock = Lock { owner: owner("desk", 7), at: 1000 };
        let stale = |name: &str, now, runs: bool| lock.is_stale(&owner(name, 8), now, |process| process == 7 && runs);
        assert!(!stale("desk", 1100, true) && stale("desk", 1100, false));
        assert!(!stale("other", 1100, false) && stale("other", 1001 + STALE_SECONDS, true));
        assert!(stale("other", 999 - STALE_SECONDS, true) && stale("other", i64::MIN, true));
        assert_eq!(Lock::decode(&lock.encode()), Some(lock));
        assert_eq!(Lock::decode(b"{"), None);
    }
}
