//! A quorum of parts: distinct people, whoever they are and in whatever order they come.

use proptest::prelude::*;

use super::{Demand, Part};
use crate::domain::policy::Rule;

fn team(name: &str) -> Rule {
    Rule::Teams(vec![name.into()])
}

fn of(n: usize, name: &str) -> Demand {
    Demand::People {
        n,
        from: team(name),
    }
}

/// People by the teams they are in: `ab` is in team `a` and team `b`.
fn fits(people: &[&str]) -> impl Fn(usize, &Rule) -> bool {
    let people: Vec<String> = people.iter().map(|teams| (*teams).to_owned()).collect();
    move |person, rule| match rule {
        Rule::Teams(names) => people[person].contains(&names[0]),
        _ => false,
    }
}

/// Who stands for which part, and what is missing: `a:0,2 b:-1`.
#[track_caller]
fn check(demand: &Demand, people: &[&str], expect: &str) {
    let parts = demand.fill(people.len(), &fits(people));
    let show = |part: &Part| {
        let Rule::Teams(names) = &part.from else {
            panic!("a team")
        };
        let mut by: Vec<String> = part.by.iter().map(ToString::to_string).collect();
        by.extend((part.missing() > 0).then(|| format!("-{}", part.missing())));
        format!("{}:{}", names[0], by.join(","))
    };
    let shown: Vec<String> = parts.iter().map(show).collect();
    assert_eq!(shown.join(" "), expect, "{demand:?} {people:?}");
}

#[test]
fn one_of_each_team_by_distinct_people() {
    let both = Demand::All(vec![of(1, "a"), of(1, "b")]);
    check(&both, &["a", "b"], "a:0 b:1");
    check(&both, &["b", "a"], "a:1 b:0");
    check(&both, &["a", "a"], "a:0 b:-1");
    check(&both, &["ab"], "a:0 b:-1");
    // Whoever could stand for both makes room for the one who can only stand for one.
    check(&both, &["ab", "a"], "a:1 b:0");
    check(&both, &["a", "ab"], "a:0 b:1");
}

#[test]
fn of_two_ways_the_one_that_lacks_fewer_is_shown() {
    let either = Demand::Any(vec![of(3, "a"), Demand::All(vec![of(1, "a"), of(1, "b")])]);
    check(&either, &["a"], "a:0 b:-1");
    check(&either, &["a", "a"], "a:0,1,-1");
    check(&either, &["a", "a", "a"], "a:0,1,2");
    check(&either, &["b", "a"], "a:1 b:0");
}

#[test]
fn a_quorum_knows_how_many_it_takes() {
    let either = Demand::Any(vec![of(3, "a"), Demand::All(vec![of(1, "a"), of(1, "b")])]);
    assert_eq!((either.fewest(), either.most()), (2, 3));
    assert_eq!(
        either.anybody(),
        Rule::Any(vec![team("a"), team("b")]),
        "who stands twice is named once"
    );
    assert_eq!(of(2, "a").anybody(), team("a"));
}

fn any_demand() -> impl Strategy<Value = Demand> {
    let leaf = (1_usize..3, "[abc]").prop_map(|(n, name)| of(n, &name));
    leaf.prop_recursive(2, 6, 3, |inner| {
        let parts = prop::collection::vec(inner, 1..3);
        prop_oneof![
            parts.clone().prop_map(Demand::All),
            parts.prop_map(Demand::Any)
        ]
    })
}

fn any_people() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("a?b?c?", 0..6)
}

fn reached(demand: &Demand, people: &[String]) -> bool {
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    let parts = demand.fill(people.len(), &fits(&people));
    parts.iter().all(|part| part.missing() == 0)
}

/// The same by trying everything: give each person to nobody or to one leaf, and look whether the tree holds.
fn by_trying(demand: &Demand, people: &[String]) -> bool {
    let leaves = demand.rules();
    let mut given = vec![None; people.len()];
    loop {
        let counts: Vec<usize> = (0..leaves.len())
            .map(|leaf| given.iter().filter(|given| **given == Some(leaf)).count())
            .collect();
        let fit = given.iter().enumerate().all(|(person, leaf)| {
            leaf.is_none_or(|leaf: usize| match leaves[leaf] {
                Rule::Teams(names) => people[person].contains(&names[0]),
                _ => false,
            })
        });
        if fit && holds(demand, &mut counts.into_iter()) {
            return true;
        }
        let Some(at) = (0..given.len()).find(|at| given[*at] != Some(leaves.len() - 1)) else {
            return false;
        };
        given[at] = Some(given[at].map_or(0, |leaf| leaf + 1));
        given[..at].fill(None);
    }
}

fn holds(demand: &Demand, counts: &mut impl Iterator<Item = usize>) -> bool {
    match demand {
        Demand::People { n, .. } => counts.next().is_some_and(|count| count >= *n),
        // Every leaf takes its count, whatever the ones before it said.
        Demand::All(parts) => {
            let held: Vec<bool> = parts.iter().map(|part| holds(part, &mut *counts)).collect();
            !held.contains(&false)
        }
        Demand::Any(parts) => {
            let held: Vec<bool> = parts.iter().map(|part| holds(part, &mut *counts)).collect();
            held.contains(&true)
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn it_is_reached_exactly_when_some_assignment_of_distinct_people_reaches_it(demand in any_demand(), people in any_people()) {
        prop_assume!(demand.rules().len() <= 4);
        prop_assert_eq!(reached(&demand, &people), by_trying(&demand, &people));
    }

    #[test]
    fn one_more_approval_never_takes_it_away(demand in any_demand(), people in any_people(), more in "a?b?c?") {
        let mut with = people.clone();
        with.push(more);
        prop_assert!(!reached(&demand, &people) || reached(&demand, &with));
    }

    #[test]
    fn the_order_of_people_does_not_matter(demand in any_demand(), (people, other) in any_people().prop_flat_map(|people| (Just(people.clone()), Just(people).prop_shuffle()))) {
        prop_assert_eq!(reached(&demand, &people), reached(&demand, &other));
    }

    #[test]
    fn nobody_stands_for_two_parts_and_everybody_fits_theirs(demand in any_demand(), people in any_people()) {
        let names: Vec<&str> = people.iter().map(String::as_str).collect();
        let parts = demand.fill(names.len(), &fits(&names));
        let mut seen = std::collections::BTreeSet::new();
        for part in &parts {
            prop_assert!(part.by.len() <= part.n);
            for person in &part.by {
                prop_assert!(seen.insert(*person));
                prop_assert!(fits(&names)(*person, &part.from));
            }
        }
    }
}
