//! Carries the world's webhooks to Rollcall over HTTP, one attempt each, as GitHub does.

use super::github::{Delivery, World};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;

/// GitHub gives a receiver ten seconds.
const PATIENCE: Duration = Duration::from_secs(10);

/// Posts every delivery to `url` and notes the answer, until the world is gone.
///
/// # Errors
/// When no HTTP client can be made on this machine.
pub async fn post(
    world: World,
    mut deliveries: UnboundedReceiver<Delivery>,
    url: String,
) -> Result<(), reqwest::Error> {
    // The command line installs this one first thing; a test may not have. The first call wins.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(PATIENCE)
        .build()?;
    while let Some(delivery) = deliveries.recv().await {
        let request = client
            .post(&url)
            .headers(delivery.headers)
            .body(delivery.body);
        let status = request
            .send()
            .await
            .ok()
            .map(|answer| answer.status().as_u16());
        world.delivered(delivery.id, status);
    }
    Ok(())
}
