//! The open connections, and the choice of the one to close when there are too many.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::oneshot;
use tokio::time::Instant;

/// State of a connection. The order is that in which connections are closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ConnectionState {
    /// Waits for a request, reads one, or sends a file.
    Idling,
    /// Sends events, as long as it is open.
    Streaming,
    /// The handler makes its response; the connection is never closed.
    Working,
}

/// All open connections.
#[derive(Debug, Default)]
pub(crate) struct Connections(Mutex<Open>);

#[derive(Debug, Default)]
struct Open {
    admitted: u64,
    entries: BTreeMap<u64, Entry>,
}

#[derive(Debug)]
struct Entry {
    state: ConnectionState,
    since: Instant,
    close: Option<oneshot::Sender<()>>,
}

/// Registration of an open connection, until it is dropped.
#[derive(Debug)]
pub(crate) struct ConnectionSlot {
    connections: Arc<Connections>,
    id: u64,
}

impl Connections {
    /// Registers a connection. The receiver gets a message when the connection must close.
    pub(crate) fn admit(self: &Arc<Connections>) -> (ConnectionSlot, oneshot::Receiver<()>) {
        let (close, closing) = oneshot::channel();
        let mut open = self.open();
        open.admitted += 1;
        let id = open.admitted;
        open.entries.insert(id, Entry { state: ConnectionState::Idling, since: Instant::now(), close: Some(close) });
        (ConnectionSlot { connections: Arc::clone(self), id }, closing)
    }

    /// Asks the longest idle connection to close, or an event stream if there is none. Does nothing while an earlier
    /// one is still closing.
    pub(crate) fn close_one(&self) {
        let mut open = self.open();
        if open.entries.values().any(|entry| entry.close.is_none()) {
            return;
        }
        let closable = open.entries.values_mut().filter(|entry| entry.state != ConnectionState::Working);
        if let Some(close) = closable.min_by_key(|entry| (entry.state, entry.since)).and_then(|it| it.close.take()) {
            // The connection may have ended by itself.
            let _ = close.send(());
        }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.0.lock().expect("nothing panics while it holds the list")
    }
}

impl ConnectionSlot {
    /// Sets the connection's state.
    pub(crate) fn set_state(&self, state: ConnectionState) {
        if let Some(entry) = self.connections.open().entries.get_mut(&self.id) {
            (entry.state, entry.since) = (state, Instant::now());
        }
    }
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        self.connections.open().entries.remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn longest_idle_is_closed_first_and_one_at_work_never() {
        let connections = Arc::new(Connections::default());
        let mut entries = Vec::new();
        for state in
            [ConnectionState::Working, ConnectionState::Streaming, ConnectionState::Idling, ConnectionState::Idling]
        {
            let (place, closing) = connections.admit();
            place.set_state(state);
            entries.push((place, closing));
            tokio::time::advance(Duration::from_secs(1)).await;
        }
        let mut closed = Vec::new();
        for _ in 0..5 {
            connections.close_one();
            if let Some(at) = entries.iter_mut().position(|(_, closing)| closing.try_recv().is_ok()) {
                closed.push(entries.remove(at).0.id);
            }
        }
        assert_eq!(closed, [3, 4, 2]);
    }
}
