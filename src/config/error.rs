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
    /// What else is wrong: mistakes that do not follow from this one. They hold no more themselves.
    pub more: Vec<ConfigError>,
}

impl ConfigError {
    pub(super) fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            message: message.into(),
            hint: None,
            more: Vec::new(),
        }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Mistakes of values that are checked side by side, so that the operator learns of all at once.
#[derive(Default)]
pub(super) struct Mistakes(Vec<ConfigError>);

impl Mistakes {
    /// The value; a mistake is kept.
    pub(super) fn take<T>(&mut self, read: Result<T, ConfigError>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(mut error) => {
                let more = std::mem::take(&mut error.more);
                self.0.push(error);
                self.0.extend(more);
                None
            }
        }
    }

    /// The value that was made of those taken; without it, the first mistake with the others.
    pub(super) fn or<T>(self, made: Option<T>) -> Result<T, ConfigError> {
        let mut mistakes = self.0.into_iter();
        match (mistakes.next(), made) {
            (None, Some(made)) => Ok(made),
            (first, _) => {
                let mut first =
                    first.unwrap_or_else(|| ConfigError::new("configuration", "is incomplete"));
                first.more.extend(mistakes);
                Err(first)
            }
        }
    }
}
