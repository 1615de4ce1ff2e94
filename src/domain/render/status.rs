//! The status comment: where it stands, what is next, who is missing.

use super::{
    approvals::approvals,
    glass, marker, parked, refusal, reminder, status_tables,
    time::{render_duration, render_time, render_window},
};
use crate::domain::{
    approval::{Digest, Quorum},
    inert::{inert_code, inert_line, inert_says},
    phase::Phase,
    refusal::Refusal,
    rollout::{End, Item, Origin, Rollout, Stage},
};

/// What the status comment is made from.
pub struct View<'a> {
    /// The rollout.
    pub rollout: &'a Rollout,
    /// Where the approvals stand.
    pub quorum: &'a Quorum,
    /// What they sign.
    pub digest: &'a Digest,
    /// What keeps the deployment from starting.
    pub blockers: &'a [Refusal],
}

/// The comment, with its mark.
#[must_use]
pub fn status(view: &View<'_>) -> String {
    let sections = [
        heading(view.rollout),
        holds(view.rollout),
        glass::status(view.rollout, zone(view.rollout)),
        attention(view.rollout),
        progress(view.rollout),
        next(view),
        asked_for(view.rollout),
        environment(view.rollout),
        reminder::status(view.rollout, zone(view.rollout)),
        window(view.rollout),
        approvals(view),
        status_tables::receipts(view.rollout),
        status_tables::log(view.rollout),
        status_tables::items(view.rollout),
    ];
    let text = sections
        .into_iter()
        .filter(|section| !section.is_empty())
        .collect::<Vec<_>>()
        .join("\n\n");
    format!("{}\n{text}", marker::STATUS)
}

/// The answer to `/status`.
#[must_use]
pub fn summary(view: &View<'_>) -> String {
    let rollout = view.rollout;
    [
        heading(rollout),
        holds(rollout),
        glass::status(rollout, zone(rollout)),
        attention(rollout),
        progress(rollout),
        next(view),
        reminder::status(rollout, zone(rollout)),
        window(rollout),
        approvals(view),
    ]
    .into_iter()
    .filter(|section| !section.is_empty())
    .collect::<Vec<_>>()
    .join("\n\n")
}

/// The phase to show; the last one when all are complete.
pub(super) fn shown_phase(rollout: &Rollout) -> Phase {
    rollout.phase().unwrap_or(Phase::PostDeployment)
}

fn heading(rollout: &Rollout) -> String {
    let word = match &rollout.stage {
        Stage::Finished(finish) => match finish.end {
            End::Completed => "✅ Completed".to_owned(),
            End::RolledBack => format!("⏪ Rolled back: {}", inert_line(&finish.reason)),
            End::Cancelled => format!("🚫 Cancelled: {}", inert_line(&finish.reason)),
        },
        Stage::Deploying {
            since, by, digest, ..
        } => {
            let zone = zone(rollout);
            format!(
                "🚀 {}, `{}` started by `{by}` on {}",
                shown_phase(rollout),
                digest.get(..12).unwrap_or(digest),
                render_time(*since, zone)
            )
        }
        Stage::Preparing => {
            let phase = shown_phase(rollout);
            format!("{phase} (phase {} of 5)", phase.number())
        }
    };
    format!("### Rollout: {word}")
}

/// The zone in which times are shown: that of the window.
pub(in crate::domain) fn zone(rollout: &Rollout) -> &str {
    rollout
        .window
        .as_ref()
        .map_or("UTC", |window| window.zone.as_str())
}

fn holds(rollout: &Rollout) -> String {
    let lines: Vec<String> = rollout
        .holds
        .values()
        .map(|hold| {
            let by = hold
                .by
                .as_ref()
                .map_or_else(String::new, |by| format!(", by `{by}`"));
            format!("⏸️ **On hold**{by}: {}", inert_line(&hold.reason))
        })
        .collect();
    if rollout.is_finished() {
        String::new()
    } else {
        lines.join("\n\n")
    }
}

fn attention(rollout: &Rollout) -> String {
    let notes = rollout.attention.iter().map(|it| note(rollout, it));
    let lines: Vec<String> = notes
        .chain(parked::lines(&rollout.parked, zone(rollout)))
        .map(|line| format!("- {line}"))
        .collect();
    if lines.is_empty() {
        String::new()
    } else {
        format!("⚠️ **Needs attention**\n\n{}", lines.join("\n"))
    }
}

/// The record names an item by its id, which stays; people read its number and title.
fn note(rollout: &Rollout, note: &str) -> String {
    let id = |item: &Item| format!("`{}`", item.id);
    let mut items = rollout.items.iter();
    let named = items.find(|item| note.contains(&id(item)));
    inert_says(&named.map_or_else(
        || note.to_owned(),
        |item| {
            let title = item.title.replace('`', "'");
            note.replace(&id(item), &format!("{} {title}", item.number))
        },
    ))
}

fn progress(rollout: &Rollout) -> String {
    let rows: Vec<String> = Phase::ALL
        .into_iter()
        .filter_map(|phase| {
            let items: Vec<&Item> = rollout
                .items
                .iter()
                .filter(|item| item.phase == phase)
                .collect();
            let settled = items.iter().filter(|item| item.is_settled()).count();
            let tasks = subtasks(&items);
            (!items.is_empty()).then(|| {
                let sign = if rollout.is_complete(phase) {
                    "✅"
                } else if phase == shown_phase(rollout) && !rollout.is_finished() {
                    "▶️"
                } else {
                    ""
                };
                format!(
                    "| {sign} | {phase} | {} | {settled} of {}{tasks} |",
                    bar(settled, items.len()),
                    items.len()
                )
            })
        })
        .collect();
    format!(
        "| | Phase | | Done |\n|---|---|---|---|\n{}",
        rows.join("\n")
    )
}

/// The tasks beneath these items, all together.
fn subtasks(items: &[&Item]) -> String {
    let done: usize = items.iter().map(|item| item.subtasks.done).sum();
    let total: usize = items.iter().map(|item| item.subtasks.total).sum();
    if total == 0 {
        String::new()
    } else {
        format!(" ({done} of {total} sub-tasks)")
    }
}

fn bar(done: usize, of: usize) -> String {
    format!("`{}{}`", "█".repeat(done), "░".repeat(of - done))
}

fn next(view: &View<'_>) -> String {
    let preparing = view.rollout.stage == Stage::Preparing;
    if preparing && (view.rollout.is_prepared() || view.blockers.is_empty()) {
        if view.blockers.is_empty() {
            return "**Next:** everything is ready; `/start-deploy` starts the deployment."
                .to_owned();
        }
        let lines: Vec<String> = view
            .blockers
            .iter()
            .map(|blocker| format!("- {}", refusal::sentence(blocker)))
            .collect();
        return format!(
            "**Next:** `/start-deploy`, once this is settled:\n\n{}",
            lines.join("\n")
        );
    }
    let items = next_items(view.rollout);
    let passed = |why: &&Refusal| matches!(why, Refusal::WindowPassed { .. });
    match view.blockers.iter().find(passed).filter(|_| preparing) {
        Some(passed) => format!("{items}\n\n{}", refusal::sentence(passed)),
        None => items,
    }
}

fn next_items(rollout: &Rollout) -> String {
    let phase = shown_phase(rollout);
    // What was taken back after the start has to be done again.
    let counts = |item: &&Item| item.phase == phase || item.phase < phase && item.required;
    let open = rollout.items.iter().filter(counts);
    let open = open.filter(|item| !item.is_settled());
    let names: Vec<String> = open.take(4).map(open_item).collect();
    if rollout.is_finished() || names.is_empty() {
        String::new()
    } else {
        format!("**Next:** {}", names.join(" · "))
    }
}

fn open_item(item: &Item) -> String {
    let owner = item.owner.as_ref().map_or_else(String::new, |owner| {
        format!(" (`{}`)", inert_line(owner).replace('`', "'"))
    });
    let tasks = if item.subtasks.total > 0 {
        format!(" [{} of {}]", item.subtasks.done, item.subtasks.total)
    } else {
        String::new()
    };
    let optional = if item.required { "" } else { ", optional" };
    format!(
        "{} {}{tasks}{owner}{optional}",
        item.number,
        inert_line(&item.title)
    )
}

fn window(rollout: &Rollout) -> String {
    let Some(window) = &rollout.window else {
        let unset = "**Window:** not set; `/schedule` sets it.";
        return if rollout.is_finished() { "" } else { unset }.to_owned();
    };
    let downtime = match window.downtime {
        None => "downtime not answered".to_owned(),
        Some(downtime) if downtime.is_zero() => "no downtime".to_owned(),
        Some(downtime) => format!("downtime {}", render_duration(downtime)),
    };
    format!(
        "**Window:** {}, {downtime}",
        render_window(window, &window.zone)
    )
}

/// Who wanted it, and where: GitHub makes a link of the number, and shows this issue there too.
fn asked_for(rollout: &Rollout) -> String {
    let by = rollout.opener.as_ref().map(|person| person.login.as_str());
    let by = match &rollout.origin {
        Origin::Api { name } => Some(name.as_str()),
        Origin::Comment { .. } | Origin::Form => by,
    };
    let by = by.map_or_else(String::new, |by| format!(" by {}", inert_code(by)));
    match &rollout.origin {
        // The number is one of the repository where it was asked for.
        Origin::Comment { issue, .. } if rollout.is_where_it_was_asked_for() => {
            format!("**Asked for**{by} in #{issue}")
        }
        _ if by.is_empty() => String::new(),
        _ => format!("**Asked for**{by}"),
    }
}

fn environment(rollout: &Rollout) -> String {
    let name = rollout.environment.as_deref().unwrap_or_default();
    if name.is_empty() {
        return String::new();
    }
    format!("**Environment:** {}", inert_code(name))
}
