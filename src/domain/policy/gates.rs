//! How long a gate may wait, and what happens then; and the break-glass.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::Rule;

/// What a rollout can wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GateName {
    /// The required items of Planning.
    Planning,
    /// The required items of Testing.
    Testing,
    /// The required items of Pre-Deployment, but for those of the next two.
    Preparation,
    /// The quorum (Final Review Meeting).
    Review,
    /// The announcement to stakeholders, which must be made before the notice begins.
    Announcement,
    /// `/start-deploy`, once the window is open.
    Start,
    /// The items of Deployment.
    Deployment,
    /// The items of Post-Deployment.
    Verification,
    /// `/resume`, or the end of what holds the rollout.
    Hold,
    /// The second person of a break-glass.
    BreakGlass,
}

impl GateName {
    /// The gates that `gates:` of a policy file can speak of. The break-glass has a key of its own.
    pub const IN_FILE: [Self; 9] = [
        Self::Planning,
        Self::Testing,
        Self::Preparation,
        Self::Review,
        Self::Announcement,
        Self::Start,
        Self::Deployment,
        Self::Verification,
        Self::Hold,
    ];

    /// The word in the policy file: `break-glass`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Planning => "planning",
            Self::Testing => "testing",
            Self::Preparation => "preparation",
            Self::Review => "review",
            Self::Announcement => "announcement",
            Self::Start => "start",
            Self::Deployment => "deployment",
            Self::Verification => "verification",
            Self::Hold => "hold",
            Self::BreakGlass => "break-glass",
        }
    }
}

/// What becomes of a rollout whose gate was not opened in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Then {
    /// It is put on hold.
    Hold,
    /// It is cancelled.
    Cancel,
}

/// The times of one gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// From the beginning of the wait to the deadline, at which the wait is escalated.
    pub within: SignedDuration,
    /// Between two reminders before the deadline; zero for none.
    pub remind: SignedDuration,
    /// From the deadline to the end of the wait.
    pub grace: SignedDuration,
    /// The end of the wait.
    pub then: Then,
    /// Who is mentioned at the deadline: `@login` or `@org/team`.
    pub escalate: Vec<String>,
}

/// What a policy file says of the gates; what is none stays as it was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gates {
    /// Who is mentioned at a deadline, where the gate itself does not say so.
    pub escalate: Option<Vec<String>>,
    /// By gate.
    pub said: BTreeMap<GateName, GateSaid>,
}

/// What a policy file says of one gate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GateSaid {
    /// See [`Deadline::within`].
    pub within: Option<SignedDuration>,
    /// See [`Deadline::remind`].
    pub remind: Option<SignedDuration>,
    /// See [`Deadline::grace`].
    pub grace: Option<SignedDuration>,
    /// See [`Deadline::then`].
    pub then: Option<Then>,
    /// See [`Deadline::escalate`].
    pub escalate: Option<Vec<String>>,
}

impl Gates {
    /// The times of a gate: as said, else the default.
    #[must_use]
    pub fn of(&self, name: GateName) -> Deadline {
        let default = default_of(name);
        let said = self.said.get(&name).cloned().unwrap_or_default();
        Deadline {
            within: said.within.unwrap_or(default.within),
            remind: said.remind.unwrap_or(default.remind),
            grace: said.grace.unwrap_or(default.grace),
            then: said.then.unwrap_or(default.then),
            escalate: said
                .escalate
                .or_else(|| self.escalate.clone())
                .unwrap_or_default(),
        }
    }

    /// Lays what is said over what held.
    pub fn lay(&mut self, said: Self) {
        self.escalate = said.escalate.or(self.escalate.take());
        for (name, said) in said.said {
            let held = self.said.entry(name).or_default();
            held.within = said.within.or(held.within);
            held.remind = said.remind.or(held.remind);
            held.grace = said.grace.or(held.grace);
            held.then = said.then.or(held.then);
            held.escalate = said.escalate.or(held.escalate.take());
        }
    }
}

fn default_of(name: GateName) -> Deadline {
    use GateName as G;
    let hours = SignedDuration::from_hours;
    let (within, remind, grace) = match name {
        G::Planning | G::Testing => (hours(14 * 24), hours(3 * 24), hours(7 * 24)),
        G::Preparation | G::Verification => (hours(7 * 24), hours(2 * 24), hours(7 * 24)),
        G::Review => (hours(3 * 24), hours(24), hours(4 * 24)),
        // The deadline follows from the window: its start less the notice. When that is over already, this one counts.
        G::Announcement => (hours(24), hours(12), hours(12)),
        G::Start => (
            SignedDuration::from_mins(30),
            SignedDuration::from_mins(10),
            hours(1),
        ),
        G::Deployment => (hours(4), hours(1), hours(2)),
        G::Hold => (hours(7 * 24), hours(2 * 24), hours(21 * 24)),
        G::BreakGlass => (
            hours(1),
            SignedDuration::from_mins(20),
            SignedDuration::ZERO,
        ),
    };
    Deadline {
        within,
        remind,
        grace,
        then: if name == G::Hold {
            Then::Cancel
        } else {
            Then::Hold
        },
        escalate: Vec::new(),
    }
}

/// When a deployment may start on a break-glass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opens {
    /// When a second person has confirmed it.
    Confirmed,
    /// At once; without a confirmation in time it is put on hold.
    AtOnce,
}

/// Who may skip the gates in an emergency, and who must agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakGlass {
    /// Who may say `/expedite`.
    pub who: Rule,
    /// Who may confirm it; never the same person.
    pub confirm: Rule,
    /// Within which time it must be confirmed.
    pub within: SignedDuration,
    /// How long the gates stay open once it is confirmed.
    pub lasts: SignedDuration,
    /// When the deployment may start on it.
    pub opens: Opens,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_gate_has_a_deadline_and_an_end() {
        for name in GateName::IN_FILE {
            let deadline = Gates::default().of(name);
            assert!(
                deadline.within + deadline.grace > SignedDuration::ZERO,
                "{name:?}"
            );
            assert!(deadline.remind > SignedDuration::ZERO, "{name:?}");
            assert_eq!(
                serde_json::to_value(name).expect("a plain enum"),
                name.word()
            );
        }
    }

    #[test]
    fn what_is_said_for_a_template_leaves_the_rest_of_a_gate_as_it_was() {
        let day = SignedDuration::from_hours(24);
        let mut gates = Gates::default();
        let said = |within, remind| GateSaid {
            within,
            remind,
            ..GateSaid::default()
        };
        gates.lay(Gates {
            escalate: Some(vec!["@linus".into()]),
            said: [(GateName::Review, said(Some(day * 9), None))].into(),
        });
        gates.lay(Gates {
            escalate: None,
            said: [(GateName::Review, said(None, Some(day * 2)))].into(),
        });
        let review = gates.of(GateName::Review);
        assert_eq!((review.within, review.remind), (day * 9, day * 2));
        assert_eq!(review.escalate, ["@linus"]);
    }
}
