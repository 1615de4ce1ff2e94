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
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio::{
    net::TcpListener,
    sync::{
        Notify,
        mpsc::{UnboundedReceiver, error::TryRecvError},
    },
};
use tokio_util::sync::CancellationToken;

pub(super) const REPOSITORY: &str = "acme/shop";
/// A program that has asked GitHub nothing for this long is at rest.
const REST: Duration = Duration::from_millis(1_000);

/// How many may pass the station where a life shall end, one life after the other.
const PASSING: [u32; 5] = [0, 1, 0, 2, 0];
/// How long the program lives on after it has spoken, in milliseconds.
const MOMENTS: [u64; 5] = [0, 3, 1, 10, 30];

/// The counterparts. Clones share them.
#[derive(Clone)]
pub(super) struct Scene {
    pub(super) world: World,
    pub(super) telegram: Telegram,
    pub(super) mailbox: Mailbox,
    trap: Trap,
    deaths: Arc<Mutex<BTreeMap<Station, usize>>>,
    /// Somebody wants the next life to end with a mail; that life has begun.
    mail: Arc<(Notify, Notify)>,
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
        add_repository(&world, REPOSITORY);
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
            mail: Arc::default(),
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
        self.died_at().values().sum()
    }

    /// Where it has died, and how often.
    pub(super) fn died_at(&self) -> BTreeMap<Station, usize> {
        self.deaths.lock().expect("deaths are counted").clone()
    }

    /// Ends this life. The next one will end when a mail has been taken, and not before; returns when it has begun.
    pub(super) async fn live_until_a_mail(&self) {
        self.mail.0.notify_one();
        self.mail.1.notified().await;
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
    /// under its GUID, after what has happened since. The programs take turns.
    pub(super) async fn carry(
        self,
        mut deliveries: UnboundedReceiver<Delivery>,
        mut programs: Vec<Address>,
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
            programs.rotate_left(1);
            let mut addresses = programs.iter().map(|program| program.borrow().clone());
            let address = addresses.find_map(|address| address);
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

    /// Kills the program and starts it again until told to end; it runs then. Each life ends at the station that has seen the fewest
    /// deaths, or at rest when nobody comes there; but a life that was wanted for a mail ends with that.
    pub(super) async fn reap(
        self,
        mut program: Program,
        mut hits: UnboundedReceiver<Station>,
        end: CancellationToken,
    ) -> Program {
        let mut wanted = false;
        for number in 0.. {
            self.trap.clear();
            while hits.try_recv().is_ok() {}
            let mails = self.mails().len();
            if !wanted {
                let passing = PASSING[number % PASSING.len()];
                self.trap.set(self.least_seen(), passing);
            }
            program.start().await;
            if wanted {
                self.mail.1.notify_one();
            }
            let died_at = tokio::select! {
                hit = hits.recv(), if !wanted => hit.expect("the trap is there"),
                () = self.mailed(mails), if wanted => Station::Mailed,
                () = self.at_rest(), if !wanted => Station::Resting,
                () = self.mail.0.notified(), if !wanted => Station::Wanted,
                () = end.cancelled() => break,
            };
            wanted = died_at == Station::Wanted;
            if matches!(died_at, Station::Accepted | Station::Answered) {
                let moment = MOMENTS[number % MOMENTS.len()];
                tokio::time::sleep(Duration::from_millis(moment)).await;
            }
            program.kill();
            let mut deaths = self.deaths.lock().expect("deaths are counted");
            *deaths.entry(died_at).or_insert(0) += 1;
        }
        self.trap.clear();
        program
    }

    fn least_seen(&self) -> Station {
        let deaths = self.died_at();
        let times = |station: &Station| deaths.get(station).copied().unwrap_or_default();
        let least = Station::TRAPS.into_iter().min_by_key(times);
        least.expect("there are traps")
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

/// A repository with its people, where nothing has to be announced long before.
pub(super) fn add_repository(world: &World, name: &str) {
    world.add_repository(name, false);
    for (login, role) in [
        ("ada", Role::Write),
        ("grace", Role::Write),
        ("linus", Role::Maintain),
    ] {
        world.grant(name, login, role).expect("a repository");
    }
    world
        .put_file(name, ".github/rollcall.yml", Some("notice: 0m\n"))
        .expect("a repository");
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
