//! The tables of the status comment: what was sent, what went wrong, who did what.

use super::time::render_time;
use crate::domain::{
    inert::inert_line,
    rollout::{Announced, Item, ItemState, Outcome, Rollout},
};

/// What was announced, in the order in which it was.
pub(super) fn receipts(rollout: &Rollout) -> String {
    let mut told: Vec<&Announced> = rollout.announced.values().collect();
    told.sort_by_key(|announced| (announced.at, announced.kind));
    let rows: Vec<String> = told
        .into_iter()
        .flat_map(|announced| {
            announced
                .copies
                .iter()
                .map(move |copy| (announced.kind, copy))
        })
        .map(|(kind, copy)| {
            let outcome = match &copy.outcome {
                Outcome::Pending => "⏳ on its way".to_owned(),
                Outcome::Delayed { reason } => format!("⏳ tried again: {}", cell(reason)),
                Outcome::Delivered { at } => {
                    format!("✅ {}", render_time(*at, super::status::zone(rollout)))
                }
                Outcome::Failed { reason } => format!("❌ {}", cell(reason)),
            };
            format!(
                "| {kind} | {} | {} | {outcome} |",
                cell(&copy.receipt.audience),
                copy.receipt.channel
            )
        })
        .collect();
    if rows.is_empty() {
        String::new()
    } else {
        format!(
            "**Announcements**\n\n| News | Audience | Channel | |\n|---|---|---|---|\n{}",
            rows.join("\n")
        )
    }
}

pub(super) fn log(rollout: &Rollout) -> String {
    let open = rollout.log.iter().filter(|entry| entry.resolved.is_none());
    let lines: Vec<String> = open
        .map(|entry| {
            format!(
                "- {}. {} (`{}`)",
                entry.number,
                inert_line(&entry.text),
                entry.by
            )
        })
        .collect();
    if lines.is_empty() {
        String::new()
    } else {
        format!("**Issue log**, unsolved\n\n{}", lines.join("\n"))
    }
}

/// Every item with who and when: what the boxes themselves do not say. And the id, by which an operator gets the record.
pub(super) fn items(rollout: &Rollout) -> String {
    let rows: Vec<String> = rollout
        .items
        .iter()
        .map(|item| {
            let proof = item
                .evidence
                .iter()
                .map(|evidence| cell(&evidence.text))
                .collect::<Vec<_>>()
                .join("; ");
            format!(
                "| {} | {} | {} | {proof} |",
                item.number,
                cell(&item.title),
                item_state(item, super::status::zone(rollout))
            )
        })
        .collect();
    format!(
        "<details><summary>Who did what, and when</summary>\n\n| | Item | State | Evidence |\n|---|---|---|---|\n{}\n\n\
         The whole record: `rollcall ledger export --rollout {}`\n\n</details>",
        rows.join("\n"),
        rollout.id
    )
}

fn item_state(item: &Item, zone: &str) -> String {
    match &item.state {
        _ if item.missing => "gone from the body".to_owned(),
        ItemState::Open if item.required => "open".to_owned(),
        ItemState::Open => "open, optional".to_owned(),
        ItemState::Done { by: Some(by), at } => {
            format!("✅ `{}`, {}", by.login, render_time(*at, zone))
        }
        ItemState::Done { by: None, at } => format!("✅ Rollcall, {}", render_time(*at, zone)),
        ItemState::Waived { by, at, reason } => format!(
            "left out by `{}`, {}: {}",
            by.login,
            render_time(*at, zone),
            cell(reason)
        ),
    }
}

/// Text for a cell of a table.
fn cell(text: &str) -> String {
    inert_line(text).replace('|', "\\|")
}
