//! Who calls: the App by its signed token, or the installation by the token it was given.

use super::super::{
    Refused, World,
    key::AppKey,
    payload::time,
    state::{State, Token},
};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, header::AUTHORIZATION, request::Parts},
    response::Response,
};
use jiff::SignedDuration;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde_json::Value;

/// GitHub's hourly limit for an installation.
const HOURLY: u64 = 5_000;

/// Proof that the request carries a valid token of the App itself.
pub(super) struct App;

impl FromRequestParts<World> for App {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, world: &World) -> Result<Self, Refused> {
        let (app_id, keys) = {
            let state = world.state();
            (state.settings.app_id, state.keys.clone())
        };
        check_jwt(&bearer(&parts.headers)?, app_id, &keys).map(|()| Self)
    }
}

pub(super) fn bearer(headers: &HeaderMap) -> Result<String, Refused> {
    let value = headers.get(AUTHORIZATION).and_then(token_of);
    value.ok_or_else(|| Refused::new(401, "Requires authentication"))
}

fn token_of(value: &HeaderValue) -> Option<String> {
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token"))
        .then(|| token.trim().to_owned())
}

/// RS256 with one of the App's keys, `iss` the App, and at most ten minutes of life. The hour itself is not compared: the world has its own
/// clock, the signer the system's.
fn check_jwt(jwt: &str, app_id: u64, keys: &[AppKey]) -> Result<(), Refused> {
    let undecodable = || Refused::new(401, "A JSON web token could not be decoded");
    let mut rules = Validation::new(Algorithm::RS256);
    rules.validate_exp = false;
    rules.required_spec_claims.clear();
    let signed_by = |key: &AppKey| {
        let key = DecodingKey::from_rsa_pem(key.public.as_bytes()).ok()?;
        decode::<Value>(jwt, &key, &rules).ok()
    };
    let claims = keys
        .iter()
        .find_map(signed_by)
        .ok_or_else(undecodable)?
        .claims;
    let iss = &claims["iss"];
    let iss = iss.as_str().map_or_else(|| iss.to_string(), str::to_owned);
    if iss != app_id.to_string() && iss != format!("Iv23li{app_id:014}") {
        return Err(Refused::new(404, "Integration not found"));
    }
    let (Some(iat), Some(exp)) = (claims["iat"].as_i64(), claims["exp"].as_i64()) else {
        return Err(Refused::new(
            401,
            "Missing 'issued at' claim ('iat') or 'Expiration time' claim ('exp')",
        ));
    };
    // `iat` may stand 60 s back against clock drift.
    if exp <= iat || exp - iat > 660 {
        return Err(Refused::new(
            401,
            "'Expiration time' claim ('exp') is too far in the future",
        ));
    }
    Ok(())
}

impl State {
    /// Gives out an installation token for an hour.
    pub(super) fn issue_token(
        &mut self,
        repositories: Option<Vec<u64>>,
        permissions: Value,
    ) -> (String, String) {
        let id = self.next_id();
        let expires_at = self.now() + SignedDuration::from_hours(1);
        let token = format!(
            "ghs_{}_{:x}sandbox{id:032}",
            self.settings.app_id, self.settings.seed
        );
        self.tokens.insert(
            token.clone(),
            Token {
                expires_at,
                used: 0,
                repositories,
                permissions,
            },
        );
        (token, time(expires_at))
    }

    /// Takes one request off the token's hour; 401 when the token is unknown or too old.
    pub(super) fn check_token(&mut self, token: &str) -> Result<(), Refused> {
        let now = self.now();
        if self.installation.suspended.is_some() {
            return Err(Refused::new(403, "This installation has been suspended"));
        }
        let known = self.tokens.get_mut(token).filter(|t| now < t.expires_at);
        let known = known.ok_or_else(|| Refused::new(401, "Bad credentials"))?;
        known.used += 1;
        if known.used > HOURLY {
            return Err(Refused::new(
                403,
                "API rate limit exceeded for installation.",
            ));
        }
        Ok(())
    }

    /// Whether a token that is good reaches this repository beyond what everybody may read.
    pub(super) fn reaches(&self, token: &str, repository: u64) -> bool {
        let narrowed = self
            .tokens
            .get(token)
            .and_then(|token| token.repositories.as_ref());
        narrowed.is_none_or(|narrowed| narrowed.contains(&repository))
    }

    /// Whether the token was not asked for with less than this permission.
    pub(super) fn permits(&self, token: &str, permission: &str, level: &str) -> bool {
        let narrowed = self.tokens.get(token).map(|token| &token.permissions);
        let Some(narrowed) = narrowed.and_then(Value::as_object) else {
            return true;
        };
        let held = narrowed.get(permission).and_then(Value::as_str);
        held.is_some_and(|held| held == "write" || held == level)
    }

    /// The App must have this permission; what was needed is noted.
    pub(super) fn need(&mut self, permission: &str, level: &str) -> Result<(), Refused> {
        let noted = self
            .permissions_used
            .entry(permission.to_owned())
            .or_insert_with(|| level.to_owned());
        if level == "write" {
            level.clone_into(noted);
        }
        let granted = self
            .settings
            .permissions
            .get(permission)
            .map(String::as_str);
        let enough =
            permission == "metadata" || granted.is_some_and(|g| g == "write" || g == level);
        if enough {
            Ok(())
        } else {
            Err(Refused::not_accessible(&format!("{permission}={level}")))
        }
    }
}

impl World {
    pub(super) fn with_limits(
        &self,
        mut response: Response,
        token: Option<&HeaderValue>,
    ) -> Response {
        let state = self.state();
        let token = token
            .and_then(token_of)
            .and_then(|t| state.tokens.get(&t).cloned());
        let (used, reset) = token.map_or((0, state.now() + SignedDuration::from_hours(1)), |t| {
            (t.used, t.expires_at)
        });
        let headers = response.headers_mut();
        for (name, value) in [
            ("x-ratelimit-limit", HOURLY),
            ("x-ratelimit-remaining", HOURLY.saturating_sub(used)),
            ("x-ratelimit-used", used.min(HOURLY)),
            (
                "x-ratelimit-reset",
                u64::try_from(reset.as_second()).unwrap_or(0),
            ),
        ] {
            headers.insert(name, HeaderValue::from(value));
        }
        headers.insert("x-ratelimit-resource", HeaderValue::from_static("core"));
        response
    }
}
