//! Telling stakeholders: which audiences, which copies, once.

use super::{body, turn::Turn};
use crate::domain::{
    announcement::{Announcement, Audience, NoAudience},
    announcement_kind::AnnouncementKind as Kind,
    effect::Action,
    event::Receipt,
    ledger::Fact,
    reply::Reply,
    rollout::{Announced, Copy, Outcome},
};
use sha2::{Digest, Sha256};

/// The audiences that hear of this rollout: those the operator granted, narrowed to those the policy names.
pub(super) fn audiences<'a>(turn: &Turn<'a>) -> Vec<&'a Audience> {
    let named = &turn.policy.audiences;
    let wanted = |audience: &&Audience| named.is_empty() || named.contains(&audience.name);
    turn.facts
        .audiences
        .iter()
        .filter(wanted)
        .filter(|audience| reachable(audience))
        .collect()
}

/// Why nobody hears of it.
pub(super) fn nobody(turn: &Turn<'_>) -> NoAudience {
    let granted = turn.facts.audiences.iter().filter(|it| reachable(it));
    NoAudience {
        wanted: turn.policy.audiences.clone(),
        granted: granted.map(|audience| audience.name.clone()).collect(),
    }
}

/// Who hears of this kind of news: of an emergency everybody whom the operator granted, whatever the policy narrows it to.
fn hearing<'a>(turn: &Turn<'a>, kind: Kind) -> Vec<&'a Audience> {
    if kind == Kind::Expedited {
        turn.facts
            .audiences
            .iter()
            .filter(|audience| reachable(audience))
            .collect()
    } else {
        audiences(turn)
    }
}

fn reachable(audience: &Audience) -> bool {
    !audience.chats.is_empty() || !audience.emails.is_empty()
}

/// Tells every audience, unless this very news has been told.
pub(super) fn announce(turn: &mut Turn<'_>, kind: Kind, message: &str) {
    // Told is what the issue says now, whatever webhooks are still on their way.
    if let Some(newest) = &turn.facts.newest {
        body::read_fields(turn, &newest.body);
    }
    let key = news_key(turn, kind, message);
    if turn.rollout.announced.contains_key(&key) {
        return;
    }
    if kind == Kind::Planned && has_told(turn, Kind::Scheduled) {
        return; // whoever knows when it happens knows that it is planned
    }
    let audiences = hearing(turn, kind);
    if audiences.is_empty() {
        let audiences = nobody(turn);
        turn.say(Reply::NobodyToTell { audiences });
        return;
    }
    let mut copies = Vec::new();
    for audience in audiences {
        let announcement = compose(turn, kind, message, &key, audience);
        send_copies(turn, &announcement, audience, &mut copies);
    }
    turn.record(Fact::Announced {
        announcement: key.clone(),
        copies: copies.len(),
    });
    turn.say(Reply::Announced {
        copies: copies.len(),
    });
    turn.rollout.announced.insert(
        key,
        Announced {
            kind,
            at: turn.facts.now,
            copies,
        },
    );
}

fn has_told(turn: &Turn<'_>, kind: Kind) -> bool {
    let mut told = turn.rollout.announced.values();
    told.any(|told| told.kind == kind)
}

fn send_copies(
    turn: &mut Turn<'_>,
    announcement: &Announcement,
    audience: &Audience,
    copies: &mut Vec<Copy>,
) {
    let id = turn.rollout.id.clone();
    let mut copy = |turn: &mut Turn<'_>, channel: &str, address: &str, action: Action| {
        let key = format!(
            "{channel}:{id}:{}:{}:{address}",
            announcement.key, audience.name
        );
        turn.once(key, action);
        let receipt = Receipt {
            announcement: announcement.key.clone(),
            channel: channel.to_owned(),
            audience: audience.name.clone(),
            address: address.to_owned(),
        };
        copies.push(Copy {
            receipt,
            outcome: Outcome::Pending,
        });
    };
    for chat in &audience.chats {
        let action = Action::SendTelegram {
            chat: chat.id.clone(),
            thread: chat.thread,
            announcement: announcement.clone(),
        };
        let address = chat
            .thread
            .map_or_else(|| chat.id.clone(), |thread| format!("{}/{thread}", chat.id));
        copy(turn, "telegram", &address, action);
    }
    for to in &audience.emails {
        copy(
            turn,
            "email",
            to,
            Action::SendEmail {
                to: to.clone(),
                announcement: announcement.clone(),
            },
        );
    }
}

/// The announcement as this audience gets it.
pub(super) fn compose(
    turn: &Turn<'_>,
    kind: Kind,
    message: &str,
    key: &str,
    audience: &Audience,
) -> Announcement {
    let rollout = &turn.rollout;
    Announcement {
        key: key.to_owned(),
        audience: audience.name.clone(),
        kind,
        rollout: rollout.id.to_string(),
        title: rollout.title.clone(),
        repository: rollout.place.repository.to_string(),
        link: rollout.link(&turn.facts.web_url),
        components: rollout.fields.components.clone(),
        purpose: rollout.fields.purpose.clone(),
        benefits: rollout.fields.benefits.clone(),
        impact: rollout.fields.impact.clone(),
        contact: rollout.fields.contact.clone(),
        window: rollout.window.clone(),
        message: message.to_owned(),
        by: turn.event.actor.as_ref().map(|person| person.login.clone()),
        at: turn.facts.now,
        zone: audience.zone.clone(),
    }
}

/// The same news has the same key: the plan and the schedule by what they say, an update by the event that caused it, the rest once.
fn news_key(turn: &Turn<'_>, kind: Kind, message: &str) -> String {
    let rollout = &turn.rollout;
    let content = match kind {
        Kind::Planned => format!("{:?}", rollout.fields.components),
        Kind::Scheduled => format!("{:?}{:?}", rollout.fields.components, rollout.window),
        Kind::Update | Kind::Expedited => format!("{}{message}", turn.event.key),
        Kind::Started | Kind::Completed | Kind::RolledBack | Kind::Cancelled => {
            return kind.word().to_owned();
        }
    };
    let hash = hex::encode(Sha256::digest(content.as_bytes()));
    format!("{}-{}", kind.word(), &hash[..8])
}
