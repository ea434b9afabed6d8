//! A bar for what takes longer than half a second, on a terminal only.

use std::io::{self, IsTerminal as _};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::scan::Progress;

/// How long nothing is shown.
const QUIET: Duration = Duration::from_millis(500);
/// How often the bar is drawn anew.
const TICK: Duration = Duration::from_millis(100);

/// Runs `work`, with a bar beside it when it takes long.
pub(super) fn with_bar<T>(work: impl FnOnce(&Progress) -> T) -> T {
    let progress = Progress::default();
    if !io::stderr().is_terminal() {
        return work(&progress);
    }
    let (finished, over) = channel::<()>();
    std::thread::scope(|scope| {
        let progress = &progress;
        scope.spawn(move || {
            if over.recv_timeout(QUIET) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            let style =
                ProgressStyle::with_template("{bar:30} {pos}/{len} looked at, {elapsed}").unwrap_or_else(|_| ProgressStyle::default_bar());
            let bar = ProgressBar::new(0).with_style(style);
            while over.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                bar.set_length(progress.listed.load(Ordering::Relaxed));
                bar.set_position(progress.done.load(Ordering::Relaxed));
            }
            bar.finish_and_clear();
        });
        let result = work(progress);
        drop(finished);
        result
    })
}
