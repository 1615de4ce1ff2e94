//! Webhooks as GitHub makes them: payload, headers, signature, redelivery.

use super::state::{Sent, State};
use axum::body::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Only so many past deliveries are kept, so that a long sandbox stays small.
const KEPT: usize = 2_000;

/// One webhook on its way to the App.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// GitHub's number of this attempt; a redelivery has a new one.
    pub id: u64,
    /// `X-GitHub-Delivery`; the same on a redelivery.
    pub guid: String,
    /// `X-GitHub-Event`.
    pub event: String,
    /// The payload's `action`.
    pub action: String,
    /// Whether this is a repeated attempt.
    pub redelivery: bool,
    /// All headers that GitHub sends.
    pub headers: HeaderMap,
    /// The body that the signature covers.
    pub body: Bytes,
    /// The repository it is about, if any.
    pub repository: Option<u64>,
}

impl State {
    /// Makes the webhook of a change in a repository, unless GitHub would not: the App does not subscribe to the event, or is
    /// suspended, removed, or not given the repository.
    pub(crate) fn announce(
        &mut self,
        event: &str,
        action: &str,
        sender: &str,
        repository: u64,
        mut payload: Value,
    ) {
        let Ok(about) = self.repository(repository) else {
            return;
        };
        let heard = self.settings.events.iter().any(|e| e == event) && about.selected;
        if !heard || self.installation.deleted || self.installation.suspended.is_some() {
            return;
        }
        payload["repository"] = self.repository_json(about);
        let organization = self.organization(&about.owner);
        if !organization.is_null() {
            payload["organization"] = organization;
        }
        let id = self.installation.id;
        payload["installation"] = json!({"id": id, "node_id": super::payload::node("MDIzOkludGVncmF0aW9uSW5zdGFsbGF0aW9u", id)});
        self.dispatch(event, action, sender, Some(repository), payload);
    }

    /// Makes a webhook about the installation itself; these go to every App without subscribing.
    pub(crate) fn announce_installation(
        &mut self,
        event: &str,
        action: &str,
        sender: &str,
        mut payload: Value,
    ) {
        payload["installation"] = self.installation_json();
        self.dispatch(event, action, sender, None, payload);
    }

    fn dispatch(
        &mut self,
        event: &str,
        action: &str,
        sender: &str,
        repository: Option<u64>,
        mut payload: Value,
    ) {
        payload["action"] = json!(action);
        payload["sender"] = self.user(sender);
        let id = self.next_id();
        let body = Bytes::from(payload.to_string());
        let mut delivery = Delivery {
            id,
            guid: guid(self.settings.seed, id),
            event: event.to_owned(),
            action: action.to_owned(),
            redelivery: false,
            headers: HeaderMap::new(),
            body,
            repository,
        };
        delivery.headers = self.headers(&delivery);
        self.send(delivery);
    }

    /// Sends an earlier delivery again, under its old GUID.
    pub(crate) fn redeliver(&mut self, id: u64) -> bool {
        let Some(sent) = self.sent.iter().find(|s| s.delivery.id == id) else {
            return false;
        };
        let delivery = Delivery {
            redelivery: true,
            ..sent.delivery.clone()
        };
        let id = self.next_id();
        self.send(Delivery { id, ..delivery });
        true
    }

    fn send(&mut self, delivery: Delivery) {
        let at = self.now();
        self.sent.push(Sent {
            delivery: delivery.clone(),
            at,
            status: None,
        });
        let surplus = self.sent.len().saturating_sub(KEPT);
        self.sent.drain(..surplus);
        // Nobody listening is a receiver that is down: GitHub sends all the same.
        self.sink.send(delivery).ok();
        self.pulse.beat();
    }

    fn headers(&self, delivery: &Delivery) -> HeaderMap {
        let settings = &self.settings;
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("accept", "*/*".to_owned()),
            ("content-type", "application/json".to_owned()),
            ("user-agent", "GitHub-Hookshot/044aadd".to_owned()),
            ("x-github-delivery", delivery.guid.clone()),
            ("x-github-event", delivery.event.clone()),
            ("x-github-hook-id", settings.hook_id.to_string()),
            (
                "x-github-hook-installation-target-id",
                settings.app_id.to_string(),
            ),
            (
                "x-github-hook-installation-target-type",
                "integration".to_owned(),
            ),
            (
                "x-hub-signature-256",
                sign(&settings.webhook_secret, &delivery.body),
            ),
        ] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        headers
    }
}

/// `sha256=` and the HMAC-SHA256 of the body, as GitHub signs.
///
/// # Panics
/// Never: HMAC takes keys of any length.
#[must_use]
pub fn sign(secret: &str, body: &[u8]) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("hmac takes keys of any length");
    mac.update(body);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

/// A GUID of version 4's shape, always the same for the same seed and number.
fn guid(seed: u64, id: u64) -> String {
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&Sha256::digest(format!("{seed}/{id}"))[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = hex::encode(bytes);
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_as_the_example_of_github_s_documentation() {
        let signature = sign("It's a Secret to Everybody", b"Hello, World!");
        assert_eq!(
            signature,
            "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
        );
    }

    #[test]
    fn guids_have_the_shape_of_version_4_and_repeat_for_the_same_seed() {
        assert_eq!(guid(1, 2), guid(1, 2));
        assert_ne!(guid(1, 2), guid(2, 2));
        assert_eq!(guid(1, 2).len(), 36);
        assert_eq!(guid(1, 2).as_bytes()[14], b'4');
    }
}
