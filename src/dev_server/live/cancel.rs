//! Cancels planning that newer changes make obsolete.

use super::super::watch::WatchHandle;
use crate::build::BuildObserver;

/// How many times in a row planning is cancelled for newer changes.
pub(crate) const MAX_CANCELLED: usize = 3;

/// Observes planning and cancels it when newer changes are pending.
pub(crate) struct CancelOnNewer<'a> {
    pending: &'a WatchHandle,
    /// Whether this run finishes in any case.
    must_finish: bool,
}

impl<'a> CancelOnNewer<'a> {
    /// Observes a run. `cancelled` is how many runs were cancelled before it; from [`MAX_CANCELLED`] on, it finishes.
    pub(crate) fn new(pending: &'a WatchHandle, must_finish: bool, cancelled: usize) -> CancelOnNewer<'a> {
        CancelOnNewer { pending, must_finish: must_finish || cancelled >= MAX_CANCELLED }
    }
}

impl BuildObserver for CancelOnNewer<'_> {
    fn is_stopped(&self) -> bool {
        !self.must_finish && self.pending.is_pending()
    }
}
