//! `docs/authorisation.md`: who may what, when, as the core answers it. Every answer in the table was asked of `decide`.

use super::{
    asked::{Asked, Wish},
    model::{
        acts::Act,
        form::DAYS,
        world::{Who, World},
    },
};
use rollcall::domain::{
    checklist,
    command::CommandName,
    ids::{Person, UserId},
    person::{Permission, Standing},
    rollout::Item,
    template::{ItemActor, builtin},
};
use std::{collections::BTreeSet, fmt::Write, thread};

const PAGE: &str = include_str!("../../../docs/authorisation.md");

/// Who asks, and what GitHub says of them.
const ROLES: [(&str, Option<Permission>); 11] = [
    ("outsider", Some(Permission::None)),
    ("read", Some(Permission::Read)),
    ("triage", Some(Permission::Triage)),
    ("write", Some(Permission::Write)),
    ("maintain", Some(Permission::Maintain)),
    ("admin", Some(Permission::Admin)),
    ("author", Some(Permission::Write)),
    ("approver", Some(Permission::Write)),
    ("bot", Some(Permission::Write)),
    ("suspended", None),
    ("former member", Some(Permission::None)),
];

fn person(role: &str) -> Person {
    match role {
        "author" => Who::Ada.person(),
        "approver" => Who::Sam.person(),
        _ => Person {
            id: UserId(50 + role.len() as u64 * 100 + u64::from(role.as_bytes()[0])),
            login: role.replace(' ', "-"),
            bot: role == "bot",
        },
    }
}

fn standing((role, permission): &(&str, Option<Permission>)) -> Standing {
    let permission = *permission;
    let told = "GitHub does not tell what a suspended account may do";
    Standing {
        person: person(role),
        permission: permission.ok_or_else(|| told.to_owned()),
        role: permission.map(|permission| permission.to_string()),
        teams: permission
            .map(|_| BTreeSet::new())
            .ok_or_else(|| told.to_owned()),
    }
}

/// Where a rollout can be, in order; each is reached by the acts of those before it and its own.
fn stations() -> Vec<(&'static str, World)> {
    let mut world = World::open(DAYS[0].parse().expect("a time"), builtin::standard());
    let mut stations = Vec::new();
    go(&mut world, "/log slow build");
    go_as(&mut world, Who::Sam, "/approve-deploy");
    stations.push(("Planning", world.clone()));
    go(
        &mut world,
        "/schedule 2026-11-04 22:00 UTC for 2h downtime 10m",
    );
    finish(&mut world, "1.");
    stations.push(("Testing", world.clone()));
    finish(&mut world, "2.");
    go_as(&mut world, Who::Sam, "/approve-deploy");
    stations.push(("Pre-Deployment", world.clone()));
    let mut held = world.clone();
    go(&mut held, "/hold wait");
    stations.push(("Pre-Deployment, on hold", held));
    finish(&mut world, "3.");
    go_as(&mut world, Who::Grace, "/approve-deploy");
    world.clock = DAYS[2].parse().expect("a time");
    stations.push(("Deployment, not started", world.clone()));
    go(&mut world, "/start-deploy");
    stations.push(("Deployment", world.clone()));
    let mut held = world.clone();
    go(&mut held, "/hold wait");
    stations.push(("Deployment, on hold", held));
    let mut back = world.clone();
    go(&mut back, "/rollback errors");
    finish(&mut world, "4.");
    stations.push(("Post-Deployment", world.clone()));
    let mut cancelled = world.clone();
    go(&mut cancelled, "/cancel not needed");
    finish(&mut world, "5.");
    stations.extend([
        ("Completed", world),
        ("Rolled back", back),
        ("Cancelled", cancelled),
    ]);
    for (_, world) in &mut stations {
        let former = world.rollout.votes.last().map(|vote| {
            let mut vote = vote.clone();
            vote.person = person("former member");
            vote
        });
        world.rollout.votes.extend(former);
    }
    stations
}

fn go(world: &mut World, text: &'static str) {
    go_as(world, Who::Ada, text);
}

fn go_as(world: &mut World, who: Who, text: &'static str) {
    let after = world.act(&Act::Say(who, text)).expect("no law is broken");
    *world = after.expect("it is possible");
}

/// Whatever people can tick in a phase is ticked.
fn finish(world: &mut World, phase: &str) {
    let items: Vec<(String, bool)> = world
        .rollout
        .items
        .iter()
        .filter(|item| item.number.starts_with(phase) && item.by == ItemActor::Person)
        .map(|item| (item.id.clone(), true))
        .collect();
    let to = checklist::flip(&world.body, &items).body;
    let edit = world.edit(Who::Ada.person(), to);
    world.deliver(&edit).expect("no law is broken");
}

/// Every command, written so that nothing but rights, gates and phase can be against it.
fn said(name: CommandName) -> Vec<&'static str> {
    use CommandName as C;
    match name {
        C::Rollout => vec!["/rollout api 1.0..2.0 because fix"],
        C::Status => vec!["/status"],
        C::Why => vec!["/why"],
        C::Help => vec!["/help"],
        C::Simulate => vec!["/simulate /hold wait"],
        C::Done => vec!["/done backup"],
        C::Undo => vec!["/undo backup"],
        C::Evidence => vec!["/evidence backup seen"],
        C::Skip => vec!["/skip backup small", "/skip performance-benchmarking small"],
        C::Owner => vec!["/owner backup @sam"],
        C::Schedule => vec!["/schedule 2026-11-12 22:00 UTC for 2h downtime 10m"],
        C::Preview => vec!["/preview"],
        C::Announce => vec!["/announce all is well"],
        C::ApproveDeploy => vec!["/approve-deploy"],
        C::Reject => vec!["/reject not yet"],
        C::Withdraw => vec!["/withdraw"],
        C::StartDeploy => vec!["/start-deploy"],
        C::Promote => vec!["/promote"],
        C::Abort => vec!["/abort"],
        C::Rollback => vec!["/rollback errors"],
        C::Hold => vec!["/hold wait"],
        C::Resume => vec!["/resume"],
        C::Log => vec!["/log slow start"],
        C::Resolve => vec!["/resolve 1 warmed up"],
        C::Feedback => vec!["/feedback 5"],
        C::Expedite => vec!["/expedite fire"],
        C::ConfirmExpedite => vec!["/confirm-expedite"],
        C::Cancel => vec!["/cancel not needed"],
        C::Refresh => vec!["/refresh"],
    }
}

/// All wishes with their names: the commands, then the boxes. Boxes whose items differ in nothing that decides are one row.
fn wishes(world: &World) -> Vec<(String, Wish)> {
    let mut wishes = Vec::new();
    for text in CommandName::ALL.into_iter().flat_map(said) {
        wishes.push((format!("`{text}`"), Wish::Say(text)));
    }
    let mut kinds: Vec<Vec<&Item>> = Vec::new();
    let same =
        |a: &Item, b: &Item| (a.phase, a.gate, a.by, &a.who) == (b.phase, b.gate, b.by, &b.who);
    for item in &world.rollout.items {
        match kinds.iter_mut().find(|kind| same(kind[0], item)) {
            Some(kind) => kind.push(item),
            None => kinds.push(vec![item]),
        }
    }
    for kind in kinds {
        let names: Vec<String> = kind.iter().map(|item| format!("`{}`", item.id)).collect();
        for (word, checked) in [("tick", true), ("untick", false)] {
            let item = kind[0].id.clone();
            wishes.push((
                format!("{word} {}", names.join(", ")),
                Wish::Flip { item, checked },
            ));
        }
    }
    wishes
}

/// The rows of a wish: phases that follow each other with the same answers are one.
fn rows((name, wish): &(String, Wish), stations: &[(&'static str, World)]) -> Vec<String> {
    let mut groups: Vec<(Vec<&str>, Vec<String>)> = Vec::new();
    for (station, world) in stations {
        let asked = Asked::of(world, wish);
        let answers: Vec<String> = ROLES.iter().map(|role| asked.by(standing(role))).collect();
        match groups.iter_mut().find(|(_, known)| *known == answers) {
            Some((names, _)) => names.push(station),
            None => groups.push((vec![station], answers)),
        }
    }
    let whole = groups.len() == 1;
    let row = |(names, answers): (Vec<&str>, Vec<String>)| {
        let when = if whole {
            "always".to_owned()
        } else {
            names.join("; ")
        };
        format!("| {name} | {when} | {} |", answers.join(" | "))
    };
    groups.into_iter().map(row).collect()
}

/// All rows. Some thousand answers: every core asks for a part of them.
fn all_rows() -> Vec<String> {
    let stations = &stations();
    let wishes = wishes(&stations[0].1);
    thread::scope(|scope| {
        let parts: Vec<_> = wishes
            .chunks(4)
            .map(|part| {
                let ask = || part.iter().flat_map(|wish| rows(wish, stations));
                scope.spawn(move || ask().collect::<Vec<_>>())
            })
            .collect();
        let rows = parts.into_iter().map(|part| part.join().expect("answers"));
        rows.flatten().collect()
    })
}

fn page() -> String {
    let mut page = String::from(INTRODUCTION);
    let roles: Vec<&str> = ROLES.iter().map(|(role, _)| *role).collect();
    let _ = writeln!(page, "| what | when | {} |", roles.join(" | "));
    let _ = writeln!(page, "|---|---|{}", "---|".repeat(roles.len()));
    for row in all_rows() {
        let _ = writeln!(page, "{row}");
    }
    page
}

const INTRODUCTION: &str = "\
# Who may what, and when

This page is made by the core itself: every answer was asked of `decide`, with the standard template and the built-in policy, to which is
added that maintainers may break the glass and writers confirm it. A policy changes who may ([policy.md](policy.md)); the gates and phases stay. The test `the_table_of_rights_is_what_the_core_answers` fails when
the core answers otherwise, and writes the new page beside this one.

`yes`: it is done. A word such as `not-allowed` is the code of the refusal that the person gets. `–`: nobody listens.

The roles are repository permissions, and: the *author* opened the rollout and may write; the *approver* may write and has approved; a
*bot* may write; of a *suspended* account GitHub does not tell what it may do; a *former member* had approved and has no access any more.
Before a box is ticked or unticked here, its item is in the other state, whatever the phase.

";

#[test]
fn the_table_of_rights_is_what_the_core_answers() {
    let page = page();
    if page == PAGE {
        return;
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/authorisation.md.new");
    std::fs::write(path, page).expect("the folder can be written to");
    panic!("who may what has changed: look at {path} and move it over `docs/authorisation.md`");
}

#[test]
fn nobody_who_may_only_read_is_let_through_a_gate() {
    let gates = [
        "/approve-deploy",
        "/start-deploy",
        "/promote",
        "/abort",
        "/rollback errors",
        "/cancel not needed",
        "/resume",
    ];
    for (station, world) in stations() {
        for gate in gates {
            let asked = Wish::Say(gate);
            let asked = Asked::of(&world, &asked);
            for role in ROLES
                .iter()
                .filter(|(_, permission)| permission.is_none_or(|has| has < Permission::Write))
            {
                let answer = asked.by(standing(role));
                assert_ne!(answer, "yes", "{} says {gate} in {station}", role.0);
            }
        }
    }
}
