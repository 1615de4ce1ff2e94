//! Random sequences of everything that can happen, with the whole standard template: whatever comes, the laws of the model hold on every
//! step, what is stored is what is loaded, and the same event a second time changes nothing.

use super::model::{
    acts::{Act, all},
    form::{DAYS, meaning},
    rescue,
    world::{Who, World, app},
};
use jiff::SignedDuration;
use proptest::prelude::*;
use rollcall::domain::{
    checklist,
    event::{Event, Request, What},
    fields::Fields,
    ids::{CommentId, Repository, RepositoryId},
    rollout::Rollout,
    template::builtin,
};

/// Something that happens in a random sequence.
#[derive(Debug, Clone)]
enum Move {
    /// One of the model's acts.
    Act(prop::sample::Index),
    /// Somebody clicks any box, or says `/done` or `/skip`.
    Item(usize, prop::sample::Index, u8),
    /// Somebody gives the body another shape.
    Shape(usize, u8),
    /// Somebody writes anything.
    Text(usize, String),
    /// Something odd that GitHub or Rollcall may send.
    Odd(u8),
    /// An earlier delivery comes again, long after.
    Again(prop::sample::Index),
    /// Time passes.
    Hours(i64),
}

fn moves() -> impl Strategy<Value = Move> {
    let words = prop::sample::select(vec![
        "/start-deploy",
        "/hold",
        "/done 3.2",
        "/undo",
        "/skip 2.1 x",
        "/schedule tomorrow 22:00",
        "@everyone",
        "<script>",
        "/rollback",
        "```\n/cancel x\n```",
        "/evidence backup https://a.example",
        "/expedite fire",
        "hello",
    ]);
    prop_oneof![
        6 => any::<prop::sample::Index>().prop_map(Move::Act),
        4 => (0..3_usize, any::<prop::sample::Index>(), 0..4_u8).prop_map(|(who, item, how)| Move::Item(who, item, how)),
        2 => (0..3_usize, 0..6_u8).prop_map(|(who, shape)| Move::Shape(who, shape)),
        1 => (0..3_usize, prop::collection::vec(words, 1..4)).prop_map(|(who, words)| Move::Text(who, words.join("\n"))),
        2 => (0..9_u8).prop_map(Move::Odd),
        2 => any::<prop::sample::Index>().prop_map(Move::Again),
        1 => (1..100_i64).prop_map(Move::Hours),
    ]
}

/// How far the rollout is when the random part begins.
fn station(stage: u8) -> World {
    let mut world = World::open(DAYS[0].parse().expect("a time"), builtin::standard());
    let mut acts = vec![Act::Say(
        Who::Ada,
        "/schedule 2026-11-04 22:00 UTC for 2h downtime 10m",
    )];
    let ids: Vec<String> = world
        .rollout
        .items
        .iter()
        .take(15)
        .map(|item| item.id.clone())
        .collect();
    if stage > 0 {
        let boxes: Vec<(String, bool)> = ids.into_iter().map(|id| (id, true)).collect();
        let to = checklist::flip(&world.body, &boxes).body;
        let edit = world.edit(Who::Ada.person(), to);
        deliver(&mut world, &edit);
        acts.push(Act::Tick(Who::Ada, "stakeholder-announcement", true));
        acts.push(Act::Tick(Who::Ada, "schedule-rollout", true));
    }
    if stage > 1 {
        acts.extend([Who::Grace, Who::Sam].map(|who| Act::Say(who, "/approve-deploy")));
        acts.push(Act::Day(2));
    }
    if stage > 2 {
        acts.push(Act::Say(Who::Ada, "/start-deploy"));
    }
    for act in acts {
        world = take(&world, &act);
    }
    assert_eq!(
        world.rollout.is_deploying(),
        stage > 2,
        "{}",
        meaning(&world.rollout)
    );
    world
}

fn take(world: &World, act: &Act) -> World {
    let after = world
        .act(act)
        .unwrap_or_else(|broken| panic!("{broken}\nby {act:?}"));
    after.unwrap_or_else(|| world.clone())
}

fn deliver(world: &mut World, event: &Event) {
    world
        .deliver(event)
        .unwrap_or_else(|broken| panic!("{broken}\nby {event:?}"));
}

fn shaped(body: &str, shape: u8) -> String {
    match shape {
        0 => "gone".to_owned(),
        1 => body.replace('\n', "\r\n"),
        2 => body.replacen("- [ ] ", "* [X] ", 1),
        3 => format!("{body}\n- [ ] Tell the night shift"),
        4 => body.replacen(
            " <!-- id: backup -->",
            " <!-- id: backup -->\n  - [ ] dump it",
            1,
        ),
        _ => body.replace(" <!-- id: monitoring -->", ""),
    }
}

fn odd(which: u8, body: &str) -> What {
    match which {
        0 => What::BodyEdited {
            from: None,
            body: body.to_owned(),
        },
        1 => What::IssueOpened {
            title: "t".to_owned(),
            body: body.to_owned(),
            labels: Vec::new(),
        },
        2 => What::RolloutRequested(Request {
            key: "api:model".to_owned(),
            template: None,
            fields: Fields::default(),
            title: None,
            requested_by: None,
        }),
        3 => What::CommentEdited {
            comment: CommentId(1001),
            from: None,
            body: "/approve-deploy".to_owned(),
        },
        4 => What::CommentDeleted {
            comment: CommentId(1002),
        },
        5 => What::DeadlinePassed {
            name: "nobody knows".to_owned(),
        },
        6 => What::IssueTransferred {
            repository: elsewhere(),
            issue: 3,
        },
        7 => What::RepositoryRenamed {
            repository: elsewhere(),
        },
        _ => What::Reconciled,
    }
}

fn elsewhere() -> Repository {
    Repository {
        id: RepositoryId(12),
        owner: "acme".to_owned(),
        name: "store".to_owned(),
    }
}

fn make(world: &mut World, history: &mut Vec<Event>, step: Move) {
    let event = match step {
        Move::Act(index) => {
            let acts = all();
            let act = index.get(&acts);
            *world = take(world, act);
            return;
        }
        Move::Item(who, index, how) => {
            let who = Who::ALL[who].person();
            let id = index.get(&world.rollout.items).id.clone();
            let say = |text: String, world: &World| What::CommentCreated {
                comment: CommentId(world.next_comment()),
                body: text,
                change_author: None,
            };
            match how {
                0 => {
                    let what = say(format!("/done {id}"), world);
                    world.event(Some(who), what)
                }
                1 => {
                    let what = say(format!("/skip {id} because"), world);
                    world.event(Some(who), what)
                }
                _ => {
                    let to = checklist::flip(&world.body, &[(id, how == 2)]).body;
                    world.edit(who, to)
                }
            }
        }
        Move::Shape(who, shape) => {
            let to = shaped(&world.body, shape);
            world.edit(Who::ALL[who].person(), to)
        }
        Move::Text(who, text) => {
            let what = What::CommentCreated {
                comment: CommentId(world.next_comment()),
                body: text,
                change_author: None,
            };
            world.event(Some(Who::ALL[who].person()), what)
        }
        Move::Odd(which) => {
            let what = odd(which, &world.body);
            let actor = Some(app()).filter(|_| which % 2 == 0);
            world.event(actor, what)
        }
        Move::Again(index) if !history.is_empty() => return again(world, index.get(history)),
        Move::Hours(hours) => {
            world.clock += SignedDuration::from_hours(hours);
            return;
        }
        Move::Again(_) => return,
    };
    deliver(world, &event);
    history.push(event);
}

/// A comment is heard once, even when it comes again after much else has happened; its second arrival moves nothing but what the clock
/// and the issue move by themselves, so a look at GitHub goes before it.
fn again(world: &mut World, event: &Event) {
    let is_comment = matches!(event.what, What::CommentCreated { .. });
    if is_comment {
        let deadline = What::DeadlinePassed {
            name: "look".to_owned(),
        };
        let deadline = world.event(None, deadline);
        deliver(world, &deadline);
    }
    let before = meaning(&world.rollout);
    deliver(world, event);
    if is_comment {
        assert_eq!(before, meaning(&world.rollout), "{event:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_laws_hold(stage in 0..4_u8, moves in prop::collection::vec(moves(), 1..30)) {
        let mut world = station(stage);
        world.doubled = true;
        let mut history = Vec::new();
        for step in moves {
            make(&mut world, &mut history, step);
            let stored = serde_json::to_string(&world.rollout).expect("it can be stored");
            let loaded: Rollout = serde_json::from_str(&stored).expect("it can be loaded");
            prop_assert_eq!(&loaded, &world.rollout);
            rescue::roll_back(&world).unwrap_or_else(|broken| panic!("{broken}"));
        }
    }
}
