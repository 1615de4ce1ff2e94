//! A scene in which time passes, and what Rollcall asked to be woken for happens.

use super::scene::Scene;
use jiff::Timestamp;
use rollcall::domain::{effect::Action, event::Event, ledger::Fact};

impl Scene {
    /// Time passes until then; every wake-up on the way is brought at its time, once.
    pub(super) fn passes(&mut self, until: &str) {
        let until: Timestamp = until.parse().expect("a time");
        let mut steps = 0;
        while let Some(event) = self.next_wake_up(until) {
            self.woken.insert(event.key.clone());
            self.now = self.now.max(event.at);
            self.bring(&event);
            self.settle();
            steps += 1;
            assert!(steps < 500, "Rollcall is woken again and again");
        }
        self.now = until;
    }

    /// The earliest wake-up until then that was not brought yet.
    pub(super) fn next_wake_up(&self, until: Timestamp) -> Option<Event> {
        let asked = self
            .effects
            .iter()
            .filter_map(|effect| match &effect.action {
                Action::WakeUp { event } => Some(event.as_ref()),
                _ => None,
            });
        let waiting = asked.filter(|event| event.at <= until && !self.woken.contains(&event.key));
        waiting.min_by_key(|event| event.at).cloned()
    }

    /// What the clock said at this gate so far, each with the end of its key.
    pub(super) fn said_at(&self, gate: &str) -> Vec<(String, String)> {
        let mark = format!(":{gate}:");
        let said = self
            .effects
            .iter()
            .filter_map(|effect| match &effect.action {
                Action::PutComment { body, .. } if effect.key.starts_with("gate:") => {
                    let (_, time) = effect.key.split_once(&mark)?;
                    let (_, what) = time.split_once(':')?;
                    Some((what.to_owned(), body.clone()))
                }
                _ => None,
            });
        said.collect()
    }

    /// The ends of those keys only.
    pub(super) fn steps_at(&self, gate: &str) -> Vec<String> {
        self.said_at(gate)
            .into_iter()
            .map(|(what, _)| what)
            .collect()
    }

    /// Codes of the commands that were refused, in order.
    pub(super) fn refusals(&self) -> Vec<String> {
        let refused = self
            .ledger
            .iter()
            .filter_map(|(entry, _)| match &entry.fact {
                Fact::CommandRefused { code, .. } => Some(code.clone()),
                _ => None,
            });
        refused.collect()
    }

    /// The kinds of the facts on record, in order.
    pub(super) fn facts_on_record(&self) -> Vec<String> {
        let name = |json: String| {
            let entry: serde_json::Value = serde_json::from_str(&json).expect("JSON");
            entry["fact"].as_str().expect("a fact").to_owned()
        };
        self.ledger
            .iter()
            .map(|(entry, _)| name(entry.to_json()))
            .collect()
    }
}
