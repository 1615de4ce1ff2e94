//! How soon the program is there, and what it costs while nothing happens.

use crate::{
    Figure,
    knock::{Knock, webhook},
    megabytes, millis, part,
    program::Program,
    scene::{Scene, settings},
};
use rollcall::{
    clock::Clock,
    sandbox::github::{Settings, World},
};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;

const STARTS: usize = 11;

/// From the start of the process, on an empty folder, to the first webhook that it acknowledges.
pub async fn start() -> Figure {
    let (world, _deliveries) = World::new(Settings::default(), Clock::new(jiff::Timestamp::now));
    // Webhooks are taken before GitHub has ever answered.
    let settings = settings(&world, "http://127.0.0.1:9");
    let request = webhook("ping", b"{}", &world.webhook_secret());
    let (mut first, mut again) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let mut program = Program::new(&settings);
        first.push(accepted(&mut program, &request).await);
        program.kill();
        again.push(accepted(&mut program, &request).await);
    }
    Figure {
        what: "from the start of the process to the first webhook acknowledged".to_owned(),
        measured: format!(
            "{} on an empty folder, {} on its store",
            millis(part(&mut first, 0.5)),
            millis(part(&mut again, 0.5))
        ),
        must: "below 100 ms",
    }
}

async fn accepted(program: &mut Program, request: &[u8]) -> Duration {
    let begun = Instant::now();
    program.spawn();
    while TcpStream::connect(program.address).await.is_err() {
        assert!(begun.elapsed().as_secs() < 30, "{}", program.log());
        tokio::time::sleep(Duration::from_micros(500)).await;
    }
    let mut knock = Knock::at(program.address).await;
    assert_eq!(knock.send(request).await, 202);
    begun.elapsed()
}

/// Memory a while after the start, with an empty store.
pub async fn memory() -> Figure {
    let scene = Scene::open().await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    Figure {
        what: "memory of the idle program (resident)".to_owned(),
        measured: megabytes(scene.program.memory("VmRSS")),
        must: "below 40 MB",
    }
}
