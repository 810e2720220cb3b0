//! A place for a value of each article, which is made when somebody asks for it. Room is made in pieces: a session for
//! one page of a large paper asks for a few.

use std::sync::OnceLock;

use rayon::prelude::*;

/// Places in a piece.
const PIECE: usize = 256;

/// The places, by the article's index.
pub(super) struct ArticleCache<T>(Vec<OnceLock<Box<[OnceLock<T>]>>>);

impl<T: Send + Sync> ArticleCache<T> {
    /// Empty places for so many articles.
    pub(super) fn new(count: usize) -> ArticleCache<T> {
        ArticleCache((0..count.div_ceil(PIECE)).map(|_| OnceLock::new()).collect())
    }

    /// An article's place.
    pub(super) fn get(&self, index: usize) -> &OnceLock<T> {
        let piece = self.0[index / PIECE].get_or_init(|| (0..PIECE).map(|_| OnceLock::new()).collect());
        &piece[index % PIECE]
    }

    /// Empties the places before this one, as far as whole pieces go.
    pub(super) fn forget(&mut self, before: usize) {
        let pieces = (before / PIECE).min(self.0.len());
        self.0[..pieces].par_iter_mut().for_each(|piece| drop(piece.take()));
    }
}

/// What is in a place, made first if it is empty. Two threads may make it at once; both get the same.
///
/// # Errors
/// Those of the making; the place stays empty.
pub(super) fn init_once<T, E>(place: &OnceLock<T>, make: impl FnOnce() -> Result<T, E>) -> Result<&T, E> {
    match place.get() {
        Some(value) => Ok(value),
        None => {
            let value = make()?;
            Ok(place.get_or_init(|| value))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ArticleCache, PIECE};

    #[test]
    fn places_are_filled_once_and_emptied_from_the_front() {
        let mut cells = ArticleCache::new(2 * PIECE + 1);
        for index in [0, PIECE - 1, PIECE, 2 * PIECE] {
            assert_eq!((*cells.get(index).get_or_init(|| index), *cells.get(index).get_or_init(|| 7)), (index, index));
        }
        cells.forget(2 * PIECE - 1);
        let left: Vec<Option<&usize>> = [0, PIECE - 1, PIECE, 2 * PIECE].map(|index| cells.get(index).get()).into();
        assert_eq!(left, [None, None, Some(&PIECE), Some(&(2 * PIECE))]);
        cells.forget(usize::MAX);
        assert!([0, PIECE, 2 * PIECE].iter().all(|&index| cells.get(index).get().is_none()));
    }
}
