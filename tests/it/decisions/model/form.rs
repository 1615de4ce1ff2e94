//! A state without what makes no difference: times of day, texts, numbers of comments, hashes of the record.

use super::{
    witness::{Says, Word},
    world::{Who, World},
};
use jiff::Timestamp;
use rollcall::domain::{
    announcement_kind::AnnouncementKind as Kind,
    approval::Vote,
    ids::UserId,
    rollout::{ItemState, Rollout, Stage},
    template::Gate,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    hash::{DefaultHasher, Hash, Hasher},
    sync::LazyLock,
};

/// The days that make a difference: the first, the eve of the first window, the first window, after approvals have lapsed, the second
/// window.
pub const DAYS: [&str; 5] = [
    "2026-11-02T09:00:00Z",
    "2026-11-04T20:00:00Z",
    "2026-11-04T22:05:00Z",
    "2026-11-10T09:00:00Z",
    "2026-11-12T22:05:00Z",
];

static BEGINS: LazyLock<[Timestamp; 5]> =
    LazyLock::new(|| DAYS.map(|day| day.parse().expect("a time")));

/// Which of the days it is.
pub fn day(at: Timestamp) -> usize {
    BEGINS.iter().filter(|day| **day <= at).count()
}

/// What counts of a rollout, in words: everything that people decided, and nothing of when it arrived.
pub fn meaning(rollout: &Rollout) -> String {
    let said: Vec<_> = newest_words(rollout)
        .into_values()
        .map(|vote| (&vote.person.login, vote.word, vote.digest.short()))
        .collect();
    let items: Vec<_> = rollout
        .items
        .iter()
        .map(|item| {
            let proof: Vec<_> = item.evidence.iter().map(|proof| &proof.text).collect();
            format!(
                "{} {} {:?} {proof:?}",
                item.id,
                state(&item.state),
                item.owner
            )
        })
        .collect();
    let feedback: BTreeMap<_, _> = rollout
        .feedback
        .iter()
        .map(|feedback| (&feedback.by.login, feedback.score))
        .collect();
    let log: BTreeSet<_> = rollout.log.iter().map(|entry| &entry.text).collect();
    format!(
        "{} steps {} {:?}\n{}\n{said:?}\n{:?}\nholds {:?}\nannounced {:?}\n{:?} {:?} {feedback:?} {log:?} {}",
        stage(&rollout.stage),
        rollout.steps,
        rollout.window,
        items.join("\n"),
        rollout.fields.components,
        rollout.holds.keys().collect::<Vec<_>>(),
        rollout.announced.keys().collect::<Vec<_>>(),
        rollout.title,
        rollout.place.issue,
        rollout.quorum,
    )
}

fn stage(stage: &Stage) -> String {
    match stage {
        Stage::Preparing => "preparing".to_owned(),
        Stage::Deploying { digest, .. } => format!("deploying {digest}"),
        Stage::Finished(finish) => format!("{:?}", finish.end),
    }
}

fn state(state: &ItemState) -> String {
    match state {
        ItemState::Open => "open".to_owned(),
        ItemState::Done { .. } => "done".to_owned(),
        ItemState::Waived { by, .. } => format!("waived {}", by.login),
    }
}

fn newest_words(rollout: &Rollout) -> BTreeMap<UserId, &Vote> {
    let mut newest: BTreeMap<UserId, &Vote> = BTreeMap::new();
    for vote in &rollout.votes {
        let slot = newest.entry(vote.person.id).or_insert(vote);
        if (slot.at, slot.comment) <= (vote.at, vote.comment) {
            *slot = vote;
        }
    }
    newest
}

/// The state of a world as a number: two worlds of one number go on in the same way.
pub fn form(world: &World) -> u64 {
    let mut hasher = DefaultHasher::new();
    rollout(world).hash(&mut hasher);
    words(world).hash(&mut hasher);
    surroundings(world).hash(&mut hasher);
    hasher.finish()
}

fn rollout(world: &World) -> String {
    let rollout = &world.rollout;
    let items: Vec<_> = rollout
        .items
        .iter()
        .map(|item| {
            let kind = match item.state {
                ItemState::Open => ('o', 0),
                ItemState::Done { at, .. } if item.gate == Some(Gate::Announcement) => {
                    ('d', day(at))
                }
                ItemState::Done { .. } => ('d', 0),
                ItemState::Waived { .. } => ('w', 0),
            };
            (kind, before_late(world, item.claimed_at), item.missing)
        })
        .collect();
    let votes: Vec<_> = rollout
        .votes
        .iter()
        .filter(|vote| world.late.is_some() || newest_words(rollout)[&vote.person.id] == *vote)
        .map(|vote| {
            (
                vote.person.id,
                vote.word,
                vote.digest.short(),
                day(vote.at),
                before_late(world, Some(vote.at)),
            )
        })
        .collect();
    let holds: Vec<_> = rollout
        .holds
        .iter()
        .map(|(cause, hold)| (cause, before_late(world, Some(hold.at))))
        .collect();
    let set: Vec<_> = rollout
        .set_at
        .iter()
        .map(|(name, at)| (name, before_late(world, Some(*at))))
        .collect();
    let announced: BTreeSet<&str> = rollout
        .announced
        .iter()
        .filter(|(_, news)| !news.overtaken)
        .map(|(key, news)| match news.kind {
            Kind::Update | Kind::Expedited => news.kind.word(),
            _ => key.as_str(),
        })
        .collect();
    let glass = rollout.gates.glass().map(|glass| {
        let second = glass.confirmed.as_ref().map(|word| word.by.id);
        (
            glass.by.id,
            &glass.digest,
            second,
            glass.started.is_some(),
            before_late(world, Some(glass.at)),
            glass.windows < rollout.gates.windows.len(),
        )
    });
    let waits: Vec<_> = rollout
        .gates
        .waits
        .iter()
        .map(|(gate, wait)| {
            (
                gate,
                wait.reminded,
                wait.escalated,
                day(wait.deadline),
                day(wait.end),
            )
        })
        .collect();
    let changers: Vec<_> = rollout
        .changers
        .iter()
        .map(|(name, changer)| {
            let by = changer.by.as_ref().map(|by| by.id);
            let former = changer.former.iter();
            let former: Vec<_> = former
                .map(|former| (former.by.as_ref().map(|by| by.id), &former.before))
                .collect();
            let late = before_late(world, Some(changer.at));
            (name, by, &changer.value, &changer.before, former, late)
        })
        .collect();
    format!(
        "{changers:?} {glass:?} {waits:?} {} {items:?} {votes:?} {holds:?} {set:?} {announced:?} {} {:?} {:?} {:?}",
        stage(&rollout.stage),
        rollout.quorum,
        rollout.window,
        rollout.unsettled,
        before_late(world, rollout.signed_since),
    )
}

/// Whether this time is before that of the delivery that is on its way; always the same when there is none.
fn before_late(world: &World, at: Option<Timestamp>) -> Option<bool> {
    Some(at? < world.late.as_ref()?.at)
}

/// What the independent account holds, as far as it can still matter.
fn words(world: &World) -> Vec<String> {
    let words = &world.witness.words;
    let mut kept = Vec::new();
    for who in Who::ALL {
        let own = words.iter().filter(|word| word.who == who.person().id);
        let turned = own
            .clone()
            .filter(|word| matches!(word.kind, Says::No | Says::Nothing))
            .max_by_key(|word| (word.at, word.comment));
        let matters = |word: &&Word| {
            world.late.is_some()
                || matches!(word.kind, Says::Glass | Says::Second)
                || turned
                    .is_none_or(|turned| (turned.at, turned.comment) <= (word.at, word.comment))
        };
        let mut said: Vec<String> = own
            .filter(matters)
            .map(|word| {
                let late = before_late(world, Some(word.at));
                let has_window = world.witness.window_said < Some(word.at);
                format!(
                    "{:?} {:?} {:?} {} {late:?} {has_window}",
                    word.kind,
                    word.saw,
                    word.gone,
                    day(word.at)
                )
            })
            .collect();
        said.sort();
        said.dedup();
        kept.push(format!("{who:?} {said:?}"));
    }
    kept
}

fn surroundings(world: &World) -> String {
    let late = world
        .late
        .as_ref()
        .map(|event| (&event.actor, &event.what, day(event.at)));
    let late = late.map(|(actor, what, day)| {
        let what = format!("{what:?}");
        let what = match what.split_once("comment: CommentId(") {
            Some((kind, rest)) => format!(
                "{kind}{}",
                rest.split_once(')').map_or("", |(_, rest)| rest)
            ),
            None => what,
        };
        (actor.as_ref().map(|actor| actor.id), what, day)
    });
    let sent: BTreeSet<_> = world
        .witness
        .sent
        .iter()
        .map(|(kind, told, _)| match kind {
            Kind::Update | Kind::Expedited => (kind, ""),
            _ => (kind, told.as_str()),
        })
        .collect();
    format!(
        "{} {} {} {} {} {} {late:?} {sent:?} {:?}",
        world.body,
        world.open,
        day(world.clock),
        world.stepped_back,
        world.sam_lost,
        world.at_once,
        before_late(world, world.witness.window_said)
    )
}
