//! One organisation keeps Rollcall busy; the other does not notice.

use super::shared::Shared;
use rollcall::sandbox::github::{IssueAt, World};

/// How many of Rollcall's comments are on an issue.
fn answers(world: &World, at: IssueAt) -> usize {
    let comments = world.issue(at).expect("an issue").comments;
    let own = comments.iter().filter(|it| it.author == "rollcall[bot]");
    own.count()
}

#[tokio::test]
async fn a_noisy_organisation_delays_nobody_elses_answers() {
    let mut shared = Shared::open().await;
    let acmes = shared.opened("ada", "acme/shop", "").await;
    let evils = shared.opened("mallory", "evil/shop", "").await;
    let before = [answers(&shared.acme, acmes), answers(&shared.evil, evils)];
    shared.keep_pace();
    for _ in 0..15 {
        let said = shared.evil.comment("mallory", evils, "/help");
        said.expect("a comment");
        shared.pull().await;
    }
    let said = shared.acme.comment("ada", acmes, "/help");
    said.expect("a comment");
    shared.settle().await;
    assert_eq!(answers(&shared.acme, acmes), before[0] + 1);
    let comments = shared.acme.issue(acmes).expect("an issue").comments;
    let asked = comments.iter().rfind(|it| it.author == "ada");
    let reactions = &asked.expect("the comment").reactions;
    assert_eq!(reactions.get("+1"), Some(&1), "{reactions:?}");
    let evils = answers(&shared.evil, evils) - before[1];
    assert!(evils < 15, "GitHub's pace is kept: {evils} answers");
}
