//! What can go wrong with GitHub, and whether to try again.

use crate::domain::retry::Retry;
use http::StatusCode;
use std::{fmt, time::Duration};

/// The least pause after a failure that says nothing about when to come back.
const SOON: Duration = Duration::from_secs(1);

/// A failure of a call to GitHub. None of its texts holds a token or a key.
#[derive(Debug, thiserror::Error)]
pub enum GithubError {
    /// The configured key is not a key.
    #[error("the App's private key is not an RSA key in PEM")]
    PrivateKey(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The configured address is not an address.
    #[error("`{0}` is not the http(s) address of a GitHub API")]
    Address(String),
    /// No HTTP client could be made.
    #[error("the HTTP client could not be made")]
    Client(#[source] reqwest::Error),
    /// The call could not be sent, or the connection broke before the answer; it may have been performed.
    #[error("`{call}` got no answer")]
    Unanswered {
        /// Method and path.
        call: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Nothing came back in time; the call may have been performed.
    #[error("`{call}` got no answer in {} s", .within.as_secs())]
    Late {
        /// Method and path.
        call: String,
        /// How long was waited.
        within: Duration,
    },
    /// GitHub answered that it will not.
    #[error(transparent)]
    Refused(Box<Refusal>),
    /// GitHub asks to be left alone for a while.
    #[error("GitHub limits the rate of calls: `{call}` must wait for {} s", .wait.as_secs())]
    Limited {
        /// Method and path.
        call: String,
        /// For how long.
        wait: Duration,
    },
    /// Nothing was begun: GitHub wants a rest, or too much was made in this installation just now.
    #[error("GitHub's pace is kept: nothing more for {:.1} s", .wait.as_secs_f32())]
    Paced {
        /// For how long.
        wait: Duration,
    },
    /// The answer points where the token must not go, or at another thing than was asked for.
    #[error("`{call}` was redirected to `{to}`, which is not followed")]
    Redirected {
        /// Method and path.
        call: String,
        /// The place.
        to: String,
    },
    /// The answer is not what GitHub documents.
    #[error("the answer to `{call}` cannot be read")]
    Unreadable {
        /// Method and path.
        call: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The effect is one of another channel.
    #[error("an effect of the channel `{0}` came to GitHub's deliverer")]
    OtherChannel(&'static str),
    /// The effect names no issue.
    #[error("the effect names no issue of `{0}`")]
    NoIssue(String),
}

/// An answer that is neither a success nor a matter of rate.
#[derive(Debug)]
pub struct Refusal {
    /// Method and path.
    pub call: String,
    /// Status of the answer.
    pub status: StatusCode,
    /// GitHub's sentence.
    pub message: String,
    /// The value of `X-Accepted-GitHub-Permissions`: what the App would need.
    pub accepted_permissions: Option<String>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "GitHub answered {} to `{}`: {}",
            self.status.as_u16(),
            self.call,
            self.message
        )?;
        match &self.accepted_permissions {
            Some(permissions) if self.lacks_permission() => {
                write!(
                    f,
                    "\nhint: grant the App `{permissions}` and have the installation's owner accept it"
                )
            }
            _ if self.doubts_the_time() => write!(f, "\nhint: set this machine's clock"),
            _ => Ok(()),
        }
    }
}

impl std::error::Error for Refusal {}

impl Refusal {
    fn lacks_permission(&self) -> bool {
        self.status == StatusCode::FORBIDDEN
            && self
                .message
                .contains("Resource not accessible by integration")
    }

    /// The App's signature holds times, and GitHub compares them with its own.
    fn doubts_the_time(&self) -> bool {
        self.status == StatusCode::UNAUTHORIZED
            && ["('exp')", "('iat')"]
                .iter()
                .any(|claim| self.message.contains(claim))
    }

    /// GitHub uses 403 for what may pass (a suspended installation, an abuse check) and for what stays as it is.
    fn retry(&self) -> Retry {
        const STAYS: [&str; 3] = [
            "Resource not accessible by integration",
            "archived",
            "is locked",
        ];
        match self.status.as_u16() {
            403 if STAYS.iter().any(|text| self.message.contains(text)) => Retry::Never,
            401 | 403 | 429 => Retry::After(Duration::from_mins(1)),
            408 | 409 | 423 | 425 | 500.. => Retry::After(SOON),
            // Deleted, out of sight, or not yet known to all of GitHub: that shows within minutes.
            404 => Retry::Briefly(SOON),
            _ => Retry::Never,
        }
    }
}

impl GithubError {
    /// Whether the same call may succeed later.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self {
            Self::Unanswered { .. } | Self::Late { .. } => Retry::After(SOON),
            Self::Refused(refusal) => refusal.retry(),
            Self::Limited { wait, .. } | Self::Paced { wait } => Retry::After(*wait),
            // An outage page in the place of JSON, most likely.
            Self::Unreadable { .. } => Retry::After(Duration::from_mins(1)),
            Self::PrivateKey(_)
            | Self::Address(_)
            | Self::Client(_)
            | Self::Redirected { .. }
            | Self::OtherChannel(_)
            | Self::NoIssue(_) => Retry::Never,
        }
    }

    /// How long it is too early, when that is why nothing was begun.
    #[must_use]
    pub fn paced(&self) -> Option<Duration> {
        match self {
            Self::Paced { wait } => Some(*wait),
            _ => None,
        }
    }

    /// Status of the answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Refused(refusal) => Some(refusal.status),
            _ => None,
        }
    }

    /// Whether the thing is not there: 404 (also what GitHub says of what may not be seen) or 410.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        matches!(
            self.status(),
            Some(StatusCode::NOT_FOUND | StatusCode::GONE)
        )
    }
}
