//! What happens to issues, and the webhooks it makes.

use super::*;

#[tokio::test]
async fn the_app_opens_an_issue_and_hears_of_itself() {
    let mut scene = Scene::new().await;
    let body =
        json!({"title": "Rollout", "body": "- [ ] one <!-- id: one -->", "labels": ["rollout"]});
    let answer = scene
        .ask(Method::POST, "/repos/acme/shop/issues", body)
        .await;
    assert_eq!((answer.status, &answer.json["number"]), (201, &json!(1)));
    assert_eq!(answer.json["user"]["type"], "Bot");
    let heard = scene.heard();
    let names: Vec<_> = heard.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "issues.opened by rollcall[bot]",
            "issues.labeled by rollcall[bot]"
        ]
    );
    assert_eq!(heard[0].1["installation"]["id"], 777);
    assert_eq!(heard[0].1["organization"]["login"], "acme");
    assert_eq!(heard[1].1["label"]["name"], "rollout");
}

#[tokio::test]
async fn a_tick_carries_the_body_before_it_and_needs_the_right_to_edit() {
    let mut scene = Scene::new().await;
    let body = json!({"title": "Rollout", "body": "- [ ] one <!-- id: one -->\n- [ ] two"});
    scene
        .ask(Method::POST, "/repos/acme/shop/issues", body)
        .await;
    let at = IssueAt {
        repository: scene.world.issues("acme/shop").expect("issues")[0]
            .at
            .repository,
        number: 1,
    };
    scene.heard();
    for (login, item, status) in [
        ("sam", "one", 403),
        ("olga", "one", 403),
        ("nobody", "one", 401),
        ("ada", "three", 404),
    ] {
        assert_eq!(
            scene
                .world
                .tick(login, at, item, true)
                .map_err(|r| r.status),
            Err(status),
            "{login} {item}"
        );
    }
    scene
        .world
        .tick("ada", at, "one", true)
        .expect("ada may write");
    scene
        .world
        .tick("ada", at, "one", true)
        .expect("nothing changes");
    scene
        .world
        .tick("linus", at, "two", true)
        .expect("linus may write");
    let heard = scene.heard();
    assert_eq!(heard.len(), 2);
    assert_eq!(heard[0].0, "issues.edited by ada");
    assert_eq!(
        heard[0].1["changes"]["body"]["from"],
        "- [ ] one <!-- id: one -->\n- [ ] two"
    );
    assert_eq!(
        heard[1].1["issue"]["body"],
        "- [x] one <!-- id: one -->\n- [x] two"
    );
}

#[tokio::test]
async fn the_editor_saves_for_those_who_may_and_over_nobody_elses_words() {
    let mut scene = Scene::new().await;
    let body = json!({"title": "Rollout", "body": "one\n"});
    scene
        .ask(Method::POST, "/repos/acme/shop/issues", body)
        .await;
    let world = &scene.world;
    let at = world.issues("acme/shop").expect("issues")[0].at;
    let save = |login: &str, was: &str, title: &str, body: &str| {
        let saved = world.save(login, at, was, title, body);
        saved.map_err(|refused| refused.status)
    };
    assert_eq!(save("sam", "one\n", "Rollout", "two\n"), Err(403));
    assert_eq!(save("olga", "one\n", "Rollout", "two\n"), Err(403));
    assert_eq!(save("nobody", "one\n", "Rollout", "two\n"), Err(401));
    assert_eq!(save("ada", "one\n", " ", "two\n"), Err(422));
    assert_eq!(save("ada", "one\n", "Rollout", "one\r\n"), Ok(()));
    assert_eq!(save("ada", "one\n", "Rollout", "two\n"), Ok(()));
    assert_eq!(save("linus", "one\n", "Rollout", "three\n"), Err(422));
    assert_eq!(save("linus", "one\n", "Another", "one\n"), Ok(()));
    let heard = scene.heard();
    let edits: Vec<_> = heard[1..].iter().collect();
    assert_eq!(edits.len(), 2, "{edits:?}");
    assert_eq!(edits[0].0, "issues.edited by ada");
    assert_eq!(
        edits[0].1["changes"],
        json!({"body": {"from": "one\n"}}),
        "the title is as it was"
    );
    assert_eq!(edits[0].1["issue"]["body"], "two\r\n");
    assert_eq!(edits[1].0, "issues.edited by linus");
    assert_eq!(
        edits[1].1["changes"],
        json!({"title": {"from": "Rollout"}}),
        "the text of an editor in which only the title was changed is not saved"
    );
}

#[tokio::test]
async fn what_is_typed_in_a_browser_comes_with_crlf() {
    let mut scene = Scene::new().await;
    let at = scene
        .world
        .open_issue("ada", "acme/shop", "title", "a\nb", &["rollout"])
        .expect("opened");
    scene.world.edit_body("ada", at, "a\nc").expect("edited");
    let comment = scene
        .world
        .comment("olga", at, "/status\nplease")
        .expect("a public repository takes comments");
    scene
        .world
        .edit_comment("olga", at, comment, "/help")
        .expect("her own");
    scene
        .world
        .delete_comment("ada", at, comment)
        .expect("ada may write");
    let heard = scene.heard();
    assert_eq!(heard[2].1["changes"]["body"]["from"], "a\r\nb");
    assert_eq!(heard[3].1["comment"]["body"], "/status\r\nplease");
    assert_eq!(heard[4].1["changes"]["body"]["from"], "/status\r\nplease");
    assert_eq!(heard[5].0, "issue_comment.deleted by ada");
}

#[tokio::test]
async fn a_reaction_is_made_once() {
    let scene = Scene::new().await;
    let at = scene
        .world
        .open_issue("ada", "acme/shop", "title", "", &[])
        .expect("opened");
    let comment = scene.world.comment("ada", at, "/help").expect("commented");
    let path = format!("/repos/acme/shop/issues/comments/{comment}/reactions");
    assert_eq!(
        scene
            .ask(Method::POST, &path, json!({"content": "eyes"}))
            .await
            .status,
        201
    );
    assert_eq!(
        scene
            .ask(Method::POST, &path, json!({"content": "eyes"}))
            .await
            .status,
        200
    );
    assert_eq!(
        scene.world.issue(at).expect("there").comments[0].reactions["eyes"],
        1
    );
}

#[tokio::test]
async fn a_moved_or_renamed_issue_leaves_a_redirect() {
    let mut scene = Scene::new().await;
    for repository in ["acme/shop", "acme/vault"] {
        scene
            .world
            .grant(repository, "root", Role::Admin)
            .expect("there");
    }
    let at = scene
        .world
        .open_issue("root", "acme/shop", "title", "", &[])
        .expect("opened");
    let to = scene
        .world
        .transfer("root", at, "acme/vault")
        .expect("moved");
    assert_eq!(
        scene.names(),
        [
            "issues.opened by root",
            "issues.transferred by root",
            "issues.opened by root"
        ]
    );
    assert_eq!(
        scene
            .ask(Method::GET, "/repos/acme/shop/issues/1", Value::Null)
            .await
            .status,
        301
    );
    scene.world.delete_issue("root", to).expect("deleted");
    assert_eq!(
        scene
            .ask(Method::GET, "/repos/acme/vault/issues/1", Value::Null)
            .await
            .status,
        410
    );

    scene
        .world
        .rename_repository("root", "acme/shop", "store")
        .expect("renamed");
    let answer = scene
        .ask(Method::GET, "/repos/acme/shop/issues", Value::Null)
        .await;
    assert_eq!(answer.status, 301);
    let to = answer.json["url"]
        .as_str()
        .expect("an address")
        .replace("https://api.github.com", "");
    assert_eq!(scene.ask(Method::GET, &to, Value::Null).await.status, 200);
    assert_eq!(
        scene
            .ask(
                Method::POST,
                "/repos/acme/shop/issues",
                json!({"title": "t"})
            )
            .await
            .status,
        307
    );
}
