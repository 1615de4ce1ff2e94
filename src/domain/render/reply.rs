//! Replies: short, addressed, saying what happened and what comes next.

use super::{
    refusal,
    time::{render_duration, render_window},
    why::{self, Why},
};
use crate::domain::{
    announcement::Announcement,
    command::{CommandName, usage},
    ids::Person,
    inert::{inert_code, inert_line, inert_markdown},
    render::announcement,
    reply::Reply,
    window::Window,
};

/// A comment holds 65,536 characters.
const LONGEST_OFFER: usize = 64_000;

/// One comment from all that was said in a turn.
#[must_use]
pub fn reply(replies: &[Reply], to: Option<&Person>) -> String {
    replies
        .iter()
        .map(|reply| paragraph(reply, to))
        .collect::<Vec<_>>()
        .join("\n\n")
}

/// One paragraph.
#[must_use]
pub fn paragraph(reply: &Reply, to: Option<&Person>) -> String {
    let who = to.map_or_else(String::new, |person| format!("@{}: ", person.login));
    match reply {
        Reply::Refused { command, refusal } => {
            format!(
                "{who}{} was refused (`{}`). {}",
                inert_code(command),
                refusal.code(),
                refusal::sentence(refusal)
            )
        }
        Reply::FormRefused { refusal } => format!(
            "{who}this issue did not become a rollout (`{}`). {} Somebody who may can comment `/rollout` here.",
            refusal.code(),
            refusal::sentence(refusal)
        ),
        Reply::FlipsRefused { flips } => {
            let lines: Vec<String> = flips
                .iter()
                .map(|(title, refusal)| {
                    format!(
                        "- **{}** (`{}`): {}",
                        inert_line(title),
                        refusal.code(),
                        refusal::sentence(refusal)
                    )
                })
                .collect();
            format!(
                "{who}I set {} back:\n\n{}",
                if flips.len() == 1 {
                    "a box"
                } else {
                    "these boxes"
                },
                lines.join("\n")
            )
        }
        Reply::WentByRecord { what } => {
            format!("GitHub does not tell {what} at present, so I went by what it told last.")
        }
        Reply::FlipsUnexplained { items } => format!(
            "These boxes changed without an edit that I saw, so I cannot say who stands behind them. I set them back; please tick them again or say `/done ITEM`:\n\n{}",
            bullets(items)
        ),
        Reply::AskedBefore { issue } => format!("{who}{}", asked_before(*issue)),
        Reply::ChecklistLost { before } => checklist_lost(&who, before.as_deref()),
        Reply::Help { commands } => help(commands),
        Reply::Why { title, why } => {
            format!("**{}**\n\n{}", inert_line(title), why::tree(why))
        }
        Reply::WhyDeploy { why } => why::tree(why),
        Reply::Simulated {
            command,
            who,
            why,
            outcome,
        } => simulated((command, who), why, outcome),
        Reply::ApprovalsVoided {
            changes,
            signs,
            voters,
        } => super::voided::changed(changes, signs.as_ref(), voters),
        Reply::PolicyBroken { source, problems } => format!(
            "The policy file `{source}` cannot be used; the last good one stays in force, and no deployment starts before it is mended:\n\n```text\n{}\n```",
            problems.join("\n").replace("```", "'''")
        ),
        other => sentence(other, &who),
    }
}

fn simulated((command, who): (&str, &str), why: &Why, outcome: &[String]) -> String {
    let lines: Vec<String> = outcome
        .iter()
        .map(|line| format!("> {}", line.replace('\n', "\n> ")))
        .collect();
    format!(
        "If {} said {}:\n\n{}\n\n{}\n\nNothing was changed.",
        inert_code(who),
        inert_code(command),
        lines.join("\n>\n"),
        why::tree(why)
    )
}

fn asked_before(issue: Option<u64>) -> String {
    let found = issue.map_or_else(
        || "its issue is being opened".to_owned(),
        |issue| format!("it is #{issue}"),
    );
    format!("you asked for this very rollout before: {found}.")
}

fn details_asked(missing: &[&str], of: Option<&str>) -> String {
    let who = of.map_or_else(String::new, |login| format!("@{login}: "));
    let missing = missing.join(", ");
    refusal::capital(&format!(
        "{who}please fill in above, by editing the issue: {missing}. Item 1.1 stays open until then. (A component needs both versions and a reason.)"
    ))
}

fn owner_set(title: &str, owner: &str, unknown_in: Option<&str>) -> String {
    let owner = inert_line(owner).replace('`', "'");
    let doubt = unknown_in.map_or_else(String::new, |repository| {
        let repository = inert_code(repository);
        format!(" GitHub knows no access of `{owner}` to {repository}; if that is a slip in the name, say it anew.")
    });
    format!("**{}** is `{owner}`'s.{doubt}", inert_line(title))
}

/// What can be said in a sentence or two.
fn sentence(reply: &Reply, who: &str) -> String {
    match reply {
        Reply::Opened { issue } => format!("{who}the rollout is #{issue}. It says what is next."),
        Reply::FormAdopted => format!(
            "{who}this issue is a rollout now. Tick the boxes as the work gets done; `/help` lists the commands."
        ),
        Reply::DetailsAsked { missing, of } => details_asked(missing, of.as_deref()),
        Reply::TextPutBack => {
            "My edit crossed with somebody's text; I put the text back.".to_owned()
        }
        Reply::Status { text } | Reply::Preview { text } => text.clone(),
        Reply::Done { title } => format!("**{}** is done.", inert_line(title)),
        Reply::Undone { title } => format!("**{}** is open again.", inert_line(title)),
        Reply::EvidenceAttached { title } => format!("Attached to **{}**.", inert_line(title)),
        Reply::Waived { title, reason } => format!(
            "**{}** is left out: {}",
            inert_line(title),
            inert_line(reason)
        ),
        Reply::OwnerSet {
            title,
            owner,
            unknown_in,
        } => owner_set(title, owner, unknown_in.as_deref()),
        Reply::Scheduled { window } => scheduled(window),
        Reply::AnnounceAgain { title } => {
            format!(
                "Stakeholders were told of another window, so **{}** is open again.",
                inert_line(title)
            )
        }
        Reply::Announced { copies } => format!(
            "Stakeholders are being told ({copies} {}).",
            if *copies == 1 { "message" } else { "messages" }
        ),
        Reply::NobodyToTell { audiences } => refusal::nobody_to_tell(audiences),
        other => deployment(other, who),
    }
}

/// Approvals, the deployment, and what is around the issue.
fn deployment(reply: &Reply, who: &str) -> String {
    match reply {
        Reply::Approved { digest, valid, needed, again: false } => format!("{who}you approved `{digest}`. That makes {valid} of {needed}."),
        Reply::Approved { digest, valid, needed, again: true } => format!("{who}your approval of `{digest}` stands already, and this comment renews it. It is still {valid} of {needed}."),
        Reply::Rejected { reason } => format!("{who}you rejected this rollout: {}. It stays blocked until you say `/approve-deploy` or `/withdraw`.", inert_line(reason)),
        Reply::Withdrawn => format!("{who}your word is taken back."),
        Reply::VoteVoided { .. } | Reply::ApproverLost { .. } | Reply::BegunAnew { .. } => super::voided::reply(reply),
        Reply::Started { digest } => format!("The deployment of `{digest}` has started. `/rollback REASON` is the way back at any time."),
        Reply::Promoted { step } => format!("Step {step} is promoted."),
        Reply::Aborted => "The deployment stops where it stands. `/rollback REASON` takes it back, `/resume` lets it go on.".to_owned(),
        Reply::RolledBack { reason, plan } => rolled_back(reason, plan),
        Reply::Held { reason } => format!("On hold: {}. Nothing advances until `/resume`.", inert_line(reason)),
        Reply::Resumed { remaining } if remaining.is_empty() => "It goes on.".to_owned(),
        Reply::Resumed { remaining } => format!("Your hold is lifted; this one remains: {}.", inert_line(&remaining.join("; "))),
        Reply::Logged { number } => format!("Entry {number} of the issue log. `/resolve {number} HOW` closes it."),
        Reply::Resolved { number } => format!("Entry {number} is solved."),
        Reply::FeedbackTaken { score } => format!("{who}thank you. Your {score} of 5 is in the record."),
        Reply::Cancelled { reason } => format!("The rollout is cancelled: {}", inert_line(reason)),
        Reply::Refreshed => "Compared with GitHub.".to_owned(),
        Reply::ClosedEarly => format!("{who}this rollout is not over, so closing the issue puts it on hold. Reopen it to go on, or end it with `/cancel REASON` after reopening."),
        Reply::ReopenedLate => format!("{who}this rollout is over; reopening the issue does not bring it back. `/rollout` on any issue opens another."),
        Reply::EditedCommand => format!("{who}commands are read from new comments only. Please write it in a new one."),
        Reply::LabelIsDerived => format!("{who}the phase follows from the items; I put the label back. `/why` says what is missing."),
        other => super::glass::reply(other, who),
    }
}

fn scheduled(window: &Window) -> String {
    let downtime = match window.downtime {
        None => " The expected downtime is still to be said: `downtime 10m` or `downtime none`."
            .to_owned(),
        Some(downtime) if downtime.is_zero() => " No downtime is expected.".to_owned(),
        Some(downtime) => format!(" Expected downtime: {}.", render_duration(downtime)),
    };
    format!(
        "The window is {}.{downtime}",
        render_window(window, &window.zone)
    )
}

fn rolled_back(reason: &str, plan: &str) -> String {
    let plan = if plan.is_empty() {
        "No rollback plan was written down.".to_owned()
    } else {
        format!("The plan:\n\n{}", inert_markdown(plan))
    };
    format!("Rolled back: {}\n\n{plan}", inert_line(reason))
}

/// A body that does not fit into a comment as a whole is not offered in part.
fn checklist_lost(who: &str, before: Option<&str>) -> String {
    let lost = format!(
        "{who}the checklist is gone from the issue. Nothing on record is lost, but nothing can be ticked until it is back."
    );
    match before.filter(|body| body.chars().count() < LONGEST_OFFER) {
        None => format!("{lost} Restore it from the issue's edit history (\"edited\" at its top)."),
        Some(body) => format!(
            "{lost} Copy this into the body, or restore it from the issue's edit history.\n\n<details><summary>The body as it was</summary>\n\n{}\n\n</details>",
            fenced(body)
        ),
    }
}

/// A code block whose fence is longer than any in the text.
fn fenced(text: &str) -> String {
    let longest = text
        .split(|c| c != '`')
        .map(str::len)
        .max()
        .unwrap_or(0)
        .max(2);
    let fence = "`".repeat(longest + 1);
    format!("{fence}markdown\n{}\n{fence}", text.trim_end())
}

fn help(commands: &[(CommandName, bool)]) -> String {
    let (may, may_not): (Vec<_>, Vec<_>) = commands.iter().partition(|(_, may)| *may);
    let lines = |list: Vec<&(CommandName, bool)>| {
        list.iter()
            .map(|(name, _)| format!("- `{}`", usage(*name)))
            .collect::<Vec<_>>()
            .join("\n")
    };
    let mut text = format!(
        "You may say now, at the start of a line in a new comment:\n\n{}",
        lines(may)
    );
    if !may_not.is_empty() {
        text += "\n\n<details><summary>For others, or at another time</summary>\n\n";
        text += &lines(may_not);
        text += "\n\n</details>";
    }
    text
}

fn bullets(items: &[String]) -> String {
    items
        .iter()
        .map(|item| format!("- {}", inert_line(item)))
        .collect::<Vec<_>>()
        .join("\n")
}

/// An announcement as it would be sent.
#[must_use]
pub fn preview(of: &Announcement) -> String {
    format!(
        "This would go out to `{}` now.\n\n**Subject:** {}\n\n{}",
        inert_code(&of.audience),
        inert_line(&announcement::subject(of)),
        fenced(&announcement::email_text(of)).replace("markdown", "text")
    )
}
