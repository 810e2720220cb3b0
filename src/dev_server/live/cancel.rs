//! Work that newer changes make vain.

use super::super::watch::WatchHandle;
use crate::build::BuildObserver;

/// So many times in a row work is given up for newer changes.
pub(crate) const GIVEN_UP: usize = 3;

/// Follows the work on a new plan, and stops it when newer changes wait.
pub(crate) struct CancelOnNewer<'a> {
    newer: &'a WatchHandle,
    /// Whether this work is done whatever else comes.
    is_certain: bool,
}

impl<'a> CancelOnNewer<'a> {
    /// Work that was given up so many times before.
    pub(crate) fn new(newer: &'a WatchHandle, is_certain: bool, given_up: usize) -> CancelOnNewer<'a> {
        CancelOnNewer { newer, is_certain: is_certain || given_up >= GIVEN_UP }
    }
}

impl BuildObserver for CancelOnNewer<'_> {
    fn is_stopped(&self) -> bool {
        !self.is_certain && self.newer.is_pending()
    }
}
