//! A small memory of what GitHub answered a moment ago.
//!
//! It is bounded in time and in size, and holds answers only, never errors: losing it costs a call and changes nothing.

use std::{collections::HashMap, hash::Hash, sync::Mutex, time::Duration};
use tokio::time::Instant;

/// Answers by key, each kept for `life`.
#[derive(Debug)]
pub(super) struct Cache<K, V> {
    life: Duration,
    size: usize,
    kept: Mutex<HashMap<K, (Instant, V)>>,
}

impl<K: Eq + Hash, V: Clone> Cache<K, V> {
    pub(super) fn new(life: Duration, size: usize) -> Self {
        Self {
            life,
            size,
            kept: Mutex::new(HashMap::new()),
        }
    }

    pub(super) fn find(&self, key: &K, now: Instant) -> Option<V> {
        let kept = self.kept();
        let (at, value) = kept.get(key)?;
        (now.saturating_duration_since(*at) < self.life).then(|| value.clone())
    }

    pub(super) fn keep(&self, key: K, value: V, now: Instant) {
        let mut kept = self.kept();
        if kept.len() >= self.size {
            kept.retain(|_, (at, _)| now.saturating_duration_since(*at) < self.life);
        }
        if kept.len() >= self.size {
            kept.clear();
        }
        kept.insert(key, (now, value));
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, HashMap<K, (Instant, V)>> {
        self.kept
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_forgotten_when_its_time_is_over() {
        let (cache, start) = (Cache::new(Duration::from_mins(1), 10), Instant::now());
        cache.keep("alice", 1, start);
        assert_eq!(
            cache.find(&"alice", start + Duration::from_secs(59)),
            Some(1)
        );
        assert_eq!(cache.find(&"alice", start + Duration::from_mins(1)), None);
    }

    #[test]
    fn it_never_holds_more_than_its_size() {
        let (cache, start) = (Cache::new(Duration::from_mins(1), 10), Instant::now());
        for n in 0..1_000 {
            cache.keep(n, n, start);
            assert!(cache.kept().len() <= 10);
        }
        assert_eq!(cache.find(&999, start), Some(999));
    }
}
