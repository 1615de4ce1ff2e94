//! The laws of the model are fed steps that break them: each has to complain of its own.

use super::model::{
    acts::Act,
    brakes,
    laws::{self, Step},
    rescue::{self, Ways},
    search::search,
    starts::starts,
    witness::{Says, Word},
    world::{Who, World},
};
use rollcall::domain::{
    decide::{Decision, decide},
    effect::Action,
    event::Event,
    ids::CommentId,
    person::Permission,
    rollout::{End, Finish, Hold, HoldCause, ItemState, Rollout, Stage},
    template::ItemActor,
};
use std::sync::LazyLock;

/// A step that Rollcall makes, to be broken.
struct Made {
    before: Rollout,
    event: Event,
    decision: Decision,
    world: World,
    fresh: bool,
}

type Law = fn(&Step<'_>) -> Result<(), String>;

static STARTS: LazyLock<Vec<(&str, World)>> =
    LazyLock::new(|| starts().unwrap_or_else(|broken| panic!("{broken}")));

fn station(name: &str) -> World {
    let found = STARTS.iter().find(|(station, _)| *station == name);
    found.expect("a station").1.clone()
}

impl Made {
    fn of(station_name: &str, who: Who, text: &'static str) -> Self {
        let mut world = station(station_name);
        let event = world.happen(&Act::Say(who, text)).expect("it is possible");
        let facts = world.facts(&event);
        let before = world.rollout.clone();
        let decision = decide(Some(&before), &event, &facts);
        let has = world.permission(who.person().id);
        let fresh = world.witness.hear(&event, &before, has);
        Self {
            before,
            event,
            decision,
            world,
            fresh,
        }
    }

    fn after(&mut self) -> &mut Rollout {
        self.decision.rollout.as_mut().expect("something changed")
    }

    fn verdict(&self, law: Law) -> Result<(), String> {
        law(&Step {
            before: &self.before,
            event: &self.event,
            decision: &self.decision,
            world: &self.world,
            fresh: self.fresh,
        })
    }
}

/// What a person says at a station is lawful; broken like this it is not, and the law says so.
fn check(
    (station, who, text): (&str, Who, &'static str),
    law: Law,
    complaint: &str,
    breaks: impl FnOnce(&mut Made),
) {
    let mut made = Made::of(station, who, text);
    let lawful = made.verdict(laws::hold);
    assert_eq!(lawful, Ok(()), "{who:?} says {text} {station}");
    breaks(&mut made);
    let told = made.verdict(law).expect_err(complaint);
    assert!(told.contains(complaint), "{told}");
    let told = made.verdict(laws::hold).expect_err(complaint);
    assert!(!told.is_empty(), "the law is among all laws");
}

const START: (&str, Who, &str) = ("in its window", Who::Ada, "/start-deploy");
const EMERGENCY: (&str, Who, &str) = ("an emergency", Who::Ada, "/start-deploy");
const HELD: (&str, Who, &str) = ("deploying and aborted", Who::Ada, "/log slow start");

fn hold(made: &Made) -> Hold {
    Hold {
        by: None,
        at: made.event.at,
        reason: "wait".to_owned(),
    }
}

fn finished(end: End) -> Stage {
    Stage::Finished(Finish {
        end,
        at: "2026-11-04T23:00:00Z".parse().expect("a time"),
        by: None,
        reason: String::new(),
    })
}

#[test]
fn a_record_with_a_gap_a_forged_hash_or_a_lost_end_is_noticed() {
    let broken = "the record is broken";
    check(START, laws::chain, broken, |made| {
        made.decision.ledger.remove(0);
    });
    check(START, laws::chain, broken, |made| {
        made.decision.ledger[0].0.seq += 1;
    });
    check(START, laws::chain, broken, |made| {
        made.decision.ledger[0].1 = "0".repeat(64);
    });
    check(START, laws::chain, broken, |made| {
        made.decision.ledger[0].0.previous = "0".repeat(64);
    });
    check(START, laws::chain, "does not know the end", |made| {
        made.after().ledger_head.clear();
    });
}

#[test]
fn a_start_without_two_approvals_of_what_is_there_is_noticed() {
    let one = "with the approval of [UserId(2)] only";
    check(START, laws::start, one, |made| {
        let sam = Who::Sam.person().id;
        made.world.witness.words.retain(|word| word.who != sam);
    });
    check(START, laws::start, one, |made| made.world.sam_lost = true);
    let none = "with the approval of [] only";
    check(START, laws::start, none, |made| {
        for word in &mut made.world.witness.words {
            word.gone = Some(false);
        }
    });
    check(START, laws::start, none, |made| {
        made.world.body = made.world.body.replace("1.5.0", "1.6.0");
    });
    check(
        START,
        laws::start,
        "against the word of [UserId(1)]",
        |made| {
            let word = &made.world.witness.words[0];
            let no = Word {
                who: Who::Ada.person().id,
                kind: Says::No,
                ..word.clone()
            };
            made.world.witness.words.push(no);
        },
    );
}

#[test]
fn a_start_outside_the_window_on_hold_or_too_early_is_noticed() {
    check(START, laws::start, "outside the window", |made| {
        made.world.clock = made.before.created_at;
    });
    check(START, laws::start, "while on hold", |made| {
        made.world.open = false;
    });
    check(START, laws::start, "while on hold", |made| {
        let hold = hold(made);
        made.before.holds.insert(HoldCause::Overdue, hold.clone());
        made.after().holds.insert(HoldCause::Overdue, hold);
    });
    check(
        START,
        laws::start,
        r#"while ["rollback-plan"] is open"#,
        |made| {
            let item = made.after().item_mut("rollback-plan").expect("an item");
            item.state = ItemState::Open;
        },
    );
    check(START, laws::start, "without notice", |made| {
        let at = made.event.at;
        let item = made.after().item_mut("stakeholder-announcement");
        item.expect("an item").state = ItemState::Done { by: None, at };
    });
    check(START, laws::start, "1 starts on record", |made| {
        made.after().stage = Stage::Preparing;
    });
}

#[test]
fn an_emergency_without_a_second_person_or_of_something_else_is_noticed() {
    let none = "with the approval of [] only";
    let words = |made: &mut Made, which: Says, change: &dyn Fn(&mut Word)| {
        let words = made.world.witness.words.iter_mut();
        words.filter(|word| word.kind == which).for_each(change);
    };
    check(EMERGENCY, laws::start, none, |made| {
        words(made, Says::Second, &|word| {
            word.who = Who::Grace.person().id;
        });
    });
    check(EMERGENCY, laws::start, none, |made| {
        words(made, Says::Second, &|word| {
            word.at += jiff::SignedDuration::from_hours(2);
        });
    });
    check(EMERGENCY, laws::start, none, |made| {
        words(made, Says::Glass, &|word| {
            "else".clone_into(&mut word.saw.text);
        });
    });
    check(EMERGENCY, laws::start, none, |made| {
        words(made, Says::Glass, &|word| word.who = Who::Ada.person().id);
    });
}

#[test]
fn an_emergency_that_may_start_at_once_and_is_too_old_or_ends_unconfirmed_is_noticed() {
    let none = "with the approval of [] only";
    let at_once = "an emergency that may start at once";
    check(
        (at_once, Who::Ada, "/start-deploy"),
        laws::start,
        none,
        |made| {
            let mut words = made.world.witness.words.iter_mut();
            let glass = words.find(|word| word.kind == Says::Glass);
            glass.expect("a word").at -= jiff::SignedDuration::from_hours(1);
        },
    );
    check(
        (at_once, Who::Ada, "/start-deploy"),
        laws::start,
        none,
        |made| {
            made.world.at_once = false;
        },
    );
    let deployed = "an emergency that is deployed at once, and nobody has confirmed it";
    let waits = "completed while an emergency waits";
    check(
        (deployed, Who::Ada, "/log slow start"),
        laws::stages,
        waits,
        |made| {
            for item in &mut made.after().items {
                item.required = false;
            }
            made.after().stage = finished(End::Completed);
        },
    );
}

#[test]
fn a_stage_that_goes_back_or_completes_on_hold_is_noticed() {
    check(HELD, laws::stages, "became Preparing", |made| {
        made.after().stage = Stage::Preparing;
    });
    check(HELD, laws::stages, "completed while", |made| {
        made.after().stage = finished(End::Completed);
    });
}

#[test]
fn news_that_is_told_twice_is_noticed() {
    check(START, laws::told_once, "told twice", |made| {
        let sends = |action: &Action| matches!(action, Action::SendEmail { .. });
        let mut effects = made.decision.effects.iter();
        let mail = effects.find(|effect| sends(&effect.action)).cloned();
        made.decision.effects.extend(mail);
    });
    check(START, laws::told_once, "told twice", |made| {
        let effects = made.decision.effects.clone();
        made.world
            .witness
            .note(&effects, &made.event, [&None, &None]);
    });
}

#[test]
fn a_brake_that_is_not_obeyed_is_noticed() {
    for station in ["ready and on hold", "deploying", "deploying and aborted"] {
        let said = "was not obeyed";
        check(
            (station, Who::Sam, "/hold wait"),
            brakes::brakes,
            said,
            |made| {
                made.after().holds.remove(&HoldCause::Command);
            },
        );
        check(
            (station, Who::Sam, "/abort"),
            brakes::brakes,
            said,
            |made| {
                made.decision
                    .rollout
                    .get_or_insert(made.before.clone())
                    .holds
                    .clear();
            },
        );
    }
    let said = ("deploying and aborted", Who::Sam, "/rollback errors");
    check(said, brakes::brakes, "was not obeyed", |made| {
        made.decision.rollout = Some(made.before.clone());
    });
}

#[test]
fn what_goes_on_while_on_hold_is_noticed() {
    check(HELD, brakes::held, "was settled while on hold", |made| {
        let at = made.event.at;
        let item = made.after().item_mut("stakeholder-update");
        item.expect("an item").state = ItemState::Done { by: None, at };
    });
    check(HELD, brakes::held, "promoted while on hold", |made| {
        made.after().steps += 1;
    });
    check(HELD, brakes::held, "went on to", |made| {
        made.after().stage = finished(End::Completed);
    });
}

#[test]
fn a_comment_that_is_obeyed_again_is_noticed() {
    let promote = ("deploying", Who::Ada, "/promote");
    check(promote, brakes::once, "heard before moved", |made| {
        made.fresh = false;
    });
    let mut made = Made::of("deploying", Who::Ada, "/promote");
    let again = |asked: &[_], again: &Decision| {
        laws::nothing_new(&made.before, &made.event, asked, again).expect_err("something is new")
    };
    assert!(again(&[], &made.decision).contains("moved"));
    made.decision.rollout = None;
    let (all, ledger) = (
        made.decision.clone(),
        std::mem::take(&mut made.decision.ledger),
    );
    assert_eq!(all.ledger.len(), ledger.len());
    let told = laws::nothing_new(&made.before, &made.event, &[], &made.decision);
    assert!(told.expect_err("effects").contains("asked for"));
    let told = laws::nothing_new(&made.before, &made.event, &all.effects, &all);
    assert!(told.expect_err("records").contains("recorded"));
}

#[test]
fn whoever_may_only_read_and_moves_something_is_noticed() {
    let said = (
        "deploying, and Sam may only read",
        Who::Sam,
        "/log slow start",
    );
    check(said, laws::bystanders, "sam may only read", |made| {
        made.after().stage = finished(End::RolledBack);
    });
    let lost = |made: &mut Made| {
        let mut vote = made.before.votes[0].clone();
        vote.person = Who::Sam.person();
        vote.comment = CommentId(4711);
        made.after().votes.push(vote);
    };
    check(said, laws::bystanders, "sam may only read", lost);
    assert!(station(said.0).permission(Who::Sam.person().id) < Permission::Write);
}

#[test]
fn what_is_stored_and_not_loaded_is_noticed() {
    let (one, other) = (station("ticked").rollout, station("approved").rollout);
    let stored = serde_json::to_string(&one).expect("it can be stored");
    assert_eq!(laws::loaded(&one, &stored), Ok(()));
    assert!(laws::loaded(&other, &stored).is_err());
}

#[test]
fn a_rollout_without_a_way_on_is_noticed_and_its_place_told() {
    for (station_name, item, complaint) in [
        ("ticked", "rollback-plan", "no way to a deployment"),
        ("deploying", "stakeholder-update", "no way to completion"),
    ] {
        let mut world = station(station_name);
        let stuck = world.rollout.item_mut(item).expect("an item");
        // Rollcall is to tick it, and never will.
        (stuck.by, stuck.gate, stuck.state) = (ItemActor::Rollcall, None, ItemState::Open);
        let told = rescue::complete(&world, 0, &Ways::default()).expect_err("no way");
        assert!(told.contains(complaint), "{told}");
        let told = search(vec![("stuck", world)], 0, 1, |_, _| {}).expect_err("no way");
        assert!(told.contains("at the station `stuck`"), "{told}");
    }
}
