//! Deliveries that GitHub could not make. GitHub never tries again by itself; it can be asked to, for three days.

use super::{app::GithubApp, call::Call, error::GithubError, pages, routes, wire::Delivery};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

/// More than this many pages of a hundred within the asked-for time is a flood; the rest is found the next time.
const MOST_PAGES: usize = 100;

/// A delivery of which no attempt was answered with a success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missed {
    /// The `X-GitHub-Delivery` that all its attempts share.
    pub guid: String,
    /// Its newest attempt: what [`GithubApp::redeliver`] takes.
    pub id: u64,
    /// Name of the event.
    pub event: String,
    /// Time of the first attempt seen.
    pub delivered_at: Timestamp,
}

impl GithubApp {
    /// The deliveries since a time that no attempt brought in, oldest first.
    ///
    /// # Errors
    /// When GitHub does not answer.
    pub async fn failed_deliveries(&self, since: Timestamp) -> Result<Vec<Missed>, GithubError> {
        let mut seen = Vec::new();
        let mut query = format!("per_page={}", pages::PER_PAGE);
        for _ in 0..MOST_PAGES {
            let reply = self
                .call_as_app(&Call::new(&routes::DELIVERIES, &[]).query(&query))
                .await?;
            let page: Vec<Delivery> = reply.json()?;
            let older = page.iter().any(|delivery| delivery.delivered_at < since);
            seen.extend(
                page.into_iter()
                    .filter(|delivery| delivery.delivered_at >= since),
            );
            match pages::next(&reply.headers).and_then(cursor) {
                Some(cursor) if !older => {
                    query = format!("per_page={}&cursor={cursor}", pages::PER_PAGE);
                }
                _ => break,
            }
        }
        Ok(missed(seen))
    }

    /// Asks GitHub to make a delivery again; it arrives at the webhook under the same guid.
    ///
    /// # Errors
    /// When GitHub does not answer, or no longer knows the delivery.
    pub async fn redeliver(&self, id: u64) -> Result<(), GithubError> {
        self.call_as_app(&Call::new(&routes::REDELIVER, &[&id.to_string()]))
            .await
            .map(drop)
    }
}

/// The cursor out of a link, whose host is ignored: the App's signature goes to the configured address only.
fn cursor(link: &str) -> Option<String> {
    let query = Url::parse(link).ok()?;
    let cursor = query
        .query_pairs()
        .find(|(name, _)| name == "cursor")?
        .1
        .into_owned();
    Some(super::call::escape(&cursor))
}

fn missed(mut seen: Vec<Delivery>) -> Vec<Missed> {
    seen.sort_by_key(|delivery| (delivery.delivered_at, delivery.id));
    let arrived: BTreeSet<String> = seen
        .iter()
        .filter(|delivery| has_arrived(delivery))
        .map(|d| d.guid.clone())
        .collect();
    let mut missed: BTreeMap<String, Missed> = BTreeMap::new();
    for Delivery {
        id,
        guid,
        delivered_at,
        event,
        ..
    } in seen
        .into_iter()
        .filter(|delivery| !arrived.contains(&delivery.guid))
    {
        missed
            .entry(guid.clone())
            .or_insert(Missed {
                guid,
                id,
                event,
                delivered_at,
            })
            .id = id;
    }
    let mut missed: Vec<Missed> = missed.into_values().collect();
    missed.sort_by_key(|delivery| (delivery.delivered_at, delivery.id));
    missed
}

fn has_arrived(delivery: &Delivery) -> bool {
    delivery.status.as_deref() == Some("OK")
        || delivery
            .status_code
            .is_some_and(|code| (200..300).contains(&code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(attempts: &[(u64, &str, i64, i64)], expect: &[(&str, u64)]) {
        let attempts = attempts
            .iter()
            .map(|(id, guid, second, status_code)| Delivery {
                id: *id,
                guid: (*guid).to_owned(),
                delivered_at: Timestamp::constant(*second, 0),
                event: "issues".to_owned(),
                status: None,
                status_code: Some(*status_code),
            });
        let missed = missed(attempts.collect());
        let missed: Vec<(&str, u64)> = missed
            .iter()
            .map(|missed| (missed.guid.as_str(), missed.id))
            .collect();
        assert_eq!(missed, expect);
    }

    #[test]
    fn one_attempt_that_arrived_is_enough() {
        check(
            &[(1, "a", 10, 502), (2, "a", 20, 202), (3, "b", 30, 200)],
            &[],
        );
    }

    #[test]
    fn a_delivery_without_any_is_missed_once_by_its_newest_attempt() {
        check(
            &[(9, "b", 30, 500), (5, "a", 20, 502), (1, "a", 10, 0)],
            &[("a", 5), ("b", 9)],
        );
    }

    #[test]
    fn the_cursor_is_taken_from_any_host() {
        assert_eq!(
            cursor("https://elsewhere.example/x?per_page=100&cursor=v1_12%3D").as_deref(),
            Some("v1_12%3D")
        );
        assert_eq!(cursor("https://elsewhere.example/x?page=2"), None);
    }
}
