//! The open connections, and which of them is closed when there are too many.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::oneshot;
use tokio::time::Instant;

/// What a connection is doing, the first to be closed first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ConnectionState {
    /// It waits for a request, reads one, or sends a file.
    Idling,
    /// It sends events, for as long as it is open.
    Streaming,
    /// The handler makes its response. It is never closed.
    Working,
}

/// All open connections.
#[derive(Debug, Default)]
pub(crate) struct Connections(Mutex<Open>);

#[derive(Debug, Default)]
struct Open {
    admitted: u64,
    places: BTreeMap<u64, Entry>,
}

#[derive(Debug)]
struct Entry {
    doing: ConnectionState,
    since: Instant,
    close: Option<oneshot::Sender<()>>,
}

/// A connection's place among the open ones, until it is dropped.
#[derive(Debug)]
pub(crate) struct ConnectionSlot {
    connections: Arc<Connections>,
    id: u64,
}

impl Connections {
    /// A place for one more connection, and the message that it has to close.
    pub(crate) fn admit(self: &Arc<Connections>) -> (ConnectionSlot, oneshot::Receiver<()>) {
        let (close, closing) = oneshot::channel();
        let mut open = self.open();
        open.admitted += 1;
        let id = open.admitted;
        open.places.insert(id, Entry { doing: ConnectionState::Idling, since: Instant::now(), close: Some(close) });
        (ConnectionSlot { connections: Arc::clone(self), id }, closing)
    }

    /// Tells the connection that has idled longest to close, one with a stream if there is no other, unless one that
    /// was told has not yet gone.
    pub(crate) fn close_one(&self) {
        let mut open = self.open();
        if open.places.values().any(|entry| entry.close.is_none()) {
            return;
        }
        let closable = open.places.values_mut().filter(|entry| entry.doing != ConnectionState::Working);
        if let Some(close) = closable.min_by_key(|entry| (entry.doing, entry.since)).and_then(|it| it.close.take()) {
            // It may just have ended by itself.
            let _ = close.send(());
        }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.0.lock().expect("nothing panics while it holds the list")
    }
}

impl ConnectionSlot {
    /// Notes what the connection does from now on.
    pub(crate) fn now(&self, doing: ConnectionState) {
        if let Some(entry) = self.connections.open().places.get_mut(&self.id) {
            (entry.doing, entry.since) = (doing, Instant::now());
        }
    }
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        self.connections.open().places.remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn longest_idle_is_closed_first_and_one_at_work_never() {
        let connections = Arc::new(Connections::default());
        let mut places = Vec::new();
        for doing in
            [ConnectionState::Working, ConnectionState::Streaming, ConnectionState::Idling, ConnectionState::Idling]
        {
            let (place, closing) = connections.admit();
            place.now(doing);
            places.push((place, closing));
            tokio::time::advance(Duration::from_secs(1)).await;
        }
        let mut closed = Vec::new();
        for _ in 0..5 {
            connections.close_one();
            if let Some(at) = places.iter_mut().position(|(_, closing)| closing.try_recv().is_ok()) {
                closed.push(places.remove(at).0.id);
            }
        }
        assert_eq!(closed, [3, 4, 2]);
    }
}
