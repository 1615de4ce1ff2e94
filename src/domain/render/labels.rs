//! Rollcall's own labels: one for the phase or the end, one while nothing advances.

use crate::domain::{
    effect::Label,
    rollout::{End, Rollout, Stage},
};

/// The label that marks a rollout's issue, and a form that wants to become one.
pub const FORM_LABEL: &str = "rollout";

/// Names that begin with this are Rollcall's; all other labels belong to people.
pub const PREFIX: &str = "rollout: ";

/// Whether a label is one of Rollcall's.
#[must_use]
pub fn is_own(name: &str) -> bool {
    name.get(..PREFIX.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(PREFIX))
}

fn label(name: &str, color: &str, description: &str) -> Label {
    Label {
        name: name.to_owned(),
        color: color.to_owned(),
        description: description.to_owned(),
    }
}

/// The label that marks every rollout's issue.
#[must_use]
pub fn rollout() -> Label {
    label(FORM_LABEL, "5319e7", "A rollout run by Rollcall")
}

/// The labels that a new issue is opened with.
#[must_use]
pub fn opening(of: &Rollout) -> Vec<Label> {
    std::iter::once(rollout()).chain(labels(of)).collect()
}

/// The labels that the rollout's issue ought to have now.
#[must_use]
pub fn labels(of: &Rollout) -> Vec<Label> {
    let mut labels = vec![match &of.stage {
        Stage::Finished(finish) => match finish.end {
            End::Completed => label("rollout: completed", "0e8a16", "The rollout went through"),
            End::RolledBack => label(
                "rollout: rolled back",
                "b60205",
                "The update was taken back",
            ),
            End::Cancelled => label(
                "rollout: cancelled",
                "6e7781",
                "The rollout will not take place",
            ),
        },
        _ => phase_label(of),
    }];
    if !of.holds.is_empty() && !of.is_finished() {
        labels.push(label(
            "rollout: on hold",
            "d93f0b",
            "Nothing advances until it is resumed",
        ));
    }
    labels
}

fn phase_label(of: &Rollout) -> Label {
    let phase = super::status::shown_phase(of);
    label(phase.label(), "1d76db", &format!("In the {phase} phase"))
}
