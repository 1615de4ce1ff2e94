//! A file is a policy, or has mistakes at places within it.

use jiff::{SignedDuration, Timestamp};
use rollcall::domain::{
    policy::{self, Policy},
    problem::Problem,
};

pub fn hold(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match policy::parse(&text, "rollcall.yml") {
        Ok(policy) => usable(&policy),
        Err(problems) => {
            assert!(!problems.is_empty(), "refused without a reason");
            assert!(problems.is_sorted(), "mistakes come in the file's order");
            for problem in &problems {
                inside(&text, problem);
            }
        }
    }
}

/// What was read can be told and asked.
fn usable(policy: &Policy) {
    for rule in [&policy.ticks, &policy.deployers, &policy.approvals.from] {
        assert!(!rule.describe().is_empty());
        assert!(rule.teams("acme").iter().all(|team| team.contains('/')));
    }
    let now: Timestamp = "2026-11-02T10:00:00Z".parse().expect("a time");
    for freeze in &policy.freezes {
        assert!(freeze.describe().contains(&freeze.name));
        let soon = now + SignedDuration::from_hours(24 * 8);
        for occurrence in freeze.between(now, soon) {
            assert!(freeze.describe_one(&occurrence).contains(&freeze.name));
        }
    }
}

/// A mistake is shown at a place of the file, or right behind the end of a line.
fn inside(text: &str, problem: &Problem) {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    let line = lines.split('\n').nth(problem.line.wrapping_sub(1));
    let line = line.unwrap_or_else(|| panic!("no such line: {problem}"));
    let columns = 1..=line.chars().count() + 1;
    assert!(
        columns.contains(&problem.column),
        "no such column: {problem}"
    );
}
