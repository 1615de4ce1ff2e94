//! Approvals that no longer count, in words: why, and who has to sign again.

use super::time::render_time;
use crate::domain::{
    approval::{FieldChange, SignedField, Word},
    inert::{inert_line, inert_says},
    reply::Reply,
    rollout::Rollout,
};
use std::collections::BTreeSet;

/// What is signed, in the order in which it is shown.
const FIELDS: [SignedField; 5] = [
    SignedField::Components,
    SignedField::Window,
    SignedField::Downtime,
    SignedField::RollbackPlan,
    SignedField::Template,
];

/// What was approved has changed: each field, before and after, and who is asked again.
pub(super) fn changed(
    changes: &[FieldChange],
    signs: Option<&(BTreeSet<SignedField>, BTreeSet<SignedField>)>,
    voters: &[String],
) -> String {
    let mut lines: Vec<String> = changes
        .iter()
        .map(|change| {
            format!(
                "- {}: {} → {}",
                word(change.field),
                shown(&change.old),
                shown(&change.new)
            )
        })
        .collect();
    if let Some((old, new)) = signs {
        lines.push(format!(
            "- what an approval signs, by the policy: {} → {}",
            signed(old),
            signed(new)
        ));
    }
    let voters: Vec<String> = voters.iter().map(|login| format!("@{login}")).collect();
    let next = if voters.is_empty() {
        "Whoever changed it does not sign it; somebody else has to say `/approve-deploy`."
            .to_owned()
    } else {
        let voters = voters.join(", ");
        format!("{voters}: please look again and say `/approve-deploy` anew.")
    };
    format!(
        "What was approved has changed:\n\n{}\n\n{next}",
        lines.join("\n")
    )
}

fn shown(text: &str) -> String {
    if text.is_empty() {
        "(nothing)".to_owned()
    } else {
        inert_line(text)
    }
}

fn signed(left_out: &BTreeSet<SignedField>) -> String {
    let fields = FIELDS.iter().filter(|field| !left_out.contains(field));
    let words: Vec<&str> = fields.map(|field| word(*field)).collect();
    if words.is_empty() {
        "nothing".to_owned()
    } else {
        words.join(", ")
    }
}

fn word(field: SignedField) -> &'static str {
    match field {
        SignedField::Components => "components",
        SignedField::Window => "window",
        SignedField::Downtime => "downtime",
        SignedField::RollbackPlan => "rollback plan",
        SignedField::Template => "template",
    }
}

/// A single word that no longer counts.
pub(super) fn reply(reply: &Reply) -> String {
    match reply {
        Reply::VoteVoided {
            voter,
            why,
            approval: true,
        } => format!(
            "The approval of `{voter}` no longer counts: {why}. @{voter}: please look again and say `/approve-deploy` anew, in a new comment."
        ),
        Reply::VoteVoided { voter, why, .. } => format!(
            "The word of `{voter}` no longer counts: {why}. It can be given again in a new comment."
        ),
        Reply::ApproverLost { voter, why, who } => format!(
            "The approval of `{voter}` no longer counts, because the right to approve was lost: {}. Somebody else has to say `/approve-deploy`: {who}.",
            inert_says(why)
        ),
        Reply::BegunAnew { titles, voters } => begun_anew(titles, voters),
        _ => String::new(),
    }
}

/// After a move to another repository.
fn begun_anew(titles: &[String], voters: &[String]) -> String {
    let mut text =
        "This issue came from another repository; here others hold the rights, and another policy may be in force.".to_owned();
    if !titles.is_empty() {
        let titles: Vec<String> = titles
            .iter()
            .map(|title| format!("- **{}**", inert_line(title)))
            .collect();
        text += " What was settled there is open again; please tick again what holds:\n\n";
        text += &titles.join("\n");
    }
    if !voters.is_empty() {
        let voters: Vec<String> = voters.iter().map(|login| format!("@{login}")).collect();
        text += "\n\nThe approvals given there are void. ";
        text += &voters.join(", ");
        text += ": please look again and say `/approve-deploy` anew.";
    }
    text
}

/// Approvals that were voided and not given again, for the status comment.
pub(super) fn status(rollout: &Rollout, zone: &str) -> Vec<String> {
    let signed_again = |voter| {
        let mut votes = rollout.votes.iter();
        votes.any(|vote| vote.person.id == voter && vote.word != Word::Withdraw)
    };
    let mut seen = BTreeSet::new();
    let newest_first = rollout.gates.voided.iter().rev();
    newest_first
        .filter(|voided| !signed_again(voided.voter.id) && seen.insert(voided.voter.id))
        .map(|voided| {
            format!(
                "- ↩️ `{}` approved, but that is void since {}: {}",
                voided.voter.login,
                render_time(voided.at, zone),
                inert_says(&voided.why)
            )
        })
        .collect()
}

/// Every approval that was voided, for the closing report.
pub(super) fn report(rollout: &Rollout, zone: &str) -> Vec<String> {
    let voided = rollout.gates.voided.iter();
    voided
        .map(|voided| {
            format!(
                "- Approval of `{}` voided on {}: {}",
                voided.voter.login,
                render_time(voided.at, zone),
                inert_says(&voided.why)
            )
        })
        .collect()
}
