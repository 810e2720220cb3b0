//! Work on several threads that wait for the network most of their time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::Result;

/// Does `work` on each item, on up to `threads` threads, and returns the results in the order of the items.
///
/// # Errors
/// The first error; what has not begun by then is left out.
pub(super) fn in_parallel<T: Sync, R: Send>(
    items: &[T],
    threads: usize,
    work: impl Fn(&T) -> Result<R> + Sync,
) -> Result<Vec<R>> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { return Ok(done) };
            match work(item) {
                Ok(result) => done.push((index, result)),
                Err(error) => {
                    next.store(items.len(), Ordering::Relaxed);
                    return Err((index, error));
                }
            }
        }
    };
    let joined: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads.clamp(1, items.len().max(1))).map(|_| scope.spawn(worker)).collect();
        threads.into_iter().map(|thread| thread.join().expect("work returns its errors")).collect()
    });
    let mut all = Vec::with_capacity(items.len());
    let mut errors = Vec::new();
    for done in joined {
        match done {
            Ok(mut results) => all.append(&mut results),
            Err(error) => errors.push(error),
        }
    }
    if let Some((_, error)) = errors.into_iter().min_by_key(|(index, _)| *index) {
        return Err(error);
    }
    all.sort_unstable_by_key(|(index, _)| *index);
    Ok(all.into_iter().map(|(_, result)| result).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_in_order_and_the_first_error_is_returned() {
        let items: Vec<usize> = (0..100).collect();
        assert_eq!(in_parallel(&items, 7, |item| Ok(item * 2)).unwrap(), (0..200).step_by(2).collect::<Vec<_>>());
        assert!(in_parallel(&[] as &[usize], 7, |_| Ok(())).unwrap().is_empty());
        let fails = |item: &usize| if *item >= 40 { Err(crate::deploy::error(item.to_string())) } else { Ok(()) };
        assert_eq!(in_parallel(&items, 3, fails).unwrap_err().message, "40");
    }
}
