//! Four eyes: whoever opened the rollout, wrote the change, or changed what would be deployed does not approve it.

use super::{gates, turn::Turn};
use crate::domain::{
    approval::{SignedField, content_changes, digest::Signed},
    checklist,
    event::What,
    facts::History,
    fields::{self, Fields},
    ids::Person,
    refusal::Refusal,
    rollout::{Changer, Rollout},
};
use std::collections::BTreeMap;

/// Parts of what would be deployed, by name.
type Changes = BTreeMap<String, SignedField>;

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
        let old = Signed::default();
        let new = Signed {
            rollback_plan: gates::rollback_plan(&turn.rollout),
            ..Signed::default()
        };
        changed(turn, content_changes(&old, &new));
    }
}

/// A person edited the body: what that edit changed is theirs, whatever the body has become since.
pub(super) fn edited(turn: &mut Turn<'_>, from: Option<&str>, body: &str) {
    let changes = changes_of(&turn.rollout, from, body);
    changed(turn, changes);
}

/// What an edit changed. A body without its checklist says nothing, and neither does bringing the checklist back.
fn changes_of(rollout: &Rollout, from: Option<&str>, body: &str) -> Changes {
    let Some(new) = told(rollout, body) else {
        return Changes::new();
    };
    let old = from.and_then(|from| told(rollout, from));
    let old = old.unwrap_or_else(|| written(&rollout.fields));
    content_changes(&old, &new)
}

/// What a body says would be deployed; none when its checklist is gone.
fn told(rollout: &Rollout, body: &str) -> Option<Signed> {
    let list = checklist::parse(body);
    let own = |id: &str, title: &str| list.find(id, title).is_some();
    let mut items = rollout.items.iter().filter(|item| !item.extra);
    items
        .any(|item| own(&item.id, &item.title))
        .then(|| written(&fields::parse(body, &rollout.template)))
}

fn written(fields: &Fields) -> Signed {
    Signed {
        components: fields.components.clone(),
        rollback_plan: fields.rollback_plan.clone(),
        ..Signed::default()
    }
}

/// Whoever caused this made this change, unless a newer one of the same part is known.
fn changed(turn: &mut Turn<'_>, parts: Changes) {
    let at = turn.event.at;
    for (name, field) in parts {
        let by = turn.event.actor.clone();
        let known = turn.rollout.changers.get(&name);
        if known.is_none_or(|known| known.by.is_none() || known.at <= at) {
            let changer = Changer { field, by, at };
            turn.rollout.changers.insert(name, changer);
        }
    }
}

/// What was seen on the issue to have changed without an edit that told of it: nobody stands behind it until somebody is known to.
/// Rollcall's own edits put back what others wrote, and its own issue says what was asked for.
pub(super) fn watch(turn: &mut Turn<'_>) {
    if turn.is_own() || matches!(turn.event.what, What::IssueOpened { .. }) {
        return;
    }
    let told = match &turn.event.what {
        What::BodyEdited { from, body } => changes_of(turn.before, from.as_deref(), body),
        _ => Changes::new(),
    };
    let (old, new) = (written(&turn.before.fields), written(&turn.rollout.fields));
    let at = turn.event.at;
    let mut seen = content_changes(&old, &new);
    seen.retain(|name, _| !told.contains_key(name));
    for (name, field) in seen {
        let by = None;
        let changer = Changer { field, by, at };
        turn.rollout.changers.insert(name, changer);
    }
    explained(turn);
}

/// GitHub's edit history tells whose edit it was, when that was asked for: the last that made it what it is now.
fn explained(turn: &mut Turn<'_>) {
    let History::Read(revisions) = &turn.facts.history else {
        return;
    };
    let now = written(&turn.rollout.fields);
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
        for name in content_changes(&old, &new).into_keys() {
            let changer = turn.rollout.changers.get_mut(&name);
            let unknown = changer.filter(|changer| changer.by.is_none());
            if let Some(changer) = unknown.filter(|_| !since.contains_key(&name)) {
                (changer.by, changer.at) = (Some(editor.clone()), pair[1].at);
            }
        }
    }
}
