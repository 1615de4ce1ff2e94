//! `/owner`: whoever is named is to do it, and a slip in the name shows at once.

use super::scene::{Scene, person, place};
use rollcall::domain::{
    decide::{needs, person_by_login},
    event::{Event, What},
    ids::CommentId,
};

fn owner(scene: &Scene) -> Option<&str> {
    let item = scene.rollout().item("backup").expect("an item");
    item.owner.as_deref()
}

#[test]
fn an_owner_without_access_is_set_and_doubted() {
    let mut scene = Scene::open();
    scene.say("ada", "/owner backup @olga");
    assert_eq!(owner(&scene), Some("olga"));
    insta::assert_snapshot!(scene.replies(), @"**Backup Production Data** is `olga`'s. GitHub knows no access of `olga` to `acme/shop`; if that is a slip in the name, say it anew.");
}

#[test]
fn an_owner_with_access_or_of_whom_github_tells_nothing_is_not_doubted() {
    let mut scene = Scene::open();
    for login in ["grace", "sam", "unheard-of"] {
        scene.say("ada", &format!("/owner backup @{login}"));
        assert_eq!(owner(&scene), Some(login));
        assert!(!scene.replies().contains("GitHub"), "{}", scene.replies());
    }
}

#[test]
fn github_is_asked_of_whoever_is_named() {
    let scene = Scene::open();
    let event = Event {
        key: "owner".into(),
        at: scene.now,
        place: place(Some(super::scene::ISSUE)),
        rollout: None,
        actor: Some(person("ada")),
        what: What::CommentCreated {
            comment: CommentId(90),
            body: "/owner backup @olga".into(),
            change_author: None,
        },
    };
    let asked = needs(Some(scene.rollout()), &event).people;
    assert!(asked.contains(&person_by_login("olga")), "{asked:?}");
}
