//! The database cannot be written at the worst moment: GitHub has done what was asked, and it cannot be written down.

use super::super::{harness::TestApp, story::opened};
use super::{
    afterwards::{nothing_lost_nothing_doubled, rest},
    weather::{How, Often, Weather, Which},
};
use crate::support::database::TestDatabase;
use http::{Method, StatusCode};
use rollcall::{
    deliver,
    handle::{self, Next},
    sandbox::github::IssueAt,
};

struct Scene {
    app: TestApp,
    weather: Weather,
    at: IssueAt,
}

impl Scene {
    /// A rollout, and somebody has just asked where it stands. The reply is decided on.
    async fn on(database: TestDatabase) -> Self {
        let mut app = TestApp::on(database).await;
        let weather = Weather::before(&mut app).await;
        let at = opened(&mut app).await;
        rest(&mut app).await;
        app.world.forget_requests();
        app.world.comment("sam", at, "/status").expect("a comment");
        for delivery in app.waiting() {
            assert_eq!(app.post(&delivery).await, StatusCode::ACCEPTED);
        }
        while handle::next(&app.handler).await.expect("a database") == Next::Worked {}
        Self { app, weather, at }
    }

    /// GitHub writes the reply; between that and its answer `fails` makes the database fail. Meanwhile somebody ticks a box.
    async fn breaks_down<T>(&mut self, fails: impl AsyncFnOnce(&TestApp) -> T) -> T {
        let reply = Which::Only(Method::POST, "/comments");
        self.weather.turns(reply, Often::Next(1), How::TakesLong);
        let tick = self
            .app
            .world
            .tick("ada", self.at, "environment-setup", true);
        tick.expect("a tick");
        let ticked = self.app.waiting();
        let app = &self.app;
        let failing = async {
            self.weather.somebody_waits().await;
            let failed = fails(app).await;
            self.weather.answers();
            for delivery in &ticked {
                let status = app.post(delivery).await;
                assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "not stored");
            }
            failed
        };
        let performing =
            async { while let Ok(Next::Worked) = deliver::next(&app.deliverer, "github").await {} };
        let (failed, ()) = tokio::join!(failing, performing);
        assert_eq!(self.weather.met(), 1, "the reply was written");
        for delivery in &ticked {
            assert!(app.world.redeliver(delivery.id), "GitHub delivers again");
        }
        failed
    }

    /// The database is back: the reply stands once, and the tick counts.
    async fn becomes_whole(mut self) {
        rest(&mut self.app).await;
        let replies = self.app.world.requests();
        let replies = replies.iter().filter(|request| request.creates_content());
        assert_eq!(replies.count(), 1, "the reply was written once");
        let rollout = self.app.rollout(self.at).await;
        assert!(
            rollout
                .item("environment-setup")
                .expect("an item")
                .is_done()
        );
        nothing_lost_nothing_doubled(&self.app, self.at).await;
    }
}

#[tokio::test]
async fn a_database_locked_for_longer_than_rollcall_waits_loses_and_repeats_nothing() {
    let mut scene = Scene::on(TestDatabase::sqlite()).await;
    let lock = scene
        .breaks_down(async |app| app.database.lock().await)
        .await;
    drop(lock);
    scene.becomes_whole().await;
}

#[tokio::test]
async fn a_postgresql_that_crashes_and_starts_again_loses_and_repeats_nothing() {
    let mut scene = Scene::on(TestDatabase::own_postgres().await).await;
    scene
        .breaks_down(async |app| app.database.server().stop())
        .await;
    scene.app.database.server().start();
    scene.becomes_whole().await;
}
