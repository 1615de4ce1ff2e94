//! The REST calls that Rollcall makes, answered as GitHub answers them.

mod app;
mod call;
mod comments;
mod graphql;
mod hook;
mod issues;
mod labels;
mod page;
mod repository;
mod token;

use super::{Refused, Request as Received, World, fault::How};
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header::AUTHORIZATION},
    response::{IntoResponse, Response},
    routing::{delete, get, post, put},
};
use serde_json::json;
use tower::ServiceExt;

/// What a handler answers.
type Answer = Result<Response, Refused>;

pub(super) fn router(world: World) -> Router {
    let calls = Router::new()
        .route("/app", get(app::app))
        .route("/app/installations", get(app::installations))
        .route("/app/installations/{id}", get(app::installation))
        .route(
            "/app/installations/{id}/access_tokens",
            post(app::access_token),
        )
        .route("/app/hook/deliveries", get(hook::list))
        .route("/app/hook/deliveries/{id}", get(hook::one))
        .route("/app/hook/deliveries/{id}/attempts", post(hook::attempt))
        .route(
            "/repos/{owner}/{repo}/installation",
            get(app::of_repository),
        )
        .route("/orgs/{org}/installation", get(app::of_organization))
        .route(
            "/orgs/{org}/teams/{slug}/memberships/{login}",
            get(repository::membership),
        )
        .route("/repos/{owner}/{repo}", get(repository::one))
        .route(
            "/repos/{owner}/{repo}/commits/{reference}",
            get(repository::commit),
        )
        .route(
            "/repos/{owner}/{repo}/contents/{*path}",
            get(repository::contents),
        )
        .route(
            "/repos/{owner}/{repo}/collaborators/{login}/permission",
            get(repository::permission),
        )
        .route(
            "/repos/{owner}/{repo}/labels",
            get(labels::list).post(labels::create),
        )
        .route(
            "/repos/{owner}/{repo}/labels/{name}",
            get(labels::one).delete(labels::destroy),
        )
        .route(
            "/repos/{owner}/{repo}/issues",
            get(issues::list).post(issues::create),
        )
        .route(
            "/repos/{owner}/{repo}/issues/{number}",
            get(issues::one).patch(issues::update),
        )
        .route(
            "/repos/{owner}/{repo}/issues/{number}/labels",
            get(labels::of_issue).post(labels::add),
        )
        .route(
            "/repos/{owner}/{repo}/issues/{number}/labels/{name}",
            delete(labels::remove),
        )
        .route(
            "/repos/{owner}/{repo}/issues/{number}/reactions",
            get(comments::reactions).post(comments::react),
        )
        .route(
            "/repos/{owner}/{repo}/issues/{number}/comments",
            get(comments::list).post(comments::create),
        )
        .route(
            "/repos/{owner}/{repo}/issues/comments/{id}",
            get(comments::one)
                .patch(comments::update)
                .delete(comments::destroy),
        )
        .route(
            "/repos/{owner}/{repo}/issues/comments/{id}/pin",
            put(comments::pin).delete(comments::unpin),
        )
        .route(
            "/repos/{owner}/{repo}/issues/comments/{id}/reactions",
            get(comments::reactions).post(comments::react),
        )
        .route("/graphql", post(graphql::answer))
        .fallback(async || Refused::not_found())
        .method_not_allowed_fallback(async || Refused::not_found())
        .with_state(world.clone());
    Router::new().fallback(front).with_state((world, calls))
}

/// Notes the request, lets a fault happen, follows renames, and adds the headers of the rate limit.
async fn front(State((world, calls)): State<(World, Router)>, mut request: Request) -> Response {
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let place = world.note(&method, &uri);
    let fault = world.fault(&method, uri.path());
    let mut response = match fault {
        Some(How::Hang) => std::future::pending().await,
        Some(How::Answer(status, headers)) => scripted(status, headers),
        after => {
            let redirect = world.follow(&method, &uri);
            let token = request.headers().get(AUTHORIZATION).cloned();
            let response = match redirect {
                Follow::Redirect(refused) => refused.into_response(),
                Follow::Here(uri) => {
                    *request.uri_mut() = uri;
                    calls
                        .oneshot(request)
                        .await
                        .unwrap_or_else(|never| match never {})
                }
            };
            let response = world.with_limits(response, token.as_ref());
            match after {
                Some(How::CarryOutThenAnswer(status)) => scripted(status, Vec::new()),
                _ => response,
            }
        }
    };
    world.answered(place, response.status());
    response.headers_mut().insert(
        "x-github-media-type",
        HeaderValue::from_static("github.v3; format=json"),
    );
    response
}

fn scripted(status: u16, headers: Vec<(String, String)>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    let message =
        json!({"message": status.canonical_reason().unwrap_or("Server Error")}).to_string();
    let mut response = (status, Body::from(message)).into_response();
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

enum Follow {
    Here(Uri),
    Redirect(Refused),
}

impl World {
    fn note(&self, method: &Method, uri: &Uri) -> usize {
        let mut state = self.state();
        let at = state.now();
        state.requests.push(Received {
            at,
            method: method.clone(),
            path: uri.to_string(),
            status: 0,
        });
        state.requests.len() - 1
    }

    fn answered(&self, place: usize, status: StatusCode) {
        let mut state = self.state();
        if let Some(request) = state.requests.get_mut(place) {
            request.status = status.as_u16();
            if request.method != Method::GET {
                state.pulse.beat();
            }
        }
    }

    fn fault(&self, method: &Method, path: &str) -> Option<How> {
        let mut state = self.state();
        let fault = state.faults.iter_mut().find(|f| f.fits(method, path))?;
        fault.times -= 1;
        Some(fault.how.clone())
    }

    /// `/repos/OLD/NAME/…` redirects to `/repositories/ID/…`, which stands for the repository under its present name.
    fn follow(&self, method: &Method, uri: &Uri) -> Follow {
        let state = self.state();
        let mut parts = uri.path().splitn(5, '/').skip(1);
        let (kind, one, two, rest) = (
            parts.next(),
            parts.next().unwrap_or(""),
            parts.next().unwrap_or(""),
            parts.next(),
        );
        let query = uri.query().map(|q| format!("?{q}")).unwrap_or_default();
        let tail = |rest: Option<&str>| rest.map(|r| format!("/{r}")).unwrap_or_default();
        if kind == Some("repos") {
            let name = format!("{one}/{two}");
            let taken = state.named(&name).is_ok();
            let moved = state
                .repositories
                .iter()
                .find(|r| !taken && r.former.iter().any(|f| f.eq_ignore_ascii_case(&name)));
            if let Some(repository) = moved {
                let to = format!(
                    "{}/repositories/{}{}{query}",
                    state.settings.api_url,
                    repository.id,
                    tail(rest)
                );
                return Follow::Redirect(Refused::moved(method == Method::GET, to));
            }
        }
        if kind == Some("repositories")
            && let Some(repository) = one.parse().ok().and_then(|id| state.repository(id).ok())
        {
            let after = uri.path().splitn(4, '/').nth(3);
            let path = format!("/repos/{}{}{query}", repository.full_name(), tail(after));
            return path
                .parse()
                .map_or_else(|_| Follow::Redirect(Refused::not_found()), Follow::Here);
        }
        Follow::Here(uri.clone())
    }
}
