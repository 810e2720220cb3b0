//! Asks other hosts whether the URLs that pages link to still lead somewhere: `handbill check --external`.
//!
//! At most [`HOSTS_AT_ONCE`] hosts are asked at once, and each for one URL after another. What a host says is kept for a
//! while, so that the next check asks only for what is new or was broken. Part of no build, and of no other check.

#![allow(clippy::disallowed_types, reason = "asks other hosts")]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use serde::{Deserialize, Serialize};
use ureq::http::StatusCode;
use ureq::{Agent, Error};
use url::Url;

/// The code of the diagnostics about URLs of other sites.
pub const CODE: &str = "external";

/// Number of hosts that are asked at once.
const HOSTS_AT_ONCE: usize = 4;

/// Longest time that a request with its redirects may take.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Number of further attempts after one without an answer.
const RETRIES: u32 = 2;

/// Longest time that a host may ask us to wait.
const MAX_WAIT: Duration = Duration::from_secs(30);

/// How long a good answer is believed, in seconds: a week.
const GOOD_AGE: i64 = 7 * 24 * 60 * 60;

/// How long a bad answer is believed, in seconds: a day.
const BROKEN_AGE: i64 = 24 * 60 * 60;

/// What became of a URL of another site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "answer", content = "why")]
pub enum Answer {
    /// It leads somewhere.
    Good,
    /// It leads nowhere, for this reason: the page does not exist, or the host does not.
    Broken(String),
    /// Nobody can tell, for this reason: the host is busy, silent, or refuses programs.
    Unknown(String),
}

/// The answers about URLs of other sites, by URL without fragment.
pub type Answers = BTreeMap<String, Answer>;

/// How to ask.
pub struct ExternalCheck {
    /// The client; it decides which hosts may be asked.
    pub agent: Agent,
    /// The time now in Unix seconds, by which kept answers are too old.
    pub now: i64,
    /// How long to wait before the first further attempt; each waits twice as long as the one before.
    pub pause: Duration,
}

/// A kept answer and its time in Unix seconds.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct KeptAnswer {
    at: i64,
    #[serde(flatten)]
    answer: Answer,
}

impl ExternalCheck {
    /// Returns the answers about `urls`, of those in `kept` that are young enough and of the hosts, and the answers to
    /// keep. `kept` is what an earlier call gave; anything else counts as nothing.
    #[must_use]
    pub fn ask(&self, urls: &[Url], kept: &[u8]) -> (Answers, Vec<u8>) {
        let mut kept: BTreeMap<String, KeptAnswer> = serde_json::from_slice(kept).unwrap_or_default();
        kept.retain(|_, kept| {
            let age = if kept.answer == Answer::Good { GOOD_AGE } else { BROKEN_AGE };
            (0..age).contains(&(self.now - kept.at))
        });
        let mut hosts: BTreeMap<String, Vec<&Url>> = BTreeMap::new();
        for url in urls.iter().filter(|url| !kept.contains_key(url.as_str())) {
            hosts.entry(url.host_str().unwrap_or_default().to_owned()).or_default().push(url);
        }
        let hosts: Vec<Vec<&Url>> = hosts.into_values().collect();
        let mut answers: Answers = self.ask_hosts(&hosts).into_iter().collect();
        // Without a connection no name is known.
        if !answers.is_empty() && answers.values().all(|answer| *answer == unknown_host()) {
            answers
                .values_mut()
                .for_each(|answer| *answer = Answer::Unknown("no host's name is known here".to_owned()));
        }
        for (url, answer) in answers.iter().filter(|(_, answer)| !matches!(answer, Answer::Unknown(_))) {
            kept.insert(url.clone(), KeptAnswer { at: self.now, answer: answer.clone() });
        }
        let known = urls.iter().filter_map(|url| Some((url.to_string(), kept.get(url.as_str())?.answer.clone())));
        answers.extend(known);
        (answers, serde_json::to_vec(&kept).expect("plain data"))
    }

    /// Asks each host for its URLs in order, several hosts at once.
    fn ask_hosts(&self, hosts: &[Vec<&Url>]) -> Vec<(String, Answer)> {
        let next = AtomicUsize::new(0);
        let work = || {
            let mut answers = Vec::new();
            while let Some(urls) = hosts.get(next.fetch_add(1, Ordering::Relaxed)) {
                answers.extend(urls.iter().map(|url| (url.to_string(), self.ask_for(url))));
            }
            answers
        };
        thread::scope(|scope| {
            let threads: Vec<_> = (0..HOSTS_AT_ONCE.min(hosts.len())).map(|_| scope.spawn(work)).collect();
            threads.into_iter().flat_map(|thread| thread.join().expect("asking does not panic")).collect()
        })
    }

    /// Asks for a URL until there is an answer, or there were enough attempts.
    fn ask_for(&self, url: &Url) -> Answer {
        let mut pause = self.pause;
        for attempt in 0..=RETRIES {
            let (answer, wait) = self.attempt(url);
            if attempt == RETRIES || !matches!(answer, Answer::Unknown(_)) {
                return answer;
            }
            match wait {
                Wait::Never => return answer,
                Wait::Backoff => thread::sleep(pause),
                Wait::For(time) if time > MAX_WAIT => return answer,
                Wait::For(time) => thread::sleep(time),
            }
            pause *= 2;
        }
        unreachable!("the last attempt returns")
    }

    /// Asks for a URL once: without its content, and with it from hosts that answer only such requests.
    fn attempt(&self, url: &Url) -> (Answer, Wait) {
        let of_request = |request: ureq::RequestBuilder<ureq::typestate::WithoutBody>| {
            request.config().timeout_global(Some(TIMEOUT)).build().call()
        };
        let head = of_request(self.agent.head(url.as_str()));
        // Some hosts say of pages that exist that they do not, if they are asked without content.
        let needs_content = |status: StatusCode| matches!(status.as_u16(), 403 | 404 | 405 | 410 | 501);
        let response = match head {
            Ok(response) if needs_content(response.status()) => of_request(self.agent.get(url.as_str())),
            other => other,
        };
        match response {
            Ok(response) => {
                let wait = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
                self.of_status(response.status(), wait)
            }
            Err(Error::HostNotFound) => (unknown_host(), Wait::Never),
            Err(error @ (Error::Timeout(_) | Error::ConnectionFailed)) => (unknown(&error), Wait::Backoff),
            Err(Error::Io(error)) if error.kind() == std::io::ErrorKind::PermissionDenied => {
                (unknown(&error), Wait::Never)
            }
            Err(error @ Error::Io(_)) => (unknown(&error), Wait::Backoff),
            Err(error) => (unknown(&error), Wait::Never),
        }
    }

    fn of_status(&self, status: StatusCode, retry_after: Option<&str>) -> (Answer, Wait) {
        let says = || format!("the host answers {status}");
        match status.as_u16() {
            200..=399 => (Answer::Good, Wait::Never),
            404 | 410 => (Answer::Broken(says()), Wait::Never),
            429 | 500..=599 => {
                let wait = retry_after.and_then(|text| wait_of(text, self.now));
                (Answer::Unknown(says()), wait.map_or(Wait::Backoff, Wait::For))
            }
            _ => (Answer::Unknown(says()), Wait::Never), // whatever else a host may say is about us, not about the page
        }
    }
}

/// When to ask again.
enum Wait {
    Never,
    Backoff,
    For(Duration),
}

fn unknown_host() -> Answer {
    Answer::Broken("there is no such host".to_owned())
}

fn unknown(error: &impl std::fmt::Display) -> Answer {
    Answer::Unknown(error.to_string())
}

/// Returns the time of a `Retry-After` (RFC 9110, section 10.2.3), which is a number of seconds or a date.
fn wait_of(text: &str, now: i64) -> Option<Duration> {
    let text = text.trim();
    let until = || rfc2822::parse(text).ok().map(|date| Timestamp::from(&date).as_second());
    let seconds = text.parse().ok().or_else(|| Some(u64::try_from(until()? - now).unwrap_or(0)))?;
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;

    use super::*;
    use crate::http_client;

    const NOW: i64 = 1_781_524_800;

    /// A server on this machine that answers each request by its method, path and number; returns its URL.
    fn serve(answer: fn(&str, &str, usize) -> (u16, &'static str)) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let mut stream = stream.unwrap();
                let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
                let request = lines.next().unwrap().unwrap();
                while lines.next().is_some_and(|line| !line.unwrap().is_empty()) {}
                let mut words = request.split(' ');
                let (status, headers) = answer(words.next().unwrap(), words.next().unwrap(), number);
                let head = format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: 0\r\nConnection: close\r\n\r\n");
                stream.write_all(head.as_bytes()).unwrap();
            }
        });
        url
    }

    fn check() -> ExternalCheck {
        ExternalCheck { agent: http_client::agent(), now: NOW, pause: Duration::ZERO }
    }

    /// The answer about one URL.
    fn ask(url: &str) -> Answer {
        let url = Url::parse(url).unwrap();
        check().ask(std::slice::from_ref(&url), b"").0.remove(url.as_str()).unwrap()
    }

    #[test]
    fn answers_are_good_broken_or_unknown() {
        let url = serve(|method, path, number| match (method, path) {
            ("HEAD", "/good") | ("GET", "/content-only") => (200, ""),
            ("HEAD", "/content-only") => (405, ""),
            (_, "/moved") => (301, "Location: /good\r\n"),
            (_, "/gone") => (410, ""),
            (_, "/none") => (404, ""),
            (_, "/refused") => (403, ""),
            (_, "/later") => (429, "Retry-After: 3600\r\n"),
            (_, "/soon") if number.is_multiple_of(2) => (503, "Retry-After: 0\r\n"),
            (_, "/soon") => (200, ""),
            _ => (500, ""),
        });
        for path in ["/good", "/content-only", "/moved"] {
            assert_eq!(ask(&format!("{url}{path}")), Answer::Good, "{path}");
        }
        for path in ["/gone", "/none"] {
            assert!(matches!(ask(&format!("{url}{path}")), Answer::Broken(_)), "{path}");
        }
        for path in ["/refused", "/later", "/other"] {
            assert!(matches!(ask(&format!("{url}{path}")), Answer::Unknown(_)), "{path}");
        }
        assert_eq!(ask(&format!("{url}/soon")), Answer::Good);
        assert!(matches!(ask("http://127.0.0.1:1/"), Answer::Unknown(_)), "nobody listens there");
    }

    #[test]
    fn kept_answers_are_believed_for_a_while() {
        let url = Url::parse(&serve(|_, path, number| if number == 0 && path == "/a" { (404, "") } else { (200, "") }))
            .unwrap();
        let urls = [url.join("/a").unwrap(), url.join("/b").unwrap()];
        let at = |now: i64, kept: &[u8]| ExternalCheck { now, ..check() }.ask(&urls, kept);
        // The first request is answered by 404, and so is its repetition with content: by 200.
        let (answers, kept) = at(NOW, b"no JSON");
        assert_eq!(answers.values().filter(|answer| **answer == Answer::Good).count(), 2, "{answers:?}");
        let broken =
            String::from_utf8(kept).unwrap().replacen("\"answer\":\"good\"", "\"answer\":\"broken\",\"why\":\"x\"", 1);
        let (answers, _) = at(NOW + BROKEN_AGE - 1, broken.as_bytes());
        assert_eq!(answers[urls[0].as_str()], Answer::Broken("x".to_owned()));
        let (answers, _) = at(NOW + BROKEN_AGE, broken.as_bytes());
        assert_eq!(answers[urls[0].as_str()], Answer::Good, "it was asked for again");
        let unreachable = [Url::parse("http://127.0.0.1:1/").unwrap()];
        let (_, kept) = check().ask(&unreachable, b"");
        assert_eq!(kept, b"{}", "what nobody can tell is not kept");
    }

    #[test]
    fn hosts_of_this_machine_and_its_network_are_not_asked() {
        let url = serve(|_, _, _| (200, ""));
        let public = ExternalCheck { agent: http_client::agent_for_public_hosts(), ..check() };
        for url in [url.clone(), url.replace("127.0.0.1", "localhost"), "http://192.168.0.1/".to_owned()] {
            let url = Url::parse(&url).unwrap();
            let (answers, _) = public.ask(std::slice::from_ref(&url), b"");
            assert!(matches!(&answers[url.as_str()], Answer::Unknown(why) if why.contains("private")), "{answers:?}");
        }
    }

    #[test]
    fn waits_are_seconds_or_dates() {
        assert_eq!(wait_of(" 120 ", NOW), Some(Duration::from_secs(120)));
        assert_eq!(wait_of("Mon, 15 Jun 2026 12:00:10 GMT", NOW), Some(Duration::from_secs(10)));
        assert_eq!(wait_of("Mon, 15 Jun 2020 12:00:10 GMT", NOW), Some(Duration::ZERO));
        assert_eq!(wait_of("soon", NOW), None);
    }
}
