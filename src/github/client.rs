//! The HTTP client beneath octocrab: no redirects, no retries, bounded waits.

use super::error::GithubError;
use http::{Request, Response};
use http_body_util::BodyExt;
use octocrab::{AuthState, Octocrab, OctocrabBuilder, auth::AppAuth, models::AppId};
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;
use url::Url;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

const USER_AGENT: &str = concat!("rollcall/", env!("CARGO_PKG_VERSION"));

/// A client that signs as the App. Must be called inside a Tokio runtime.
pub(super) fn connect(
    api: &Url,
    app_id: u64,
    private_key: &SecretString,
) -> Result<Octocrab, GithubError> {
    let key = octocrab::auth::EncodingKey::from_rsa_pem(private_key.expose_secret().as_bytes());
    let key = key.map_err(|source| GithubError::PrivateKey(Box::new(source)))?;
    // The CLI installs this one first thing; a library user or a test may not have. The first call wins.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let auth = AuthState::App(AppAuth {
        app_id: AppId(app_id),
        key,
    });
    build(api, auth)
}

/// A client that says nothing of who asks.
pub(super) fn as_nobody(api: &Url) -> Result<Octocrab, GithubError> {
    build(api, AuthState::None)
}

fn build(api: &Url, auth: AuthState) -> Result<Octocrab, GithubError> {
    let http = transport(api).build().map_err(GithubError::Client)?;
    let base = api.as_str().trim_end_matches('/').to_owned();
    let service = tower::service_fn(move |request| carry(http.clone(), base.clone(), request));
    let built = OctocrabBuilder::new_empty()
        .with_service(service)
        .with_auth(auth)
        .build();
    Ok(built.unwrap_or_else(|never| match never {}))
}

fn transport(api: &Url) -> reqwest::ClientBuilder {
    let http = reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(5))
        // GitHub on a bad day takes half a minute; who hangs up sooner never gets through.
        .timeout(Duration::from_secs(40))
        .pool_idle_timeout(Duration::from_mins(1));
    match api.scheme() {
        // A stand-in on this machine: neither the system's certificates (they take a while to read) nor its proxy are for it.
        "http" => http.tls_built_in_root_certs(false).no_proxy(),
        _ => http,
    }
}

async fn carry(
    http: reqwest::Client,
    base: String,
    request: Request<octocrab::OctoBody>,
) -> Result<Response<reqwest::Body>, BoxError> {
    let (mut parts, body) = request.into_parts();
    // octocrab leaves the host off for its own API only; a call that names one would lose the path of an Enterprise Server.
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    parts.uri = address(&base, path).parse()?;
    let body = body.collect().await?.to_bytes();
    let request = reqwest::Request::try_from(Request::from_parts(parts, body))?;
    Ok(http.execute(request).await?.into())
}

/// REST lies below `/api/v3` of an Enterprise Server, GraphQL beside it.
fn address(base: &str, path: &str) -> String {
    let base = match base.strip_suffix("/v3") {
        Some(beside) if path == "/graphql" => beside,
        _ => base,
    };
    format!("{base}{path}")
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn graphql_lies_beside_the_rest_api_of_an_enterprise_server() {
        for (base, path, expect) in [
            (
                "https://api.github.com",
                "/graphql",
                "https://api.github.com/graphql",
            ),
            (
                "https://git.acme.example/api/v3",
                "/graphql",
                "https://git.acme.example/api/graphql",
            ),
            (
                "https://git.acme.example/api/v3",
                "/app",
                "https://git.acme.example/api/v3/app",
            ),
        ] {
            assert_eq!(address(base, path), expect);
        }
    }
}
