//! Webhooks over one connection that is kept alive, with as little work on this side as possible.

use http::HeaderMap;
use rollcall::sandbox::github::sign;
use std::{
    net::SocketAddr,
    sync::atomic::{AtomicU64, Ordering},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// One sender's connection.
pub struct Knock {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Knock {
    pub async fn at(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("a connection");
        stream.set_nodelay(true).expect("a socket option");
        Self {
            stream,
            answer: Vec::with_capacity(4_096),
        }
    }

    /// Sends a whole request and waits for the whole answer; its status.
    pub async fn send(&mut self, request: &[u8]) -> u16 {
        self.try_send(request).await.expect("an answer")
    }

    /// As `send`; none when the connection broke.
    pub async fn try_send(&mut self, request: &[u8]) -> Option<u16> {
        self.stream.write_all(request).await.ok()?;
        self.answer.clear();
        loop {
            if self.stream.read_buf(&mut self.answer).await.ok()? == 0 {
                return None;
            }
            if let Some(status) = whole(&self.answer) {
                return Some(status);
            }
        }
    }
}

/// The status of an answer, once all of it is there.
fn whole(answer: &[u8]) -> Option<u16> {
    let text = std::str::from_utf8(answer).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.map_or(0, |length| length.parse().expect("a length"));
    let status = head.get("HTTP/1.1 ".len()..)?.get(..3)?;
    (body.len() >= length).then(|| status.parse().expect("a status"))
}

/// A signed webhook as bytes on the wire, with an id of its own.
pub fn webhook(event: &str, body: &[u8], secret: &str) -> Vec<u8> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let head = format!(
        "POST /webhook HTTP/1.1\r\nhost: rollcall\r\ncontent-type: application/json\r\n\
         user-agent: GitHub-Hookshot/044aadd\r\nx-github-event: {event}\r\n\
         x-github-delivery: 72d3162e-cc78-11e3-81ab-{number:012}\r\n\
         x-github-hook-installation-target-id: 12345\r\nx-github-hook-installation-target-type: integration\r\n\
         x-hub-signature-256: {}\r\ncontent-length: {}\r\n\r\n",
        sign(secret, body),
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// A request with these headers.
pub fn request(headers: &HeaderMap, body: &[u8]) -> Vec<u8> {
    let mut request = b"POST /webhook HTTP/1.1\r\nhost: rollcall\r\n".to_vec();
    for (name, value) in headers {
        request.extend(format!("{name}: ").bytes());
        request.extend(value.as_bytes());
        request.extend(b"\r\n");
    }
    if !headers.contains_key("content-length") {
        request.extend(format!("content-length: {}\r\n", body.len()).bytes());
    }
    request.extend(b"\r\n");
    request.extend(body);
    request
}
