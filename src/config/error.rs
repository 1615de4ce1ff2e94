//! What is wrong with the configuration, and the way out.

/// A mistake in the configuration. The process ends with exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {message}")]
pub struct ConfigError {
    /// `rollcall.toml:3:1`, or the name of an environment variable.
    pub place: String,
    /// What is wrong: lowercase, literals in backticks. Never holds a secret.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
}

impl ConfigError {
    pub(super) fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            message: message.into(),
            hint: None,
        }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
