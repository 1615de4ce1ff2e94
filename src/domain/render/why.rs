//! Why something may be done or not: rules and gates as they were judged, as a nested list.

use super::{refusal::sentence, time::render_time};
use crate::domain::{
    approval::{Part, Quorum, Why as Discount},
    inert::{inert_code, inert_says},
    policy::{Answer, Verdict},
    refusal::Refusal,
};

/// One line of the list with what lies beneath it. The words are Markdown, and inert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// Whether this holds.
    pub answer: Answer,
    /// What was looked at.
    pub says: String,
    /// What it was made of.
    pub because: Vec<Why>,
}

impl Why {
    /// A rule as it was judged.
    #[must_use]
    pub fn rule(verdict: &Verdict) -> Self {
        Self {
            answer: verdict.answer,
            says: inert_says(&verdict.says),
            because: verdict.because.iter().map(Self::rule).collect(),
        }
    }

    /// Something that holds. The words are Rollcall's own.
    #[must_use]
    pub fn holds(says: impl Into<String>) -> Self {
        Self::leaf(Answer::Allowed, says.into())
    }

    /// Something that does not hold, with its code.
    #[must_use]
    pub fn refusal(refusal: &Refusal) -> Self {
        let answer = match refusal {
            Refusal::RightsUnknown { .. } | Refusal::NotTold { .. } => Answer::Unknown,
            _ => Answer::Refused,
        };
        let says = format!("`{}`: {}", refusal.code(), sentence(refusal));
        Self::leaf(answer, says.replace('\n', " "))
    }

    /// Holds when all of it does.
    #[must_use]
    pub fn all(says: impl Into<String>, because: Vec<Self>) -> Self {
        let has = |answer| because.iter().any(|why| why.answer == answer);
        let answer = if has(Answer::Refused) {
            Answer::Refused
        } else if has(Answer::Unknown) {
            Answer::Unknown
        } else {
            Answer::Allowed
        };
        Self {
            answer,
            says: says.into(),
            because,
        }
    }

    /// Something refuses it. Where the list does not say so, it stands at its end.
    #[must_use]
    pub fn refused(mut self, refusal: &Refusal) -> Self {
        if self.answer == Answer::Allowed {
            self.because.push(Self::refusal(refusal));
            self.answer = Answer::Refused;
        }
        self
    }

    /// The approvals: each part of the quorum with its people, and whose words do not count.
    #[must_use]
    pub fn quorum(quorum: &Quorum, digest: &str, zone: &str) -> Self {
        let mut because: Vec<Self> = quorum
            .parts
            .iter()
            .map(|part| of_part(quorum, part))
            .collect();
        because.extend(quorum.rejected_by.iter().map(|vote| {
            let says = format!("`{}` rejected it", vote.person.login);
            Self::leaf(Answer::Refused, says)
        }));
        because.extend(quorum.discounted.iter().map(|(vote, why)| {
            let login = inert_code(&vote.person.login);
            let says = format!("{login} does not count: {}", discount(why, zone));
            Self::leaf(Answer::Refused, says)
        }));
        let count = format!("{} of {} approvals", quorum.filled, quorum.needed);
        Self {
            answer: match (quorum.reached, quorum.uncertain) {
                (true, _) => Answer::Allowed,
                (false, true) => Answer::Unknown,
                (false, false) => Answer::Refused,
            },
            says: format!("the quorum on {}: {count}", inert_code(digest)),
            because,
        }
    }

    fn leaf(answer: Answer, says: String) -> Self {
        Self {
            answer,
            says,
            because: Vec::new(),
        }
    }
}

fn of_part(quorum: &Quorum, part: &Part) -> Why {
    let answer = if part.missing() == 0 {
        Answer::Allowed
    } else {
        Answer::Refused
    };
    Why::leaf(answer, part_words(quorum, part))
}

/// One part of a quorum: who stands for it, and how many are still missing.
pub(super) fn part_words(quorum: &Quorum, part: &Part) -> String {
    let people = part
        .by
        .iter()
        .filter_map(|person| quorum.valid.get(*person));
    let mut words: Vec<String> = people.map(|vote| inert_code(&vote.person.login)).collect();
    if part.missing() > 0 {
        words.push(format!("{} missing", part.missing()));
    }
    let who = inert_says(&part.from.describe());
    format!("{} of {who}: {}", part.n, words.join(", "))
}

/// Why a word does not count. Rules are our words, with names in code spans.
#[must_use]
pub fn discount(why: &Discount, zone: &str) -> String {
    match why {
        Discount::Bot => "bots do not count".to_owned(),
        Discount::Opener => "whoever opened the rollout does not count".to_owned(),
        Discount::Author => "whoever wrote the change does not count".to_owned(),
        Discount::Changer => "whoever changed what would be deployed does not count".to_owned(),
        Discount::OtherDigest => "something has changed since".to_owned(),
        Discount::Expired { at } => format!("lapsed on {}", render_time(*at, zone)),
        Discount::NotAllowed { says } => format!("may not approve: {}", inert_says(says)),
        Discount::Unknown { says } => format!("rights unknown: {}", inert_says(says)),
    }
}

/// The list.
#[must_use]
pub fn tree(why: &Why) -> String {
    let mut lines = Vec::new();
    branch(why, 0, &mut lines);
    lines.join("\n")
}

fn branch(why: &Why, depth: usize, lines: &mut Vec<String>) {
    let sign = match why.answer {
        Answer::Allowed => "✅",
        Answer::Refused => "❌",
        Answer::Unknown => "❔",
    };
    lines.push(format!("{}- {sign} {}", "  ".repeat(depth), why.says));
    for reason in &why.because {
        branch(reason, depth + 1, lines);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(answer: Answer, says: &str, because: Vec<Verdict>) -> Verdict {
        Verdict {
            answer,
            says: says.into(),
            because,
        }
    }

    #[test]
    fn a_tree_is_a_nested_list_in_which_names_are_only_shown() {
        let rule = verdict(
            Answer::Refused,
            "any of 2 must hold: 0 do",
            vec![
                verdict(
                    Answer::Refused,
                    "the role is `x`, not `@everyone <b>`",
                    vec![],
                ),
                verdict(
                    Answer::Unknown,
                    "the teams of `ana` could not be read: @acme/sre said\n# 502 <script>",
                    vec![],
                ),
                verdict(Answer::Refused, "odd ` @ana", vec![]),
            ],
        );
        let why = Why::all("may `ana`?", vec![Why::rule(&rule), Why::holds("no hold")]);
        insta::assert_snapshot!(tree(&why).replace('\u{200b}', "[zero width]"), @r#"
        - ❌ may `ana`?
          - ❌ any of 2 must hold: 0 do
            - ❌ the role is `x`, not `@everyone <b>`
            - ❔ the teams of `ana` could not be read: @[zero width]acme/sre said # 502 &lt;script>
            - ❌ odd \` @[zero width]ana
          - ✅ no hold
        "#);
    }
}
