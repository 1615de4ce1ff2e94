//! Values that may be replaced while they are in use: secrets are rotated without a restart.

use secrecy::SecretString;
use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

/// The value in force. Clones share it; whoever needs it reads it at the moment of use and keeps what was read for that one use.
pub struct Current<T>(Arc<RwLock<Arc<T>>>);

/// Secrets of which any one is good: while one is being replaced, the new and the old.
pub type Secrets = Current<Vec<SecretString>>;

impl<T> Current<T> {
    /// A value to begin with.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(value))))
    }

    /// The value in force now.
    #[must_use]
    pub fn read(&self) -> Arc<T> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another value in force. What was read before stays as it was.
    pub fn replace(&self, value: T) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(value);
    }
}

impl<T> Clone for Current<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> fmt::Debug for Current<T> {
    /// Says nothing of the value, which may hold a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Current").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replaced_value_is_in_force_for_every_clone_and_not_for_what_was_read() {
        let current = Current::new("old");
        let (clone, read) = (current.clone(), current.read());
        current.replace("new");
        assert_eq!((*read, *clone.read()), ("old", "new"));
        assert_eq!(format!("{current:?}"), "Current { .. }");
    }
}
