//! Variants of pictures, made when a browser requests them, one at a time and the latest request first: what is on
//! the screen now matters more than what was scrolled by.

#![allow(clippy::disallowed_types, reason = "requests wait for each other, and share what was made")]

use std::collections::HashMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use super::super::http::respond::{FileKind, ServedFile};
use crate::digest::Digest;

/// Greatest total of variants that are kept, in bytes.
const KEPT: usize = 64 << 20;

/// Makes variants one after another, and keeps the results.
#[derive(Default)]
pub(crate) struct Variants {
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Default)]
struct State {
    made: HashMap<Digest, ServedFile>,
    bytes: usize,
    /// Requests that wait, each by its number, the latest at the end.
    waiting: Vec<u64>,
    next: u64,
    is_busy: bool,
}

impl Variants {
    /// Returns a variant by the digest of what it is made of: kept, or made now by `make`. Waits while another is being
    /// made, and while later requests wait.
    ///
    /// # Errors
    /// Those of `make`.
    pub(crate) fn get<E>(&self, key: Digest, make: impl FnOnce() -> Result<Vec<u8>, E>) -> Result<ServedFile, E> {
        let mut state = self.state();
        let number = state.next;
        state.next += 1;
        state.waiting.push(number);
        let is_turn = |state: &State| !state.is_busy && state.waiting.last() == Some(&number);
        while !state.made.contains_key(&key) && !is_turn(&state) {
            state = self.freed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.waiting.retain(|other| *other != number);
        if let Some(file) = state.made.get(&key).cloned() {
            drop(state);
            self.freed.notify_all();
            return Ok(file);
        }
        state.is_busy = true;
        drop(state);
        let _turn = Turn(self);
        let file = ServedFile::new(FileKind::Asset, Bytes::from(make()?));
        let mut state = self.state();
        if state.bytes + file.bytes.len() > KEPT {
            (state.made, state.bytes) = (HashMap::new(), 0);
        }
        state.bytes += file.bytes.len();
        state.made.insert(key, file.clone());
        Ok(file)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The turn of a request, which ends when it is dropped, also by a panic.
struct Turn<'v>(&'v Variants);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.state().is_busy = false;
        self.0.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn latest_request_comes_first_and_each_variant_is_made_once() {
        let all = Variants::default();
        let variants = &all;
        let made = Mutex::new(Vec::new());
        let key = |number: u8| Digest::of_bytes(&[number]);
        let waiting = |count: usize| {
            while variants.state().waiting.len() < count {
                std::thread::yield_now();
            }
        };
        std::thread::scope(|scope| {
            let (begun, is_begun) = channel();
            let (go_on, may_go_on) = channel::<()>();
            scope.spawn(move || {
                variants.get(key(0), || {
                    begun.send(()).unwrap();
                    may_go_on.recv().unwrap();
                    Ok::<_, ()>(vec![0])
                })
            });
            is_begun.recv().unwrap();
            for (index, number) in [1, 2, 0, 3].into_iter().enumerate() {
                let made = &made;
                scope.spawn(move || {
                    variants.get(key(number), || {
                        made.lock().unwrap().push(number);
                        Ok::<_, ()>(vec![number])
                    })
                });
                waiting(index + 1);
            }
            go_on.send(()).unwrap();
        });
        assert_eq!(*made.lock().unwrap(), [3, 2, 1]);
        assert_eq!(variants.get(key(2), || Err("made again")).unwrap().bytes, vec![2]);
    }

    #[test]
    fn error_ends_the_turn() {
        let variants = Variants::default();
        let key = Digest::of_bytes(b"a");
        assert_eq!(variants.get(key, || Err("damaged")).unwrap_err(), "damaged");
        assert!(variants.get(key, || Ok::<_, ()>(vec![1])).is_ok());
    }
}
