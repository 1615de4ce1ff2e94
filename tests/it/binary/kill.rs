//! A rollout from the first wish to the end, while the program is killed at every station, again and again.
//!
//! What must hold: on GitHub and in the record everything is there once. A mail whose 250 was lost comes again under the same
//! Message-ID, so that mail programs show it once; a Telegram message, which has no such name, may come twice.

#![expect(
    clippy::disallowed_methods,
    reason = "the program runs by the clock on the wall, and its window has to open by it"
)]

use super::{
    scene::{REPOSITORY, Scene},
    trap::Station,
    until,
};
use jiff::{SignedDuration, Timestamp};
use rollcall::{
    domain::{
        ledger::{self, Entry},
        phase::Phase,
        rollout::{End, Item, Rollout, Stage},
        template::ItemActor,
    },
    sandbox::github::{IssueAt, IssueView},
    store::Store,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// How long one step of the story may take, with all the deaths in it.
const PATIENCE: Duration = Duration::from_secs(40);
/// How often the program dies at least.
const DEATHS: usize = 50;
/// How often it dies at each station that has a trap.
const AT_EACH: usize = 6;
/// Items whose announcement is taken in a life that ends with it.
const MAILED: [&str; 2] = ["stakeholder-announcement", "stakeholder-update"];
/// What stakeholders hear of.
const ANNOUNCEMENTS: usize = 5;

/// The people's side of the story.
struct People {
    scene: Scene,
    store: Store,
}

impl People {
    /// A step has been taken: waits until it shows, and until the program has died of it.
    async fn see(&self, what: &str, shows: impl Fn(&Rollout) -> bool, at: IssueAt) {
        let before = self.scene.deaths();
        until(what, PATIENCE, async || {
            self.scene.deaths() > before && self.rollout(at).await.is_some_and(|it| shows(&it))
        })
        .await;
    }

    async fn rollout(&self, at: IssueAt) -> Option<Rollout> {
        let found = self
            .store
            .load_rollout_by_issue(signed(at.repository), signed(at.number))
            .await;
        let row = found.expect("a database")?;
        Some(serde_json::from_str(&row.state).expect("a rollout"))
    }

    fn say(&self, login: &str, at: IssueAt, text: &str) {
        self.scene
            .world
            .comment(login, at, text)
            .expect("a comment");
    }

    /// The rollout's issues.
    fn issues(&self) -> Vec<IssueView> {
        let issues = self.scene.world.issues(REPOSITORY).expect("a repository");
        issues
            .into_iter()
            .filter(|issue| issue.author == "rollcall[bot]")
            .collect()
    }

    async fn open(&self) -> (IssueAt, IssueAt) {
        let asked = self
            .scene
            .world
            .open_issue("ada", REPOSITORY, "Update the checkout", "", &[])
            .expect("an issue");
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

    async fn tick(&self, at: IssueAt, item: &str) {
        if MAILED.contains(&item) {
            self.scene.live_until_a_mail().await;
        }
        self.scene
            .world
            .tick("ada", at, item, true)
            .expect("a tick");
        let settled = |rollout: &Rollout| rollout.item(item).is_some_and(Item::is_settled);
        self.see(item, settled, at).await;
    }

    async fn tick_all(&self, at: IssueAt, last: Phase) {
        let rollout = self.rollout(at).await.expect("a rollout");
        let open = rollout.items.iter().filter(|item| {
            !item.is_settled() && item.by == ItemActor::Person && item.phase <= last
        });
        for item in open {
            self.tick(at, &item.id).await;
        }
    }

    /// The announcement has to be made before the window opens; then comes the rest.
    async fn prepare(&self, at: IssueAt) {
        let start = Timestamp::now().saturating_add(SignedDuration::from_secs(25));
        let start = start.expect("in range");
        self.say(
            "ada",
            at,
            &format!(
                "/schedule {} UTC for 2h downtime 10m",
                start.strftime("%Y-%m-%d %H:%M:%S")
            ),
        );
        self.see("the window", |rollout| rollout.window.is_some(), at)
            .await;
        // Once stakeholders know when it happens, they are not told any more that it is planned.
        self.tick(at, "stakeholder-communication").await;
        self.tick(at, "stakeholder-announcement").await;
        self.tick_all(at, Phase::PreDeployment).await;
        self.say("grace", at, "/approve-deploy");
        self.say("linus", at, "/approve-deploy looks good");
        let approved =
            |rollout: &Rollout| rollout.item("final-review").is_some_and(Item::is_settled);
        self.see("the approvals", approved, at).await;
        until("the window opens", PATIENCE, async || {
            Timestamp::now() > start
        })
        .await;
        self.say("grace", at, "/start-deploy");
        self.see("the start", Rollout::is_deploying, at).await;
    }

    /// The issue log grows until the program has died often enough everywhere.
    async fn keep_busy(&self, at: IssueAt) {
        for number in 1.. {
            let deaths = self.scene.died_at();
            let enough =
                |station: &Station| deaths.get(station).is_some_and(|times| *times >= AT_EACH);
            if Station::TRAPS.iter().all(enough) && self.scene.deaths() >= DEATHS {
                return;
            }
            self.say("ada", at, &format!("/log note {number}"));
            let logged = |rollout: &Rollout| rollout.log.len() == number;
            self.see("an entry of the issue log", logged, at).await;
        }
    }

    async fn is_still(&self) -> bool {
        let mut waits = self.store.counts().await.expect("a database").inbox_queued > 0;
        for channel in ["github", "telegram", "email"] {
            let due = self.store.next_departure(channel).await;
            waits |= due.expect("a database").is_some();
        }
        !waits
    }

    /// The record holds together and nothing was given up.
    async fn record_is_clean(&self, at: IssueAt) {
        let rollout = self.rollout(at).await.expect("a rollout");
        assert!(
            matches!(&rollout.stage, Stage::Finished(finish) if finish.end == End::Completed),
            "{:?}",
            rollout.phase()
        );
        let rows = self.store.load_ledger(&rollout.id.0).await;
        let lines: Vec<(Entry, String)> = rows
            .expect("a database")
            .into_iter()
            .map(|row| {
                let entry = serde_json::from_str(&row.entry).expect("an entry");
                (entry, row.hash)
            })
            .collect();
        ledger::verify(&lines).expect("the record holds together");
        assert_eq!(lines.len() as u64, rollout.ledger_length);
        assert_eq!(self.store.list_parked(10).await.expect("a database"), []);
        assert_eq!(self.store.list_dead(10).await.expect("a database"), []);
    }

    /// One issue, one status comment, no reply and no reaction twice.
    fn github_is_tidy(&self, asked: IssueAt) {
        let issues = self.issues();
        assert_eq!(issues.len(), 1, "one rollout, one issue");
        let labels: Vec<&str> = issues[0].labels.iter().map(|(name, _)| &**name).collect();
        assert_eq!(labels, ["rollout", "rollout: completed"]);
        assert_eq!(
            (issues[0].open, issues[0].state_reason.as_deref()),
            (false, Some("completed"))
        );
        let request = self.scene.world.issue(asked).expect("an issue");
        let comments: Vec<_> = issues[0].comments.iter().chain(&request.comments).collect();
        let own = |author: &str| author == "rollcall[bot]";
        let mut marks = BTreeSet::new();
        for comment in comments.iter().filter(|comment| own(&comment.author)) {
            let mark = comment.body.lines().rfind(|line| line.starts_with("<!-- "));
            let mark = mark.unwrap_or_else(|| panic!("no mark in {:?}", comment.body));
            assert!(marks.insert(mark), "twice: {}", comment.body);
        }
        assert!(marks.contains("<!-- rollcall:status -->"), "{marks:?}");
        let mut reactions = comments.iter().flat_map(|comment| &comment.reactions);
        assert!(reactions.all(|(_, times)| *times == 1));
    }

    /// Every announcement, and none under two names.
    fn everyone_was_told(&self) {
        let mut mails: BTreeMap<String, BTreeSet<(Vec<String>, String)>> = BTreeMap::new();
        for mail in self.scene.mailbox.mails() {
            let name = mail.header("Message-ID").expect("a Message-ID");
            mails.entry(name).or_default().insert((mail.to, mail.raw));
        }
        assert_eq!(mails.len(), ANNOUNCEMENTS);
        assert!(mails.values().all(|same| same.len() == 1), "{mails:#?}");
        let chats = self.scene.telegram.chats();
        let sent: Vec<&str> = chats[0]
            .messages
            .iter()
            .map(|it| it.html.as_str())
            .collect();
        let different: BTreeSet<&str> = sent.iter().copied().collect();
        assert_eq!(different.len(), ANNOUNCEMENTS, "{sent:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollout_is_completed_while_the_program_dies_fifty_times() {
    let (scene, mut behind) = Scene::open().await;
    behind.program.start().await;
    behind.program.kill();
    let store = behind.program.store().await;
    let (end, gone) = (CancellationToken::new(), CancellationToken::new());
    let address = behind.program.address();
    tokio::spawn(
        scene
            .clone()
            .carry(behind.deliveries, vec![address], gone.clone()),
    );
    let reaper = scene.clone().reap(behind.program, behind.hits, end.clone());
    let reaper = tokio::spawn(reaper);
    let people = People { scene, store };

    let (asked, at) = people.open().await;
    people.prepare(at).await;
    people.tick_all(at, Phase::Deployment).await;
    people.keep_busy(at).await;
    people.tick_all(at, Phase::PostDeployment).await;
    end.cancel();
    let mut program = reaper.await.expect("the reaper ends");
    until("all is done", PATIENCE, async || people.is_still().await).await;
    gone.cancel();
    program.kill();

    people.record_is_clean(at).await;
    people.github_is_tidy(asked);
    people.everyone_was_told();
    let deaths = people.scene.died_at();
    assert_eq!(
        deaths.get(&Station::Mailed),
        Some(&MAILED.len()),
        "{deaths:?}"
    );
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).expect("a small number")
}
