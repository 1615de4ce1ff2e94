//! Over real connections.

use super::{SECRET, server};
use crate::support::database::TestDatabase;
use rollcall::{server::Patience, webhook::signature::sign};
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
    start_with(Patience::default(), change).await
}

async fn start_with(
    patience: Patience,
    change: impl FnOnce(&mut rollcall::server::Server),
) -> Running {
    let database = TestDatabase::sqlite();
    let mut server = server(database.open().await);
    change(&mut server);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let shutdown = CancellationToken::new();
    let task = tokio::spawn(rollcall::server::serve(
        listener,
        server.router(),
        patience,
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

/// The status that a request with a head of so many bytes is answered with.
async fn status_for_a_head_of(bytes: usize) -> String {
    let running = start(|_| {}).await;
    let mut stream = connect(&running).await;
    let (begin, end) = ("GET /healthz HTTP/1.1\r\nhost: x\r\nx: ", "\r\n\r\n");
    let fill = "y".repeat(bytes - begin.len() - end.len());
    drop(
        stream
            .write_all(format!("{begin}{fill}{end}").as_bytes())
            .await,
    );
    let mut answer = [0; 12];
    timeout(PATIENCE, stream.read_exact(&mut answer))
        .await
        .expect("an answer in time")
        .expect("an answer");
    String::from_utf8_lossy(&answer[9..]).into_owned()
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    const MOST: usize = 32 * 1024;
    assert_eq!(status_for_a_head_of(MOST).await, "200");
    for bytes in [MOST + 1, 40_000, 64 * 1024] {
        assert_eq!(status_for_a_head_of(bytes).await, "431", "{bytes}");
    }
}

/// A client that dawdles: with what it sends, the connection is closed all the same, and another takes its place.
async fn dawdles(begin: &str, answered: bool) {
    let patience = Patience {
        head_time: Duration::from_millis(50),
        connections: 1,
    };
    let running = start_with(patience, |_| {}).await;
    let mut slow = connect(&running).await;
    slow.write_all(begin.as_bytes())
        .await
        .expect("a connection");
    let rest = read_to_end(&mut slow).await;
    assert_eq!(rest.starts_with("HTTP/1.1 200"), answered, "{rest}");
    let mut next = connect(&running).await;
    next.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .await
        .expect("a connection");
    let answer = read_to_end(&mut next).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn who_never_ends_the_head_of_a_request_is_let_go() {
    dawdles("POST /webhook HTTP/1.1\r\nhost: x\r\nx-slow: ", false).await;
}

#[tokio::test]
async fn who_says_nothing_is_let_go() {
    dawdles("", false).await;
}

#[tokio::test]
async fn who_keeps_a_connection_and_asks_nothing_more_is_let_go() {
    dawdles("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n", true).await;
}

#[tokio::test]
async fn what_is_promised_takes_no_room_but_what_came_does() {
    let running = start(|server| server.room_bytes = 1_000).await;
    let mut promising = connect(&running).await;
    promising
        .write_all(head(900, "sha256=00").as_bytes())
        .await
        .expect("a connection");
    let ask = async |body: &str| {
        let mut stream = connect(&running).await;
        let head = head(body.len(), &sign(body.as_bytes(), &SECRET.into()));
        stream
            .write_all(format!("{head}{body}").as_bytes())
            .await
            .expect("a connection");
        read_to_end(&mut stream).await
    };
    let fits = ask(&"x".repeat(900)).await;
    assert!(fits.starts_with("HTTP/1.1 202"), "{fits}");
    let again = ask(&"x".repeat(900)).await;
    assert!(
        again.starts_with("HTTP/1.1 202"),
        "the room is free again: {again}"
    );
    let too_much = ask(&"x".repeat(1_100)).await;
    assert!(
        too_much.starts_with("HTTP/1.1 503") && too_much.contains("retry-after: 1"),
        "{too_much}"
    );
}
