//! Commands, one by one, and the deployment's gate.

use super::scene::{Scene, person, place};
use rollcall::domain::{
    effect::{Action, Reaction},
    event::What,
    ids::CommentId,
    rollout::{ItemState, Stage},
};

fn reactions(scene: &Scene) -> Vec<Reaction> {
    let reactions = scene.last.iter().filter_map(|effect| match effect.action {
        Action::React { reaction, .. } => Some(reaction),
        _ => None,
    });
    reactions.collect()
}

#[test]
fn every_command_is_acknowledged() {
    let mut scene = Scene::open();
    scene.say("ada", "/status");
    assert_eq!(reactions(&scene), [Reaction::Eyes, Reaction::ThumbsUp]);
    scene.say("sam", "/hold I do not like it");
    assert_eq!(reactions(&scene), [Reaction::Eyes, Reaction::ThumbsDown]);
}

#[test]
fn ordinary_words_and_bots_are_left_alone() {
    let mut scene = Scene::open();
    for (login, text) in [
        ("ada", "looks good"),
        ("ada", "> /hold quoted"),
        ("ada", "`/hold code`"),
        ("dependabot[bot]", "/hold"),
    ] {
        scene.say(login, text);
        assert!(scene.last.is_empty(), "{text}: {:?}", scene.last);
    }
}

#[test]
fn who_cannot_edit_the_body_ticks_by_command() {
    let mut scene = Scene::open();
    scene.policy("items:\n  manual-testing: { who: anyone }\n");
    scene.say("sam", "/done 2.4 clicked through the shop");
    assert!(scene.is_done("manual-testing") && scene.is_ticked("manual-testing"));
    assert_eq!(
        scene.rollout().item("2.4").expect("an item").evidence[0].text,
        "clicked through the shop"
    );
    scene.say("sam", "/undo 2.4");
    assert!(!scene.is_ticked("manual-testing"));
}

#[test]
fn what_is_open_cannot_be_taken_back_and_what_is_done_not_done_again() {
    let mut scene = Scene::open();
    scene.say("ada", "/undo 2.1");
    insta::assert_snapshot!(scene.replies(), @"@ada: `/undo` was refused (`already-open`). **Environment Setup** is open; there is nothing to take back.");
    scene.say("ada", "/done 2.1");
    scene.say("ada", "/done 2.1");
    insta::assert_snapshot!(scene.replies(), @"@ada: `/done` was refused (`already-done`). Environment Setup is done already.");
}

#[test]
fn a_required_item_is_waived_by_the_waiver_role_only() {
    let mut scene = Scene::open();
    scene.say("ada", "/skip backup there is no data");
    scene.hears("not-allowed");
    scene.say("linus", "/skip backup there is no data");
    assert!(matches!(
        scene.rollout().item("backup").expect("an item").state,
        ItemState::Waived { .. }
    ));
    scene.say("linus", "/skip final-review we trust us");
    assert!(
        scene.replies().contains("quorum-missing"),
        "the quorum cannot be waived: {}",
        scene.replies()
    );
}

/// What `/help` tells this person to use now, and the rest.
fn offered(scene: &mut Scene, login: &str) -> (String, String) {
    scene.say(login, "/help");
    let said = scene.replies();
    let (now, rest) = said.split_once("<details>").expect("two parts");
    (now.to_owned(), rest.to_owned())
}

#[test]
fn help_offers_what_this_person_could_use_now() {
    let mut scene = Scene::open();
    scene.rollout.as_mut().expect("a rollout").opener = Some(person("grace"));
    let check = |scene: &mut Scene, login, now: &[&str], not: &[&str]| {
        let (offer, rest) = offered(scene, login);
        for usage in now {
            assert!(offer.contains(&format!("- `{usage}")), "{usage}: {offer}");
        }
        for usage in not {
            let usage = format!("- `{usage}");
            assert!(!offer.contains(&usage), "{usage}: {offer}");
            assert!(rest.contains(&usage), "{usage}: {rest}");
        }
    };
    let later = ["/rollback", "/promote", "/resume", "/rollout", "/expedite"];
    check(&mut scene, "linus", &["/approve-deploy", "/skip"], &later);
    check(
        &mut scene,
        "grace",
        &["/reject"],
        &["/approve-deploy", "/skip"],
    );
    scene.say("ada", "/hold the database is slow");
    check(
        &mut scene,
        "ada",
        &["/resume", "/undo"],
        &["/done", "/start-deploy"],
    );
    let mut scene = Scene::deploying();
    check(
        &mut scene,
        "ada",
        &["/rollback", "/done"],
        &["/schedule", "/approve-deploy"],
    );
}

#[test]
fn after_the_end_help_names_only_what_is_still_of_use() {
    let mut scene = Scene::open();
    scene.say("ada", "/cancel the vendor withdrew it");
    scene.say("ada", "/help");
    insta::assert_snapshot!(scene.replies(), @"
    You may say now, at the start of a line in a new comment:

    - `/rollout [TEMPLATE] COMPONENT FROM..TO [because REASON] …`
    - `/status`
    - `/why [ITEM]`
    - `/help`
    - `/simulate COMMAND [@user]`
    - `/evidence ITEM URL-or-text`
    - `/log TEXT`
    - `/resolve N HOW`
    - `/feedback 1..5 [text]`
    - `/refresh`
    ");
}

#[test]
fn an_unknown_word_close_to_a_command_is_asked_about() {
    let mut scene = Scene::open();
    scene.say("ada", "/shedule tomorrow");
    insta::assert_snapshot!(scene.replies(), @"@ada: `/shedule` was refused (`did-you-mean`). There is no `/shedule`. Did you mean `/schedule`?");
}

#[test]
fn what_could_not_be_read_is_quoted_and_what_to_write_stands_in_code() {
    let mut scene = Scene::open();
    scene.say("ada", "/schedule tomorrow");
    insta::assert_snapshot!(scene.replies(), @"@ada: `/schedule` was refused (`window-unreadable`). The time of day is missing. Write for example `tomorrow 22:00`.");
    scene.say("ada", "/schedule `@acme/ops` 22:00");
    insta::assert_snapshot!(scene.replies(), @"@ada: `/schedule` was refused (`window-unreadable`). `'@acme/ops'` is not a day. Write a date as `2026-12-01`, or `tomorrow`, or a weekday.");
    for hostile in ["/rollout the ` @acme/ops", "/done x`@acme/ops"] {
        scene.say("ada", hostile);
        let said = scene.replies();
        assert!(
            said.contains("malformed") && !said.contains("@acme"),
            "{said}"
        );
    }
}

#[test]
fn the_announcement_needs_a_window_a_downtime_answer_and_notice() {
    let mut scene = Scene::open();
    let code = |scene: &mut Scene| {
        scene.tick("ada", "stakeholder-announcement", true);
        scene.replies()
    };
    assert!(code(&mut scene).contains("window-missing"));
    scene.say("ada", "/schedule 2026-11-04 22:00 UTC");
    assert!(code(&mut scene).contains("downtime-missing"));
    scene.say("ada", "/schedule 2026-11-04 22:00 UTC downtime none");
    scene.now = "2026-11-03T23:00:00Z".parse().expect("a time");
    assert!(code(&mut scene).contains("notice-too-short"));
    assert!(scene.announced().is_empty());
    scene.say("ada", "/schedule 2026-11-06 22:00 UTC downtime none");
    let reply = code(&mut scene);
    assert!(scene.is_done("stakeholder-announcement"), "{reply}");
    assert_eq!(scene.announced(), ["telegram scheduled", "email scheduled"]);
}

#[test]
fn the_same_news_is_told_once() {
    let mut scene = Scene::prepared();
    let told = scene.announced().len();
    scene.tick("ada", "stakeholder-announcement", false);
    scene.tick("ada", "stakeholder-announcement", true);
    assert_eq!(scene.announced().len(), told);
}

#[test]
fn another_window_is_announced_anew() {
    let mut scene = Scene::prepared();
    scene.say("ada", "/schedule 2026-11-05 22:00 UTC for 2h downtime 10m");
    assert!(
        !scene.is_done("stakeholder-announcement") && !scene.is_ticked("stakeholder-announcement")
    );
    assert!(
        !scene.is_done("final-review"),
        "the approvals signed the old window"
    );
    scene.tick("ada", "stakeholder-announcement", true);
    let scheduled = scene
        .announced()
        .iter()
        .filter(|news| *news == "email scheduled")
        .count();
    assert_eq!(scheduled, 2);
}

#[test]
fn without_anybody_to_tell_the_announcement_is_not_done() {
    let mut scene = Scene::open();
    scene.audiences.clear();
    scene.say("ada", "/schedule 2026-11-04 22:00 UTC downtime none");
    scene.tick("ada", "stakeholder-announcement", true);
    scene.hears("no-audience");
}

#[test]
fn the_deployment_waits_for_everything() {
    let refused = |prepare: fn(&mut Scene), code: &str| {
        let mut scene = Scene::prepared();
        scene.now = "2026-11-04T22:05:00Z".parse().expect("a time");
        prepare(&mut scene);
        scene.say("ada", "/start-deploy");
        assert_eq!(scene.rollout().stage, Stage::Preparing, "{code}");
        assert!(
            scene.replies().contains(code),
            "{code}: {}",
            scene.replies()
        );
    };
    refused(
        |scene| scene.tick("ada", "backup", false),
        "phase-incomplete",
    );
    refused(
        |scene| scene.tick("ada", "environment-setup", false),
        "phase-incomplete",
    );
    refused(|scene| scene.say("linus", "/withdraw"), "phase-incomplete");
    refused(
        |scene| scene.now = "2026-11-04T21:55:00Z".parse().expect("a time"),
        "window-closed",
    );
    refused(|scene| scene.later(2), "window-passed");
    refused(
        |scene| scene.say("ada", "/hold the cache is cold"),
        "on-hold",
    );
    refused(|scene| scene.taken_by = Some("another".into()), "busy");
    refused(|scene| scene.policy("nonsense: true\n"), "policy-broken");
}

#[test]
fn hold_stops_everything_and_resume_lets_it_go_on() {
    let mut scene = Scene::open();
    scene.say("ada", "/hold the database is slow");
    scene.tick("ada", "environment-setup", true);
    scene.hears("on-hold");
    scene.say("ada", "/resume");
    scene.tick("ada", "environment-setup", true);
    assert!(scene.is_done("environment-setup"));
}

#[test]
fn the_way_back_is_open_while_on_hold() {
    let mut scene = Scene::deploying();
    scene.say("ada", "/abort");
    assert!(scene.is_on_hold());
    scene.say("ada", "/rollback it does not get better");
    assert!(scene.rollout().is_finished(), "{}", scene.replies());
}

#[test]
fn break_glass_is_not_enabled() {
    let mut scene = Scene::open();
    scene.say("linus", "/expedite the house is on fire");
    insta::assert_snapshot!(scene.replies(), @"@linus: `/expedite` was refused (`not-enabled`). `/expedite` is not enabled here. `break_glass` in `.github/rollcall.yml` enables it and says who may; `docs/policy.md` of Rollcall shows how.");
    scene.say("linus", "/confirm-expedite");
    insta::assert_snapshot!(scene.replies(), @"@linus: `/confirm-expedite` was refused (`nothing-to-confirm`). No `/expedite` waits for a second person to confirm it.");
}

#[test]
fn questions_change_nothing() {
    let mut scene = Scene::prepared();
    let before = scene.rollout().clone();
    for question in [
        "/status",
        "/why",
        "/why backup",
        "/help",
        "/simulate /start-deploy",
        "/simulate /cancel no @sam",
        "/preview",
    ] {
        scene.say("ada", question);
        assert!(!scene.replies().is_empty(), "{question}");
        let after = scene.rollout();
        assert_eq!(
            (&after.items, &after.stage, &after.votes, &after.announced),
            (
                &before.items,
                &before.stage,
                &before.votes,
                &before.announced
            ),
            "{question}"
        );
    }
}

#[test]
fn a_thousand_commands_in_one_comment_are_answered_by_one() {
    let mut scene = Scene::open();
    scene.say("ada", &"/log again\n".repeat(1000));
    let comments = scene
        .last
        .iter()
        .filter(|effect| matches!(effect.action, Action::PutComment { .. }))
        .count();
    assert_eq!(comments, 1);
    scene.hears("too-many-commands");
    assert_eq!(scene.rollout().log.len(), 20);
}

#[test]
fn the_same_delivery_twice_asks_for_the_same_effects() {
    let mut scene = Scene::open();
    let event = rollcall::domain::event::Event {
        key: "twice".into(),
        at: scene.now,
        place: place(Some(super::scene::ISSUE)),
        rollout: None,
        actor: Some(person("ada")),
        what: What::CommentCreated {
            comment: CommentId(5),
            body: "/done backup".into(),
            change_author: None,
        },
    };
    scene.bring(&event);
    let first: Vec<String> = scene.last.iter().map(|effect| effect.key.clone()).collect();
    scene.bring(&event);
    let second: Vec<String> = scene
        .last
        .iter()
        .map(|effect| effect.key.clone())
        .filter(|key| !first.contains(key))
        .collect();
    assert!(second.is_empty(), "{second:?}");
}

#[test]
fn a_status_comment_says_what_is_next_and_who_is_missing() {
    let mut scene = Scene::prepared();
    scene.say("linus", "/withdraw");
    let status = scene.status();
    for words in [
        "### Rollout: Pre-Deployment (phase 3 of 5)",
        "3.1 Final Review Meeting",
        "1 of 2",
        "missing: 1 more",
        "`grace`",
        "downtime 10 minutes",
    ] {
        assert!(status.contains(words), "{words}: {status}");
    }
}
