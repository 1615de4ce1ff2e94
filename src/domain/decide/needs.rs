//! Which facts a decision will ask for, so that the shell reads them once, before.

use super::{
    Brake, brakes,
    comments::{self, Look},
    request_of,
};
use crate::domain::{
    approval::{self, Word},
    command::{Command, Said, parse_comment},
    event::{Event, TARGET_CHANGED, What},
    ids::{CommentId, Person, UserId},
    rollout::{Rollout, Stage},
};
use std::collections::BTreeMap;

/// What has to be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// Whose rights.
    pub people: Vec<Person>,
    /// Whether those rights are asked for again, even when GitHub told them a moment ago: a gate opens on them.
    pub fresh: bool,
    /// Whether the issue as it stands on GitHub.
    pub newest: bool,
    /// Name of the template to read for a new rollout; an empty name is the policy's default.
    pub template: Option<String>,
    /// Whether the policy.
    pub policy: bool,
    /// Which comments of the issue.
    pub comments: Option<Look>,
    /// Whether it is a brake, which does not wait for what GitHub does not tell.
    pub brake: Brake,
}

impl Needs {
    /// What a comment needs that was never heard, and is brought together with this.
    pub fn also(&mut self, other: Self) {
        self.people.extend(other.people);
        self.people.sort();
        self.people.dedup();
        self.fresh |= other.fresh;
    }
}

/// What deciding on this event needs.
#[must_use]
pub fn needs(rollout: Option<&Rollout>, event: &Event) -> Needs {
    let mut needs = Needs::default();
    if asks_for_nothing(rollout, event) {
        return needs;
    }
    needs.comments = rollout.and_then(|rollout| comments::look(rollout, event));
    let mut people: BTreeMap<UserId, Person> = BTreeMap::new();
    match &event.what {
        What::CommentCreated { body, .. } => {
            let said = parse_comment(body);
            people.extend(named(&said).map(|person| (person.id, person)));
            needs.policy = !said.is_empty();
            needs.newest = rollout.is_some() && needs.policy;
            needs.template = rollout.is_none().then(|| asked_template(&said)).flatten();
            needs.brake = rollout.map_or(Brake::No, |rollout| {
                brakes::of(rollout, event.actor.as_ref(), &said)
            });
            needs.fresh = said
                .iter()
                .any(|said| matches!(said, Said::Command(Command::StartDeploy)));
        }
        What::RolloutRequested(request) => {
            needs.policy = true;
            needs.template = Some(request.template.clone().unwrap_or_default());
        }
        What::IssueOpened { body, .. } => {
            needs.policy = true;
            needs.template = rollout
                .is_none()
                .then(|| super::request::template_of(body).unwrap_or_default());
        }
        // Who else has signed is counted again when a word is taken away.
        What::CommentEdited { comment, .. } | What::CommentDeleted { comment } => {
            needs.policy = rollout.is_some_and(|rollout| rests_on(rollout, *comment));
        }
        What::BodyEdited { .. }
        | What::Reconciled
        | What::RepositoryFound
        | What::InstallationResumed
        | What::DeadlinePassed { .. }
        | What::IssueReopened => {
            needs.policy = true;
            needs.newest = rollout.is_some();
        }
        _ => {}
    }
    needs.fresh |= opens_by_itself(event);
    if needs.policy {
        people.extend(
            event
                .actor
                .iter()
                .filter(|person| !person.bot)
                .map(|person| (person.id, person.clone())),
        );
        if let Some(rollout) = rollout.filter(|rollout| rollout.stage == Stage::Preparing) {
            people.extend(
                approval::newest_words(&rollout.votes)
                    .into_iter()
                    .filter(|vote| vote.word != Word::Withdraw)
                    .map(|vote| (vote.person.id, vote.person.clone())),
            );
            people.extend(glass_people(rollout).map(|person| (person.id, person.clone())));
        }
    }
    needs.people = people.into_values().collect();
    needs
}

/// Those who broke and confirmed a break-glass that is in force.
fn glass_people(rollout: &Rollout) -> impl Iterator<Item = &Person> {
    let glass = rollout.gates.glass();
    let confirmed = glass.and_then(|glass| glass.confirmed.as_ref());
    glass
        .map(|glass| &glass.by)
        .into_iter()
        .chain(confirmed.map(|confirmed| &confirmed.by))
}

/// What the clock opens or shuts, it does by the rights of now. That another rollout took or left the target opens nothing.
fn opens_by_itself(event: &Event) -> bool {
    matches!(&event.what, What::DeadlinePassed { name } if name != TARGET_CHANGED)
}

/// Whether a word that counts, or a break-glass, rests on this comment.
fn rests_on(rollout: &Rollout, comment: CommentId) -> bool {
    let votes = rollout.votes.iter().any(|vote| vote.comment == comment);
    let glass = rollout.gates.glass().is_some_and(|glass| {
        let confirmed = glass.confirmed.as_ref();
        glass.comment == comment || confirmed.is_some_and(|word| word.comment == comment)
    });
    votes || glass
}

/// Most issues and comments are no rollout's. And while GitHub does not let Rollcall in, it does not ask by itself: what follows from the
/// clock then follows from the record alone, and what depends on rights waits.
fn asks_for_nothing(rollout: Option<&Rollout>, event: &Event) -> bool {
    let by_itself = matches!(event.what, What::DeadlinePassed { .. } | What::Reconciled);
    match rollout {
        None => request_of(event, false).is_none(),
        Some(rollout) => by_itself && !rollout.is_reachable(),
    }
}

fn asked_template(said: &[Said]) -> Option<String> {
    said.iter().find_map(|said| match said {
        Said::Command(Command::Rollout { template, .. }) => {
            Some(template.clone().unwrap_or_default())
        }
        _ => None,
    })
}

/// People named by `/simulate … @user` and `/owner ITEM @user`. GitHub is asked by login, and says their number.
fn named(said: &[Said]) -> impl Iterator<Item = Person> {
    said.iter().filter_map(|said| match said {
        Said::Command(
            Command::Simulate {
                user: Some(login), ..
            }
            | Command::Owner { login, .. },
        ) => Some(person_by_login(login)),
        _ => None,
    })
}

/// A person known by login only.
#[must_use]
pub fn person_by_login(login: &str) -> Person {
    Person {
        id: UserId::of_login(login),
        login: login.to_owned(),
        bot: false,
    }
}
