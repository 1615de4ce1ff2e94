//! The same webhooks, posted to a Probot app that does nothing and stores nothing.

use crate::{
    Figure,
    acknowledge::{body, count},
};
use std::{
    io::{BufRead as _, BufReader},
    net::{Ipv4Addr, SocketAddr},
    process::{Child, Command, Stdio},
};

const SECRET: &str = "a secret for this bench";
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/probot");

/// The server; it ends with this.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// How many it answers in a second, with bodies of this size.
pub async fn in_a_second(size: usize) -> Figure {
    let (_server, address) = start();
    let body = body(size);
    let counted = count(address, SECRET, &body, 200).await;
    Figure {
        what: format!(
            "the same by Probot, which stores nothing, bodies of {} B",
            body.len()
        ),
        measured: format!("{} (best: {})", counted.median, counted.best),
        must: "–",
    }
}

fn start() -> (Server, SocketAddr) {
    let mut child = Command::new("node")
        .arg("server.mjs")
        .current_dir(FOLDER)
        .env("SECRET", SECRET)
        .env("NODE_ENV", "production")
        .stdout(Stdio::piped())
        .spawn()
        .expect("Node.js, and `npm ci` in benches/probot");
    let out = child.stdout.take().expect("its output");
    let server = Server(child);
    let mut line = String::new();
    BufReader::new(out).read_line(&mut line).expect("a line");
    let port = line
        .trim()
        .parse()
        .expect("a port; was `npm ci` run in benches/probot?");
    (server, (Ipv4Addr::LOCALHOST, port).into())
}
