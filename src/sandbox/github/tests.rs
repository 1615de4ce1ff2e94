//! The fake against what GitHub documents.

use super::*;
use axum::{body::Body, http::Request as Http};
use http::Method;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;
use tower::ServiceExt;

const NOON: &str = "2026-11-20T12:00:00Z";

struct Scene {
    world: World,
    deliveries: UnboundedReceiver<Delivery>,
    token: String,
}

struct Answer {
    status: u16,
    link: String,
    json: Value,
}

impl Scene {
    async fn new() -> Self {
        let noon: Timestamp = NOON.parse().expect("a time");
        let (world, deliveries) = World::new(Settings::default(), Arc::new(move || noon));
        world.add_repository("acme/shop", false);
        world.add_repository("acme/vault", true);
        for (login, role) in [
            ("ada", Role::Write),
            ("linus", Role::Maintain),
            ("sam", Role::Read),
            ("root", Role::Admin),
        ] {
            world
                .grant("acme/shop", login, role)
                .expect("the repository is there");
        }
        world.add_person("olga");
        let mut scene = Self {
            world,
            deliveries,
            token: String::new(),
        };
        let answer = scene
            .ask_as(
                &jwt(&scene.world, 600),
                Method::POST,
                "/app/installations/777/access_tokens",
                Value::Null,
            )
            .await;
        answer.json["token"]
            .as_str()
            .expect("a token")
            .clone_into(&mut scene.token);
        scene
    }

    async fn ask_as(&self, token: &str, method: Method, path: &str, body: Value) -> Answer {
        let body = if body.is_null() {
            Body::empty()
        } else {
            Body::from(body.to_string())
        };
        let request = Http::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {token}"))
            .body(body);
        let response = self
            .world
            .router()
            .oneshot(request.expect("a request"))
            .await
            .expect("an answer");
        let status = response.status().as_u16();
        let link = response
            .headers()
            .get("link")
            .map(|l| l.to_str().expect("ascii").to_owned())
            .unwrap_or_default();
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX)
            .await
            .expect("a body");
        Answer {
            status,
            link,
            json: serde_json::from_slice(&bytes).unwrap_or_default(),
        }
    }

    async fn ask(&self, method: Method, path: &str, body: Value) -> Answer {
        self.ask_as(&self.token, method, path, body).await
    }

    /// The webhooks made since the last look, as `event.action by SENDER`.
    fn heard(&mut self) -> Vec<(String, Value)> {
        let mut heard = Vec::new();
        while let Ok(delivery) = self.deliveries.try_recv() {
            let payload: Value = serde_json::from_slice(&delivery.body).expect("json");
            let sender = payload["sender"]["login"].as_str().expect("a sender");
            heard.push((
                format!("{}.{} by {sender}", delivery.event, delivery.action),
                payload,
            ));
        }
        heard
    }

    fn names(&mut self) -> Vec<String> {
        self.heard().into_iter().map(|(name, _)| name).collect()
    }
}

fn jwt(world: &World, life: i64) -> String {
    let key = EncodingKey::from_rsa_pem(world.private_key().as_bytes()).expect("a key");
    let claims = json!({"iss": "12345", "iat": 1_700_000_000, "exp": 1_700_000_000 + life});
    encode(&Header::new(Algorithm::RS256), &claims, &key).expect("a token")
}

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
async fn lists_come_in_pages() {
    let scene = Scene::new().await;
    let at = scene
        .world
        .open_issue("ada", "acme/shop", "title", "", &[])
        .expect("opened");
    for n in 0..65 {
        scene
            .world
            .comment("ada", at, &format!("comment {n}"))
            .expect("commented");
    }
    for (query, count, rels) in [
        ("", 30, &["next", "last"][..]),
        ("?page=3", 5, &["prev", "first"]),
        ("?per_page=100", 65, &[]),
        ("?per_page=500", 65, &[]),
        (
            "?per_page=20&page=2",
            20,
            &["prev", "next", "last", "first"],
        ),
    ] {
        let answer = scene
            .ask(
                Method::GET,
                &format!("/repos/acme/shop/issues/1/comments{query}"),
                Value::Null,
            )
            .await;
        assert_eq!(answer.json.as_array().map(Vec::len), Some(count), "{query}");
        let found: Vec<_> = answer
            .link
            .split("rel=\"")
            .skip(1)
            .map(|r| r.trim_end_matches(|c| "\", <".contains(c)))
            .collect();
        let found: Vec<_> = found
            .iter()
            .map(|r| r.split('"').next().unwrap_or_default())
            .collect();
        assert_eq!(found, rels, "{query}");
    }
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

#[tokio::test]
async fn failed_deliveries_are_listed_and_sent_again_under_their_guid() {
    let mut scene = Scene::new().await;
    for n in 0..3 {
        scene
            .world
            .open_issue("ada", "acme/shop", &format!("issue {n}"), "", &[])
            .expect("opened");
    }
    let mut guids = Vec::new();
    for status in [Some(202), Some(500), None] {
        let delivery = scene.deliveries.try_recv().expect("a webhook");
        scene.world.delivered(delivery.id, status);
        guids.push((delivery.id, delivery.guid));
    }
    let app = jwt(&scene.world, 600);
    let answer = scene
        .ask_as(
            &app,
            Method::GET,
            "/app/hook/deliveries?per_page=2",
            Value::Null,
        )
        .await;
    let statuses: Vec<_> = answer
        .json
        .as_array()
        .expect("a list")
        .iter()
        .map(|d| d["status_code"].clone())
        .collect();
    assert_eq!(statuses, [json!(0), json!(500)]);
    assert!(
        answer.link.contains(&format!("cursor={}", guids[1].0)),
        "{}",
        answer.link
    );
    let path = format!("/app/hook/deliveries/{}/attempts", guids[1].0);
    assert_eq!(
        scene
            .ask_as(&app, Method::POST, &path, Value::Null)
            .await
            .status,
        202
    );
    let again = scene.deliveries.try_recv().expect("sent again");
    assert_eq!((again.redelivery, &again.guid), (true, &guids[1].1));
    assert_ne!(again.id, guids[1].0);
}

#[tokio::test]
async fn files_come_in_base64_with_line_breaks() {
    let scene = Scene::new().await;
    let text = "approvals: 2\n".repeat(20);
    scene
        .world
        .put_file("acme/shop", ".github/rollcall.yml", Some(&text))
        .expect("there");
    let answer = scene
        .ask(
            Method::GET,
            "/repos/acme/shop/contents/.github/rollcall.yml",
            Value::Null,
        )
        .await;
    let content = answer.json["content"].as_str().expect("content");
    assert_eq!(content.lines().next().map(str::len), Some(60));
    let head = scene
        .ask(Method::GET, "/repos/acme/shop/commits/main", Value::Null)
        .await
        .json["sha"]
        .clone();
    let path = format!(
        "/repos/acme/shop/contents/.github?ref={}",
        head.as_str().expect("a sha")
    );
    let folder = scene.ask(Method::GET, &path, Value::Null).await;
    assert_eq!(folder.json[0]["path"], ".github/rollcall.yml");
}

#[tokio::test]
async fn faults_happen_as_often_as_asked() {
    let scene = Scene::new().await;
    let issues = "/repos/acme/shop/issues";
    let fault = |how| Fault {
        method: Some(Method::POST),
        path: "/issues".to_owned(),
        times: 1,
        how,
    };
    scene.world.fail(fault(How::CarryOutThenAnswer(502)));
    assert_eq!(
        scene
            .ask(Method::POST, issues, json!({"title": "made"}))
            .await
            .status,
        502
    );
    assert_eq!(scene.world.issues("acme/shop").expect("there").len(), 1);
    scene.world.fail(fault(How::Answer(
        403,
        vec![("retry-after".to_owned(), "60".to_owned())],
    )));
    assert_eq!(
        scene
            .ask(Method::POST, issues, json!({"title": "not made"}))
            .await
            .status,
        403
    );
    assert_eq!(
        scene
            .ask(Method::POST, issues, json!({"title": "made"}))
            .await
            .status,
        201
    );
    scene.world.fail(fault(How::Hang));
    let waiting = scene.ask(Method::POST, issues, json!({"title": "never"}));
    assert!(
        tokio::time::timeout(std::time::Duration::from_millis(20), waiting)
            .await
            .is_err()
    );
    let created = scene
        .world
        .requests()
        .into_iter()
        .filter(Request::creates_content);
    assert_eq!(
        created.map(|r| r.status).collect::<Vec<_>>(),
        [502, 403, 201, 0]
    );
}
