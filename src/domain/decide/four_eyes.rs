//! Four eyes: whoever opened the rollout, wrote the change, or changed what would be deployed does not approve it.

use super::turn::Turn;
use crate::domain::{
    approval::{Change, SignedField, content_changes, digest::Signed},
    checklist,
    event::What,
    facts::History,
    fields::{self, Fields},
    ids::Person,
    refusal::Refusal,
    rollout::{Changer, Evidence, Rollout},
};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Why the approval of whoever caused this does not count, whatever the rules say; empty when it does.
pub(super) fn own_words(turn: &Turn<'_>) -> Vec<Refusal> {
    let (rollout, approvals) = (&turn.rollout, &turn.policy.approvals);
    let Some(actor) = &turn.event.actor else {
        return Vec::new();
    };
    let mut own = Vec::new();
    if approvals.not_opener && rollout.asked_by().is_some_and(|opener| opener.is(actor)) {
        own.push(Refusal::OwnRollout);
    }
    if approvals.not_author && rollout.authors.iter().any(|author| author.id == actor.id) {
        own.push(Refusal::OwnChange);
    }
    let what = rollout.changed_by(actor, &approvals.leave_out);
    if approvals.not_author && !what.is_empty() {
        own.push(Refusal::OwnEdit { what });
    }
    own
}

/// Whether this person could sign again, as far as four eyes go.
pub(super) fn is_free(turn: &Turn<'_>, person: &Person) -> bool {
    let approvals = &turn.policy.approvals;
    let changed = turn.rollout.changed_by(person, &approvals.leave_out);
    !approvals.not_author || changed.is_empty()
}

/// A change that nobody has told of may be that of whoever approves.
pub(super) fn blocker(turn: &Turn<'_>) -> Option<Refusal> {
    let approvals = &turn.policy.approvals;
    let what = turn.rollout.changed_by_unknown(&approvals.leave_out);
    (approvals.not_author && !what.is_empty()).then_some(Refusal::ChangerUnknown { what })
}

/// Proof was attached to the way back, which approvals sign.
pub(super) fn attached(turn: &mut Turn<'_>, item: &str) {
    if item == "rollback-plan" {
        let proof = proof(&turn.rollout);
        let fields = &turn.rollout.fields;
        let old = signed(fields, &proof[..proof.len().saturating_sub(1)]);
        let new = signed(fields, proof);
        let (by, at) = (turn.event.actor.clone(), turn.event.at);
        for (name, change) in content_changes(&old, &new) {
            note(&mut turn.rollout, &name, &change, by.clone(), at);
        }
    }
}

/// A person edited the body: what that edit changed is theirs, as far as the newest body still shows it.
pub(super) fn edited(turn: &mut Turn<'_>, from: Option<&str>, body: &str, newest: &str) {
    let (Some(by), Some(body)) = (turn.event.actor.clone(), told(&turn.rollout, body)) else {
        return;
    };
    let Some(newest) = told(&turn.rollout, newest) else {
        return;
    };
    let old = from.and_then(|from| told(&turn.rollout, from));
    let known = written(&turn.rollout);
    let changes = content_changes(old.as_ref().unwrap_or(&known), &body);
    let since = content_changes(&body, &newest);
    let unseen = content_changes(&known, &newest);
    for (name, change) in &changes {
        let told = Told {
            name,
            change,
            stands: !since.contains_key(name),
            is_new: unseen.contains_key(name),
        };
        take(turn, &by, &told);
    }
    let components = |change: &Change| change.field == SignedField::Components;
    if changes.values().any(components) {
        stand_behind(&mut turn.rollout, &by, turn.event.at, [&body, &newest]);
    }
}

/// One change of an edit, and what has become of it.
struct Told<'c> {
    name: &'c str,
    change: &'c Change,
    /// Whether the newest body shows what it made.
    stands: bool,
    /// Whether the newest body shows something else than the record.
    is_new: bool,
}

fn take(turn: &mut Turn<'_>, by: &Person, told: &Told<'_>) {
    let (at, change) = (turn.event.at, told.change);
    let Some(known) = turn.rollout.changers.get_mut(told.name) else {
        return follow(turn, by, told);
    };
    let value = known.value.as_ref();
    let is_it = told.stands && value.is_none_or(|value| *value == change.new);
    match &known.by {
        Some(_) if known.at > at => known.told_late(change, by, at),
        None if is_it && !told.is_new => known.told(by.clone(), at, &change.old),
        None if !told.stands && !told.is_new => known.told_late(change, by, at),
        _ => follow(turn, by, told),
    }
}

/// The edit follows upon what is known; what lies between is nobody's yet. Where the record has what the newest body shows, nothing of the
/// edit is left, and neither is there when it only undid something and was overwritten.
fn follow(turn: &mut Turn<'_>, by: &Person, told: &Told<'_>) {
    let (name, change, at) = (told.name, told.change, turn.event.at);
    let known = turn.rollout.changers.get(name);
    let is_undone = known.is_some_and(|known| known.was(&change.new));
    if !told.is_new || (is_undone && !told.stands) {
        return;
    }
    let value = known.and_then(|known| known.value.clone());
    let old = value.unwrap_or_else(|| hash_of(&written(&turn.rollout), name));
    if old != change.old && old != change.new {
        let hidden = Change {
            old,
            new: change.old.clone(),
            ..change.clone()
        };
        note(&mut turn.rollout, name, &hidden, None, at);
    }
    note(&mut turn.rollout, name, change, Some(by.clone()), at);
}

/// One part as a hash; empty when there is none.
fn hash_of(signed: &Signed, name: &str) -> String {
    let parts = content_changes(signed, &Signed::default());
    parts
        .get(name)
        .map_or_else(String::new, |part| part.old.clone())
}

/// Whoever writes the components stands behind those that are not among them any more, when nobody is known who took them away.
fn stand_behind(rollout: &mut Rollout, by: &Person, at: Timestamp, bodies: [&Signed; 2]) {
    let gone = bodies.map(|body| content_changes(body, &Signed::default()));
    let is_gone = |name: &String| gone.iter().all(|parts| !parts.contains_key(name));
    let unknown = rollout.changers.iter_mut();
    let unknown = unknown.filter(|(name, changer)| changer.by.is_none() && is_gone(name));
    for (_, changer) in unknown.filter(|(_, changer)| changer.field == SignedField::Components) {
        (changer.by, changer.at) = (Some(by.clone()), at);
    }
}

/// One more change of a part.
fn note(rollout: &mut Rollout, name: &str, change: &Change, by: Option<Person>, at: Timestamp) {
    let changer = match rollout.changers.remove(name) {
        Some(known) => known.then(change, by, at),
        None => Some(Changer::new(change, by, at)),
    };
    if let Some(changer) = changer {
        rollout.changers.insert(name.to_owned(), changer);
    }
}

/// What a body says would be deployed; none when its checklist is gone.
fn told(rollout: &Rollout, body: &str) -> Option<Signed> {
    let list = checklist::parse(body);
    let own = |id: &str, title: &str| list.find(id, title).is_some();
    let mut items = rollout.items.iter().filter(|item| !item.extra);
    items
        .any(|item| own(&item.id, &item.title))
        .then(|| signed(&fields::parse(body, &rollout.template), proof(rollout)))
}

/// What the record says would be deployed.
fn written(rollout: &Rollout) -> Signed {
    signed(&rollout.fields, proof(rollout))
}

/// The proof that is part of the way back.
fn proof(rollout: &Rollout) -> &[Evidence] {
    let item = rollout.item("rollback-plan");
    item.map(|item| item.evidence.as_slice())
        .unwrap_or_default()
}

fn signed(fields: &Fields, proof: &[Evidence]) -> Signed {
    let proof = proof.iter().map(|proof| proof.text.as_str());
    let plan: Vec<&str> = [fields.rollback_plan.trim()]
        .into_iter()
        .chain(proof)
        .collect();
    Signed {
        components: fields.components.clone(),
        rollback_plan: plan.join("\n"),
        ..Signed::default()
    }
}

/// What was seen on the issue to have changed without an edit that told of it: nobody stands behind it until somebody is known to.
/// Rollcall's own issue says what was asked for.
pub(super) fn watch(turn: &mut Turn<'_>) {
    if matches!(turn.event.what, What::IssueOpened { .. }) {
        return;
    }
    let overwritten = overwritten(turn);
    let at = turn.event.at;
    for (name, change) in content_changes(&written(turn.before), &written(&turn.rollout)) {
        let known = turn.rollout.changers.get(&name);
        let is_known = match known {
            Some(known) => known.value.as_ref() == Some(&change.new),
            // The edit undid what had been changed.
            None => is_undone(turn, &name, &change),
        };
        let is_put_back = known.is_some_and(|known| known.was(&change.new))
            && overwritten.get(&name) == Some(&change.new);
        if is_known || is_put_back {
            continue;
        }
        let value = known.and_then(|known| known.value.clone());
        let old = value.unwrap_or_else(|| change.old.clone());
        note(
            &mut turn.rollout,
            &name,
            &Change { old, ..change },
            None,
            at,
        );
    }
    explained(turn);
}

fn is_undone(turn: &Turn<'_>, name: &str, change: &Change) -> bool {
    let before = turn.before.changers.get(name);
    before.is_some_and(|before| before.was(&change.new))
}

/// What Rollcall's own edit made of the parts that it overwrote. That text is put back, and whose it is stays as it was.
fn overwritten(turn: &Turn<'_>) -> BTreeMap<String, String> {
    let What::BodyEdited {
        from: Some(from),
        body,
    } = &turn.event.what
    else {
        return BTreeMap::new();
    };
    let (old, new) = (told(turn.before, from), told(turn.before, body));
    let (Some(old), Some(new), true) = (old, new, turn.is_own()) else {
        return BTreeMap::new();
    };
    let changes = content_changes(&old, &new).into_iter();
    changes.map(|(name, change)| (name, change.new)).collect()
}

/// GitHub's edit history tells whose edit it was, when that was asked for: the last that made it what it is now.
fn explained(turn: &mut Turn<'_>) {
    let History::Read(revisions) = &turn.facts.history else {
        return;
    };
    let now = written(&turn.rollout);
    for pair in revisions.windows(2).rev() {
        let (Some(from), Some(to)) = (&pair[0].body, &pair[1].body) else {
            continue;
        };
        let editor = pair[1].editor.as_ref();
        let Some(editor) = editor.filter(|editor| !turn.facts.app.is(editor)) else {
            continue;
        };
        let (old, new) = (told(&turn.rollout, from), told(&turn.rollout, to));
        let (Some(old), Some(new)) = (old, new) else {
            continue;
        };
        let since = content_changes(&new, &now);
        for (name, change) in content_changes(&old, &new) {
            let changer = turn.rollout.changers.get_mut(&name);
            let unknown = changer.filter(|changer| changer.by.is_none());
            if let Some(changer) = unknown.filter(|_| !since.contains_key(&name)) {
                changer.told(editor.clone(), pair[1].at, &change.old);
            }
        }
    }
}
