//! `/schedule`, `/preview`, `/announce`.

use super::Answer;
use crate::domain::{
    announcement_kind::AnnouncementKind,
    command::CommandName,
    decide::{announce, claim, gates, glass, turn::Turn},
    ledger::Fact,
    refusal::Refusal,
    render,
    reply::Reply,
    rollout::{Item, Stage, WindowSet},
    schedule,
    template::Gate,
};

/// Sets the window.
pub(super) fn schedule(turn: &mut Turn<'_>, text: &str) -> Answer {
    if turn.rollout.stage != Stage::Preparing {
        return Err(Refusal::AlreadyStarted);
    }
    let now = turn.facts.now;
    let window = schedule::parse_window(text, now, &turn.policy.zone).map_err(|problem| {
        Refusal::WindowUnreadable {
            message: problem.message,
            hint: problem.hint,
        }
    })?;
    let mut objections = schedule::objections(&window, &turn.policy, now);
    if glass::opens(turn) {
        // An emergency keeps no notice and no freeze; the past is past.
        objections.retain(|objection| objection.code == "in-the-past");
    }
    if !objections.is_empty() {
        let slots = schedule::next_slots(&window, &turn.policy, now);
        return Err(Refusal::WindowUnsuitable {
            objections,
            slots,
            zone: window.zone,
        });
    }
    turn.supersedes("window", "a newer `/schedule` was heard")?;
    if turn.rollout.window.as_ref() == Some(&window) {
        return Ok(Reply::Scheduled { window });
    }
    turn.record(Fact::Scheduled {
        start: window.start,
        zone: window.zone.clone(),
        minutes: window.duration.as_mins(),
        downtime_minutes: window.downtime.map(|downtime| downtime.as_mins()),
    });
    let by = turn.actor_login();
    turn.rollout.gates.windows.push(WindowSet {
        by,
        at: now,
        window: window.clone(),
    });
    turn.rollout.window = Some(window.clone());
    if let Some(item) = with_gate(turn, Gate::Schedule).filter(|item| !item.is_settled()) {
        claim::settle(turn, &item.id, true);
        turn.rollout.unsettled.insert(item.id, true);
    }
    announce_again(turn);
    Ok(Reply::Scheduled { window })
}

/// What stakeholders were told is no longer true: the announcement has to be made again.
fn announce_again(turn: &mut Turn<'_>) {
    if let Some(item) = with_gate(turn, Gate::Announcement).filter(Item::is_done) {
        claim::settle(turn, &item.id, false);
        turn.rollout.unsettled.insert(item.id, false);
        turn.say(Reply::AnnounceAgain { title: item.title });
    }
}

fn with_gate(turn: &Turn<'_>, gate: Gate) -> Option<Item> {
    turn.rollout
        .items
        .iter()
        .find(|item| item.gate == Some(gate))
        .cloned()
}

/// Shows the messages as they would go out now.
pub(super) fn preview(turn: &Turn<'_>) -> Answer {
    let kind = match (&turn.rollout.stage, gates::window(turn)) {
        (Stage::Preparing, Ok(_)) => AnnouncementKind::Scheduled,
        (Stage::Preparing, Err(Refusal::WindowMissing)) => AnnouncementKind::Planned,
        (Stage::Preparing, Err(passed)) => return Err(passed),
        _ => AnnouncementKind::Update,
    };
    let Some(audience) = announce::audiences(turn).into_iter().next() else {
        return Ok(Reply::NobodyToTell {
            audiences: announce::nobody(turn),
        });
    };
    let announcement = announce::compose(turn, kind, "", "preview", audience);
    Ok(Reply::Preview {
        text: render::reply::preview(&announcement),
    })
}

/// Sends a stakeholder update now.
pub(super) fn announce(turn: &mut Turn<'_>, text: Option<&str>) -> Answer {
    if announce::audiences(turn).is_empty() {
        return Err(Refusal::NoAudience {
            audiences: announce::nobody(turn),
            item: None,
        });
    }
    let standing = match turn.rollout.stage {
        Stage::Preparing => render::announcement::NOT_STARTED,
        Stage::Deploying { .. } | Stage::Finished(_) => "",
    };
    let text = text.unwrap_or(standing);
    turn.supersedes_words(CommandName::Announce, "", text)?;
    announce::announce(turn, AnnouncementKind::Update, text);
    match turn.replies.pop() {
        Some(reply @ Reply::Announced { .. }) => Ok(reply),
        other => {
            turn.replies.extend(other);
            Err(Refusal::AlreadyDone {
                what: "this very update was sent".to_owned(),
            })
        }
    }
}
