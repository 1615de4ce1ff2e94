//! Every effect and every read against the sandbox's stateful GitHub, each effect twice.

use super::{fake::config_of, label};
use rollcall::{
    clock::Clock,
    domain::{
        effect::{Action, CloseReason, Reaction},
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
        let body =
            "- [ ] **Backup** <!-- id: backup -->\r\n<!-- rollcall:rollout ro-1 -->".to_owned();
        let labels = vec![label("rollout"), label("rollout:planning")];
        let create = Action::CreateIssue {
            place: self.place.clone(),
            title: "Update".to_owned(),
            body,
            labels,
        };
        let number = self.twice("issue:ro-1", create).await.expect("a number");
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
async fn a_whole_rollout_leaves_one_of_each() {
    let scene = Scene::new().await;
    let place = scene.opened().await;
    assert_eq!(
        scene
            .world
            .issues("acme/shop")
            .expect("the repository is there")
            .len(),
        1
    );
    assert_eq!(names(&scene.issue(&place)), ["rollout", "rollout:planning"]);

    let boxes = BTreeMap::from([("backup".to_owned(), true)]);
    scene
        .twice(
            "boxes:1",
            Action::PutBoxes {
                place: place.clone(),
                boxes,
            },
        )
        .await;
    assert!(
        scene
            .issue(&place)
            .body
            .starts_with("- [x] **Backup** <!-- id: backup -->\r\n")
    );

    let reply = scene
        .twice(
            "reply:1",
            Action::PutComment {
                place: place.clone(),
                body: "Thanks".to_owned(),
            },
        )
        .await;
    let reply = CommentId(reply.expect("an id").parse().expect("a number"));
    scene
        .twice(
            "react:1",
            Action::React {
                place: place.clone(),
                comment: reply,
                reaction: Reaction::ThumbsUp,
            },
        )
        .await;
    scene
        .twice(
            "status:ro-1",
            Action::PutStatus {
                place: place.clone(),
                body: "40 %".to_owned(),
            },
        )
        .await;
    let status = scene
        .twice(
            "status:ro-1",
            Action::PutStatus {
                place: place.clone(),
                body: "60 %".to_owned(),
            },
        )
        .await;
    let issue = scene.issue(&place);
    let bodies: Vec<&str> = issue
        .comments
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
    assert_eq!(issue.comments[0].reactions["+1"], 1);
    assert_eq!(status, Some(issue.comments[1].id.to_string()));
    assert!(issue.comments[1].pinned);

    scene
        .world
        .label("linus", issue.at, "needs review")
        .expect("linus may");
    scene
        .twice(
            "labels:ro-1",
            Action::PutLabels {
                place: place.clone(),
                labels: vec![label("rollout"), label("rollout:testing")],
            },
        )
        .await;
    assert_eq!(
        names(&scene.issue(&place)),
        ["rollout", "needs review", "rollout:testing"]
    );
    scene
        .twice(
            "close:ro-1",
            Action::CloseIssue {
                place: place.clone(),
                reason: CloseReason::NotPlanned,
            },
        )
        .await;
    let closed = scene.issue(&place);
    assert_eq!(
        (closed.open, closed.state_reason.as_deref()),
        (false, Some("not_planned"))
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
    let reply = Action::PutComment {
        place: place.clone(),
        body: "Thanks".to_owned(),
    };
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
