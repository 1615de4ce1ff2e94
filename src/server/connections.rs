//! Connections: taken, given time limits, and let go at shutdown.

use super::Peer;
use axum::{Router, http::Request, response::Response};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use std::{convert::Infallible, io, net::IpAddr, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_util::sync::CancellationToken;
use tower::{Service, ServiceExt as _, util::MapRequest};
use tracing::{debug, warn};

/// As much is read of a head at least before hyper refuses it; it may have read more at once. [`super::head`] holds to the limit.
const HEAD_BYTES: usize = super::head::MOST_BYTES;
/// Rest after the system could not hand over a connection, for want of file descriptors say.
const PAUSE: Duration = Duration::from_millis(100);

/// How much patience there is with clients.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// A client has this long to send the head of a request; a connection that is kept alive is idle this long at most.
    pub head_time: Duration,
    /// Most connections at the same time; others wait in the system's queue.
    pub connections: usize,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            head_time: Duration::from_secs(10),
            connections: 4096,
        }
    }
}

/// Serves until `shutdown`. Then no connection is taken any more, and requests that are being worked on are finished.
///
/// The caller bounds how long it waits for that.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    patience: Patience,
    shutdown: CancellationToken,
) {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(patience.connections));
    loop {
        let Ok(place) = places.clone().acquire_owned().await else {
            break;
        };
        let accepted = tokio::select! {
            () = shutdown.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                let service = introduced(router.clone(), peer.ip());
                let connection = graceful.watch(connection(stream, service, patience));
                tokio::spawn(async move {
                    if let Err(error) = connection.await {
                        debug!(%error, "connection broke off");
                    }
                    drop(place);
                });
            }
            Err(error) => pause(&error).await,
        }
    }
    drop(listener);
    graceful.shutdown().await;
}

/// Every request says whom it comes from.
fn introduced(
    router: Router,
    peer: IpAddr,
) -> MapRequest<Router, impl FnMut(Request<Incoming>) -> Request<Incoming> + Clone> {
    router.map_request(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        request
    })
}

fn connection<S>(
    stream: TcpStream,
    service: S,
    patience: Patience,
) -> http1::Connection<TokioIo<TcpStream>, TowerToHyperService<S>>
where
    S: Service<Request<Incoming>, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    if let Err(error) = stream.set_nodelay(true) {
        debug!(%error, "answers on this connection may be late");
    }
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience.head_time)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service))
}

/// What ends one connection is its own matter; anything else is the system's, and will not be better at once.
async fn pause(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    ) {
        warn!(%error, "no connection can be taken at present");
        #[expect(
            clippy::disallowed_methods,
            reason = "rests for want of file descriptors; nothing is waited for"
        )]
        tokio::time::sleep(PAUSE).await;
    }
}
