//! What GitHub says of itself.

use super::{
    app::GithubApp, call::Call, call::send, client, error::GithubError, routes, wire::Meta,
};

impl GithubApp {
    /// The networks that GitHub sends webhooks from, as `address/prefix`. Anybody may ask, so no key goes along.
    ///
    /// # Errors
    /// When GitHub does not answer, or names none, as an Enterprise Server does.
    pub async fn hook_networks(&self) -> Result<Vec<String>, GithubError> {
        let nobody = client::as_nobody(&self.api)?;
        let reply = send(&nobody, &self.api, &Call::new(&routes::META, &[])).await?;
        Ok(reply.checked()?.json::<Meta>()?.hooks)
    }
}
