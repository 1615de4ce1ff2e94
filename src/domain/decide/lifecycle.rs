//! What happens around the issue: closed, reopened, deleted, moved, renamed, uninstalled.

use super::{advance, claim, turn::Turn, votes};
use crate::domain::{
    ids::Repository,
    ledger::Fact,
    phase::Phase,
    reply::Reply,
    rollout::{End, HoldCause, Item, ItemState, Stage},
    template::ItemActor,
};

/// Somebody closed the issue. Before the end this holds the rollout: closing by mistake must not tell stakeholders that it is over.
pub(super) fn closed(turn: &mut Turn<'_>) {
    if turn.rollout.is_finished() || turn.is_own() {
        return;
    }
    turn.hold(HoldCause::Closed, "the issue is closed");
    turn.say(Reply::ClosedEarly);
}

/// Somebody opened it again.
pub(super) fn reopened(turn: &mut Turn<'_>) {
    if turn.rollout.is_finished() {
        turn.say(Reply::ReopenedLate);
    } else {
        turn.lift(HoldCause::Closed);
    }
}

/// The issue is gone, and with it the place to steer from: the rollout is cancelled, and who was told of it is told so.
pub(super) fn deleted(turn: &mut Turn<'_>) {
    if !turn.rollout.is_finished() {
        advance::finish(turn, End::Cancelled, "its issue was deleted");
    }
    unreachable_now(turn, "its issue was deleted");
}

/// The App was uninstalled.
pub(super) fn uninstalled(turn: &mut Turn<'_>) {
    if !turn.rollout.is_finished() {
        advance::finish(turn, End::Cancelled, "Rollcall was uninstalled");
    }
    unreachable_now(turn, "Rollcall was uninstalled");
}

/// Nothing can be written to the issue any more, so nothing is tried.
fn unreachable_now(turn: &mut Turn<'_>, why: &str) {
    turn.effects
        .retain(|effect| effect.action.channel() != "github");
    turn.replies.clear();
    let hold = crate::domain::rollout::Hold {
        by: None,
        at: turn.facts.now,
        reason: why.to_owned(),
    };
    turn.rollout.holds.insert(HoldCause::RepositoryLost, hold);
}

/// The issue lives in another repository now. Its policy is that repository's from now on.
///
/// GitHub moves issues between repositories of one owner only. What says otherwise is not followed: it would carry the rollout to where
/// others hold the rights and other audiences are told.
pub(super) fn transferred(turn: &mut Turn<'_>, repository: &Repository, issue: u64) {
    let there = (repository, Some(issue));
    if there == (&turn.rollout.place.repository, turn.rollout.place.issue) {
        return;
    }
    let owner = &turn.rollout.place.repository.owner;
    if !owner.eq_ignore_ascii_case(&repository.owner) {
        turn.hold(HoldCause::RepositoryLost, "its issue went to another owner");
        return;
    }
    turn.rollout.place.repository = repository.clone();
    turn.rollout.place.issue = Some(issue);
    // Who may stop it there is not known from here.
    turn.rollout.may_stop.clear();
    // Labels do not travel, and the comments have new numbers.
    turn.rollout.sent.clear();
    begin_anew(turn);
    // What was heard there would seem unheard here.
    let seen = &mut turn.rollout.comments.until;
    *seen = (*seen).max(Some(turn.event.at));
    turn.record(Fact::Moved {
        to: format!("{repository}#{issue}"),
    });
}

/// Other people hold the rights there, and another policy says who may do what. What people settled or signed was allowed by the rules of
/// the repository that it came from, so it is open again. (Who of them might do the same here could be asked of GitHub, person by person
/// and item by item; moves are rare, and a box is ticked again with a click.) What came before a start stays as it is after it.
fn begin_anew(turn: &mut Turn<'_>) {
    if turn.rollout.is_finished() {
        return;
    }
    let preparing = turn.rollout.stage == Stage::Preparing;
    let by_people = |item: &&Item| {
        item.by == ItemActor::Person
            && item.state != ItemState::Open
            && (preparing || item.phase >= Phase::Deployment)
    };
    let items = turn.rollout.items.iter().filter(by_people);
    let items: Vec<(String, String)> = items
        .map(|item| (item.id.clone(), item.title.clone()))
        .collect();
    let mut titles = Vec::new();
    for (id, title) in items {
        claim::settle(turn, &id, false);
        turn.rollout.unsettled.insert(id, false);
        titles.push(title);
    }
    let voters = if preparing {
        votes::void_all(turn, "the issue moved to another repository")
    } else {
        Vec::new()
    };
    if !titles.is_empty() || !voters.is_empty() {
        turn.say(Reply::BegunAnew { titles, voters });
    }
}

/// The repository was deleted, archived, or taken out of the installation. Only the first is for good.
pub(super) fn repository_lost(turn: &mut Turn<'_>, how: &str) {
    if how != "deleted" {
        turn.hold(HoldCause::RepositoryLost, how);
        return;
    }
    if !turn.rollout.is_finished() {
        advance::finish(turn, End::Cancelled, "its repository was deleted");
    }
    unreachable_now(turn, "its repository was deleted");
}

/// The repository is (again) one of an installation, perhaps of another one than before.
pub(super) fn repository_found(turn: &mut Turn<'_>) {
    turn.rollout.place.installation = turn.event.place.installation;
    turn.lift(HoldCause::RepositoryLost);
}

/// The repository has another name or owner; with another owner it belongs to that one's installation.
pub(super) fn repository_renamed(turn: &mut Turn<'_>, repository: &Repository) {
    turn.rollout.place.installation = turn.event.place.installation;
    if turn.rollout.place.repository != *repository {
        turn.rollout.place.repository = repository.clone();
        turn.record(Fact::Moved {
            to: repository.to_string(),
        });
    }
}

/// The title was edited; announcements use the new one.
pub(super) fn retitled(turn: &mut Turn<'_>, title: &str) {
    let newest = turn.supersedes("title", "a newer title was heard").is_ok();
    if newest && turn.rollout.title != title {
        title.clone_into(&mut turn.rollout.title);
        turn.record(Fact::Retitled {
            title: title.to_owned(),
        });
    }
}

/// A person changed one of the phase labels: a wish, answered with how phases come about.
pub(super) fn label_changed(turn: &mut Turn<'_>, label: &str) {
    if !turn.is_own() && Phase::from_label(label).is_some() && !turn.rollout.is_finished() {
        turn.say(Reply::LabelIsDerived);
    }
}
