//! A wish, put to the core as a person who has it would put it.

use super::model::world::{Who, World};
use rollcall::domain::{
    checklist,
    decide::{Decision, decide},
    effect::{Action, Effect, Reaction},
    event::{Event, What},
    ids::CommentId,
    ledger::Fact,
    person::Standing,
    rollout::ItemState,
};

/// Something that is asked for.
pub(super) enum Wish {
    Say(&'static str),
    Flip { item: String, checked: bool },
}

/// The world with this item open or done, so that the wish changes something.
fn with_item(world: &World, id: &str, done: bool) -> World {
    let mut world = world.clone();
    let at = world.rollout.created_at;
    if let Some(item) = world.rollout.item_mut(id) {
        item.state = if done {
            ItemState::Done { by: None, at }
        } else {
            ItemState::Open
        };
    }
    world.body = checklist::flip(&world.body, &[(id, done)]).body;
    world
}

/// A wish in the world in which it changes something; only who has it is left open.
pub(super) struct Asked<'a> {
    world: World,
    event: Event,
    wish: &'a Wish,
}

impl<'a> Asked<'a> {
    pub(super) fn of(world: &World, wish: &'a Wish) -> Self {
        let (mut world, what) = match wish {
            Wish::Say(text) => {
                let (id, done) = match *text {
                    "/skip performance-benchmarking small" => ("performance-benchmarking", false),
                    "/undo backup" => ("backup", true),
                    _ => ("backup", false),
                };
                let world = if text.contains(id) {
                    with_item(world, id, done)
                } else {
                    world.clone()
                };
                let what = What::CommentCreated {
                    comment: CommentId(7),
                    body: (*text).to_owned(),
                    change_author: None,
                };
                (world, what)
            }
            Wish::Flip { item, checked } => {
                let mut world = with_item(world, item, !checked);
                let to = checklist::flip(&world.body, &[(item, *checked)]).body;
                let what = world.edit(Who::Ada.person(), to).what;
                (world, what)
            }
        };
        let event = world.event(None, what);
        Self { world, event, wish }
    }

    /// The core's answer: `yes`, the code of its refusal, or a dash when it does not listen.
    pub(super) fn by(&self, standing: Standing) -> String {
        let event = Event {
            actor: Some(standing.person.clone()),
            ..self.event.clone()
        };
        let mut facts = self.world.facts(&event);
        if let Some(asked) = facts.people.get_mut(&standing.person.id) {
            *asked = standing;
        }
        let decision = decide(Some(&self.world.rollout), &event, &facts);
        let refused = decision.ledger.iter().find_map(|(entry, _)| {
            if let Fact::CommandRefused { code, .. } | Fact::FlipRefused { code, .. } = &entry.fact
            {
                Some(code.clone())
            } else {
                None
            }
        });
        let heard = if self.is_heard(&decision) {
            "yes"
        } else {
            "–"
        };
        refused.unwrap_or_else(|| heard.to_owned())
    }

    fn is_heard(&self, decision: &Decision) -> bool {
        let thumb = |effect: &Effect| {
            let Action::React { reaction, .. } = effect.action else {
                return false;
            };
            reaction == Reaction::ThumbsUp
        };
        match self.wish {
            Wish::Say(_) => decision.effects.iter().any(thumb),
            Wish::Flip { item, checked } => decision
                .rollout
                .as_ref()
                .and_then(|rollout| rollout.item(item))
                .is_some_and(|item| item.is_done() == *checked),
        }
    }
}
