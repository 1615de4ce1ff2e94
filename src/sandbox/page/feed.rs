//! Server-sent events: one whenever something in the sandbox has changed.

use super::super::Sandbox;
use axum::{
    body::Body,
    extract::State,
    http::header::CONTENT_TYPE,
    response::{IntoResponse, Response},
};
use std::{io, time::Duration};
use tokio::{
    io::{AsyncWriteExt, DuplexStream},
    sync::watch::Receiver,
    time::timeout,
};
use tokio_util::io::ReaderStream;

/// A comment is sent this often, so that a dead connection is noticed.
const HEARTBEAT: Duration = Duration::from_secs(15);

pub(super) async fn events(State(sandbox): State<Sandbox>) -> Response {
    let (writer, reader) = tokio::io::duplex(1_024);
    let pulse = sandbox.pulse.watch();
    // Ends when the page goes away: writing fails then.
    tokio::spawn(async move { tell(writer, pulse).await.ok() });
    (
        [(CONTENT_TYPE, "text/event-stream")],
        Body::from_stream(ReaderStream::new(reader)),
    )
        .into_response()
}

async fn tell(mut writer: DuplexStream, mut pulse: Receiver<u64>) -> io::Result<()> {
    writer
        .write_all(b"retry: 1000\nevent: change\ndata: 0\n\n")
        .await?;
    loop {
        match timeout(HEARTBEAT, pulse.changed()).await {
            Ok(Ok(())) => {
                let beats = *pulse.borrow_and_update();
                writer
                    .write_all(format!("event: change\ndata: {beats}\n\n").as_bytes())
                    .await?;
            }
            Ok(Err(_)) => return Ok(()),
            Err(_) => writer.write_all(b": still here\n\n").await?,
        }
    }
}
