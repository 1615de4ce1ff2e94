//! Refusals in words: what is missing, who may, what to do next.

use super::time::{render_duration, render_time};
use crate::domain::{
    announcement::NoAudience,
    inert::{inert_code, inert_line, inert_says},
    problem::did_you_mean,
    refusal::Refusal,
};

/// One or two sentences. The code stands in front of it, where the reply is made.
#[must_use]
pub fn sentence(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NotAllowed { who } if who == "nobody" => "The policy lets nobody do it.".to_owned(),
        Refusal::NotAllowed { who } => format!("Only {who} may do that."),
        Refusal::RightsUnknown { why } => {
            format!("GitHub did not tell what you may do ({}), so the answer is no for now. Try again in a minute.", inert_says(why))
        }
        Refusal::NotTold { what, why } => {
            format!("GitHub did not show {what} ({}), and this is not done on a guess. Say it again in a few minutes.", inert_line(why))
        }
        Refusal::NewerUnheard => {
            "I found this comment late, together with newer ones that hold commands, and those are heard first. Say it again if it is still to start.".to_owned()
        }
        Refusal::UnknownItem { name, known } => unknown("item", name, known),
        Refusal::DetailsMissing { missing } if missing.is_empty() => {
            "Rollcall keeps this box: it is ticked as long as the purpose, the components and the benefits are filled in.".to_owned()
        }
        Refusal::DetailsMissing { missing } => {
            format!("These have to be filled in above first: {}. Rollcall then ticks the item for them itself.", missing.join(", "))
        }
        Refusal::QuorumMissing { needed, valid, who } => format!(
            "This box follows the approvals: {valid} of {needed} are there. {} say `/approve-deploy`; whoever opened the rollout does not count.",
            capital(who)
        ),
        Refusal::Rejected { by } => {
            format!("{} rejected it; the word stands until they say `/approve-deploy` or `/withdraw`.", names(by))
        }
        Refusal::SubtasksOpen { open } => format!("{open} of the tasks beneath it {} still open.", is_are(*open)),
        Refusal::UnknownLogEntry { number } => format!("There is no entry {number} in the issue log."),
        Refusal::Malformed { problem, usage } => format!("{} It is written `{usage}`.", full_sentence(problem)),
        Refusal::DidYouMean { word, meant } => format!("There is no {}. Did you mean `/{meant}`?", inert_code(&format!("/{word}"))),
        Refusal::TooManyCommands { left } => {
            format!("One comment may hold 20 commands; the other {left} were not looked at. Write them in another comment.")
        }
        Refusal::NothingToConfirm => "No `/expedite` waits for a second person to confirm it.".to_owned(),
        Refusal::SecondPersonNeeded { by, who } => format!("`{by}` broke the glass, so it takes somebody else: {who}."),
        Refusal::Unconfirmed { by, who, until, zone } => format!(
            "`{by}` broke the glass, and a second person has to say `/confirm-expedite` until {}: {who}.",
            render_time(*until, zone)
        ),
        Refusal::NotEnabled { what } => format!(
            "{what} is not enabled here. `break_glass` in `.github/rollcall.yml` enables it and says who may; `docs/policy.md` of Rollcall shows how."
        ),
        Refusal::AlreadyDone { what } => format!("{} already.", capital(&inert_says(what))),
        Refusal::AlreadyOpen { title } => format!("**{}** is open; there is nothing to take back.", inert_line(title)),
        Refusal::UnknownTemplate { name, known } => unknown("template", name, known),
        Refusal::BrokenTemplate { problems } => format!("The template cannot be used:\n\n```text\n{}\n```", problems.join("\n").replace("```", "'''")),
        other => state(other),
    }
}

/// Refusals that come from where the rollout stands.
fn state(refusal: &Refusal) -> String {
    match refusal {
        Refusal::WindowMissing => "No window is set. Set one with `/schedule 2030-01-31 22:00 for 1h downtime 10m`.".to_owned(),
        Refusal::DowntimeMissing => {
            "Stakeholders have to know the downtime. Say `/schedule` again with `downtime 10m`, or `downtime none`.".to_owned()
        }
        Refusal::NoticeTooShort { notice, start, zone } => format!(
            "Stakeholders must hear of it at least {} before the start, which is {}. Choose a later window with `/schedule`.",
            render_duration(*notice),
            render_time(*start, zone)
        ),
        Refusal::NoAudience { audiences, item } => no_audience(audiences, item.as_deref()),
        Refusal::NotStarted => "The deployment has not been started. `/start-deploy` does that.".to_owned(),
        Refusal::AlreadyStarted => "The deployment has been started already.".to_owned(),
        Refusal::Finished => "This rollout is over. `/rollout` on any issue opens another.".to_owned(),
        Refusal::OnHold { reason } => format!("It is on hold: {}. `/resume` lets it go on.", inert_line(reason)),
        Refusal::NotOnHold => "It is not on hold.".to_owned(),
        Refusal::HeldByGithub { reason } => {
            format!("Not a command holds it: {}. That has to be undone on GitHub.", inert_line(reason))
        }
        Refusal::PhaseIncomplete { phase, open } => {
            format!("{phase} is not complete. Open: {}.", open.iter().map(|item| inert_line(item)).collect::<Vec<_>>().join("; "))
        }
        Refusal::WindowClosed { start, end, zone } => {
            format!("The window opens on {} and ends on {}.", render_time(*start, zone), render_time(*end, zone))
        }
        Refusal::WindowPassed { end, zone } => {
            format!("The window passed on {}. Set another with `/schedule`.", render_time(*end, zone))
        }
        Refusal::Busy { other } => format!("Another rollout is being deployed in this repository: {other}."),
        Refusal::WindowUnreadable { message, hint } => format!("{} {}", full_sentence(message), full_sentence(hint)),
        Refusal::WindowUnsuitable { objections, slots, zone } => unsuitable(objections, slots, zone),
        Refusal::Frozen { objections } => {
            let why: Vec<_> = objections.iter().map(|objection| objection.says.as_str()).collect();
            format!("{}. Choose another window with `/schedule`.", capital(&why.join("; ")))
        }
        Refusal::NoVote => "You have no word standing that could be taken back.".to_owned(),
        Refusal::Outdated { since } => format!(
            "What is to be deployed changed on {}, after you wrote this. Look again, and say it anew if you still agree.",
            render_time(*since, "UTC")
        ),
        Refusal::PolicyBroken { source } => {
            format!("The policy file `{source}` is broken, and a deployment is not started on a guess. Mend it first.")
        }
        Refusal::TooLong { length, most, longest } => too_long(*length, *most, longest),
        Refusal::AlreadyARollout => "This issue is a rollout already. Say it on another issue.".to_owned(),
        other => own(other),
    }
}

/// Whose approval does not count, whatever the rules say.
fn own(refusal: &Refusal) -> String {
    match refusal {
        Refusal::OwnRollout => {
            "You opened this rollout; somebody else has to approve it.".to_owned()
        }
        Refusal::OwnChange => "You wrote the change; somebody else has to approve it.".to_owned(),
        Refusal::OwnEdit { what } => format!(
            "You changed what would be deployed ({}); somebody else has to approve it.",
            parts(what)
        ),
        Refusal::ChangerUnknown { what } => format!(
            "Who changed what would be deployed ({}) is not known: GitHub has not told of that edit. `/refresh` asks it; if that does not help, somebody has to edit it once more and stand behind it.",
            parts(what)
        ),
        _ => String::new(),
    }
}

fn parts(what: &[String]) -> String {
    let what: Vec<String> = what.iter().map(|part| inert_line(part)).collect();
    what.join(", ")
}

fn too_long(length: usize, most: usize, longest: &[(&'static str, usize)]) -> String {
    let longest = longest
        .iter()
        .map(|(field, length)| format!("{field} ({length})"))
        .collect::<Vec<_>>()
        .join(", ");
    format!(
        "The issue would have {length} characters; {most} fit, so that people have room to add to it. The longest fields: {longest}. \
         Shorten them, or keep the long part elsewhere and link to it."
    )
}

fn unsuitable(
    objections: &[crate::domain::schedule::Objection],
    slots: &[jiff::Timestamp],
    zone: &str,
) -> String {
    let why = objections
        .iter()
        .map(|objection| objection.says.clone())
        .collect::<Vec<_>>()
        .join("; ");
    let slots: Vec<String> = slots
        .iter()
        .map(|slot| format!("\n- {}", render_time(*slot, zone)))
        .collect();
    if slots.is_empty() {
        format!("{}.", capital(&why))
    } else {
        format!(
            "{}. These starts would do:\n{}",
            capital(&why),
            slots.concat()
        )
    }
}

fn unknown(what: &str, name: &str, known: &[String]) -> String {
    let meant = did_you_mean(name, known.iter().map(String::as_str));
    if let Some(meant) = meant {
        let (name, meant) = (inert_code(name), inert_code(meant));
        return format!("There is no {what} {name}. Did you mean {meant}?");
    }
    let known = known
        .iter()
        .map(|name| inert_code(name))
        .collect::<Vec<_>>()
        .join(", ");
    format!(
        "There is no {what} {}. There are: {known}.",
        inert_code(name)
    )
}

fn names(logins: &[String]) -> String {
    logins
        .iter()
        .map(|login| format!("`{login}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

fn is_are(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

fn no_audience(audiences: &NoAudience, item: Option<&str>) -> String {
    let skip = item.map_or_else(String::new, |item| {
        format!(" Or the item is left out with `/skip {item} REASON`.")
    });
    format!("{}{skip}", nobody_to_tell(audiences))
}

/// Why nobody hears of an announcement, and who can change that.
pub(super) fn nobody_to_tell(audiences: &NoAudience) -> String {
    let list = |names: &[String]| {
        let names = names.iter().map(|name| inert_code(name));
        names.collect::<Vec<_>>().join(", ")
    };
    match (audiences.wanted.as_slice(), audiences.granted.as_slice()) {
        (_, []) => "There is nobody to tell: the operator has granted no audience with an address to this repository. \
             An `[[audience]]` in `rollcall.toml` does."
            .to_owned(),
        (wanted, granted) => format!(
            "There is nobody to tell: `audiences` in `.github/rollcall.yml` names {}, but the operator has granted {} to this repository. \
             One of the two has to change.",
            list(wanted),
            list(granted)
        ),
    }
}

/// Words of ours that may quote somebody, from a capital letter to a full stop.
fn full_sentence(words: &str) -> String {
    let end = if words.ends_with('?') { "" } else { "." };
    format!("{}{end}", capital(&inert_says(words)))
}

/// The first letter in upper case.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
