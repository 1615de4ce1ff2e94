//! Lists that come in pages.

use super::{app::GithubApp, call::Call, error::GithubError};
use crate::domain::ids::Place;
use http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use std::ops::ControlFlow;

/// GitHub's largest page.
pub(super) const PER_PAGE: usize = 100;
/// A page of texts by people: as many as fit into the largest answer that is read, each of 65,536 characters that take six bytes.
pub(super) const TEXTS_PER_PAGE: usize = 40;

/// Reads page after page of so many until `look` breaks with a find, there is no more, or `most` pages are read.
pub(super) async fn find<T: DeserializeOwned, Found>(
    app: &GithubApp,
    place: &Place,
    list: impl Fn(usize) -> Call,
    (per_page, most): (usize, usize),
    mut look: impl FnMut(T) -> ControlFlow<Found>,
) -> Result<Option<Found>, GithubError> {
    for page in 1..=most {
        let reply = app.call(place, &list(page)).await?;
        let items: Vec<T> = reply.json()?;
        let count = items.len();
        for item in items {
            if let ControlFlow::Break(found) = look(item) {
                return Ok(Some(found));
            }
        }
        let more = if reply.headers.contains_key(header::LINK) {
            next(&reply.headers).is_some()
        } else {
            count == per_page
        };
        if !more {
            break;
        }
    }
    Ok(None)
}

/// The address of the next page. Only its query may be used: it can name any host.
pub(super) fn next(headers: &HeaderMap) -> Option<&str> {
    let links = headers.get(header::LINK)?.to_str().ok()?;
    let link = links
        .split(',')
        .find(|link| link.contains("rel=\"next\""))?;
    Some(link.split_once('<')?.1.split_once('>')?.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[track_caller]
    fn check(link: &'static str, expect: Option<&str>) {
        assert_eq!(
            next(&HeaderMap::from_iter([(
                header::LINK,
                HeaderValue::from_static(link)
            )])),
            expect
        );
    }

    #[test]
    fn the_next_page_among_the_links() {
        check(
            r#"<https://x.example/a?page=1>; rel="prev", <https://x.example/a?page=3>; rel="next""#,
            Some("https://x.example/a?page=3"),
        );
        check(r#"<https://x.example/a?page=1>; rel="prev""#, None);
        check("nonsense", None);
    }
}
