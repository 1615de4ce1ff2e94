//! The closing report: the rollout in one comment, when it is over.

use super::time::{render_duration, render_window};
use crate::domain::{
    inert::inert_line,
    rollout::{End, ItemState, Outcome, Rollout, Stage},
};

/// What is left to say.
#[must_use]
pub fn closing_report(rollout: &Rollout) -> String {
    let Stage::Finished(finish) = &rollout.stage else {
        return String::new();
    };
    let end = match finish.end {
        End::Completed => "completed",
        End::RolledBack => "rolled back",
        End::Cancelled => "cancelled",
    };
    let took = render_duration(finish.at.duration_since(rollout.created_at));
    let mut lines = vec![format!("### Closing report: {end}"), String::new()];
    if !finish.reason.is_empty() {
        lines.push(format!("- Reason: {}", inert_line(&finish.reason)));
    }
    lines.push(format!("- From request to end: {took}"));
    let done = rollout.items.iter().filter(|item| item.is_done()).count();
    lines.push(format!("- Items done: {done} of {}", rollout.items.len()));
    lines.extend(rollout.items.iter().filter_map(|item| match &item.state {
        ItemState::Waived { by, reason, .. } => Some(format!(
            "- Left out: {} {} by `{}`: {}",
            item.number,
            inert_line(&item.title),
            by.login,
            inert_line(reason)
        )),
        _ => None,
    }));
    let zone = rollout.window.as_ref().map_or("UTC", |window| &window.zone);
    lines.extend(super::glass::report(rollout, zone));
    lines.extend(super::voided::report(rollout, zone));
    lines.extend(windows(rollout));
    lines.push(announcements(rollout));
    lines.extend(log(rollout));
    lines.extend(feedback(rollout));
    if finish.end != End::Cancelled {
        lines.push(
            "- `/feedback 1..5` says how it went for you, with a word or two behind it.".to_owned(),
        );
    }
    lines.join("\n")
}

/// How the window was moved; one that was set once needs no line.
fn windows(rollout: &Rollout) -> Vec<String> {
    let windows = &rollout.gates.windows;
    windows
        .windows(2)
        .map(|pair| {
            let (old, new) = (&pair[0].window, &pair[1].window);
            format!(
                "- Window moved by `{}`: {} → {}",
                pair[1].by,
                render_window(old, &old.zone),
                render_window(new, &new.zone)
            )
        })
        .collect()
}

fn announcements(rollout: &Rollout) -> String {
    let copies = || {
        rollout
            .announced
            .values()
            .flat_map(|announced| &announced.copies)
    };
    let failed = copies()
        .filter(|copy| matches!(copy.outcome, Outcome::Failed { .. }))
        .count();
    let failed = if failed == 0 {
        String::new()
    } else {
        format!(", {failed} of them failed")
    };
    format!(
        "- Announcements: {} in {} messages{failed}",
        rollout.announced.len(),
        copies().count()
    )
}

fn log(rollout: &Rollout) -> Vec<String> {
    rollout
        .log
        .iter()
        .map(|entry| {
            let outcome = match &entry.resolved {
                Some((how, by)) => format!("solved by `{by}`: {}", inert_line(how)),
                None => "unsolved".to_owned(),
            };
            format!(
                "- Issue {}: {}; {outcome}",
                entry.number,
                inert_line(&entry.text)
            )
        })
        .collect()
}

fn feedback(rollout: &Rollout) -> Vec<String> {
    let scores: Vec<u32> = rollout
        .feedback
        .iter()
        .map(|feedback| u32::from(feedback.score))
        .collect();
    let Ok(count @ 1..) = u32::try_from(scores.len()) else {
        return Vec::new();
    };
    let tenths = scores.iter().sum::<u32>() * 10 / count;
    let mut lines = vec![format!(
        "- Feedback: {}.{} of 5 from {count}",
        tenths / 10,
        tenths % 10
    )];
    lines.extend(rollout.feedback.iter().filter_map(|feedback| {
        let text = feedback.text.as_ref()?;
        Some(format!(
            "  - {} of 5, `{}`: {}",
            feedback.score,
            feedback.by.login,
            inert_line(text)
        ))
    }));
    lines
}
