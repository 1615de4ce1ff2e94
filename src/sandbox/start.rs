//! Opens the sandbox: the stand-ins on free loopback ports, the page on its own.

use super::{
    Sandbox,
    clock::MovableClock,
    github::{Delivery, Settings, World},
    mailbox::Mailbox,
    page,
    pulse::Pulse,
    telegram::Telegram,
};
use crate::clock::Clock;
use axum::Router;
use std::{io, net::Ipv4Addr};
use tokio::{net::TcpListener, sync::mpsc::UnboundedReceiver, task::JoinSet};

/// An open sandbox: where its parts listen. They stop when it is dropped.
pub struct Opened {
    /// The world, the chats, the mailbox, the clock.
    pub sandbox: Sandbox,
    /// Webhooks to carry to Rollcall, with [`super::hooks::post`].
    pub deliveries: UnboundedReceiver<Delivery>,
    /// Address of GitHub's REST API.
    pub api_url: String,
    /// Address of Telegram's Bot API.
    pub telegram_url: String,
    /// Port of the mailbox on 127.0.0.1.
    pub smtp_port: u16,
    /// Address of the page; also GitHub's web address.
    pub page_url: String,
    /// Keeps the listeners going.
    pub servers: JoinSet<()>,
}

/// Opens the sandbox with this clock; port 0 takes any free port for the page.
///
/// # Errors
/// When a port cannot be bound.
pub async fn open(base: Clock, page_port: u16) -> io::Result<Opened> {
    let pulse = Pulse::new();
    let clock = MovableClock::new(base, pulse.clone());
    let (world, deliveries) = World::new(Settings::default(), clock.clock());
    world.beat_with(pulse.clone());
    let sandbox = Sandbox {
        world,
        telegram: Telegram::new(clock.clock(), pulse.clone()),
        mailbox: Mailbox::new(clock.clock(), pulse.clone()),
        clock,
        pulse,
    };
    let mut servers = JoinSet::new();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, page_port)).await?;
    let page_url = address(&listener)?;
    servers.spawn(serve(listener, page::router(sandbox.clone())));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let api_url = address(&listener)?;
    servers.spawn(serve(listener, sandbox.world.router()));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let telegram_url = address(&listener)?;
    servers.spawn(serve(listener, sandbox.telegram.router()));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let smtp_port = listener.local_addr()?.port();
    servers.spawn(sandbox.mailbox.clone().serve(listener));

    sandbox.world.set_addresses(&api_url, &page_url);
    sandbox.seed().map_err(io::Error::other)?;
    Ok(Opened {
        sandbox,
        deliveries,
        api_url,
        telegram_url,
        smtp_port,
        page_url,
        servers,
    })
}

fn address(listener: &TcpListener) -> io::Result<String> {
    Ok(format!("http://{}", listener.local_addr()?))
}

async fn serve(listener: TcpListener, router: Router) {
    // `axum::serve` goes on through errors of single connections and never ends by itself.
    axum::serve(listener, router).await.ok();
}
