//! The five phases that a rollout passes through while it is open.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A phase of the checklist. The order of the variants is the order of the procedure.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// What is updated, why and when.
    Planning,
    /// The update in a place that mirrors production.
    Testing,
    /// Review, backup, way back, announcement.
    PreDeployment,
    /// The update of production itself.
    Deployment,
    /// Watching, measuring, learning.
    PostDeployment,
}

impl Phase {
    /// All phases, in order.
    pub const ALL: [Self; 5] = [
        Self::Planning,
        Self::Testing,
        Self::PreDeployment,
        Self::Deployment,
        Self::PostDeployment,
    ];

    /// The words people read, as in the headings of the checklist: `Pre-Deployment`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Planning => "Planning",
            Self::Testing => "Testing",
            Self::PreDeployment => "Pre-Deployment",
            Self::Deployment => "Deployment",
            Self::PostDeployment => "Post-Deployment",
        }
    }

    /// The GitHub label of an issue in this phase: `rollout: pre-deployment`.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Planning => "rollout: planning",
            Self::Testing => "rollout: testing",
            Self::PreDeployment => "rollout: pre-deployment",
            Self::Deployment => "rollout: deployment",
            Self::PostDeployment => "rollout: post-deployment",
        }
    }

    /// The phase whose label this is, if any. GitHub compares labels without case, so does this.
    #[must_use]
    pub fn from_label(label: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|phase| phase.label().eq_ignore_ascii_case(label))
    }

    /// The phase that a heading names, without its `Phase N:`. Case, spaces and hyphens do not matter.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        fn letters(text: &str) -> impl Iterator<Item = char> {
            let letters = text.chars().filter(|c| c.is_alphanumeric());
            letters.flat_map(char::to_lowercase)
        }
        let names = |phase: &Self| {
            name.eq_ignore_ascii_case(phase.name()) || letters(phase.name()).eq(letters(name))
        };
        Self::ALL.into_iter().find(names)
    }

    /// 1 for Planning to 5 for Post-Deployment: the first number of an item (`3.2`).
    #[must_use]
    pub fn number(self) -> usize {
        self as usize + 1
    }

    /// The phase after this one; `None` after Post-Deployment.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        Self::ALL.get(self.number()).copied()
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_names_a_phase_however_it_is_written() {
        for heading in [
            "Pre-Deployment",
            "pre deployment",
            "PREDEPLOYMENT",
            "Pre\u{2011}Deployment",
        ] {
            assert_eq!(
                Phase::from_name(heading),
                Some(Phase::PreDeployment),
                "{heading}"
            );
        }
        assert_eq!(Phase::from_name("Deployments"), None);
    }

    #[test]
    fn every_phase_is_found_again_by_its_label_and_its_words() {
        for (index, phase) in Phase::ALL.into_iter().enumerate() {
            assert_eq!(
                Phase::from_label(&phase.label().to_uppercase()),
                Some(phase)
            );
            assert_eq!(Phase::from_name(&phase.to_string()), Some(phase));
            assert_eq!(phase.number(), index + 1);
            assert_eq!(phase.next(), Phase::ALL.get(index + 1).copied());
        }
    }

    #[test]
    fn a_phase_is_stored_as_the_end_of_its_label() {
        for phase in Phase::ALL {
            let stored = serde_json::to_string(&phase).expect("a plain enum");
            assert_eq!(
                format!("rollout: {}", stored.trim_matches('"')),
                phase.label()
            );
        }
    }
}
