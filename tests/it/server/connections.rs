//! Over real connections.

use super::{SECRET, server};
use crate::support::database::TestDatabase;
use rollcall::webhook::signature::sign;
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

const PATIENCE: Duration = Duration::from_secs(20);

struct Running {
    address: SocketAddr,
    shutdown: CancellationToken,
    task: JoinHandle<()>,
    _database: TestDatabase,
}

async fn start(change: impl FnOnce(&mut rollcall::server::Server)) -> Running {
    let database = TestDatabase::sqlite();
    let mut server = server(database.open().await);
    change(&mut server);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let shutdown = CancellationToken::new();
    let task = tokio::spawn(rollcall::server::serve(
        listener,
        server.router(),
        shutdown.clone(),
    ));
    Running {
        address,
        shutdown,
        task,
        _database: database,
    }
}

async fn connect(running: &Running) -> TcpStream {
    TcpStream::connect(running.address)
        .await
        .expect("the server listens")
}

async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut answer))
        .await
        .expect("an answer in time")
        .expect("an answer");
    String::from_utf8(answer).expect("text")
}

fn head(length: usize, signature: &str) -> String {
    format!(
        "POST /webhook HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nconnection: close\r\n\
         content-length: {length}\r\nx-github-event: issues\r\nx-github-delivery: d-1\r\n\
         x-hub-signature-256: {signature}\r\n\r\n"
    )
}

#[tokio::test]
async fn at_shutdown_what_was_begun_is_finished_and_nothing_new_is_taken() {
    let running = start(|_| {}).await;
    let mut stream = connect(&running).await;
    let body = b"{}";
    let head = head(body.len(), &sign(body, &SECRET.into()));
    stream
        .write_all(head.as_bytes())
        .await
        .expect("a connection");
    // Once the health check is answered, the connection before it was taken too.
    let mut other = connect(&running).await;
    other
        .write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .await
        .expect("a connection");
    read_to_end(&mut other).await;
    running.shutdown.cancel();
    stream.write_all(body).await.expect("a connection");
    let answer = read_to_end(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
    timeout(PATIENCE, running.task)
        .await
        .expect("an end in time")
        .expect("a clean end");
    assert!(TcpStream::connect(running.address).await.is_err());
}

#[tokio::test]
async fn a_request_that_never_ends_is_given_up() {
    let running = start(|server| server.request_time = Duration::from_millis(50)).await;
    let mut stream = connect(&running).await;
    stream
        .write_all(head(10, "sha256=00").as_bytes())
        .await
        .expect("a connection");
    let answer = read_to_end(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
}

#[tokio::test]
async fn beyond_the_limit_requests_are_told_to_come_again() {
    let running = start(|server| server.concurrent_requests = 1).await;
    let mut first = connect(&running).await;
    first
        .write_all(head(10, "sha256=00").as_bytes())
        .await
        .expect("a connection");
    let mut busy = String::new();
    // The first request may not have been looked at yet; once it was, it keeps the only place.
    while !busy.starts_with("HTTP/1.1 503") {
        let mut second = connect(&running).await;
        second
            .write_all(head(0, "sha256=00").as_bytes())
            .await
            .expect("a connection");
        busy = read_to_end(&mut second).await;
        assert!(
            busy.starts_with("HTTP/1.1 503") || busy.starts_with("HTTP/1.1 401"),
            "{busy}"
        );
    }
    assert!(
        busy.contains("retry-after: 1") && busy.contains("\"busy\""),
        "{busy}"
    );
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let running = start(|_| {}).await;
    let mut stream = connect(&running).await;
    let large = format!(
        "GET / HTTP/1.1\r\nhost: x\r\nx: {}\r\n\r\n",
        "y".repeat(64 * 1024)
    );
    drop(stream.write_all(large.as_bytes()).await);
    let mut answer = [0; 12];
    timeout(PATIENCE, stream.read_exact(&mut answer))
        .await
        .expect("an answer in time")
        .expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 431");
}
