//! Who may do what.

use super::*;

#[tokio::test]
async fn only_good_tokens_open_the_door() {
    let scene = Scene::new().await;
    let good = jwt(&scene.world, 600);
    for (token, path, status) in [
        (good.as_str(), "/app", 200),
        (&jwt(&scene.world, 3_600), "/app", 401),
        (&format!("{good}x"), "/app", 401),
        ("nonsense", "/app", 401),
        (&scene.token, "/app", 401),
        (&scene.token, "/repos/acme/shop", 200),
        (&good, "/repos/acme/shop", 401),
        ("ghs_bogus", "/repos/acme/shop", 401),
        (&scene.token, "/repos/acme/nothing", 404),
    ] {
        assert_eq!(
            scene
                .ask_as(token, Method::GET, path, Value::Null)
                .await
                .status,
            status,
            "{path} with {token}"
        );
    }
}

#[tokio::test]
async fn a_suspended_or_removed_app_gets_no_tokens_and_no_webhooks() {
    let mut scene = Scene::new().await;
    scene.world.suspend("root");
    assert_eq!(
        scene
            .ask(Method::GET, "/repos/acme/shop", Value::Null)
            .await
            .status,
        403
    );
    scene
        .world
        .open_issue("ada", "acme/shop", "unheard", "", &[])
        .expect("opened");
    assert_eq!(scene.names(), ["installation.suspend by root"]);
    scene.world.unsuspend("root");
    scene.world.uninstall("root");
    assert_eq!(
        scene.names(),
        [
            "installation.unsuspend by root",
            "installation.deleted by root"
        ]
    );
    let path = "/app/installations/777/access_tokens";
    assert_eq!(
        scene
            .ask_as(&jwt(&scene.world, 600), Method::POST, path, Value::Null)
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn permissions_read_as_github_names_them() {
    let scene = Scene::new().await;
    for (login, permission, role) in [
        ("ada", "write", "write"),
        ("linus", "write", "maintain"),
        ("sam", "read", "read"),
        ("root", "admin", "admin"),
        ("olga", "read", "read"),
    ] {
        let answer = scene
            .ask(
                Method::GET,
                &format!("/repos/acme/shop/collaborators/{login}/permission"),
                Value::Null,
            )
            .await;
        assert_eq!(
            (&answer.json["permission"], &answer.json["role_name"]),
            (&json!(permission), &json!(role)),
            "{login}"
        );
    }
    let answer = scene
        .ask(
            Method::GET,
            "/repos/acme/vault/collaborators/olga/permission",
            Value::Null,
        )
        .await;
    assert_eq!(answer.json["permission"], "none");
    scene.world.set_team("acme/release", &["grace"]);
    for (login, status) in [("grace", 200), ("ada", 404)] {
        let path = format!("/orgs/acme/teams/release/memberships/{login}");
        assert_eq!(
            scene.ask(Method::GET, &path, Value::Null).await.status,
            status,
            "{login}"
        );
    }
    assert_eq!(scene.world.permissions_used()["members"], "read");
}

#[tokio::test]
async fn bad_requests_are_refused_in_github_s_words() {
    let scene = Scene::new().await;
    scene
        .world
        .open_issue("ada", "acme/shop", "title", "", &["rollout"])
        .expect("opened");
    let too_long = json!({"title": "t", "body": "é".repeat(65_537)});
    let answer = scene
        .ask(Method::POST, "/repos/acme/shop/issues", too_long)
        .await;
    assert_eq!(answer.status, 422);
    assert_eq!(
        answer.json["errors"][0]["message"],
        "body is too long (maximum is 65536 characters)"
    );
    for (method, path, body, status) in [
        (
            Method::POST,
            "/repos/acme/shop/issues",
            json!({"body": "no title"}),
            422,
        ),
        (
            Method::POST,
            "/repos/acme/shop/issues",
            json!({"title": 7}),
            422,
        ),
        (
            Method::POST,
            "/repos/acme/shop/labels",
            json!({"name": "Rollout", "color": "ededed"}),
            422,
        ),
        (
            Method::DELETE,
            "/repos/acme/shop/issues/1/labels/none",
            Value::Null,
            404,
        ),
        (
            Method::GET,
            "/repos/acme/shop/contents/.github/rollcall.yml",
            Value::Null,
            404,
        ),
        (
            Method::POST,
            "/repos/acme/shop/issues/comments/9/reactions",
            json!({"content": "eyes"}),
            404,
        ),
        (
            Method::POST,
            "/repos/acme/shop/issues/1/reactions",
            json!({"content": "wow"}),
            422,
        ),
        (Method::PUT, "/nowhere", Value::Null, 404),
    ] {
        assert_eq!(scene.ask(method, path, body).await.status, status, "{path}");
    }
    scene
        .world
        .set_issues_enabled("acme/shop", false)
        .expect("there");
    assert_eq!(
        scene
            .ask(
                Method::POST,
                "/repos/acme/shop/issues",
                json!({"title": "t"})
            )
            .await
            .status,
        410
    );
}
