//! Who has signed what, and whether it is enough.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::{
    Digest, Quorum, Review, SignedField, Vote, Word,
    digest::{Signed, changes, digest},
    quorum,
};
use crate::domain::{
    fields::Component,
    ids::{CommentId, Person, UserId},
    person::{Permission, Standing},
    policy::Approvals,
    render::why::discount,
    window::Window,
};

const NOON: &str = "2026-12-01T12:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

fn person(login: &str) -> Person {
    let id = login.bytes().fold(7_u64, |id, byte| {
        id.wrapping_mul(31).wrapping_add(u64::from(byte))
    });
    Person {
        id: UserId(id),
        login: login.into(),
        bot: login.ends_with("[bot]"),
    }
}

/// `ana approves now`, `ben rejects old`: a word on the current digest or an older one, one hour after the line before it.
fn votes(lines: &str) -> Vec<Vote> {
    let vote = |(index, line): (usize, &str)| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let word = match words[1] {
            "approves" => Word::Approve,
            "rejects" => Word::Reject,
            _ => Word::Withdraw,
        };
        let number = i64::try_from(index).expect("few lines");
        Vote {
            person: person(words[0]),
            word,
            digest: Digest(words.get(2).unwrap_or(&"now").to_string()),
            at: at("2026-12-01T00:00Z") + SignedDuration::from_hours(number),
            comment: CommentId(index as u64),
            note: None,
        }
    };
    lines
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .enumerate()
        .map(vote)
        .collect()
}

/// Writers are everybody named but `eve`, who may read; `zoe`'s rights cannot be read; `ghost` is not among those asked for.
fn people() -> BTreeMap<UserId, Standing> {
    let standing = |login: &str, permission| Standing {
        person: person(login),
        permission,
        role: None,
        teams: Ok(BTreeSet::new()),
    };
    [
        standing("ana", Ok(Permission::Write)),
        standing("ben", Ok(Permission::Write)),
        standing("cho", Ok(Permission::Admin)),
        standing("eve", Ok(Permission::Read)),
        standing("zoe", Err("GitHub did not answer".into())),
        standing("renovate[bot]", Ok(Permission::Write)),
    ]
    .into_iter()
    .map(|standing| (standing.person.id, standing))
    .collect()
}

fn count(votes: &[Vote], approvals: &Approvals, now: &str) -> Quorum {
    let (people, opener, digest) = (people(), person("olaf"), Digest("now".into()));
    let review = Review {
        digest: &digest,
        approvals,
        rights: &people,
        opener: Some(&opener),
        authors: &[],
        changers: &[],
        org: "acme",
        now: at(now),
    };
    quorum(votes, &review)
}

/// What the words amount to with the default policy at noon.
fn check(lines: &str) -> String {
    show(&count(&votes(lines), &Approvals::default(), NOON))
}

fn show(quorum: &Quorum) -> String {
    let names = |votes: &[Vote]| {
        votes
            .iter()
            .map(|vote| vote.person.login.clone())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let mut lines = vec![format!(
        "{} of {}: {}",
        quorum.valid.len(),
        quorum.needed,
        names(&quorum.valid)
    )];
    if !quorum.rejected_by.is_empty() {
        lines.push(format!("rejected by {}", names(&quorum.rejected_by)));
    }
    lines.extend(
        quorum
            .discounted
            .iter()
            .map(|(vote, why)| format!("not {}: {}", vote.person.login, discount(why, "UTC"))),
    );
    lines.push(
        if quorum.reached {
            "reached"
        } else {
            "not reached"
        }
        .into(),
    );
    lines.join("\n")
}

#[test]
fn two_people_are_a_quorum() {
    insta::assert_snapshot!(check("ana approves\n ben approves"), @"
    2 of 2: ana ben
    reached
    ");
    insta::assert_snapshot!(check("ana approves\n ana approves"), @"
    1 of 2: ana
    not reached
    ");
    insta::assert_snapshot!(check(""), @"
    0 of 2: 
    not reached
    ");
}

#[test]
fn the_newest_word_of_a_person_counts() {
    insta::assert_snapshot!(check("ana approves\n ben approves\n ana rejects"), @"
    1 of 2: ben
    rejected by ana
    not reached
    ");
    insta::assert_snapshot!(check("ana rejects\n ben approves\n ana approves"), @"
    2 of 2: ben ana
    reached
    ");
    insta::assert_snapshot!(check("ana approves\n ben approves\n ana withdraws"), @"
    1 of 2: ben
    not reached
    ");
    insta::assert_snapshot!(check("ana rejects\n ben approves\n cho approves\n ana withdraws"), @"
    2 of 2: ben cho
    reached
    ");
}

#[test]
fn the_opener_bots_and_strangers_do_not_count() {
    insta::assert_snapshot!(check("olaf approves\n renovate[bot] approves\n eve approves\n zoe approves\n ghost approves"), @"
    0 of 2: 
    not olaf: whoever opened the rollout does not count
    not renovate[bot]: bots do not count
    not eve: may not approve: permission `read` is less than `write`
    not zoe: rights unknown: the permission of `zoe` could not be read: GitHub did not answer
    not ghost: rights unknown: the rights of `ghost` were not read
    not reached
    ");
}

#[test]
fn an_approval_of_something_else_is_void_and_a_rejection_of_it_stands() {
    insta::assert_snapshot!(check("ana approves old\n ben approves\n cho approves"), @"
    2 of 2: ben cho
    not ana: something has changed since
    reached
    ");
    insta::assert_snapshot!(check("ana rejects old\n ben approves\n cho approves"), @"
    2 of 2: ben cho
    rejected by ana
    not reached
    ");
}

#[test]
fn only_a_rejection_by_somebody_who_may_not_is_left_out() {
    insta::assert_snapshot!(check("ana approves\n ben approves\n eve rejects\n renovate[bot] rejects"), @"
    2 of 2: ana ben
    not eve: may not approve: permission `read` is less than `write`
    not renovate[bot]: bots do not count
    reached
    ");
    insta::assert_snapshot!(check("ana approves\n ben approves\n zoe rejects"), @"
    2 of 2: ana ben
    rejected by zoe
    not reached
    ");
    insta::assert_snapshot!(check("ana approves\n ben approves\n ghost rejects"), @"
    2 of 2: ana ben
    rejected by ghost
    not reached
    ");
}

#[test]
fn an_approval_lapses() {
    let votes = votes("ana approves\n ben approves");
    let on = |now| show(&count(&votes, &Approvals::default(), now));
    insta::assert_snapshot!(on("2026-12-07T23:59Z"), @"
    2 of 2: ana ben
    reached
    ");
    insta::assert_snapshot!(on("2026-12-08T00:30Z"), @"
    1 of 2: ben
    not ana: lapsed on Tue 8 Dec 2026, 00:00 (UTC)
    not reached
    ");
}

#[test]
fn a_policy_may_let_the_opener_count() {
    let approvals = Approvals {
        not_opener: false,
        required: 1,
        ..Approvals::default()
    };
    let (people, ana, digest) = (people(), person("ana"), Digest("now".into()));
    let review = Review {
        digest: &digest,
        approvals: &approvals,
        rights: &people,
        opener: Some(&ana),
        authors: &[],
        changers: &[],
        org: "acme",
        now: at(NOON),
    };
    assert!(quorum(&votes("ana approves"), &review).reached);
}

fn signed() -> Signed {
    let component = |name: &str, from: &str, to: &str| Component {
        name: name.into(),
        from: from.into(),
        to: to.into(),
        reason: "fix".into(),
    };
    Signed {
        components: vec![
            component("api", "1.4.1", "1.4.2"),
            component("web", "7", "8"),
        ],
        window: Some(Window {
            start: at("2026-12-01T21:00Z"),
            duration: SignedDuration::from_hours(1),
            downtime: Some(SignedDuration::from_mins(10)),
            zone: "Europe/Berlin".into(),
        }),
        rollback_plan: "kubectl rollout undo".into(),
        template: "standard@3f2a".into(),
        environment: None,
    }
}

#[test]
fn what_is_signed_keeps_its_number() {
    // A stored approval stays valid over an update of Rollcall: this number may never change.
    let digest = digest(&signed(), &BTreeSet::new());
    insta::assert_snapshot!(digest, @"d92e954223f5d44c50d439e7440bf1f9393572df4b0092863533a8a34c450c45");
    insta::assert_snapshot!(digest.short(), @"d92e954223f5");
}

#[test]
fn what_does_not_matter_does_not_void_an_approval() {
    let same = |change: fn(&mut Signed)| {
        let mut other = signed();
        change(&mut other);
        assert_eq!(
            digest(&other, &BTreeSet::new()),
            digest(&signed(), &BTreeSet::new())
        );
        assert_eq!(changes(&signed(), &other), []);
    };
    same(|signed| signed.components.reverse());
    same(|signed| signed.components[0].reason = "security".into());
    same(|signed| signed.rollback_plan = "  kubectl rollout undo\r\n".into());
    same(|signed| signed.window.as_mut().expect("a window").zone = "UTC".into());
}

#[test]
fn what_matters_voids_it_and_is_named() {
    let mut other = signed();
    other.components[0].to = "1.4.3".into();
    other.rollback_plan = "restore the backup".into();
    other.template = "minimal@77aa".into();
    let window = other.window.as_mut().expect("a window");
    window.start = at("2026-12-02T21:00Z");
    window.downtime = Some(SignedDuration::ZERO);
    let words = changes(&signed(), &other)
        .into_iter()
        .map(|change| format!("{:?}: {} → {}", change.field, change.old, change.new));
    insta::assert_snapshot!(words.collect::<Vec<_>>().join("\n"), @"
        Components: api 1.4.1 → 1.4.2, web 7 → 8 → api 1.4.1 → 1.4.3, web 7 → 8
        Window: Tue 1 Dec 2026, 22:00–23:00 (UTC+01:00, Europe/Berlin) → Wed 2 Dec 2026, 22:00–23:00 (UTC+01:00, Europe/Berlin)
        Downtime: 10 minutes → none
        RollbackPlan: kubectl rollout undo → restore the backup
        Template: standard@3f2a → minimal@77aa
        ");
}

#[test]
fn a_field_that_is_left_out_is_not_signed() {
    let mut other = signed();
    other.window.as_mut().expect("a window").downtime = None;
    let without: BTreeSet<_> = [SignedField::Downtime].into();
    assert_eq!(digest(&other, &without), digest(&signed(), &without));
    assert_ne!(
        digest(&other, &BTreeSet::new()),
        digest(&signed(), &BTreeSet::new())
    );
    other.window = None;
    assert_ne!(digest(&other, &without), digest(&signed(), &without));
}

fn any_votes() -> impl Strategy<Value = Vec<Vote>> {
    let names = prop::sample::select(vec![
        "ana",
        "ben",
        "cho",
        "eve",
        "zoe",
        "olaf",
        "ghost",
        "renovate[bot]",
    ]);
    let words = prop::sample::select(vec!["approves", "rejects", "withdraws"]);
    let digests = prop::sample::select(vec!["now", "now", "old"]);
    let line =
        (names, words, digests).prop_map(|(name, word, digest)| format!("{name} {word} {digest}"));
    prop::collection::vec(line, 0..12).prop_map(|lines| votes(&lines.join("\n")))
}

proptest! {
    #[test]
    fn a_quorum_is_enough_distinct_people_who_may_on_what_would_be_deployed(votes in any_votes(), required in 1_usize..4) {
        let quorum = count(&votes, &Approvals { required, ..Approvals::default() }, NOON);
        let may: BTreeSet<UserId> = ["ana", "ben", "cho"].map(|login| person(login).id).into();
        let signers: BTreeSet<UserId> = quorum.valid.iter().map(|vote| vote.person.id).collect();
        prop_assert_eq!(signers.len(), quorum.valid.len());
        prop_assert!(signers.is_subset(&may));
        prop_assert!(quorum.valid.iter().all(|vote| vote.word == Word::Approve && vote.digest.0 == "now"));
        prop_assert!(!quorum.reached || signers.len() >= required);
        prop_assert!(!quorum.reached || quorum.rejected_by.is_empty());
    }

    #[test]
    fn the_order_in_which_words_arrive_changes_nothing(votes in any_votes().prop_shuffle(), again in any::<prop::sample::Index>()) {
        let mut sorted = votes.clone();
        sorted.sort_by_key(|vote| vote.at);
        let mut twice = votes.clone();
        if !votes.is_empty() {
            twice.push(votes[again.index(votes.len())].clone());
        }
        let policy = Approvals::default();
        prop_assert_eq!(count(&votes, &policy, NOON), count(&sorted, &policy, NOON));
        prop_assert_eq!(count(&twice, &policy, NOON), count(&sorted, &policy, NOON));
    }
}
