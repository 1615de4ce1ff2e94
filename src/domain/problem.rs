//! A person's mistake in a file, with its place and the way out.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One mistake in a file a person wrote: where it is, what it is, how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Problem {
    /// The file as the person named it.
    pub file: String,
    /// The line, 1-based.
    pub line: usize,
    /// The column in characters, 1-based.
    pub column: usize,
    /// What is wrong: lowercase, literals in backticks.
    pub message: String,
    /// What to write instead; empty when the message says it all.
    pub hint: String,
}

impl Problem {
    /// A problem at a place; both numbers are 1-based.
    pub fn at(
        file: &str,
        (line, column): (usize, usize),
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            file: file.to_owned(),
            line,
            column,
            message: message.into(),
            hint: hint.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}:{}: {}",
            self.file, self.line, self.column, self.message
        )?;
        if self.hint.is_empty() {
            Ok(())
        } else {
            write!(f, "\nhint: {}", self.hint)
        }
    }
}

impl std::error::Error for Problem {}

/// The known word that was probably meant: one or two letters away, and closer than a rewrite of the whole word.
#[must_use]
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = if word.chars().count() < 5 { 1 } else { 2 };
    known
        .into_iter()
        .map(|candidate| (distance(&word.to_lowercase(), candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Letters to insert, remove, replace or swap with the neighbour (optimal string alignment).
fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=to.len()).collect()];
    for (i, a) in from.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in to.iter().enumerate() {
            let mut best = (rows[i][j] + usize::from(a != b))
                .min(rows[i][j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && *a == to[j - 1] && from[i - 1] == *b {
                best = best.min(rows[i - 1][j - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[from.len()][to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_reads_like_a_compiler_message() {
        let problem = Problem::at(
            "standard.md",
            (3, 7),
            "unknown key `gaet`",
            "did you mean `gate`?",
        );
        insta::assert_snapshot!(problem, @"
        standard.md:3:7: unknown key `gaet`
        hint: did you mean `gate`?
        ");
    }

    #[test]
    fn a_slip_of_the_finger_is_recognised_and_a_foreign_word_is_not() {
        let known = ["gate", "who", "required", "announcement"];
        assert_eq!(did_you_mean("gaet", known), Some("gate"));
        assert_eq!(did_you_mean("Requird", known), Some("required"));
        assert_eq!(did_you_mean("anouncment", known), Some("announcement"));
        assert_eq!(did_you_mean("owner", known), None);
        assert_eq!(did_you_mean("", known), None);
    }
}
