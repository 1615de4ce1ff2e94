//! Every read and every effect against emulate, with Prism before it: each request is one that GitHub describes.

use super::{actions, fake::config_of};
use rollcall::{
    domain::{
        decide::Look,
        effect::{Action, CloseReason},
        facts::Comments,
        ids::{CommentId, Person, Place, UserId},
        person::Permission,
    },
    github::{GithubApp, GithubConfig, permissions},
};
use secrecy::SecretString;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

struct Partner {
    child: Child,
    said: Value,
    log: PathBuf,
    _folder: tempfile::TempDir,
}

impl Partner {
    /// Starts GitHub as emulate plays it; the App has just the permissions that the manifest asks for.
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let log = folder.path().join("prism.log");
        let granted: BTreeMap<&str, String> = permissions::needed()
            .into_iter()
            .map(|(name, access)| (name, format!("{access:?}").to_lowercase()))
            .collect();
        let config = json!({ "prism_log": log, "permissions": granted });
        let mut child = Command::new("node")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/partners/github.mjs"))
            .arg(config.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Node.js is installed");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe"))
            .read_line(&mut line)
            .expect("a line");
        let said = serde_json::from_str(&line).expect("it starts, after tests/partners/install.sh");
        Self {
            child,
            said,
            log,
            _folder: folder,
        }
    }

    fn app(&self) -> GithubApp {
        let config = GithubConfig {
            app_id: self.said["app_id"].as_u64().expect("a number"),
            private_key: SecretString::from(self.said["private_key"].as_str().expect("a key")),
            slug: None,
            ..config_of(self.said["url"].as_str().expect("an address"))
        };
        GithubApp::new(&config).expect("the configuration is good")
    }

    /// Stops it; nothing that it was asked may break GitHub's description.
    fn finish(mut self) {
        drop(self.child.stdin.take());
        self.child.wait().expect("it stops");
        let log = std::fs::read_to_string(&self.log).expect("a log");
        let broken: Vec<&str> = log.lines().filter(|line| line.contains('✖')).collect();
        assert!(broken.is_empty(), "{}", broken.join("\n"));
        assert!(log.contains("/issues"), "Prism stood before it");
    }
}

async fn twice(app: &GithubApp, key: &str, action: Action) -> Option<String> {
    let first = app.perform(key, &action, 1, None).await.expect("performed");
    let second = app
        .perform(key, &action, 2, None)
        .await
        .expect("performed again");
    assert_eq!(first, second, "{key}");
    first
}

async fn write_all(app: &GithubApp, place: &Place) -> Place {
    let number = twice(app, "issue:ro-1", actions::open(place)).await;
    let place = place.at(number.expect("an id").parse().expect("a number"));
    twice(app, "boxes:1", actions::put_box(&place, "backup", true)).await;
    let body = app
        .read_newest(&place)
        .await
        .expect("an answer")
        .here()
        .expect("an issue")
        .body;
    twice(
        app,
        "body:1",
        actions::put_body(&place, &body, &format!("{body}\n\nmore")),
    )
    .await;
    let reply = twice(app, "reply:1", actions::comment(&place, "Thanks 🚀")).await;
    let reply = CommentId(reply.expect("an id").parse().expect("a number"));
    twice(app, "react:1", actions::thumbs_up(&place, reply)).await;
    twice(app, "status:ro-1", actions::status(&place, "40 %")).await;
    twice(app, "status:ro-1", actions::status(&place, "60 %")).await;
    twice(
        app,
        "labels:ro-1",
        actions::put_labels(&place, &["rollout", "rollout:testing"]),
    )
    .await;
    twice(
        app,
        "close:ro-1",
        actions::close(&place, CloseReason::NotPlanned),
    )
    .await;
    place
}

/// Listed since the beginning; and since a time when there was none, so that one is asked for by its number.
async fn read_comments(app: &GithubApp, place: &Place) {
    let all = Look {
        since: jiff::Timestamp::UNIX_EPOCH,
        words: Vec::new(),
        gate: false,
    };
    let Comments::Read(listed) = app.read_comments(place, &all).await.expect("an answer") else {
        panic!("they are read");
    };
    let reply = listed.iter().find(|it| it.body.starts_with("Thanks"));
    let reply = reply.expect("it is listed").id;
    let later = Look {
        since: "2100-01-01T00:00:00Z".parse().expect("a time"),
        words: vec![reply, CommentId(999_999_999)],
        gate: false,
    };
    let Comments::Read(found) = app.read_comments(place, &later).await.expect("an answer") else {
        panic!("they are read");
    };
    assert!(found.iter().any(|it| it.id == reply), "{found:?}");
    assert!(found.iter().all(|it| it.id.0 != 999_999_999), "{found:?}");
}

async fn read_all(app: &GithubApp, place: &Place) {
    assert_eq!(app.slug().await.expect("an answer"), "rollcall");
    let reviewer = Person {
        id: UserId(0),
        login: "reviewer".to_owned(),
        bot: false,
    };
    let teams = BTreeSet::from(["acme/release-managers".to_owned(), "acme/nobody".to_owned()]);
    let standing = app.read_standing(place, &reviewer, &teams).await;
    let elsewhere = standing.permission.expect_err("the id is another's");
    assert!(
        elsewhere.contains("belongs to another account"),
        "{elsewhere}"
    );
    assert_eq!(
        standing.teams,
        Ok(BTreeSet::from(["acme/release-managers".to_owned()]))
    );
    let stranger = Person {
        id: UserId(0),
        login: "nobody-of-this-name".to_owned(),
        bot: false,
    };
    assert_eq!(
        app.read_standing(place, &stranger, &BTreeSet::new())
            .await
            .permission,
        Ok(Permission::None)
    );
    app.read_policy(place).await.expect("an answer");
    app.read_template(place, "no-such-template")
        .await
        .expect("an answer");
    app.failed_deliveries(jiff::Timestamp::UNIX_EPOCH)
        .await
        .expect("an answer");
}

#[tokio::test]
async fn every_request_is_one_that_github_describes() {
    let partner = Partner::start();
    let app = partner.app();
    let place = app
        .find_place("acme/rollout")
        .await
        .expect("an answer")
        .expect("the App is installed there");
    assert_eq!(
        app.find_place("acme/nowhere").await.expect("an answer"),
        None
    );
    let issue = write_all(&app, &place).await;
    read_all(&app, &issue).await;
    read_comments(&app, &issue).await;
    let newest = app
        .read_newest(&issue)
        .await
        .expect("an answer")
        .here()
        .expect("an issue");
    assert!(!newest.open);
    assert!(
        newest
            .body
            .starts_with("- [x] **Backup** <!-- id: backup -->\r\n"),
        "{:?}",
        newest.body
    );
    assert_eq!(newest.labels, ["rollout", "rollout:testing"]);
    partner.finish();
}
