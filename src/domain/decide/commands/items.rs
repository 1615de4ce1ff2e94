//! `/done`, `/undo`, `/evidence`, `/skip`, `/owner`.

use super::Answer;
use crate::domain::{
    command::CommandName,
    decide::{
        claim::{self, Claimed, claim},
        four_eyes, gates,
        needs::person_by_login,
        turn::Turn,
    },
    ledger::Fact,
    person::Permission,
    policy::Rule,
    refusal::Refusal,
    reply::Reply,
    rollout::{Evidence, Item, ItemState},
    template::ItemActor,
};

fn find(turn: &Turn<'_>, name: &str) -> Result<Item, Refusal> {
    turn.rollout
        .item(name)
        .cloned()
        .ok_or_else(|| claim::unknown_item(turn, name))
}

/// Ticks, for those who cannot edit the body.
pub(super) fn done(turn: &mut Turn<'_>, name: &str, note: Option<String>) -> Answer {
    let item = find(turn, name)?;
    let reply = set(turn, &item, true)?;
    if let Some(text) = note {
        attach(turn, &item.id, text);
    }
    Ok(reply)
}

/// Unticks.
pub(super) fn undo(turn: &mut Turn<'_>, name: &str) -> Answer {
    let item = find(turn, name)?;
    if let ItemState::Waived { .. } = item.state {
        return unwaive(turn, &item);
    }
    set(turn, &item, false)
}

fn set(turn: &mut Turn<'_>, item: &Item, wanted: bool) -> Answer {
    let title = item.title.clone();
    match claim(turn, &item.id, wanted) {
        Claimed::Accepted => {
            turn.rollout.unsettled.insert(item.id.clone(), wanted);
            Ok(if wanted {
                Reply::Done { title }
            } else {
                Reply::Undone { title }
            })
        }
        Claimed::Same if wanted => Err(Refusal::AlreadyDone {
            what: format!("{title} is done"),
        }),
        Claimed::Same => Err(Refusal::AlreadyOpen { title }),
        Claimed::Superseded => Err(Refusal::AlreadyDone {
            what: format!("{title} was changed after this comment"),
        }),
        Claimed::Refused(refusal) => Err(refusal),
    }
}

/// Attaches proof.
pub(super) fn evidence(turn: &mut Turn<'_>, name: &str, text: String) -> Answer {
    let item = find(turn, name)?;
    if item.by == ItemActor::Person {
        turn.may(&claim::rule_of(turn, &item))?;
    } else {
        turn.may(&turn.policy.ticks)?;
    }
    // Evidence may be part of what is signed: a repetition that comes late must not change it.
    turn.supersedes_words(CommandName::Evidence, &item.id, &text)?;
    attach(turn, &item.id, text);
    Ok(Reply::EvidenceAttached { title: item.title })
}

fn attach(turn: &mut Turn<'_>, id: &str, text: String) {
    let evidence = Evidence {
        text: text.clone(),
        by: turn.actor_login(),
        at: turn.facts.now,
    };
    if let Some(item) = turn.rollout.item_mut(id) {
        item.evidence.push(evidence);
    }
    four_eyes::attached(turn, id);
    turn.record(Fact::EvidenceAttached {
        item: id.to_owned(),
        text,
    });
}

/// Leaves an item out. The quorum cannot be waived.
pub(super) fn skip(turn: &mut Turn<'_>, name: &str, reason: String) -> Answer {
    let item = find(turn, name)?;
    if item.by == ItemActor::Rollcall {
        return Err(gates::why_rollcall_alone(turn, &item));
    }
    turn.may(turn.policy.rule_for_waiver(&item.id))?;
    if item.is_settled() {
        return Err(Refusal::AlreadyDone {
            what: format!("{} is settled", item.title),
        });
    }
    not_superseded(turn, &item)?;
    let Some(by) = turn.event.actor.clone() else {
        return Err(Refusal::RightsUnknown {
            why: "nobody is named as the cause".to_owned(),
        });
    };
    let state = ItemState::Waived {
        by,
        at: turn.facts.now,
        reason: reason.clone(),
    };
    if let Some(item) = turn.rollout.item_mut(&item.id) {
        item.state = state;
    }
    claim::remember(turn, &item.id);
    turn.record(Fact::Waived {
        item: item.id,
        reason: reason.clone(),
    });
    Ok(Reply::Waived {
        title: item.title,
        reason,
    })
}

fn not_superseded(turn: &Turn<'_>, item: &Item) -> Result<(), Refusal> {
    if claim::is_superseded(turn, item) {
        return Err(Refusal::AlreadyDone {
            what: format!("{} was changed after this comment", item.title),
        });
    }
    Ok(())
}

fn unwaive(turn: &mut Turn<'_>, item: &Item) -> Answer {
    let rule: Rule = if item.required {
        turn.policy.rule_for_waiver(&item.id).clone()
    } else {
        claim::rule_of(turn, item)
    };
    turn.may(&rule)?;
    not_superseded(turn, item)?;
    claim::remember(turn, &item.id);
    claim::settle(turn, &item.id, false);
    Ok(Reply::Undone {
        title: item.title.clone(),
    })
}

/// Says who is to do it. Whom GitHub does not know here may be a slip in the name, which is said.
pub(super) fn owner(turn: &mut Turn<'_>, name: &str, login: String) -> Answer {
    let item = find(turn, name)?;
    turn.supersedes(&format!("owner:{}", item.id), "a newer `/owner` was heard")?;
    if let Some(item) = turn.rollout.item_mut(&item.id) {
        item.owner = Some(login.clone());
    }
    turn.record(Fact::OwnerSet {
        item: item.id,
        owner: login.clone(),
    });
    let known = turn.facts.people.get(&person_by_login(&login).id);
    let has_none = known.is_some_and(|known| known.permission == Ok(Permission::None));
    Ok(Reply::OwnerSet {
        title: item.title,
        owner: login,
        unknown_in: has_none.then(|| turn.rollout.place.repository.to_string()),
    })
}
