//! Whether what failed outside is worth another try.

use std::time::Duration;

/// The one thing that the deliverer asks of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// Try again, not sooner than this.
    After(Duration),
    /// Try again, not sooner than this, but for minutes only: it may have been a moment's mistake, or it stays as it is.
    Briefly(Duration),
    /// It will fail in the same way.
    Never,
}
