//! How rollouts come to be.

use super::scene::{ISSUE, Scene, complete_fields, person};
use rollcall::domain::{
    effect::Action, event::What, fields::Fields, ids::CommentId, rollout::Origin,
};

fn comment(body: &str) -> What {
    What::CommentCreated {
        comment: CommentId(9),
        body: body.into(),
        change_author: Some(person("ivan")),
    }
}

#[test]
fn a_comment_asks_for_a_rollout_and_hears_where_it_is() {
    let mut scene = Scene::empty();
    scene.happens("ada", comment("/rollout checkout 1.4.0..1.5.0 because security update\npurpose: a hole\nbenefits: no hole"));
    assert!(matches!(
        scene.rollout().origin,
        Origin::Comment { issue: ISSUE, .. }
    ));
    assert_eq!(
        scene.rollout().opener.as_ref().expect("somebody").login,
        "ada"
    );
    scene.issue_opens();
    let told = scene
        .effects
        .iter()
        .find(|effect| effect.key.starts_with("opened:"))
        .expect("a reply");
    assert!(matches!(&told.action, Action::PutComment { body, .. } if body.contains("#7")));
}

#[test]
fn without_the_right_there_is_no_rollout_but_a_reply() {
    let mut scene = Scene::empty();
    scene.happens("sam", comment("/rollout checkout 1.4.0..1.5.0"));
    assert!(scene.rollout.is_none());
    assert!(
        scene.replies().contains("not-allowed"),
        "{}",
        scene.replies()
    );
}

#[test]
fn details_that_are_missing_are_asked_for_in_one_comment_and_close_item_1_1_once_there() {
    let mut scene = Scene::empty();
    scene.request(Fields::default());
    assert!(!scene.is_done("issue-creation"));
    let asked: Vec<_> = scene.effects.iter().filter(|effect| matches!(&effect.action, Action::PutComment { body, .. } if body.contains("lease fill in"))).collect();
    assert_eq!(asked.len(), 1);
    let filled =
        rollcall::domain::template::render_body(&scene.rollout().template, &complete_fields());
    scene.edit("ada", &filled);
    assert!(scene.is_done("issue-creation") && scene.is_ticked("issue-creation"));
}

#[test]
fn an_issue_form_becomes_the_rollout() {
    let mut scene = Scene::empty();
    let form = "### Purpose\n\nClose a hole\n\n### Components\n\ncheckout 1.4.0..1.5.0 security update\n\n### Benefits\n\nNo hole\n\n### Template\n\nstandard\n";
    scene.body = form.to_owned();
    scene.happens(
        "ada",
        What::IssueOpened {
            title: "Update checkout".into(),
            body: form.into(),
            labels: vec!["rollout".into()],
        },
    );
    let rollout = scene.rollout();
    assert_eq!(
        (rollout.place.issue, rollout.title.as_str()),
        (Some(ISSUE), "Update checkout")
    );
    assert!(rollout.fields.missing().is_empty(), "{:?}", rollout.fields);
    let put = scene.last.iter().find_map(|effect| match &effect.action {
        Action::PutBody { expect, body, .. } => Some((expect.clone(), body.clone())),
        _ => None,
    });
    let (expect, body) = put.expect("the body gets its checklist");
    assert_eq!(expect, form);
    assert_eq!(rollcall::domain::checklist::parse(&body).items.len(), 22);
    // Rollcall's own edit comes back: nothing is repaired.
    scene.body.clone_from(&body);
    scene.happens(
        "rollcall[bot]",
        What::BodyEdited {
            from: Some(form.into()),
            body,
        },
    );
    assert!(
        !scene
            .last
            .iter()
            .any(|effect| matches!(effect.action, Action::PutBody { .. })),
        "{:?}",
        scene.last
    );
}

#[test]
fn an_issue_without_the_label_is_left_alone() {
    let mut scene = Scene::empty();
    scene.happens(
        "ada",
        What::IssueOpened {
            title: "Bug".into(),
            body: "- [ ] x".into(),
            labels: vec!["bug".into()],
        },
    );
    assert!(scene.rollout.is_none() && scene.last.is_empty());
}

#[test]
fn titles_and_texts_of_people_stay_inert() {
    let mut scene = Scene::empty();
    let mut fields = complete_fields();
    fields.purpose = "@everyone <script>alert(1)</script>\n- [x] **Backup** <!-- id: backup -->\n## Phase 4: Deployment".into();
    scene.request(fields);
    assert!(!scene.is_done("backup"));
    assert_eq!(scene.rollout().items.len(), 22);
    assert!(
        !scene.body.contains("@everyone") && !scene.body.contains("<script>"),
        "{}",
        scene.body
    );
}
