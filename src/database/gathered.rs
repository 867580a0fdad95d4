//! What is gathered while somebody is busy with what was there before: who brings the first begins to take, and takes until nothing is left.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

pub(super) struct Gathered<T>(Arc<Mutex<Queue<T>>>);

struct Queue<T> {
    waiting: Vec<T>,
    is_taken: bool,
}

/// Whoever takes. When it goes before it was told that nothing is left, all that waits goes as well, so that nobody waits for ever.
pub(super) struct Taker<T> {
    gathered: Gathered<T>,
    has_ended: bool,
}

impl<T> Gathered<T> {
    /// Adds one; `Some`: nobody takes, so the caller does.
    pub(super) fn add(&self, one: T) -> Option<Taker<T>> {
        let mut queue = self.lock();
        queue.waiting.push(one);
        let is_first = !queue.is_taken;
        queue.is_taken = true;
        is_first.then(|| Taker { gathered: self.clone(), has_ended: false })
    }

    fn lock(&self) -> MutexGuard<'_, Queue<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Taker<T> {
    /// At most so many, in the order in which they came. `None`: nothing is left, and the next one brings another taker.
    pub(super) fn take(&mut self, most: usize) -> Option<Vec<T>> {
        let mut queue = self.gathered.lock();
        let count = queue.waiting.len().min(most);
        queue.is_taken = count > 0;
        self.has_ended = count == 0;
        (count > 0).then(|| queue.waiting.drain(..count).collect())
    }
}

impl<T> Drop for Taker<T> {
    fn drop(&mut self) {
        if !self.has_ended {
            *self.gathered.lock() = Queue::default();
        }
    }
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { waiting: Vec::new(), is_taken: false }
    }
}

impl<T> Default for Gathered<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T> Clone for Gathered<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> fmt::Debug for Gathered<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Gathered").finish_non_exhaustive()
    }
}
