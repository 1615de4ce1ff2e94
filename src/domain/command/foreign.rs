//! Words that belong to other bots, so that a slip towards them is none towards us.

/// Commands of Prow, GitHub's own chat operations, Mergify, Dependabot's followers and their like. Those that Rollcall has as well
/// (`/hold`, `/help`, `/skip`, `/cancel`) are not among them.
const FOREIGN: [&str; 64] = [
    "approve",
    "assign",
    "area",
    "auto-cc",
    "backport",
    "ban",
    "bench",
    "benchmark",
    "build",
    "cc",
    "check-cla",
    "cherry-pick",
    "cherrypick",
    "close",
    "deploy",
    "dispatch",
    "duplicate",
    "easycla",
    "format",
    "fork",
    "honk",
    "issue",
    "joke",
    "kind",
    "label",
    "land",
    "lgtm",
    "lifecycle",
    "lint",
    "lock",
    "meow",
    "merge",
    "milestone",
    "ok-to-test",
    "override",
    "pin",
    "pj-rehearse",
    "pony",
    "priority",
    "queue",
    "rebase",
    "reassign",
    "recheck",
    "recreate",
    "remove",
    "reopen",
    "reply",
    "request",
    "rerun",
    "reset",
    "restart",
    "retest",
    "retitle",
    "retry",
    "review",
    "run",
    "shrug",
    "sig",
    "squash",
    "table",
    "test",
    "triage",
    "uncc",
    "wip",
];

/// Beginnings that mark a command of another bot: `/remove-label`, `/unassign`, `/test-all`.
const FOREIGN_BEGINNINGS: [&str; 5] = ["remove-", "un", "test-", "re-", "no-"];

/// Whether the word is better left to another bot.
pub(super) fn is_foreign(word: &str) -> bool {
    FOREIGN.contains(&word)
        || FOREIGN_BEGINNINGS
            .iter()
            .any(|begin| word.starts_with(begin) && word != "undo")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::command::CommandName;

    #[test]
    fn no_command_of_ours_is_foreign() {
        for name in CommandName::ALL {
            assert!(!is_foreign(name.word()), "{name}");
        }
    }
}
