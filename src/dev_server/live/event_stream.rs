//! Server-Sent Events for open pages (HTML standard, section 9.2).
//!
//! Each open page has one stream, registered under its URL. Any thread can send events to the [`Hub`] without blocking:
//! the stream of a page that does not read is closed, and its browser connects again.

#![allow(clippy::disallowed_types, reason = "requests and changes share the open streams")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::{Method, Request, Response, StatusCode};
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;
use tokio::time::Sleep;

use super::super::http::body::Body;
use super::super::http::guard;
use super::super::http::plain_response::plain;
use crate::path::UrlPath;

/// Greatest number of open streams.
pub const MOST_STREAMS: usize = 256;

/// Greatest number of events that wait to be read by a page.
const MAX_QUEUED: usize = 64;

/// Time without an event after which a comment is sent, which keeps the stream alive and shows whether the client is.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Start of each stream: the reconnection time in milliseconds.
const RETRY: &str = "retry: 500\n\n";

/// An event for a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Name of the event, by which the page's script selects its listener; one word.
    pub name: &'static str,
    /// Payload, usually JSON.
    pub data: String,
}

impl Event {
    /// Returns the event as it is sent.
    fn encoded(&self) -> String {
        let mut text = format!("event: {}\n", self.name);
        for line in self.data.split('\n').flat_map(|line| line.split('\r')) {
            writeln!(text, "data: {line}").expect("a string takes everything");
        }
        text + "\n"
    }
}

/// The open streams. Clones refer to the same hub.
#[derive(Clone, Debug, Default)]
pub struct Hub(Arc<Mutex<Streams>>);

#[derive(Debug, Default)]
struct Streams {
    opened: u64,
    open: BTreeMap<u64, Subscriber>,
}

#[derive(Debug)]
struct Subscriber {
    page: UrlPath,
    events: mpsc::Sender<Bytes>,
}

impl Hub {
    /// A hub without streams.
    #[must_use]
    pub fn new() -> Hub {
        Hub::default()
    }

    /// Sends an event to every stream whose page passes; returns their number. A stream whose queue is full is closed
    /// instead.
    pub fn send(&self, event: &Event, passes: impl Fn(&UrlPath) -> bool) -> usize {
        let bytes = Bytes::from(event.encoded());
        let mut reached = 0;
        self.streams().open.retain(|_, subscriber| {
            if !passes(&subscriber.page) {
                return true;
            }
            let sent = subscriber.events.try_send(bytes.clone());
            reached += usize::from(sent.is_ok());
            !matches!(sent, Err(TrySendError::Full(_) | TrySendError::Closed(_)))
        });
        reached
    }

    /// Returns the URLs of the open pages.
    #[must_use]
    pub fn pages(&self) -> BTreeSet<UrlPath> {
        self.streams().open.values().map(|subscriber| subscriber.page.clone()).collect()
    }

    /// Returns the number of open streams.
    #[must_use]
    pub fn len(&self) -> usize {
        self.streams().open.len()
    }

    /// Returns whether no stream is open.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Opens a stream for a page, which begins with the events of `initial`; `None` if there are too many streams.
    ///
    /// Events sent while `initial` runs follow after it: an event may arrive twice, but none is missed.
    pub fn open(&self, page: UrlPath, initial: impl FnOnce(&UrlPath) -> Vec<Event>) -> Option<Stream> {
        let (sender, events) = mpsc::channel(MAX_QUEUED);
        let id = {
            let mut streams = self.streams();
            if streams.open.len() >= MOST_STREAMS {
                return None;
            }
            streams.opened += 1;
            let id = streams.opened;
            streams.open.insert(id, Subscriber { page: page.clone(), events: sender });
            id
        };
        let mut stream = Stream { hub: self.clone(), id, first: None, events, heartbeat: None };
        let first: String = initial(&page).iter().map(Event::encoded).collect();
        stream.first = Some(Bytes::from(RETRY.to_owned() + &first));
        Some(stream)
    }

    fn streams(&self) -> MutexGuard<'_, Streams> {
        // A panic in a predicate leaves the map consistent.
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// Responds to a request for the event stream of a page; for `initial` see [`Hub::open`]. A page of another origin gets
/// 403; above [`MOST_STREAMS`], the response is 503.
pub fn answer(
    request: &Request<Bytes>,
    hub: &Hub,
    page: UrlPath,
    initial: impl FnOnce(&UrlPath) -> Vec<Event>,
) -> Response<Body> {
    if request.method() != Method::GET {
        let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "events can only be read");
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET"));
        return response.map(Body::from);
    }
    if let Err(forbidden) = guard::same_origin(request.headers()) {
        return Response::from(forbidden).map(Body::from);
    }
    let Some(stream) = hub.open(page, initial) else {
        let mut response = plain(StatusCode::SERVICE_UNAVAILABLE, "too many pages are open");
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
        return response.map(Body::from);
    };
    let mut response = Response::new(Body::from(stream));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The receiving end of a stream, which is removed from the hub when dropped.
#[derive(Debug)]
pub struct Stream {
    hub: Hub,
    id: u64,
    first: Option<Bytes>,
    events: mpsc::Receiver<Bytes>,
    heartbeat: Option<Pin<Box<Sleep>>>,
}

impl Stream {
    /// Returns the next bytes to send; `None` if the hub has closed the stream.
    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(first));
        }
        if let Poll::Ready(next) = self.events.poll_recv(cx) {
            self.heartbeat = None;
            return Poll::Ready(next);
        }
        let heartbeat = self.heartbeat.get_or_insert_with(|| Box::pin(tokio::time::sleep(HEARTBEAT)));
        if heartbeat.as_mut().poll(cx).is_pending() {
            return Poll::Pending;
        }
        self.heartbeat = None;
        Poll::Ready(Some(Bytes::from_static(b":\n\n")))
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.hub.streams().open.remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    fn url(text: &str) -> UrlPath {
        UrlPath::new(text).unwrap()
    }

    fn changed(data: &str) -> Event {
        Event { name: "changed", data: data.to_owned() }
    }

    async fn next(stream: &mut Stream) -> Option<String> {
        let bytes = poll_fn(|cx| stream.poll_next(cx)).await?;
        Some(String::from_utf8(bytes.to_vec()).unwrap())
    }

    #[test]
    fn lines_of_data_stay_one_event() {
        assert_eq!(changed("{}").encoded(), "event: changed\ndata: {}\n\n");
        assert_eq!(changed("a\nb\rc\r\n").encoded(), "event: changed\ndata: a\ndata: b\ndata: c\ndata: \ndata: \n\n");
    }

    #[tokio::test(start_paused = true)]
    async fn events_reach_the_pages_that_they_are_for() {
        let hub = Hub::new();
        let mut news = hub.open(url("/news/"), |page| vec![changed(page.as_str())]).unwrap();
        let mut home = hub.open(url("/"), |_| Vec::new()).unwrap();
        assert_eq!(hub.pages(), BTreeSet::from([url("/"), url("/news/")]));
        assert_eq!(hub.send(&changed("1"), |page| *page == url("/news/")), 1);
        assert_eq!(hub.send(&changed("2"), |_| true), 2);
        assert_eq!(next(&mut news).await.unwrap(), "retry: 500\n\nevent: changed\ndata: /news/\n\n");
        assert_eq!(next(&mut news).await.unwrap(), "event: changed\ndata: 1\n\n");
        assert_eq!(next(&mut news).await.unwrap(), "event: changed\ndata: 2\n\n");
        assert_eq!(next(&mut home).await.unwrap(), "retry: 500\n\n");
        assert_eq!(next(&mut home).await.unwrap(), "event: changed\ndata: 2\n\n");
    }

    #[tokio::test(start_paused = true)]
    async fn quiet_stream_shows_that_it_is_alive() {
        let hub = Hub::new();
        let mut stream = hub.open(url("/"), |_| Vec::new()).unwrap();
        next(&mut stream).await;
        let began = tokio::time::Instant::now();
        assert_eq!(next(&mut stream).await.unwrap(), ":\n\n");
        assert_eq!(next(&mut stream).await.unwrap(), ":\n\n");
        assert_eq!(began.elapsed().as_secs(), 30);
    }

    #[tokio::test(start_paused = true)]
    async fn page_that_does_not_read_is_let_go() {
        let hub = Hub::new();
        let mut stream = hub.open(url("/"), |_| Vec::new()).unwrap();
        for _ in 0..MAX_QUEUED {
            assert_eq!(hub.send(&changed(""), |_| true), 1);
        }
        assert_eq!(hub.send(&changed(""), |_| true), 0);
        assert!(hub.is_empty());
        let mut read = 0;
        while next(&mut stream).await.is_some() {
            read += 1;
        }
        assert_eq!(read, 1 + MAX_QUEUED);
    }

    #[test]
    fn streams_are_bounded_and_leave_when_dropped() {
        let hub = Hub::new();
        let streams: Vec<Stream> = (0..MOST_STREAMS).map(|_| hub.open(url("/"), |_| Vec::new()).unwrap()).collect();
        assert!(hub.open(url("/"), |_| Vec::new()).is_none());
        assert_eq!(hub.len(), MOST_STREAMS);
        drop(streams);
        assert!(hub.is_empty());
        assert!(hub.open(url("/"), |_| Vec::new()).is_some());
    }
}
