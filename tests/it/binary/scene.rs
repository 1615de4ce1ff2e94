//! GitHub, Telegram and a mailbox in this process, with traps before them, and the program beside them.

#![expect(
    clippy::disallowed_methods,
    reason = "another process has no clock that a test could move"
)]

use super::{
    program::{Address, Program},
    trap::{Station, Trap, watch},
};
use axum::{Router, middleware::from_fn_with_state};
use jiff::Timestamp;
use rollcall::{
    clock::Clock,
    sandbox::{
        github::{Delivery, Role, Settings, World},
        mailbox::Mailbox,
        pulse::Pulse,
        telegram::Telegram,
    },
};
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    net::TcpListener,
    sync::mpsc::{UnboundedReceiver, error::TryRecvError},
};
use tokio_util::sync::CancellationToken;

pub(super) const REPOSITORY: &str = "acme/shop";
/// A program that has asked GitHub nothing for this long is at rest.
const REST: Duration = Duration::from_millis(1_000);

/// Where the program dies next, and how many may pass there before.
const PLAN: [(Station, u32); 13] = [
    (Station::Accepted, 0),
    (Station::Written, 0),
    (Station::Reading, 1),
    (Station::Answered, 0),
    (Station::Writing, 1),
    (Station::Written, 1),
    (Station::Reading, 3),
    (Station::Answered, 2),
    (Station::Written, 2),
    (Station::Writing, 0),
    (Station::Reading, 6),
    (Station::Answered, 1),
    (Station::Written, 3),
];

/// The counterparts. Clones share them.
#[derive(Clone)]
pub(super) struct Scene {
    pub(super) world: World,
    pub(super) telegram: Telegram,
    pub(super) mailbox: Mailbox,
    trap: Trap,
    deaths: Arc<AtomicUsize>,
}

/// What goes on beside the story.
pub(super) struct Behind {
    pub(super) program: Program,
    pub(super) deliveries: UnboundedReceiver<Delivery>,
    pub(super) hits: UnboundedReceiver<Station>,
}

impl Scene {
    /// A repository with its people, and the program, which does not run yet.
    pub(super) async fn open() -> (Self, Behind) {
        let clock = Clock::new(Timestamp::now);
        let (world, deliveries) = World::new(Settings::default(), clock.clone());
        let telegram = Telegram::new(clock.clone(), Pulse::new());
        telegram.add_chat(-1001, "Customers");
        let mailbox = Mailbox::new(clock, Pulse::new());
        let (trap, hits) = Trap::new();
        let layer = |router: Router| router.layer(from_fn_with_state(trap.clone(), watch));
        let api_url = listen(layer(world.router())).await;
        let telegram_url = listen(layer(telegram.router())).await;
        let smtp = port().await;
        let smtp_port = smtp.local_addr().expect("an address").port();
        tokio::spawn(mailbox.clone().serve(smtp));
        world.set_addresses(&api_url, "https://github.example");
        world.add_repository(REPOSITORY, false);
        for (login, role) in [
            ("ada", Role::Write),
            ("grace", Role::Write),
            ("linus", Role::Maintain),
        ] {
            world.grant(REPOSITORY, login, role).expect("a repository");
        }
        world
            .put_file(REPOSITORY, ".github/rollcall.yml", Some("notice: 0m\n"))
            .expect("a repository");
        let settings = format!(
            r#"
[github]
app_id = 12345
slug = "rollcall"
private_key = """{key}"""
webhook_secret = "{secret}"
base_url = "https://github.example"
api_url = "{api_url}"

[email]
host = "127.0.0.1"
port = {smtp_port}
tls = "none"
from = "Rollcall <rollcall@acme.example>"

[telegram]
token = "123456:TEST"
api_url = "{telegram_url}"

[[audience]]
name = "customers"
repositories = ["acme/*"]
telegram = ["-1001"]
email = ["ops@acme.example"]
"#,
            key = world.private_key(),
            secret = world.webhook_secret(),
        );
        let program = Program::new(0, &settings);
        let scene = Self {
            world,
            telegram,
            mailbox,
            trap,
            deaths: Arc::default(),
        };
        let behind = Behind {
            program,
            deliveries,
            hits,
        };
        (scene, behind)
    }

    /// How often the program has died.
    pub(super) fn deaths(&self) -> usize {
        self.deaths.load(Ordering::SeqCst)
    }

    /// The different mails by their Message-ID.
    pub(super) fn mails(&self) -> BTreeSet<String> {
        let mails = self.mailbox.mails();
        mails
            .iter()
            .map(|mail| mail.header("Message-ID").expect("a Message-ID"))
            .collect()
    }

    /// Carries webhooks, as GitHub and the sweep for missed deliveries do together: what was not answered 2xx comes again later
    /// under its GUID, after what has happened since.
    pub(super) async fn carry(
        self,
        mut deliveries: UnboundedReceiver<Delivery>,
        address: Address,
        end: CancellationToken,
    ) {
        let client = crate::support::partners::client();
        let mut waiting = VecDeque::new();
        while !end.is_cancelled() {
            loop {
                match deliveries.try_recv() {
                    Ok(delivery) => waiting.push_back(delivery),
                    Err(TryRecvError::Empty) => break,
                    Err(TryRecvError::Disconnected) => return,
                }
            }
            let address = address.borrow().clone();
            // Only with somebody to post it to is a delivery taken from the queue.
            let next = address.and_then(|address| Some((waiting.pop_front()?, address)));
            let Some((delivery, address)) = next else {
                tokio::time::sleep(Duration::from_millis(5)).await;
                continue;
            };
            let posted = client
                .post(format!("http://{address}/webhook"))
                .headers(delivery.headers.clone())
                .body(delivery.body.clone());
            let status = posted.send().await.ok().map(|answer| answer.status());
            let taken = status.is_some_and(|status| status.is_success());
            self.world
                .delivered(delivery.id, status.map(|status| status.as_u16()));
            if taken {
                self.trap.steps_on(Station::Accepted);
            } else {
                waiting.push_back(delivery);
            }
        }
    }

    /// Kills the program and starts it again until told to end; it runs then. Where it died, and how often.
    pub(super) async fn reap(
        self,
        mut program: Program,
        mut hits: UnboundedReceiver<Station>,
        end: CancellationToken,
    ) -> (Program, BTreeMap<Station, usize>) {
        let mut deaths = BTreeMap::new();
        for number in 0.. {
            while hits.try_recv().is_ok() {}
            let (station, passing) = PLAN[number % PLAN.len()];
            let mails = self.mails().len();
            self.trap.set(station, passing);
            program.start().await;
            let died_at = tokio::select! {
                hit = hits.recv() => hit.expect("the trap is there"),
                () = self.mailed(mails) => Station::Mailed,
                () = self.at_rest() => Station::Resting,
                () = end.cancelled() => break,
            };
            if matches!(died_at, Station::Accepted | Station::Answered) {
                let moment = Duration::from_millis([0, 3, 1, 10, 30][number % 5]);
                tokio::time::sleep(moment).await;
            }
            program.kill();
            *deaths.entry(died_at).or_insert(0) += 1;
            self.deaths.fetch_add(1, Ordering::SeqCst);
        }
        self.trap.clear();
        (program, deaths)
    }

    /// Ends when there are more different mails than these.
    async fn mailed(&self, mails: usize) {
        while self.mails().len() <= mails {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    async fn at_rest(&self) {
        let (mut asked, mut since) = (self.world.requests().len(), Instant::now());
        while since.elapsed() < REST {
            tokio::time::sleep(Duration::from_millis(20)).await;
            let now = self.world.requests().len();
            if now != asked {
                (asked, since) = (now, Instant::now());
            }
        }
    }
}

async fn port() -> TcpListener {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
    listener.expect("a port")
}

async fn listen(router: Router) -> String {
    let listener = port().await;
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        axum::serve(listener, router)
            .await
            .expect("serving goes on");
    });
    url
}
