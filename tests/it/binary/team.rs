//! The people of one rollout among many: they take it from the wish to its end, whatever happens to the program meanwhile.

#![expect(
    clippy::disallowed_methods,
    reason = "the program runs by the clock on the wall, and its window has to open by it"
)]

use super::{scene::Scene, until};
use jiff::{SignedDuration, Timestamp};
use rollcall::{
    domain::{
        phase::Phase,
        rollout::{Item, Rollout},
        template::ItemActor,
    },
    sandbox::github::{IssueAt, IssueView},
    store::Store,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

/// How long one step may take, with all the deaths in it.
const PATIENCE: Duration = Duration::from_secs(1_200);
/// Steps of a rollout, more or less: by them the deaths are spread over all of it.
const STEPS: usize = 30;

/// What they share with whoever kills the program.
#[derive(Clone)]
pub(super) struct Pace {
    pub(super) deaths: Arc<AtomicUsize>,
    /// How often the program is to die until the last step.
    pub(super) kills: usize,
    /// From `/schedule` to the window.
    pub(super) lead: SignedDuration,
}

/// One team, in a repository of its own.
pub(super) struct Team {
    pub(super) scene: Scene,
    pub(super) store: Store,
    pub(super) repository: String,
    pub(super) pace: Pace,
}

/// What a team leaves behind.
pub(super) struct Left {
    pub(super) asked: IssueAt,
    pub(super) at: IssueAt,
    /// How many lines they wrote into the issue log.
    pub(super) notes: usize,
}

impl Team {
    /// From the wish to the end.
    pub(super) async fn run(&self) -> Left {
        let (asked, at) = self.open().await;
        let mut step = 0;
        let start = self.schedule(at).await;
        // Once stakeholders know when it happens, they are not told any more that it is planned.
        self.tick(at, "stakeholder-communication").await;
        self.tick(at, "stakeholder-announcement").await;
        self.tick_all(at, Phase::PreDeployment, &mut step).await;
        self.say("grace", at, "/approve-deploy");
        self.say("linus", at, "/approve-deploy looks good");
        let approved = |it: &Rollout| it.item("final-review").is_some_and(Item::is_settled);
        self.see("the approvals", approved, at).await;
        until("the window opens", PATIENCE, async || {
            Timestamp::now() > start
        })
        .await;
        self.say("grace", at, "/start-deploy");
        self.see("the start", Rollout::is_deploying, at).await;
        self.tick_all(at, Phase::PostDeployment, &mut step).await;
        self.see("the end", Rollout::is_finished, at).await;
        Left {
            asked,
            at,
            notes: step / 5,
        }
    }

    /// The rollout's issues.
    pub(super) fn issues(&self) -> Vec<IssueView> {
        let issues = self.scene.world.issues(&self.repository);
        let mut issues = issues.expect("a repository");
        issues.retain(|issue| issue.author == "rollcall[bot]");
        issues
    }

    async fn open(&self) -> (IssueAt, IssueAt) {
        let world = &self.scene.world;
        let asked = world.open_issue("ada", &self.repository, "Update the checkout", "", &[]);
        let asked = asked.expect("an issue");
        self.say(
            "ada",
            asked,
            "/rollout checkout 1.4.0..1.5.0 because security update\npurpose: Close a hole\nbenefits: Payments stay safe",
        );
        until("the issue is opened", PATIENCE, async || {
            !self.issues().is_empty()
        })
        .await;
        let at = self.issues()[0].at;
        self.see("the rollout knows its issue", |_| true, at).await;
        (asked, at)
    }

    async fn schedule(&self, at: IssueAt) -> Timestamp {
        let start = Timestamp::now().saturating_add(self.pace.lead);
        let start = start.expect("in range");
        let when = start.strftime("%Y-%m-%d %H:%M:%S");
        self.say(
            "ada",
            at,
            &format!("/schedule {when} UTC for 2h downtime 10m"),
        );
        self.see("the window", |it| it.window.is_some(), at).await;
        start
    }

    /// Ticks what is open, and writes a line into the log now and then. Not faster than the program dies.
    async fn tick_all(&self, at: IssueAt, last: Phase, step: &mut usize) {
        let rollout = self.rollout(at).await.expect("a rollout");
        let open = rollout.items.iter().filter(|item| {
            !item.is_settled() && item.by == ItemActor::Person && item.phase <= last
        });
        for item in open {
            *step += 1;
            let due = (*step * self.pace.kills / STEPS).min(self.pace.kills);
            until("enough deaths", PATIENCE, async || {
                self.pace.deaths.load(Ordering::SeqCst) >= due
            })
            .await;
            if step.is_multiple_of(5) {
                self.say("ada", at, &format!("/log step {step}"));
            }
            self.tick(at, &item.id).await;
        }
    }

    async fn tick(&self, at: IssueAt, item: &str) {
        let ticked = self.scene.world.tick("ada", at, item, true);
        ticked.expect("a tick");
        let settled = |it: &Rollout| it.item(item).is_some_and(Item::is_settled);
        self.see(item, settled, at).await;
    }

    fn say(&self, login: &str, at: IssueAt, text: &str) {
        let said = self.scene.world.comment(login, at, text);
        said.expect("a comment");
    }

    async fn see(&self, what: &str, shows: impl Fn(&Rollout) -> bool, at: IssueAt) {
        let what = format!("{what} in {}", self.repository);
        until(&what, PATIENCE, async || {
            self.rollout(at).await.is_some_and(|it| shows(&it))
        })
        .await;
    }

    /// The rollout as stored.
    pub(super) async fn rollout(&self, at: IssueAt) -> Option<Rollout> {
        let signed = |number: u64| i64::try_from(number).expect("a small number");
        let found = self
            .store
            .load_rollout_by_issue(signed(at.repository), signed(at.number));
        let row = found.await.expect("a database")?;
        Some(serde_json::from_str(&row.state).expect("a rollout"))
    }
}
