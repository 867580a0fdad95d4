//! How far a long command is, on a terminal.

use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;
use tokio::sync::watch;

/// How often a terminal is told.
const SHOWN_EVERY: Duration = Duration::from_millis(200);

/// A bar on standard error, where that is a terminal, until what tells of the progress is dropped.
pub(super) async fn show<P: Copy + Send + Sync>(
    mut progress: watch::Receiver<P>,
    template: &'static str,
    set: impl Fn(&ProgressBar, P),
) {
    let style = ProgressStyle::with_template(template);
    let bar = ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    while progress.changed().await.is_ok() {
        let at = *progress.borrow_and_update();
        set(&bar, at);
        tokio::time::sleep(SHOWN_EVERY).await;
    }
    bar.finish_and_clear();
}
