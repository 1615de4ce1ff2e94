//! Many rollouts at once, and a program that is killed at moments that nobody chose.
//!
//! `make soak` kills it 500 times while 20 rollouts run; the tests, 60 times while five run. With `PROCESSES=2` two programs
//! share a PostgreSQL and are killed in turns. What one was at work on waits there until its lease ends, so each death
//! costs up to three minutes.

#![expect(
    clippy::disallowed_methods,
    reason = "the program is killed at random moments of the clock on the wall"
)]

use super::{
    program::Program,
    scene::{Scene, add_repository},
    team::{Left, Pace, Team},
    until,
};
use crate::support::database::TestDatabase;
use jiff::SignedDuration;
use rollcall::{
    domain::{
        ledger::{self, Entry},
        rollout::{End, Stage},
    },
    store::Store,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::task::{JoinSet, LocalSet};
use tokio_util::sync::CancellationToken;

/// What stakeholders hear of in each rollout.
const ANNOUNCEMENTS: usize = 5;

/// How much of it.
struct Size {
    kills: usize,
    rollouts: usize,
    processes: usize,
    seed: u64,
}

impl Size {
    /// `ROLLCALL_SOAK=KILLS,ROLLOUTS,PROCESSES,SEED`, else what a test can afford.
    fn asked() -> Self {
        let asked = std::env::var("ROLLCALL_SOAK").unwrap_or_else(|_| "60,5,1,1".to_owned());
        let numbers: Vec<u64> = asked
            .split(',')
            .map(|number| number.trim().parse().expect("a number"))
            .collect();
        let [kills, rollouts, processes, seed] = numbers[..] else {
            panic!("`ROLLCALL_SOAK` is KILLS,ROLLOUTS,PROCESSES,SEED");
        };
        let size = |number: u64| usize::try_from(number).expect("a small number");
        Self {
            kills: size(kills),
            rollouts: size(rollouts),
            processes: size(processes),
            seed,
        }
    }
}

/// Numbers that look random and are the same for the same seed (`SplitMix64`).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (bits ^ (bits >> 31)) % end
    }

    /// How long the program lives: mostly less than half a second, now and then two.
    fn life(&mut self) -> Duration {
        let most = if self.below(8) == 0 { 2_000 } else { 400 };
        Duration::from_millis(self.below(most))
    }
}

/// Kills the program so often; then it runs.
async fn reap(mut program: Program, mut chance: Chance, pace: Pace) -> Program {
    while pace.deaths.load(Ordering::SeqCst) < pace.kills {
        program.start().await;
        tokio::time::sleep(chance.life()).await;
        program.kill();
        pace.deaths.fetch_add(1, Ordering::SeqCst);
    }
    program.start().await;
    program
}

/// From `/schedule` to the window: long enough for the announcement that has to come before it.
fn lead(size: &Size) -> SignedDuration {
    let rollouts = i64::try_from(size.rollouts).expect("few");
    match size.processes {
        1 => SignedDuration::from_secs(15 + 2 * rollouts),
        _ => SignedDuration::from_mins(10),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rollouts_are_completed_while_the_program_is_killed_at_random() {
    let (size, begun) = (Size::asked(), Instant::now());
    eprintln!(
        "make soak KILLS={} ROLLOUTS={} PROCESSES={} SEED={}",
        size.kills, size.rollouts, size.processes, size.seed
    );
    let (scene, behind) = Scene::open().await;
    let database = match size.processes {
        1 => TestDatabase::sqlite(),
        _ => TestDatabase::postgres().await,
    };
    let store = database.open().await;
    let programs = (0..size.processes).map(|_| behind.program.on(database.url()));
    let programs: Vec<Program> = programs.collect();
    let pace = Pace {
        deaths: Arc::new(AtomicUsize::new(0)),
        kills: size.kills,
        lead: lead(&size),
    };
    let gone = CancellationToken::new();
    let addresses = programs.iter().map(Program::address).collect();
    let carrier = scene.clone();
    tokio::spawn(carrier.carry(behind.deliveries, addresses, gone.clone()));
    let mut reapers = JoinSet::new();
    for (program, seed) in programs.into_iter().zip(size.seed..) {
        reapers.spawn(reap(program, Chance(seed), pace.clone()));
    }

    let teams: Vec<Team> = (1..=size.rollouts)
        .map(|number| team(&scene, &store, &pace, number))
        .collect();
    let mut ends = Vec::new();
    let here = LocalSet::new();
    for team in teams {
        ends.push(here.spawn_local(async move {
            let left = team.run().await;
            (team, left)
        }));
    }
    here.await;
    let mut done = Vec::new();
    for end in ends {
        done.push(end.await.expect("a team that comes to its end"));
    }
    let programs = reapers.join_all().await;
    let still = Duration::from_secs(300);
    until("all is done", still, async || is_still(&store).await).await;
    gone.cancel();
    drop(programs);

    for (team, left) in &done {
        is_completed(team, left).await;
        is_tidy(team, left);
    }
    assert_eq!(store.list_parked(10).await.expect("a database"), []);
    assert_eq!(store.list_dead(10).await.expect("a database"), []);
    let (mails, messages) = everyone_was_told(&scene, size.rollouts);
    eprintln!(
        "{} kills, {} rollouts completed in {} s; {mails} mails came again under the same Message-ID, {messages} Telegram messages came twice",
        size.kills,
        size.rollouts,
        begun.elapsed().as_secs()
    );
}

fn team(scene: &Scene, store: &Store, pace: &Pace, number: usize) -> Team {
    let repository = format!("acme/shop-{number}");
    add_repository(&scene.world, &repository);
    Team {
        scene: scene.clone(),
        store: store.clone(),
        repository,
        pace: pace.clone(),
    }
}

async fn is_still(store: &Store) -> bool {
    let mut waits = store.counts().await.expect("a database").inbox_queued > 0;
    for channel in ["github", "telegram", "email"] {
        let due = store.next_departure(channel).await;
        waits |= due.expect("a database").is_some();
    }
    !waits
}

/// Nothing that people said or did is missing, and the record holds together.
async fn is_completed(team: &Team, left: &Left) {
    let rollout = team.rollout(left.at).await.expect("a rollout");
    assert!(
        matches!(&rollout.stage, Stage::Finished(finish) if finish.end == End::Completed),
        "{:?}",
        rollout.stage
    );
    assert_eq!(rollout.log.len(), left.notes, "every line of the log");
    let rows = team.store.load_ledger(&rollout.id.0).await;
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
}

/// One issue, one status comment, no reply twice, and each command answered with one reaction of each kind.
fn is_tidy(team: &Team, left: &Left) {
    let issues = team.issues();
    assert_eq!(issues.len(), 1, "one rollout, one issue");
    let labels: Vec<&str> = issues[0].labels.iter().map(|(name, _)| &**name).collect();
    assert_eq!(labels, ["rollout", "rollout: completed"]);
    assert!(!issues[0].open);
    let request = team.scene.world.issue(left.asked).expect("an issue");
    let mut marks = BTreeSet::new();
    for comment in issues[0].comments.iter().chain(&request.comments) {
        if comment.author == "rollcall[bot]" {
            let mark = comment.body.lines().rfind(|line| line.starts_with("<!-- "));
            let mark = mark.unwrap_or_else(|| panic!("no mark in {:?}", comment.body));
            assert!(marks.insert(mark), "twice: {}", comment.body);
        } else {
            assert_eq!(comment.reactions.get("+1"), Some(&1), "{}", comment.body);
            assert!(comment.reactions.values().all(|times| *times == 1));
        }
    }
}

/// Every announcement of every rollout. How many mails and messages came once more than they should.
fn everyone_was_told(scene: &Scene, rollouts: usize) -> (usize, usize) {
    let all = scene.mailbox.mails();
    let mut mails: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for mail in &all {
        let name = mail.header("Message-ID").expect("a Message-ID");
        mails.entry(name).or_default().insert(&mail.raw);
    }
    assert_eq!(mails.len(), ANNOUNCEMENTS * rollouts);
    assert!(mails.values().all(|same| same.len() == 1), "{mails:#?}");
    let chats = scene.telegram.chats();
    let sent = chats[0].messages.iter().map(|message| &message.html);
    let different: BTreeSet<&String> = sent.clone().collect();
    assert_eq!(different.len(), ANNOUNCEMENTS * rollouts);
    (all.len() - mails.len(), sent.count() - different.len())
}
