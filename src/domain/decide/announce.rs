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
use jiff::Timestamp;
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

/// Tells every audience that has not been told this very news.
pub(super) fn announce(turn: &mut Turn<'_>, kind: Kind, message: &str) {
    // Told is what the issue says now, whatever webhooks are still on their way.
    if let Some(newest) = &turn.facts.newest {
        body::read_fields(turn, &newest.body);
    }
    let mut key = news_key(turn, kind, message);
    let is_known = turn.rollout.announced.contains_key(&key);
    if is_known && kind != Kind::Scheduled {
        return;
    }
    if kind == Kind::Planned && has_told(turn, Kind::Scheduled) {
        return; // whoever knows when it happens knows that it is planned
    }
    let mut audiences = hearing(turn, kind);
    if audiences.is_empty() {
        let audiences = nobody(turn);
        turn.say(Reply::NobodyToTell { audiences });
        return;
    }
    if is_known {
        audiences.retain(|audience| !standing(turn).any(|told| told.is_to(&audience.name)));
        if audiences.is_empty() {
            return;
        }
        // Under a key of its own, or it would be taken for the message that went out before.
        key = format!("{key}-{}", turn.rollout.announced.len());
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
            overtaken: false,
        },
    );
    overtake(turn);
}

/// Schedules of which stakeholders were told, and which are not the one that they have just heard of, no longer stand.
fn overtake(turn: &mut Turn<'_>) {
    let now = news_key(turn, Kind::Scheduled, "");
    for (key, told) in &mut turn.rollout.announced {
        told.overtaken |= told.kind == Kind::Scheduled && !key.starts_with(&now);
    }
}

/// The announcements of the schedule as it is now, as far as nothing else was told since.
fn standing<'t>(turn: &'t Turn<'_>) -> impl Iterator<Item = &'t Announced> {
    let now = news_key(turn, Kind::Scheduled, "");
    let told = turn.rollout.announced.iter();
    let of_now = told.filter(move |(key, told)| key.starts_with(&now) && !told.overtaken);
    of_now.map(|(_, told)| told)
}

/// Since when everybody who is to hear of it has known the schedule as it is now; none when somebody was not reached with it.
pub(super) fn schedule_known_since(turn: &Turn<'_>) -> Option<Timestamp> {
    let mut known_since = None;
    for audience in audiences(turn) {
        let reached = standing(turn).filter(|told| told.has_reached(&audience.name));
        let since = reached.map(|told| told.at).min()?;
        known_since = known_since.max(Some(since));
    }
    known_since
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
