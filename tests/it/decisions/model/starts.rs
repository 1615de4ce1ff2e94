//! Where searches begin: the open issue, and places further on that are many steps away from it.

use super::{
    acts::Act,
    form::DAYS,
    world::{Who, World, gates_only},
};

const WINDOW: &str = "/schedule 2026-11-04 22:00 UTC for 2h downtime 10m";

const NEXT_WINDOW: &str = "/schedule 2026-11-12 22:00 UTC for 2h downtime 10m";

/// The stations and the acts that lead from one to the other.
fn stations() -> Vec<(&'static str, Vec<Act>)> {
    use Who::{Ada, Grace, Sam};
    let say = Act::Say;
    let late = |act: Act| Act::Late(Box::new(act));
    let ticked = vec![
        say(Ada, WINDOW),
        Act::Tick(Ada, "rollback-plan", true),
        Act::Tick(Ada, "stakeholder-announcement", true),
    ];
    let and = |before: &[Act], more: &[Act]| [before, more].concat();
    let approve = [Grace, Sam].map(|who| say(who, "/approve-deploy"));
    let approved = and(&ticked, &approve);
    let in_window = and(&approved, &[Act::Day(2)]);
    let deploying = and(&in_window, &[say(Ada, "/start-deploy")]);
    let overtaken = [
        late(approve[1].clone()),
        Act::Version(Ada, "1.6.0"),
        approve[0].clone(),
        Act::Day(2),
    ];
    let mut lapsed = approved.clone();
    lapsed[0] = say(Ada, NEXT_WINDOW);
    lapsed.push(Act::Day(4));
    let emergency = and(&ticked[..1], &[say(Grace, "/expedite fire")]);
    let confirmed = and(&emergency, &[say(Sam, "/confirm-expedite")]);
    // Told two hours before the window, which only the emergency allowed.
    let over = [
        say(Ada, WINDOW),
        Act::Tick(Ada, "rollback-plan", true),
        Act::Day(1),
        say(Grace, "/expedite fire"),
        say(Sam, "/confirm-expedite"),
        Act::Tick(Ada, "stakeholder-announcement", true),
        Act::Touch {
            by: Grace,
            of: Grace,
            delete: true,
        },
    ];
    let over = and(&and(&over, &approve), &[Act::Day(2)]);
    vec![
        ("just opened", Vec::new()),
        ("ticked", ticked.clone()),
        (
            "its announcement taken back",
            and(
                &ticked,
                &[Act::Tick(Ada, "stakeholder-announcement", false)],
            ),
        ),
        ("approved", approved),
        ("in its window", in_window.clone()),
        ("in its window, with approvals that have lapsed", lapsed),
        ("deploying", deploying.clone()),
        ("an approval overtaken by an edit", and(&ticked, &overtaken)),
        (
            "an approval taken back",
            and(&in_window, &[say(Sam, "/withdraw")]),
        ),
        ("rejected", and(&in_window, &[say(Ada, "/reject not yet")])),
        (
            "ready and on hold",
            and(&in_window, &[say(Ada, "/hold wait")]),
        ),
        (
            "deploying and aborted",
            and(&deploying, &[say(Ada, "/abort")]),
        ),
        (
            "deploying, and Sam may only read",
            and(&deploying, &[Act::Rights]),
        ),
        ("an emergency that nobody has confirmed", emergency.clone()),
        ("an emergency", confirmed.clone()),
        ("an emergency that nobody used, in its window", over),
        (
            "an emergency that is deployed",
            and(&confirmed, &[say(Ada, "/start-deploy")]),
        ),
        ("an emergency that may start at once", emergency.clone()),
        (
            "an emergency that is deployed at once, and nobody has confirmed it",
            and(&emergency, &[say(Ada, "/start-deploy")]),
        ),
    ]
}

/// The stations of a rollout, each with its name.
///
/// # Errors
/// A law was broken on the way there.
pub fn starts() -> Result<Vec<(&'static str, World)>, String> {
    let mut starts = Vec::new();
    for (name, acts) in stations() {
        let mut world = World::open(DAYS[0].parse().expect("a time"), gates_only());
        world.at_once = name.contains("at once");
        for act in acts {
            world = world
                .act(&act)?
                .ok_or_else(|| format!("{act:?} is not possible"))?;
        }
        if world.rollout.is_deploying() != name.contains("deploy") {
            return Err(format!("`{name}` was not reached"));
        }
        starts.push((name, world));
    }
    Ok(starts)
}
