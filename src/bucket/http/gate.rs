//! Lets uploads in until the bucket is to stop, and knows when the last of them has left.

use std::sync::Arc;

use tokio::{
    sync::watch,
    time::{Duration, Instant, timeout_at},
};

/// How long uploads that are under way may take once no more are let in.
const PATIENCE: Duration = Duration::from_secs(8);

/// Counts the uploads that are under way. Once it is closed, no more of them begin.
pub(crate) struct Gate(watch::Sender<State>);

/// An upload under way. Dropping it is its end.
pub(crate) struct Inside(Arc<Gate>);

#[derive(Clone, Copy, Default)]
struct State {
    closed_at: Option<Instant>,
    inside: usize,
    last_left: Option<Instant>,
}

impl Gate {
    /// An open gate that nobody has passed.
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(watch::Sender::default()))
    }

    /// Lets an upload in; `None` once the gate is closed.
    pub(crate) fn enter(self: &Arc<Self>) -> Option<Inside> {
        let let_in = self.0.send_if_modified(|state| {
            state.inside += usize::from(state.closed_at.is_none());
            state.closed_at.is_none()
        });
        let_in.then(|| Inside(Arc::clone(self)))
    }

    /// Lets nobody in any more and waits until all have left, for eight seconds from the first call at most. Says until
    /// when that is.
    pub(crate) async fn close(&self) -> Instant {
        self.0.send_modify(|state| state.closed_at = state.closed_at.or_else(|| Some(Instant::now())));
        let mut watched = self.0.subscribe();
        let deadline = watched.borrow().closed_at.unwrap_or_else(Instant::now) + PATIENCE;
        // The sender is ours, so that only time can end this.
        let _ = timeout_at(deadline, watched.wait_for(|state| state.inside == 0)).await;
        deadline
    }

    /// Lets uploads in again.
    pub(crate) fn open(&self) {
        self.0.send_modify(|state| state.closed_at = None);
    }

    /// When the last upload that came to an end did.
    pub(crate) fn last_left(&self) -> Option<Instant> {
        self.0.borrow().last_left
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        self.0.0.send_modify(|state| {
            state.inside -= 1;
            state.last_left = Some(Instant::now());
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::join;

    #[tokio::test]
    async fn a_closed_gate_lets_nobody_in_and_waits_for_who_is_inside() {
        let gate = Gate::new();
        let (one, two) = (gate.enter().expect("is open"), gate.enter().expect("is open"));
        drop(one);
        let begun = Instant::now();
        let leave = async {
            while gate.enter().is_some() {
                tokio::task::yield_now().await;
            }
            drop(two);
        };
        let (deadline, ()) = join!(gate.close(), leave);
        assert!(gate.last_left().is_some_and(|left| (begun..deadline).contains(&left)));
        assert_eq!(gate.close().await, deadline, "counted from the first call");
        assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
        assert!(gate.enter().is_none());
        gate.open();
        assert!(gate.enter().is_some());
    }
}
