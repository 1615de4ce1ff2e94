//! The approvals in the status comment: what is signed, by whom, and who is missing.

use super::{
    status::{View, zone},
    time::render_time,
    voided,
    why::{discount, part_words},
};
use crate::domain::{
    approval::{Part, Quorum},
    inert::inert_line,
    rollout::Stage,
};

pub(super) fn approvals(view: &View<'_>) -> String {
    let quorum = view.quorum;
    if view.rollout.is_finished() && quorum.valid.is_empty() {
        return String::new();
    }
    let mut lines = vec![format!(
        "**Approvals** of `{}`: {} of {}",
        view.digest.short(),
        quorum.filled,
        quorum.needed
    )];
    if let [_, _, ..] = quorum.parts.as_slice() {
        lines.extend(quorum.parts.iter().map(|part| quorum_part(quorum, part)));
    }
    lines.extend(quorum.valid.iter().map(|vote| {
        format!(
            "- ✅ `{}`, {}",
            vote.person.login,
            render_time(vote.at, zone(view.rollout))
        )
    }));
    lines.extend(quorum.rejected_by.iter().map(|vote| {
        format!(
            "- ❌ `{}`: {}",
            vote.person.login,
            inert_line(vote.note.as_deref().unwrap_or_default())
        )
    }));
    lines.extend(quorum.discounted.iter().map(|(vote, why)| {
        format!(
            "- ▫️ `{}` does not count: {}",
            vote.person.login,
            discount(why, zone(view.rollout))
        )
    }));
    lines.extend(voided::status(view.rollout, zone(view.rollout)));
    if !quorum.reached && view.rollout.stage == Stage::Preparing {
        lines.push(format!(
            "- missing: {} more from {}",
            quorum.needed.saturating_sub(quorum.filled),
            view.quorum.who_is_missing()
        ));
    }
    lines.join("\n")
}

/// One part of a quorum: who stands for it, and how many are still missing.
fn quorum_part(quorum: &Quorum, part: &Part) -> String {
    let sign = if part.missing() == 0 { "✅" } else { "⏳" };
    format!("- {sign} {}", part_words(quorum, part))
}
