//! What could not be handled is seen on the issue, until it was.

use super::scene::{ISSUE, Scene, person, place};
use rollcall::domain::{
    event::{Event, What},
    ids::CommentId,
    ledger::Fact,
    rollout::Parked,
};

fn parked(arrival: &str) -> Parked {
    Parked {
        arrival: arrival.to_owned(),
        summary: "a comment".to_owned(),
        by: Some("linus".to_owned()),
        at: "2026-11-02T09:00:00Z".parse().expect("a time"),
        reason: "GitHub answered 502 to `GET /repos/acme/shop`: @everyone <b>look</b>.".to_owned(),
        waits: false,
    }
}

/// The lines under "Needs attention" of the newest status comment.
fn attention(scene: &Scene) -> String {
    let status = scene.status();
    let section = status.split("**Needs attention**\n\n").nth(1);
    let section = section.and_then(|rest| rest.split("\n\n").next());
    section.unwrap_or_default().to_owned()
}

fn facts(scene: &Scene) -> Vec<&Fact> {
    scene.ledger.iter().map(|(entry, _)| &entry.fact).collect()
}

#[test]
fn what_could_not_be_handled_is_named_with_its_cause_and_the_way_out() {
    let mut scene = Scene::open();
    scene.happens("", What::ArrivalParked(parked("d-1")));
    let named = attention(&scene).replace('\u{200b}', "(invisible)");
    insta::assert_snapshot!(named, @r#"- **Not handled:** a comment by `linus`, Mon 2 Nov 2026, 09:00 (UTC). GitHub answered 502 to `GET /repos/acme/shop`: @(invisible)everyone &lt;b>look&lt;/b>. Whoever runs Rollcall can have it handled again: `rollcall replay d-1`"#);
    assert_eq!(scene.replies(), "", "nobody is written to");
    let put_aside =
        |fact: &&Fact| matches!(fact, Fact::PutAside { arrival, .. } if arrival == "d-1");
    assert!(facts(&scene).iter().any(put_aside));
    scene.happens("", What::ArrivalParked(parked("d-1")));
    let put_aside = facts(&scene).into_iter().filter(|fact| put_aside(fact));
    assert_eq!(put_aside.count(), 1, "told twice, it is on record once");
}

#[test]
fn what_waits_for_github_is_named_until_it_is_handled_or_looked_at() {
    let mut scene = Scene::open();
    let waiting = Parked {
        waits: true,
        ..parked("d-1")
    };
    scene.happens("", What::ArrivalParked(waiting));
    let named = attention(&scene);
    assert!(
        named.starts_with("- **Waits for GitHub:** a comment by `linus`"),
        "{named}"
    );
    let recorded = |fact: &&Fact| matches!(fact, Fact::PutAside { .. });
    assert!(!facts(&scene).iter().any(recorded));
    scene.happens("", What::ArrivalParked(parked("d-1")));
    assert!(
        attention(&scene).contains("**Not handled:**"),
        "it was given up"
    );
    scene.happens("", What::Reconciled);
    assert!(attention(&scene).contains("**Not handled:**"));
    let waiting = Parked {
        waits: true,
        ..parked("d-2")
    };
    scene.happens("", What::ArrivalParked(waiting));
    scene.happens("", What::Reconciled);
    assert!(!attention(&scene).contains("Waits for GitHub"));
}

#[test]
fn what_is_handled_after_all_is_no_longer_named() {
    let mut scene = Scene::open();
    let id = scene.rollout().id.0.clone();
    let part_of_it = format!("d-1:{id}");
    let check = |scene: &mut Scene, key: &str, still_named: bool| {
        scene.happens("", What::ArrivalParked(parked("d-1")));
        scene.bring(&Event {
            key: key.to_owned(),
            at: scene.now,
            place: place(Some(ISSUE)),
            rollout: None,
            actor: Some(person("linus")),
            what: What::CommentCreated {
                comment: CommentId(77),
                body: "What is it about?".to_owned(),
                change_author: None,
            },
        });
        assert_eq!(attention(scene).contains("d-1"), still_named, "{key}");
        let last = facts(scene).pop().cloned();
        let taken_up = matches!(last, Some(Fact::TakenUp { arrival }) if arrival == "d-1");
        assert_eq!(taken_up, !still_named, "{key}");
    };
    for other in ["d-2", "d-10", "d", "d-1:another-rollout"] {
        check(&mut scene, other, true);
    }
    for again in ["d-1", "d-1#0", &part_of_it] {
        check(&mut scene, again, false);
    }
}

#[test]
fn of_many_the_newest_are_named_and_the_others_counted() {
    let mut scene = Scene::open();
    for number in 0..7 {
        scene.happens("", What::ArrivalParked(parked(&format!("d-{number}"))));
    }
    scene.happens("", What::ArrivalParked(parked("d-6")));
    let shown = attention(&scene);
    assert_eq!(shown.matches("rollcall replay").count(), 5, "{shown}");
    assert!(
        shown.contains("2 more") && shown.contains("d-6") && !shown.contains("d-1"),
        "{shown}"
    );
    assert_eq!(scene.rollout().parked.len(), 7, "each of them once");
}
