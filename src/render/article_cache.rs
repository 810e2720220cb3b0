//! [`ArticleCache`]: a value for each article, computed when it is first used. Memory is allocated in chunks, because a
//! renderer of one page of a large site uses only a few.

use std::sync::OnceLock;

use rayon::prelude::*;

/// The number of cells in a chunk.
const CHUNK: usize = 256;

/// Cells by the article's index, in chunks.
pub(super) struct ArticleCache<T>(Vec<OnceLock<Box<[OnceLock<T>]>>>);

impl<T: Send + Sync> ArticleCache<T> {
    /// Returns a cache of empty cells for `count` articles.
    pub(super) fn new(count: usize) -> ArticleCache<T> {
        ArticleCache((0..count.div_ceil(CHUNK)).map(|_| OnceLock::new()).collect())
    }

    /// Returns the cell of an article.
    pub(super) fn get(&self, index: usize) -> &OnceLock<T> {
        let chunk = self.0[index / CHUNK].get_or_init(|| (0..CHUNK).map(|_| OnceLock::new()).collect());
        &chunk[index % CHUNK]
    }

    /// Empties the cells of the articles before index `before`, in whole chunks only.
    pub(super) fn forget(&mut self, before: usize) {
        let chunks = (before / CHUNK).min(self.0.len());
        self.0[..chunks].par_iter_mut().for_each(|chunk| drop(chunk.take()));
    }
}

/// Returns the value of a cell, computed first if the cell is empty. Two threads may compute it at once; both get the
/// same value.
///
/// # Errors
/// The error of `make`; the cell stays empty.
pub(super) fn init_once<T, E>(cell: &OnceLock<T>, make: impl FnOnce() -> Result<T, E>) -> Result<&T, E> {
    match cell.get() {
        Some(value) => Ok(value),
        None => {
            let value = make()?;
            Ok(cell.get_or_init(|| value))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ArticleCache, CHUNK};

    #[test]
    fn cells_are_filled_once_and_emptied_from_the_beginning() {
        let mut cells = ArticleCache::new(2 * CHUNK + 1);
        for index in [0, CHUNK - 1, CHUNK, 2 * CHUNK] {
            assert_eq!((*cells.get(index).get_or_init(|| index), *cells.get(index).get_or_init(|| 7)), (index, index));
        }
        cells.forget(2 * CHUNK - 1);
        let left: Vec<Option<&usize>> = [0, CHUNK - 1, CHUNK, 2 * CHUNK].map(|index| cells.get(index).get()).into();
        assert_eq!(left, [None, None, Some(&CHUNK), Some(&(2 * CHUNK))]);
        cells.forget(usize::MAX);
        assert!([0, CHUNK, 2 * CHUNK].iter().all(|&index| cells.get(index).get().is_none()));
    }
}
