//! Where a redirect may lead: the same thing under the repository's new name, on the same host. Nowhere else.

use url::Url;

/// The path to call instead of `from`, or none when the redirect must not be followed.
///
/// The token travels with the call, so another host gets nothing. An issue that was transferred redirects to an issue with another number
/// in another repository: that is not the thing that was asked for either.
pub(super) fn path(api: &Url, from: &str, to: &str) -> Option<String> {
    let to = api
        .join(to)
        .ok()
        .filter(|url| !to.is_empty() && url.origin() == api.origin())?;
    let base = api.path().trim_end_matches('/');
    let path = to
        .path()
        .strip_prefix(base)
        .filter(|path| path.starts_with('/'))?;
    let (from_path, from_query) = from.split_once('?').unwrap_or((from, ""));
    if within(from_path)? != within(path)? {
        return None;
    }
    let query = to.query().unwrap_or(from_query);
    Some(if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    })
}

/// What a path addresses inside its repository: all after `/repos/OWNER/NAME` or `/repositories/ID`.
fn within(path: &str) -> Option<&str> {
    let (rest, names) = match path.strip_prefix("/repos/") {
        Some(rest) => (rest, 2),
        None => (path.strip_prefix("/repositories/")?, 1),
    };
    let mut ends = rest.match_indices('/').map(|(at, _)| at).skip(names - 1);
    Some(ends.next().map_or("", |at| &rest[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(api: &str, from: &str, to: &str, expect: Option<&str>) {
        let api = Url::parse(api).expect("an address");
        assert_eq!(path(&api, from, to).as_deref(), expect);
    }

    const DOTCOM: &str = "https://api.github.com/";
    const SERVER: &str = "https://github.acme.example/api/v3/";

    #[test]
    fn a_renamed_repository_is_followed() {
        check(
            DOTCOM,
            "/repos/a/old/issues/4",
            "https://api.github.com/repositories/9/issues/4",
            Some("/repositories/9/issues/4"),
        );
        check(
            DOTCOM,
            "/repos/a/old",
            "https://api.github.com/repositories/9",
            Some("/repositories/9"),
        );
        check(
            DOTCOM,
            "/repos/a/old/issues/4",
            "/repos/a/new/issues/4",
            Some("/repos/a/new/issues/4"),
        );
        check(
            SERVER,
            "/repos/a/old/labels",
            "https://github.acme.example/api/v3/repositories/9/labels",
            Some("/repositories/9/labels"),
        );
    }

    #[test]
    fn the_query_is_kept() {
        let to = "https://api.github.com/repositories/9/issues?page=2";
        check(
            DOTCOM,
            "/repos/a/old/issues?page=2",
            to,
            Some("/repositories/9/issues?page=2"),
        );
        check(
            DOTCOM,
            "/repos/a/old/issues?page=2",
            "/repositories/9/issues",
            Some("/repositories/9/issues?page=2"),
        );
    }

    #[test]
    fn another_host_gets_nothing() {
        check(
            DOTCOM,
            "/repos/a/old/issues/4",
            "https://api.github.com.example/repositories/9/issues/4",
            None,
        );
        check(
            DOTCOM,
            "/repos/a/old/issues/4",
            "http://api.github.com/repositories/9/issues/4",
            None,
        );
        check(
            DOTCOM,
            "/repos/a/old/issues/4",
            "https://api.github.com:8443/repositories/9/issues/4",
            None,
        );
        check(
            DOTCOM,
            "/repos/a/old/issues/4",
            "//elsewhere.example/repositories/9/issues/4",
            None,
        );
        check(
            SERVER,
            "/repos/a/old/issues/4",
            "https://github.acme.example/repositories/9/issues/4",
            None,
        );
    }

    #[test]
    fn another_thing_is_not_what_was_asked_for() {
        check(
            DOTCOM,
            "/repos/a/b/issues/4",
            "https://api.github.com/repositories/10/issues/77",
            None,
        );
        check(
            DOTCOM,
            "/repos/a/b/issues/4",
            "https://api.github.com/login",
            None,
        );
        check(DOTCOM, "/app", "https://api.github.com/other", None);
        check(DOTCOM, "/repos/a/b", "", None);
    }
}
