//! How long GitHub asks to be left alone, read from the headers of an answer.

use http::{HeaderMap, StatusCode, header};
use jiff::{SignedDuration, Timestamp, fmt::rfc2822};
use std::time::Duration;

/// GitHub's rule when a limit names no time: wait at least a minute.
const UNNAMED: Duration = Duration::from_mins(1);

/// The wait, if the answer is about the rate of calls; none for every other answer.
///
/// `retry-after` goes first, then `x-ratelimit-reset` when nothing remains, then a minute (GitHub's best practices for its REST API). The
/// reset is a time by GitHub's clock, so it is compared with the answer's own `date`.
pub(super) fn wait(status: StatusCode, headers: &HeaderMap, message: &str) -> Option<Duration> {
    if status != StatusCode::FORBIDDEN && status != StatusCode::TOO_MANY_REQUESTS {
        return None;
    }
    if let Some(wait) =
        text(headers, header::RETRY_AFTER.as_str()).and_then(|value| retry_after(value, headers))
    {
        return Some(wait);
    }
    if text(headers, "x-ratelimit-remaining") == Some("0") {
        let reset = text(headers, "x-ratelimit-reset").and_then(|seconds| seconds.parse().ok());
        let reset = reset.and_then(|seconds| Timestamp::from_second(seconds).ok());
        return Some(
            reset
                .and_then(|reset| until(reset, headers))
                .unwrap_or(UNNAMED),
        );
    }
    let message = message.to_lowercase();
    let limited = status == StatusCode::TOO_MANY_REQUESTS
        || message.contains("rate limit")
        || message.contains("abuse detection");
    limited.then_some(UNNAMED)
}

fn retry_after(value: &str, headers: &HeaderMap) -> Option<Duration> {
    match value.trim().parse() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => until(date(value)?, headers),
    }
}

/// From the answer's own time to this one, and a second for the rounding of both.
fn until(then: Timestamp, headers: &HeaderMap) -> Option<Duration> {
    let now = date(text(headers, header::DATE.as_str())?)?;
    let wait = then.duration_since(now).max(SignedDuration::ZERO) + SignedDuration::from_secs(1);
    Duration::try_from(wait).ok()
}

/// The time that an HTTP date names.
pub(super) fn date(text: &str) -> Option<Timestamp> {
    Some(
        rfc2822::DateTimeParser::new()
            .parse_zoned(text)
            .ok()?
            .timestamp(),
    )
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderName, HeaderValue};

    const DATE: (&str, &str) = ("date", "Sun, 22 Nov 2026 10:00:00 GMT");

    #[track_caller]
    fn check(status: u16, headers: &[(&'static str, &str)], message: &str, seconds: Option<u64>) {
        let headers = headers
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_str(value).expect("a header's value"),
                )
            })
            .collect();
        let status = StatusCode::from_u16(status).expect("a status");
        assert_eq!(
            wait(status, &headers, message),
            seconds.map(Duration::from_secs)
        );
    }

    #[test]
    fn github_says_how_long() {
        check(429, &[("retry-after", "17")], "", Some(17));
        check(
            403,
            &[("retry-after", "17")],
            "You have exceeded a secondary rate limit",
            Some(17),
        );
        check(
            429,
            &[DATE, ("retry-after", "Sun, 22 Nov 2026 10:00:30 GMT")],
            "",
            Some(31),
        );
    }

    #[test]
    fn the_hour_is_used_up() {
        let used_up = [
            DATE,
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset", "1795342200"),
        ];
        check(403, &used_up, "API rate limit exceeded", Some(601));
        check(403, &used_up[1..], "API rate limit exceeded", Some(60));
    }

    #[test]
    fn github_does_not_say_how_long() {
        check(429, &[], "", Some(60));
        check(429, &[("retry-after", "soon")], "", Some(60));
        check(
            403,
            &[],
            "You have exceeded a secondary rate limit. Please wait",
            Some(60),
        );
        check(
            403,
            &[],
            "You have triggered an abuse detection mechanism",
            Some(60),
        );
    }

    #[test]
    fn other_answers_are_not_about_the_rate() {
        check(
            403,
            &[("x-ratelimit-remaining", "4999")],
            "Resource not accessible by integration",
            None,
        );
        check(404, &[("retry-after", "17")], "Not Found", None);
        check(502, &[], "", None);
    }
}
