//! What the clock says through the server: once, whatever the clock does.

use super::{harness::TestApp, story::opened};
use crate::support::database::TestDatabase;
use jiff::SignedDuration;
use rollcall::domain::rollout::{End, HoldCause, Stage};

const DAY: SignedDuration = SignedDuration::from_hours(24);

#[tokio::test]
async fn a_rollout_that_nobody_looks_after_is_reminded_of_held_and_cancelled() {
    let mut app = TestApp::on(TestDatabase::sqlite()).await;
    let at = opened(&mut app).await;
    let said = |app: &TestApp| {
        let comments = app.issue(at).comments;
        comments
            .iter()
            .filter(|comment| comment.body.starts_with("⏰"))
            .count()
    };
    app.later(DAY * 3 + SignedDuration::from_hours(1)).await;
    assert_eq!(said(&app), 1);
    // The clock is set back, and goes on.
    app.later(-DAY).await;
    app.later(DAY).await;
    assert_eq!(said(&app), 1);
    app.later(DAY * 12).await;
    assert_eq!(
        said(&app),
        2,
        "what was missed while nobody looked is not made up for: the escalation is enough"
    );
    app.later(DAY * 7).await;
    let rollout = app.rollout(at).await;
    assert!(rollout.holds.contains_key(&HoldCause::Overdue));
    for _ in 0..30 {
        app.later(DAY).await;
    }
    let rollout = app.rollout(at).await;
    assert!(
        matches!(&rollout.stage, Stage::Finished(finish) if finish.end == End::Cancelled),
        "{:?}",
        rollout.holds
    );
    assert!(!app.issue(at).open);
    app.is_clean(at).await;
}
