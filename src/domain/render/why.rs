//! A verdict tree as a nested list.

use crate::domain::policy::{Answer, Verdict};

pub(super) fn tree(verdict: &Verdict) -> String {
    let mut lines = Vec::new();
    branch(verdict, 0, &mut lines);
    lines.join("\n")
}

fn branch(verdict: &Verdict, depth: usize, lines: &mut Vec<String>) {
    let sign = match verdict.answer {
        Answer::Allowed => "✅",
        Answer::Refused => "❌",
        Answer::Unknown => "❔",
    };
    lines.push(format!("{}- {sign} {}", "  ".repeat(depth), verdict.says));
    for reason in &verdict.because {
        branch(reason, depth + 1, lines);
    }
}
