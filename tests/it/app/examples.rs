//! GitHub's own example webhooks, signed, posted to the server and worked off.

use super::{counterparts::webhook, harness::TestApp, story::opened};
use crate::{
    examples::{Example, examples},
    support::database::TestDatabase,
};
use http::StatusCode;
use rollcall::sandbox::github::Settings;

#[tokio::test]
async fn every_example_webhook_is_taken_and_worked_off_on_sqlite() {
    worked_off(TestDatabase::sqlite()).await;
}

#[tokio::test]
async fn every_example_webhook_is_taken_and_worked_off_on_postgresql() {
    worked_off(TestDatabase::postgres().await).await;
}

/// Once as they are, and once as if they came from the installation that Rollcall has; few examples name one.
async fn worked_off(database: TestDatabase) {
    let mut app = TestApp::on(database).await;
    let at = opened(&mut app).await;
    app.world.forget_requests();
    let mut posted = 0;
    for ours in [false, true] {
        for Example { event, mut payload } in examples() {
            if ours {
                payload["installation"]["id"] = Settings::default().installation_id.into();
            }
            posted += 1;
            let body = payload.to_string();
            let delivery = webhook(&event, &format!("example-{posted}"), body.as_bytes());
            assert_eq!(app.post(&delivery).await, StatusCode::ACCEPTED, "{event}");
        }
    }
    assert_eq!(posted, 2 * 329);
    while app.work().await {}

    let counts = app.store.counts().await.expect("a database");
    assert_eq!(
        (counts.inbox_queued, counts.inbox_parked),
        (0, 0),
        "nothing is left to do"
    );
    assert_eq!((counts.inbox_unreadable, counts.outbox_dead), (0, 0));
    let own = ["/repos/acme/", "/app/installations/"];
    let foreign = |path: &String| !own.iter().any(|own| path.starts_with(own));
    let requests = app.world.requests();
    assert!(
        !requests.iter().any(|it| it.writes() || foreign(&it.path)),
        "of foreign repositories GitHub is asked nothing: {requests:?}"
    );
    assert_eq!(app.world.issues("acme/shop").expect("issues").len(), 2);
    let rollout = app.rollout(at).await;
    assert!(rollout.is_finished(), "an example uninstalls the App");
}
