//! Where a webhook comes from, when the operator limits that. The signature stays the real check.

use crate::{config::Senders, webhook::refusal::Refusal};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

/// The other end of the connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// Lets requests pass from where webhooks may come from.
pub(super) async fn only_from(
    State(senders): State<Arc<Senders>>,
    request: Request,
    next: Next,
) -> Response {
    let peer = request.extensions().get::<Peer>().copied();
    let client = client(request.headers(), peer, senders.header.as_deref());
    match client.map_or(Some(false), |client| senders.include(client)) {
        Some(true) => next.run(request).await,
        Some(false) => {
            tracing::warn!(?client, "webhook refused: it comes from a foreign address");
            let message = "webhooks are not taken from this address";
            Refusal::new(StatusCode::FORBIDDEN, "foreign_address", message).into_response()
        }
        None => {
            let message =
                "GitHub has not said yet which addresses are its own; send it again later";
            Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "not_ready", message).into_response()
        }
    }
}

/// The address behind the operator's proxy is the last one that its header names: what stands before came with the request, and may be
/// anybody's invention.
fn client(headers: &HeaderMap, peer: Option<Peer>, header: Option<&str>) -> Option<IpAddr> {
    let Some(header) = header else {
        return peer.map(|peer| peer.0);
    };
    let value = headers.get_all(header).iter().next_back()?.to_str().ok()?;
    let last = value.rsplit(',').next()?.trim();
    let with_port = || last.parse().map(|address: SocketAddr| address.ip());
    last.parse().or_else(|_| with_port()).ok()
}
