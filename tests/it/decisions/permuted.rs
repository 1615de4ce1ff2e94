//! Deliveries of a whole rollout, doubled and in any order, end in the same state.
//!
//! What "the same" can mean:
//!
//! - Claims (boxes, `/done`, `/skip`, the window, titles, words on the deployment) are ordered by GitHub's clock, so whatever arrives later
//!   with an older time changes nothing. For deliveries that ask no gate, any order ends in the same state: the first law.
//!   Of two people who claim the same, either may be written down as the one who did it.
//! - A command that asks a gate is judged when it arrives. `/start-deploy` before the approvals is refused, whatever was written when;
//!   an approval that arrives before a change of what it signs is void. Rollcall never makes up for that by itself: it says what it
//!   refused, and people say it again. With what was refused said again, any order within a day of work ends in the same state: the
//!   second law. On every step of the way the laws of the model hold, so nothing is deployed or told that should not be.
//! - Across days there is no such law: a `/schedule` that arrives after its window is refused for good.

use super::model::{
    acts::Act,
    form::{DAYS, meaning},
    world::{Who, World},
};
use jiff::SignedDuration;
use proptest::prelude::*;
use rollcall::domain::{
    announcement_kind::AnnouncementKind as Kind,
    event::{Event, What},
    rollout::{End, Stage},
    template::builtin,
};
use std::collections::{BTreeSet, HashSet};

const WINDOW: &str = "/schedule 2026-11-04 22:00 UTC for 2h downtime 10m";

fn tick(item: &'static str) -> Act {
    Act::Tick(Who::Ada, item, true)
}

/// Before the approvals: nothing here asks a gate.
fn planning() -> Vec<Act> {
    let mut acts = vec![
        Act::Version(Who::Ada, "1.6.0"),
        Act::Say(Who::Ada, "/schedule 2026-11-05 22:00 UTC for 1h"),
        Act::Say(Who::Ada, "/owner backup @sam"),
        Act::Say(Who::Ada, WINDOW),
        Act::Say(Who::Grace, "/owner backup @grace"),
        Act::Around(
            Who::Ada,
            What::TitleEdited {
                title: "Checkout".to_owned(),
            },
        ),
        Act::Around(
            Who::Ada,
            What::TitleEdited {
                title: "Checkout 1.6".to_owned(),
            },
        ),
        Act::Say(Who::Grace, "/done environment-setup"),
        Act::Say(Who::Sam, "/undo environment-setup"),
        Act::Say(Who::Grace, "/skip performance-benchmarking not here"),
        Act::Tick(Who::Ada, "backup", true),
        Act::Tick(Who::Ada, "backup", false),
        Act::Say(Who::Sam, "/log slow build"),
    ];
    let plain = [
        "identify-requirements",
        "review-documentation",
        "stakeholder-communication",
        "environment-setup",
        "apply-updates",
        "automated-testing",
        "manual-testing",
        "security-assessment",
        "backup",
        "rollback-plan",
    ];
    acts.extend(plain.map(tick));
    acts
}

/// A hold stands in the way of ticks for as long as it is heard.
fn pausing() -> Vec<Act> {
    vec![
        Act::Say(Who::Sam, "/hold wait"),
        Act::Say(Who::Ada, "/resume"),
    ]
}

/// Words on the deployment, and the announcement that asks for the window.
fn approving() -> Vec<Act> {
    vec![
        tick("stakeholder-announcement"),
        Act::Say(Who::Grace, "/approve-deploy"),
        Act::Say(Who::Sam, "/reject the cache is cold"),
        Act::Say(Who::Grace, "/withdraw"),
        Act::Say(Who::Sam, "/approve-deploy"),
        Act::Say(Who::Grace, "/approve-deploy warm now"),
    ]
}

/// From the start to the last item. (Optional items that come when the last required one is done stay open: the rollout is over.)
fn deploying() -> Vec<Act> {
    let mut acts = vec![Act::Say(Who::Ada, "/start-deploy")];
    let items = [
        "monitoring",
        "stakeholder-update",
        "post-deployment-testing",
        "issue-log",
        "feedback-loop",
    ];
    acts.extend(items.map(tick));
    acts.extend(["/feedback 2", "/feedback 4"].map(|text| Act::Say(Who::Sam, text)));
    acts
}

fn begin() -> World {
    World::open(DAYS[0].parse().expect("a time"), builtin::standard())
}

/// The acts happen on GitHub, in their order; the deliveries that they cause.
fn happen(world: &mut World, acts: &[Act]) -> Vec<Event> {
    acts.iter().filter_map(|act| world.happen(act)).collect()
}

fn deliver(world: &mut World, events: impl IntoIterator<Item = Event>) {
    for event in events {
        world
            .deliver(&event)
            .unwrap_or_else(|broken| panic!("{broken}"));
    }
}

/// One after the other, as they happened.
fn in_order(world: &mut World, acts: &[Act]) {
    for act in acts {
        let after = world.act(act).unwrap_or_else(|broken| panic!("{broken}"));
        *world = after.unwrap_or_else(|| world.clone());
    }
}

/// In this order, some of them twice. A delivery that is brought again under its id stops at the inbox, unless it is a comment: those the core
/// itself hears once.
fn shuffled(world: &mut World, events: Vec<Event>, order: &[usize]) {
    let mut inbox = HashSet::new();
    let mut waiting: Vec<Event> = Vec::new();
    for (place, event) in events.into_iter().enumerate() {
        let at = order.get(place).copied().unwrap_or(0) % (waiting.len() + 1);
        if order.get(place).is_some_and(|number| number % 3 == 0) {
            waiting.push(event.clone());
        }
        waiting.insert(at, event);
    }
    for event in waiting {
        let is_new = inbox.insert(event.key.clone());
        if is_new || matches!(event.what, What::CommentCreated { .. }) {
            deliver(world, [event]);
        }
    }
}

/// Rollcall looks at GitHub when all is quiet.
fn look(world: &mut World) {
    world.clock += SignedDuration::from_mins(10);
    in_order(world, &[Act::Around(Who::Ada, What::Reconciled)]);
}

/// People look at what was refused, and say it again.
fn say_again(world: &mut World, acts: &[Act]) {
    for act in acts {
        let done = match act {
            Act::Tick(_, item, checked) => {
                world.rollout.item(item).expect("an item").is_done() == *checked
            }
            Act::Say(who, text) if text.starts_with("/approve") => {
                world.rollout.quorum || !is_last_word(acts, act, *who)
            }
            Act::Say(_, text) if text.starts_with("/skip") => {
                let item = text.split(' ').nth(1).expect("an item");
                world.rollout.item(item).expect("an item").is_settled()
            }
            Act::Say(_, "/feedback 4") => world.rollout.feedback.iter().any(|it| it.score == 4),
            Act::Say(_, "/start-deploy") => world.rollout.stage != Stage::Preparing,
            _ => true,
        };
        if !done {
            in_order(world, std::slice::from_ref(act));
        }
    }
}

/// Whether nobody of these acts is a later word of the same person on the deployment.
fn is_last_word(acts: &[Act], act: &Act, who: Who) -> bool {
    let is_word = |text: &str| {
        ["/approve", "/reject", "/withdraw"]
            .iter()
            .any(|word| text.starts_with(word))
    };
    let last = acts
        .iter()
        .rev()
        .find(|act| matches!(act, Act::Say(by, text) if *by == who && is_word(text)));
    last.is_some_and(|last| std::ptr::eq(last, act))
}

/// What was told, to whom, however often the words for it were heard. Whoever heard the time first does not hear of the plan any more.
fn told(world: &World) -> BTreeSet<(Kind, String)> {
    let sent = world.witness.sent.iter();
    let sent = sent.filter(|(kind, _, _)| *kind != Kind::Planned);
    sent.map(|(kind, _, address)| (*kind, address.clone()))
        .collect()
}

fn without_news(world: &World) -> String {
    let meaning = meaning(&world.rollout);
    let lines = meaning
        .lines()
        .filter(|line| !line.starts_with("announced"));
    lines.collect::<Vec<_>>().join("\n")
}

fn order() -> impl Strategy<Value = Vec<usize>> {
    proptest::collection::vec(0..1000_usize, 32)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    #[test]
    fn what_asks_no_gate_ends_in_the_same_state_in_any_order(order in order(), votes in order()) {
        let mut straight = begin();
        in_order(&mut straight, &planning());
        in_order(&mut straight, &approving());
        let mut crooked = begin();
        let events = happen(&mut crooked, &planning());
        shuffled(&mut crooked, events, &order);
        look(&mut crooked);
        let events = happen(&mut crooked, &approving());
        shuffled(&mut crooked, events, &votes);
        look(&mut crooked);
        prop_assert_eq!(meaning(&straight.rollout), meaning(&crooked.rollout));
    }

    #[test]
    fn a_whole_rollout_ends_in_the_same_state_when_what_was_refused_is_said_again(
        order in order(), votes in order(), late in order(),
    ) {
        let days = [(pausing(), 0), (planning(), 0), (approving(), 0), (deploying(), 2)];
        let (mut straight, mut crooked) = (begin(), begin());
        let mixed = [([pausing(), planning(), approving()].concat(), 0, order), (deploying(), 2, late)];
        for (acts, day) in days {
            straight.clock = straight.clock.max(DAYS[day].parse().expect("a time"));
            in_order(&mut straight, &acts);
        }
        for (acts, day, order) in mixed {
            crooked.clock = crooked.clock.max(DAYS[day].parse().expect("a time"));
            let events = happen(&mut crooked, &acts);
            let order = [order, votes.clone()].concat();
            shuffled(&mut crooked, events, &order);
            look(&mut crooked);
            say_again(&mut crooked, &acts);
            look(&mut crooked);
        }
        for world in [&straight, &crooked] {
            prop_assert!(matches!(&world.rollout.stage, Stage::Finished(finish) if finish.end == End::Completed));
        }
        prop_assert_eq!(without_news(&straight), without_news(&crooked));
        prop_assert_eq!(told(&straight), told(&crooked));
    }
}
