//! Break-glass in words: replies, the status comment, the closing report.

use super::time::render_time;
use crate::domain::{
    inert::inert_line,
    reply::Reply,
    rollout::{Expedite, GlassEnd, Rollout},
};

/// The replies around a break-glass; empty for others.
pub(super) fn reply(reply: &Reply, who: &str) -> String {
    match reply {
        Reply::GlassBroken {
            until,
            zone,
            who: second,
            at_once,
        } => {
            let start = if *at_once {
                "`/start-deploy` works at once, whatever else is missing; without that word in time the rollout is put on hold."
            } else {
                "`/start-deploy` works from then on, whatever else is missing; without that word in time the rollout is put on hold."
            };
            format!(
                "🚨 {who}you broke the glass. Everybody is being told. A second person has to say `/confirm-expedite` until {}: {second}. {start}",
                render_time(*until, zone)
            )
        }
        Reply::GlassConfirmed { started: true } => {
            format!("{who}you stand behind the deployment that was started on the break-glass.")
        }
        Reply::GlassConfirmed { started: false } => format!(
            "{who}you confirmed the break-glass. `/start-deploy` asks no checklist, no approvals, no notice and no window now; a hold still stops it."
        ),
        Reply::GlassEnded {
            by,
            why,
            started,
            who: second,
        } => ended(by, *why, *started, second),
        Reply::GlassUndone { titles, window } => undone(titles, *window),
        _ => String::new(),
    }
}

fn ended(by: &str, why: GlassEnd, started: bool, second: &str) -> String {
    let next = match (why, started) {
        (GlassEnd::Unconfirmed, true) => {
            "The deployment is on hold where it stands. `/rollback REASON` takes it back; `/resume` lets it go on"
        }
        (GlassEnd::Unconfirmed, false) => {
            "The rollout is on hold and the gates are closed again. `/resume` lets it go on"
        }
        _ => {
            return format!(
                "The break-glass of `{by}` is over: {}. The gates are closed again; `/expedite REASON` breaks it anew.",
                why_words(why)
            );
        }
    };
    format!(
        "🚨 The break-glass of `{by}` was not confirmed in time. {next}, but only from a second person: {second}."
    )
}

fn undone(titles: &[String], window: bool) -> String {
    let titles: Vec<String> = titles
        .iter()
        .map(|title| format!("**{}**", inert_line(title)))
        .collect();
    let open = match titles.as_slice() {
        [] => String::new(),
        [one] => format!(" {one} is open again."),
        _ => format!(" {} are open again.", titles.join(" and ")),
    };
    let window = if window {
        " The window is no longer set: `/schedule` sets one that keeps the rules."
    } else {
        ""
    };
    format!("The ordinary rules did not allow all that was settled under it.{open}{window}")
}

fn why_words(why: GlassEnd) -> &'static str {
    match why {
        GlassEnd::Unconfirmed => "nobody confirmed it in time",
        GlassEnd::Changed => "what is to be deployed has changed",
        GlassEnd::Unused => "it was not used in time",
        GlassEnd::CommentGone => "its comment was edited or deleted",
        GlassEnd::RightLost => "one of the two no longer has the right",
    }
}

/// The break-glass in the status comment; empty without one.
pub(super) fn status(rollout: &Rollout, zone: &str) -> String {
    rollout
        .gates
        .expedites
        .last()
        .map(|glass| format!("🚨 **Break-glass** {}", line(glass, zone)))
        .unwrap_or_default()
}

/// Every break-glass, for the closing report.
pub(super) fn report(rollout: &Rollout, zone: &str) -> Vec<String> {
    let glasses = rollout.gates.expedites.iter();
    glasses
        .map(|glass| format!("- 🚨 Break-glass {}", line(glass, zone)))
        .collect()
}

fn line(glass: &Expedite, zone: &str) -> String {
    let broken = format!(
        "by `{}` on {}: {}",
        glass.by.login,
        render_time(glass.at, zone),
        inert_line(&glass.reason)
    );
    let second = match &glass.confirmed {
        Some(word) => format!(
            "confirmed by `{}` on {}",
            word.by.login,
            render_time(word.at, zone)
        ),
        None if glass.ended.is_none() => format!(
            "a second person has to say `/confirm-expedite` until {}",
            render_time(glass.confirm_by, zone)
        ),
        None => "never confirmed".to_owned(),
    };
    let started = glass.started.map(|at| {
        let at = render_time(at, zone);
        format!("the deployment was started on it on {at}")
    });
    let ended = glass.ended.as_ref().map(|(at, why)| {
        let (at, why) = (render_time(*at, zone), why_words(*why));
        format!("over on {at}, because {why}")
    });
    let said = [Some(broken), Some(second), started, ended];
    said.into_iter().flatten().collect::<Vec<_>>().join("; ")
}
