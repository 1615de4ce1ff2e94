//! `rollcall sandbox`: the same server and workers, in a world of stand-ins.

use super::{
    Hinted, Terminal, logs, print,
    serve::{Running, begin_async, stop_signal},
};
use crate::{
    clock::Clock,
    config::{Config, Log, LogFormat},
    sandbox::{self, Opened, hooks},
};

/// Runs the sandbox until the process is told to stop.
pub(super) fn sandbox(port: u16, clock: Clock, terminal: &mut Terminal<'_>) -> anyhow::Result<()> {
    logs::begin(&Log {
        format: LogFormat::Text,
        level: "warn".to_owned(),
    })?;
    begin_async()?.block_on(async {
        let stop = stop_signal()?;
        let opened = sandbox::open(clock, port).await;
        let opened = opened.map_err(|error| {
            let message = format!("the sandbox cannot listen at port {port}: {error:#}");
            Hinted::error(
                message,
                "perhaps another sandbox runs there; `rollcall sandbox --port 9000` takes another port, `--port 0` a free one",
            )
        })?;
        let config = Config::from_variables(settings(&opened))?;
        let clock = opened.sandbox.clock.clock();
        let running = Running::start(&config, clock, false).await?;
        let webhook = format!("http://{}/webhook", running.address);
        let world = opened.sandbox.world.clone();
        let posting = tokio::spawn(hooks::post(world, opened.deliveries, webhook));
        tell(&opened.page_url, terminal)?;
        stop.await;
        running.stop().await;
        posting.abort();
        Ok(())
    })
}

fn tell(page: &str, terminal: &mut Terminal<'_>) -> anyhow::Result<()> {
    let told = format!(
        "This is the sandbox of Rollcall. Nothing in it reaches GitHub, Telegram or a mailbox, and nothing is kept.\n\n  {page}\n\nCtrl-C ends it.\n"
    );
    print(terminal, &told)
}

/// The configuration of a server in this world, in the words that an operator would use.
fn settings(opened: &Opened) -> Vec<(String, String)> {
    let world = sandbox::github::Settings::default();
    let audience = format!(
        "[{{ name = \"stakeholders\", repositories = [\"*\"], telegram = [\"{}\"], email = [\"{}\"] }}]",
        sandbox::seed::CHAT,
        sandbox::seed::ADDRESS,
    );
    let settings = [
        ("LISTEN", "127.0.0.1:0".to_owned()),
        ("DATABASE_URL", "sqlite::memory:".to_owned()),
        ("GITHUB__APP_ID", world.app_id.to_string()),
        ("GITHUB__SLUG", world.app_slug),
        ("GITHUB__PRIVATE_KEY", opened.sandbox.world.private_key()),
        ("GITHUB__WEBHOOK_SECRET", world.webhook_secret),
        ("GITHUB__BASE_URL", opened.page_url.clone()),
        ("GITHUB__API_URL", opened.api_url.clone()),
        ("EMAIL__HOST", "127.0.0.1".to_owned()),
        ("EMAIL__PORT", opened.smtp_port.to_string()),
        ("EMAIL__TLS", "none".to_owned()),
        ("EMAIL__FROM", "Rollcall <rollcall@acme.example>".to_owned()),
        ("TELEGRAM__TOKEN", "1:sandbox".to_owned()),
        ("TELEGRAM__API_URL", opened.telegram_url.clone()),
        ("AUDIENCE", audience),
    ];
    let named = settings
        .into_iter()
        .map(|(key, value)| (format!("ROLLCALL_{key}"), value));
    named.collect()
}
