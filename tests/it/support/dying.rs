//! Work that dies: dropped after a number of polls, as at an `.await` that it never comes back from.

use futures::future::{Either, select};
use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

/// What it ends with, unless it was dropped before, after so many polls.
pub async fn for_polls<T>(polls: usize, work: impl Future<Output = T>) -> Option<T> {
    let mut seen = 0;
    let death = poll_fn(|_| {
        seen += 1;
        if seen > polls { Poll::Ready(()) } else { Poll::Pending }
    });
    match select(pin!(work), pin!(death)).await {
        Either::Left((ended, _)) => Some(ended),
        Either::Right(_) => None,
    }
}
