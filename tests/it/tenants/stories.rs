//! What a hostile organisation tries, and what comes of it: nothing.

use super::shared::{ACME, ACMES_CHAT, EVIL, EVILS_CHAT, Shared};
use rollcall::sandbox::github::{IssueAt, Role};
use serde_json::{Value, json};

/// Both have a rollout; the hostile one's issue has the number of the other's. What was acme's, and both issues.
async fn scene() -> (Shared, IssueAt, IssueAt, String) {
    let mut shared = Shared::open().await;
    let acmes = shared.opened("ada", "acme/shop", "").await;
    let evils = shared.opened("mallory", "evil/shop", "").await;
    assert_eq!(acmes.number, evils.number);
    let before = shared.acmes(acmes).await;
    (shared, acmes, evils, before)
}

fn repository(at: IssueAt, full_name: &str) -> Value {
    let (owner, name) = full_name.split_once('/').expect("two parts");
    json!({"id": at.repository, "name": name, "full_name": full_name, "owner": {"id": 1, "login": owner}})
}

fn mallory() -> Value {
    json!({"id": 66, "login": "mallory", "type": "User"})
}

#[tokio::test]
async fn commands_and_ticks_reach_only_the_issue_they_were_made_on() {
    let (mut shared, acmes, evils, before) = scene().await;
    for text in [
        "/cancel taken over",
        "/approve-deploy",
        "/start-deploy",
        "/hold mine now",
        "/evidence backup https://github.example/acme/shop/issues/2",
        "/log acme/shop#2 @ada see https://github.example/acme/shop/issues/2",
    ] {
        shared
            .evil
            .comment("mallory", evils, text)
            .expect("a comment");
        shared.settle().await;
    }
    let link = format!("/rollout acme/shop#{0} api 1..2 why", acmes.number);
    shared
        .evil
        .comment("mallory", evils, &link)
        .expect("a comment");
    shared
        .evil
        .delete_issue("mallory", evils)
        .expect("an issue");
    shared.evil.uninstall("mallory");
    shared.settle().await;
    assert_eq!(shared.acmes(acmes).await, before);
}

#[tokio::test]
async fn a_policy_cannot_borrow_teams_and_a_template_cannot_borrow_a_rollout() {
    let (mut shared, acmes, _, _) = scene().await;
    let id = shared.rollout(acmes).await.id;
    shared.acme.set_team("acme/release", &["mallory", "ada"]);
    shared.acme.forget_requests();
    let before = shared.acmes(acmes).await;
    let policy = "approvals: {required: 1, from: \"@acme/release\"}\n";
    shared
        .evil
        .put_file("evil/shop", ".github/rollcall.yml", Some(policy))
        .expect("a repository");
    let (_, standard) = rollcall::domain::template::builtin::TEXTS
        .iter()
        .find(|(name, _)| *name == "minimal")
        .expect("a template");
    let mark = format!("{standard}\n<!-- rollcall:rollout {id} -->\n\n<!-- rollcall:status -->\n");
    shared
        .evil
        .put_file(
            "evil/shop",
            ".github/rollout-templates/trap.md",
            Some(&mark),
        )
        .expect("a repository");
    let evils = shared.opened("mallory", "evil/shop", "trap").await;
    let own = shared.rollout(evils).await;
    assert_ne!(own.id, id);
    shared
        .evil
        .comment("mallory", evils, "/approve-deploy")
        .expect("a comment");
    shared.settle().await;
    assert_eq!(
        shared.rollout(evils).await.votes.len(),
        0,
        "{:#?}",
        shared.evil.issue(evils)
    );
    assert_eq!(shared.acmes(acmes).await, before);
}

#[tokio::test]
async fn an_audience_is_told_by_its_own_organisation_only() {
    let (mut shared, acmes, evils, before) = scene().await;
    shared
        .evil
        .rename_repository("mallory", "evil/shop", "acme")
        .expect("a repository");
    let policy = Some("audiences: [acmes, evils]\n");
    shared
        .evil
        .put_file("evil/acme", ".github/rollcall.yml", policy)
        .expect("a repository");
    shared
        .evil
        .edit_title("mallory", evils, "acme/shop: audience acmes")
        .expect("an issue");
    shared
        .evil
        .comment("mallory", evils, "/announce to acmes: we are sorry")
        .expect("a comment");
    shared.settle().await;
    let chats = shared.telegram.chats();
    let heard = |id: i64| {
        chats
            .iter()
            .find(|chat| chat.id == id)
            .map_or(0, |chat| chat.messages.len())
    };
    assert_eq!((heard(ACMES_CHAT), heard(EVILS_CHAT)), (0, 1));
    assert_eq!(shared.acmes(acmes).await, before);
}

/// GitHub signs for no installation what another owns. If it did all the same, or if a message came very late, nothing would be changed.
#[tokio::test]
async fn what_one_installation_says_of_the_repository_of_another_is_not_believed() {
    let (mut shared, acmes, evils, _) = scene().await;
    shared.acme.forget_requests();
    let before = shared.acmes(acmes).await;
    let installation = json!({"id": EVIL, "account": {"id": 2, "login": "evil"}});
    let (theirs, ours) = (
        repository(acmes, "acme/shop"),
        repository(evils, "evil/shop"),
    );
    let issue = json!({"number": acmes.number, "title": "t", "body": "", "user": mallory()});
    let said = |action: &str, more: Value| {
        let mut payload = json!({"action": action, "installation": installation, "repository": theirs, "issue": issue, "sender": mallory()});
        payload
            .as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("an object").clone());
        payload
    };
    let comment = json!({"comment": {"id": 5, "body": "/cancel taken over", "user": mallory()}});
    shared
        .forge("issue_comment", &said("created", comment))
        .await;
    for action in ["closed", "deleted"] {
        shared.forge("issues", &said(action, json!({}))).await;
    }
    for action in ["deleted", "archived"] {
        shared.forge("repository", &said(action, json!({}))).await;
    }
    let removed = json!({"repositories_removed": [theirs.clone()]});
    shared
        .forge("installation_repositories", &said("removed", removed))
        .await;
    shared
        .forge("installation", &said("deleted", json!({})))
        .await;
    // Its own issue "moves" onto acme's.
    let onto = json!({"repository": ours, "issue": {"number": evils.number},
        "changes": {"new_issue": {"number": acmes.number}, "new_repository": theirs}});
    shared.forge("issues", &said("transferred", onto)).await;
    // Whose the repository is was looked up, no more.
    let looked = shared.acme.requests();
    assert!(
        looked
            .iter()
            .all(|it| it.method == http::Method::GET || it.path.ends_with("/access_tokens")),
        "{looked:#?}"
    );
    shared.acme.forget_requests();
    assert_eq!(shared.acmes(acmes).await, before);
    assert_eq!(shared.rollout(acmes).await.place.installation.0, ACME);
}

/// The name `acme/shop` is given up and taken by a stranger, whose policy lets everybody do everything. GitHub's message is lost.
#[tokio::test]
async fn a_name_that_passed_to_a_stranger_is_not_read_and_not_written() {
    let (mut shared, acmes, _, _) = scene().await;
    shared
        .acme
        .rename_repository("ada", "acme/shop", "store")
        .expect("a repository");
    shared.lose_deliveries();
    shared.acme.add_repository("acme/shop", false);
    shared
        .acme
        .select_repository("ada", "acme/shop", false)
        .expect("a repository");
    shared.lose_deliveries();
    shared.acme.add_person("nobody");
    let open = "commands:\n  cancel: read\n";
    shared
        .acme
        .put_file("acme/shop", ".github/rollcall.yml", Some(open))
        .expect("a repository");
    let stranger = shared
        .acme
        .open_issue("nobody", "acme/shop", "One", "", &[])
        .expect("an issue");
    shared.lose_deliveries();
    shared.restart();
    shared
        .acme
        .grant("acme/store", "reader", Role::Read)
        .expect("a repository");
    shared
        .acme
        .comment("reader", acmes, "/cancel as the stranger's policy allows")
        .expect("a comment");
    shared.settle().await;
    assert!(!shared.rollout(acmes).await.is_finished());
    let issue = shared.acme.issue(acmes).expect("an issue");
    assert!(
        issue
            .comments
            .iter()
            .any(|comment| comment.author == "rollcall[bot]" && comment.body.contains("cancel")),
        "{issue:#?}"
    );
    assert_eq!(
        shared
            .acme
            .issue(stranger)
            .expect("an issue")
            .comments
            .len(),
        0
    );
}

/// The signature covers the body of a delivery, and not its id.
#[tokio::test]
async fn a_body_that_is_posted_again_under_another_id_is_not_obeyed_again() {
    let mut shared = Shared::open().await;
    let at = shared.opened("ada", "acme/shop", "").await;
    let comment = |id: u64, body: &str| {
        json!({"action": "created", "installation": {"id": ACME}, "repository": repository(at, "acme/shop"),
            "issue": {"number": at.number, "title": "t", "body": ""},
            "comment": {"id": id, "body": body, "created_at": "2026-11-02T09:00:00Z"},
            "sender": {"id": shared.acme.account_id("grace"), "login": "grace", "type": "User"}})
    };
    let (hold, resume) = (comment(9001, "/hold wait for me"), comment(9002, "/resume"));
    shared.forge("issue_comment", &hold).await;
    assert_eq!(shared.rollout(at).await.holds.len(), 1);
    shared.forge("issue_comment", &resume).await;
    assert_eq!(shared.rollout(at).await.holds.len(), 0);
    let before = shared.acmes(at).await;
    shared.forge("issue_comment", &hold).await;
    assert_eq!(shared.acmes(at).await, before);
}

/// People write what Rollcall finds its own comments by, and Rollcall repeats what they wrote.
#[tokio::test]
async fn a_mark_that_people_write_makes_no_comment_rollcalls_own() {
    let mut shared = Shared::open().await;
    let at = shared.opened("ada", "acme/shop", "").await;
    let mark = "<!-- rollcall:status -->";
    let status = |shared: &Shared| {
        let issue = shared.acme.issue(at).expect("an issue");
        let marked = issue
            .comments
            .iter()
            .filter(|it| it.body.lines().any(|line| line == mark));
        marked
            .map(|it| (it.author.clone(), it.id))
            .collect::<Vec<_>>()
    };
    let own = status(&shared);
    assert_eq!(own.len(), 1);
    for text in [
        mark.to_owned(),
        format!("/done `{mark}`"),
        format!("/log {mark}"),
        format!("/hold x\n{mark}"),
    ] {
        shared.acme.comment("grace", at, &text).expect("a comment");
        shared.settle().await;
    }
    let theirs = status(&shared);
    let by_rollcall: Vec<_> = theirs
        .iter()
        .filter(|(author, _)| author == "rollcall[bot]")
        .collect();
    assert_eq!(by_rollcall, own.iter().collect::<Vec<_>>());
    let people = shared.acme.issue(at).expect("an issue").comments;
    assert!(
        people
            .iter()
            .any(|it| it.author == "grace" && it.body == mark),
        "Rollcall changed a person's comment"
    );
}

/// Rollcall shows the addresses that people write. It calls none of them.
#[tokio::test]
async fn no_address_that_people_write_is_ever_called() {
    let bait = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let url = format!("http://{}", bait.local_addr().expect("an address"));
    let mut shared = Shared::open().await;
    let (_, minimal) = rollcall::domain::template::builtin::TEXTS
        .iter()
        .find(|(name, _)| *name == "minimal")
        .expect("a template");
    let template = format!(
        "{minimal}\n[link]({url}/link) ![image]({url}/image) <{url}/auto>\n\n{{{{ include \"{url}\" }}}}\n"
    );
    shared
        .acme
        .put_file(
            "acme/shop",
            ".github/rollout-templates/bait.md",
            Some(&template),
        )
        .expect("a repository");
    let at = shared.opened("ada", "acme/shop", "bait").await;
    for text in [
        format!("/evidence backup {url}/evidence"),
        format!("/log see {url}/log"),
        format!("/announce notes at {url}/notes"),
        format!("/rollout api {url}/a..{url}/b why"),
        format!("[x]({url}/comment)"),
    ] {
        shared.acme.comment("grace", at, &text).expect("a comment");
        shared.settle().await;
    }
    let body = shared.acme.issue(at).expect("an issue").body;
    assert!(body.contains(&url), "{body}");
    let called = tokio::time::timeout(std::time::Duration::ZERO, bait.accept()).await;
    assert!(called.is_err(), "{called:?}");
}
