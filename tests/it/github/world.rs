//! Every effect and every read against the sandbox's stateful GitHub, each effect twice.

use super::{actions, fake::config_of};
use rollcall::{
    clock::Clock,
    domain::{
        effect::{Action, CloseReason},
        ids::{CommentId, Person, Place, UserId},
        person::Permission,
    },
    github::GithubApp,
    sandbox::github::{Fault, How, IssueAt, IssueView, Role, Settings, World},
};
use secrecy::SecretString;
use std::collections::{BTreeMap, BTreeSet};

struct Scene {
    world: World,
    app: GithubApp,
    place: Place,
}

impl Scene {
    async fn new() -> Self {
        let noon: jiff::Timestamp = "2026-11-20T12:00:00Z".parse().expect("a time");
        let (world, _) = World::new(Settings::default(), Clock::new(move || noon));
        world.add_repository("acme/shop", false);
        world
            .grant("acme/shop", "linus", Role::Maintain)
            .expect("the repository is there");
        world.set_team("acme/release", &["linus"]);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let router = world.router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let mut config = config_of(&url);
        config.private_key = SecretString::from(world.private_key());
        let app = GithubApp::new(&config).expect("the configuration is good");
        let place = app
            .find_place("acme/shop")
            .await
            .expect("an answer")
            .expect("the App is installed there");
        Self { world, app, place }
    }

    /// Performs the effect, and once more as after a crash; both times the same comes back.
    async fn twice(&self, key: &str, action: Action) -> Option<String> {
        let first = self
            .app
            .perform(key, &action, 1, None)
            .await
            .expect("performed");
        let second = self
            .app
            .perform(key, &action, 2, None)
            .await
            .expect("performed again");
        assert_eq!(first, second, "{key}");
        first
    }

    async fn opened(&self) -> Place {
        let number = self
            .twice("issue:ro-1", actions::open(&self.place))
            .await
            .expect("a number");
        self.place.at(number.parse().expect("a number"))
    }

    fn issue(&self, place: &Place) -> IssueView {
        let at = IssueAt {
            repository: place.repository.id.0,
            number: place.issue.expect("an issue"),
        };
        self.world.issue(at).expect("the issue is there")
    }
}

fn names(issue: &IssueView) -> Vec<&str> {
    issue.labels.iter().map(|(name, _)| name.as_str()).collect()
}

#[tokio::test]
async fn a_rollout_has_one_issue_which_is_ticked_and_closed() {
    let scene = Scene::new().await;
    let place = scene.opened().await;
    let all = scene
        .world
        .issues("acme/shop")
        .expect("the repository is there");
    assert_eq!(all.len(), 1);

    scene
        .twice("boxes:1", actions::put_box(&place, "backup", true))
        .await;
    let body = scene.issue(&place).body;
    assert!(
        body.starts_with("- [x] **Backup** <!-- id: backup -->\r\n"),
        "{body:?}"
    );

    scene
        .twice(
            "close:ro-1",
            actions::close(&place, CloseReason::NotPlanned),
        )
        .await;
    let closed = scene.issue(&place);
    assert_eq!(
        (closed.open, closed.state_reason.as_deref()),
        (false, Some("not_planned"))
    );
}

#[tokio::test]
async fn a_rollout_has_one_status_comment_and_each_reply_once() {
    let scene = Scene::new().await;
    let place = scene.opened().await;
    let reply = scene
        .twice("reply:1", actions::comment(&place, "Thanks"))
        .await;
    let reply = CommentId(reply.expect("an id").parse().expect("a number"));
    scene
        .twice("react:1", actions::thumbs_up(&place, reply))
        .await;
    scene
        .twice("status:ro-1", actions::status(&place, "40 %"))
        .await;
    let status = scene
        .twice("status:ro-1", actions::status(&place, "60 %"))
        .await;

    let comments = scene.issue(&place).comments;
    let bodies: Vec<&str> = comments
        .iter()
        .map(|comment| comment.body.as_str())
        .collect();
    assert_eq!(
        bodies,
        [
            "Thanks\n<!-- rollcall:reply:1 -->",
            "60 %\n<!-- rollcall:status -->"
        ]
    );
    assert_eq!(comments[0].reactions["+1"], 1);
    assert_eq!(status, Some(comments[1].id.to_string()));
    assert!(comments[1].pinned);
}

#[tokio::test]
async fn labels_follow_the_phase_and_leave_those_of_people() {
    let scene = Scene::new().await;
    let place = scene.opened().await;
    let issue = scene.issue(&place);
    assert_eq!(names(&issue), ["rollout", "rollout:planning"]);
    scene
        .world
        .label("linus", issue.at, "needs review")
        .expect("linus may");
    scene
        .twice(
            "labels:ro-1",
            actions::put_labels(&place, &["rollout", "rollout:testing"]),
        )
        .await;
    assert_eq!(
        names(&scene.issue(&place)),
        ["rollout", "needs review", "rollout:testing"]
    );
}

#[tokio::test]
async fn writes_whose_answers_are_lost_are_not_repeated() {
    let scene = Scene::new().await;
    let place = scene.opened().await;
    scene.world.fail(Fault {
        method: Some(http::Method::POST),
        path: "/comments".to_owned(),
        times: 1,
        how: How::CarryOutThenAnswer(502),
    });
    let reply = actions::comment(&place, "Thanks");
    scene
        .app
        .perform("reply:1", &reply, 1, None)
        .await
        .expect_err("the answer is lost");
    scene
        .app
        .perform("reply:1", &reply, 2, None)
        .await
        .expect("found");
    assert_eq!(scene.issue(&place).comments.len(), 1);
}

#[tokio::test]
async fn rights_policy_and_issue_are_read() {
    let scene = Scene::new().await;
    let place = scene.opened().await;
    let id = scene.world.account_id("linus").expect("linus is there");
    let linus = Person {
        id: UserId(id),
        login: "linus".to_owned(),
        bot: false,
    };
    let teams = BTreeSet::from(["acme/release".to_owned(), "acme/ops".to_owned()]);
    let standing = scene.app.read_standing(&place, &linus, &teams).await;
    assert_eq!(standing.permission, Ok(Permission::Maintain));
    assert_eq!(
        standing.teams,
        Ok(BTreeSet::from(["acme/release".to_owned()]))
    );
    let newest = scene
        .app
        .read_newest(&place)
        .await
        .expect("an answer")
        .here()
        .expect("an issue");
    assert_eq!(newest.title, "Update");
    scene
        .world
        .put_file(
            "acme/shop",
            ".github/rollcall.yml",
            Some("zone: Asia/Tokyo\n"),
        )
        .expect("the repository is there");
    let policy = scene.app.read_policy(&place).await.expect("an answer");
    assert!(format!("{policy:?}").contains("Asia/Tokyo"), "{policy:?}");
}

#[tokio::test]
async fn the_app_uses_no_permission_that_it_does_not_ask_for() {
    let scene = Scene::new().await;
    let place = scene.opened().await;
    let linus = Person {
        id: UserId(scene.world.account_id("linus").expect("linus is there")),
        login: "linus".to_owned(),
        bot: false,
    };
    scene
        .app
        .read_standing(&place, &linus, &BTreeSet::from(["acme/release".to_owned()]))
        .await;
    let standard = scene.app.read_template(&place, "standard").await;
    standard.expect("an answer");
    let asked = rollcall::github::permissions::needed();
    let used = scene.world.permissions_used();
    let asked: BTreeMap<String, String> = asked
        .into_iter()
        .map(|(name, access)| (name.to_owned(), format!("{access:?}").to_lowercase()))
        .collect();
    assert_eq!(used, asked);
}
