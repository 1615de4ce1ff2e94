//! Reminders, escalations and ends of waits, in words.

use super::{refusal::capital, time::render_time};
use crate::domain::{
    inert::inert_line,
    policy::{GateName, Then},
    rollout::Rollout,
};
use jiff::Timestamp;

/// What there is to say of a gate that waits.
pub struct Notice {
    /// Which.
    pub gate: GateName,
    /// Logins of those who are missing; they are mentioned.
    pub people: Vec<String>,
    /// What is open.
    pub open: Vec<String>,
    /// Since when it waits.
    pub since: Timestamp,
    /// Its deadline.
    pub deadline: Timestamp,
    /// Its end.
    pub end: Timestamp,
    /// Zone in which the times are shown.
    pub zone: String,
}

/// To those who are missing, before the deadline.
#[must_use]
pub fn reminder(notice: &Notice) -> String {
    format!(
        "⏰ {}{} waiting since {}; the deadline is {}.{}",
        addressed(&notice.people, &[]),
        capital(subject(notice.gate)),
        render_time(notice.since, &notice.zone),
        render_time(notice.deadline, &notice.zone),
        open(notice)
    )
}

/// To those who are missing and to those whom the policy names, at the deadline.
#[must_use]
pub fn escalation(notice: &Notice, escalate: &[String], then: Then) -> String {
    format!(
        "⏰ {}the deadline is over: {} waiting since {}. On {} the rollout is {}.{}",
        addressed(&notice.people, escalate),
        subject(notice.gate),
        render_time(notice.since, &notice.zone),
        render_time(notice.end, &notice.zone),
        outcome(then),
        open(notice)
    )
}

/// To all of them, at the end of the wait.
#[must_use]
pub fn ended(notice: &Notice, escalate: &[String], then: Then) -> String {
    let next = match then {
        Then::Hold if notice.gate == GateName::Start => {
            "Set another window with `/schedule`; `/resume` then lets it go on."
        }
        Then::Hold => "`/resume` lets it go on and starts the clocks anew.",
        Then::Cancel => "`/rollout` on any issue opens another.",
    };
    let why = match notice.gate {
        GateName::Start => overdue(notice.gate),
        gate => {
            let since = render_time(notice.since, &notice.zone);
            format!("{} waiting since {since}", subject(gate))
        }
    };
    format!(
        "⏰ {}{why}, so the rollout is {} now. {next}{}",
        addressed(&notice.people, escalate),
        outcome(then),
        open(notice)
    )
}

/// Why a rollout is on hold or cancelled that waited too long.
#[must_use]
pub fn overdue(gate: GateName) -> String {
    match gate {
        GateName::Start => "the window passed without the deployment being started".to_owned(),
        GateName::Hold => "it was on hold for too long".to_owned(),
        _ => format!("{} waiting for too long", subject(gate)),
    }
}

/// What is waited for, for the status comment; empty when nothing is.
pub(super) fn status(rollout: &Rollout, zone: &str) -> String {
    let waits = rollout.gates.waits.iter();
    let lines: Vec<String> = waits
        .map(|(gate, wait)| {
            let late = if wait.escalated {
                "overdue since"
            } else {
                "due"
            };
            format!(
                "{}: {late} {}",
                name(*gate),
                render_time(wait.deadline, zone)
            )
        })
        .collect();
    if lines.is_empty() || rollout.is_finished() {
        String::new()
    } else {
        format!("**Deadlines:** {}", lines.join(" · "))
    }
}

fn name(gate: GateName) -> &'static str {
    match gate {
        GateName::Planning => "Planning",
        GateName::Testing => "Testing",
        GateName::Preparation => "Pre-Deployment",
        GateName::Review => "final review",
        GateName::Announcement => "announcement",
        GateName::Start => "`/start-deploy`",
        GateName::Deployment => "Deployment",
        GateName::Verification => "Post-Deployment",
        GateName::Hold => "`/resume`",
        GateName::BreakGlass => "`/confirm-expedite`",
    }
}

fn subject(gate: GateName) -> &'static str {
    match gate {
        GateName::Planning => "the Planning phase has been",
        GateName::Testing => "the Testing phase has been",
        GateName::Preparation => "the preparations for the deployment have been",
        GateName::Review => "the final review has been",
        GateName::Announcement => "the announcement to stakeholders has been",
        GateName::Start => "the window is open, and the start of the deployment has been",
        GateName::Deployment => "the end of the deployment has been",
        GateName::Verification => "the Post-Deployment phase has been",
        GateName::Hold => "this rollout is on hold and has been",
        GateName::BreakGlass => "the break-glass has been",
    }
}

fn outcome(then: Then) -> &'static str {
    match then {
        Then::Hold => "on hold",
        Then::Cancel => "cancelled",
    }
}

fn addressed(people: &[String], escalate: &[String]) -> String {
    let people = people.iter().map(|login| format!("@{login}"));
    let mut mentions: Vec<String> = Vec::new();
    for mention in people.chain(escalate.iter().cloned()) {
        if !mentions
            .iter()
            .any(|said| said.eq_ignore_ascii_case(&mention))
        {
            mentions.push(mention);
        }
    }
    if mentions.is_empty() {
        String::new()
    } else {
        format!("{}: ", mentions.join(", "))
    }
}

fn open(notice: &Notice) -> String {
    let open: Vec<String> = notice
        .open
        .iter()
        .map(|open| format!("\n- {}", inert_line(open)))
        .collect();
    if open.is_empty() {
        String::new()
    } else {
        format!(" Missing:\n{}", open.concat())
    }
}
