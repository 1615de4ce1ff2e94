//! A rule put to one person, with the reasons kept.

use serde::{Deserialize, Serialize};

use super::rule::{Rule, full_team};
use crate::domain::{
    approval::{Vote, approvers},
    ids::Person,
    person::Standing,
    rollout::Rollout,
};

/// What a rule answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// The person may.
    Allowed,
    /// The person may not.
    Refused,
    /// The rights that decide could not be read: treated as "may not", and said differently.
    Unknown,
}

/// An answer with its reasons: the rule tree as it was evaluated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The answer.
    pub answer: Answer,
    /// What was compared, in one sentence.
    pub says: String,
    /// The verdicts that this one was made of.
    pub because: Vec<Verdict>,
}

/// What a rule may have to know beside the person.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Who opened the rollout; none when it was not a GitHub account.
    pub opener: Option<&'a Person>,
    /// The owner of the repository, to whom teams without an organisation belong.
    pub org: &'a str,
    /// Who wrote the change, as far as it is known.
    pub authors: &'a [Person],
    /// What people said of the deployment.
    pub votes: &'a [Vote],
}

impl<'a> Context<'a> {
    /// What rules may have to know of this rollout.
    #[must_use]
    pub fn of(rollout: &'a Rollout) -> Self {
        Self {
            opener: rollout.asked_by(),
            org: &rollout.place.repository.owner,
            authors: &rollout.authors,
            votes: &rollout.votes,
        }
    }
}

impl Verdict {
    /// Whether the person may. What is unknown is not allowed.
    #[must_use]
    pub fn allows(&self) -> bool {
        self.answer == Answer::Allowed
    }

    /// Why rights could not be read, when that is what decides.
    #[must_use]
    pub fn unknown(&self) -> Option<&str> {
        (self.answer == Answer::Unknown).then(|| {
            self.because
                .iter()
                .find_map(Self::unknown)
                .unwrap_or(&self.says)
        })
    }

    /// What decided, without what did not matter: ``permission `read` is less than `write` ``.
    #[must_use]
    pub fn reason(&self) -> String {
        let decisive = |verdict: &&Self| verdict.answer == self.answer || self.because.len() == 1;
        let reasons: Vec<String> = self
            .because
            .iter()
            .filter(decisive)
            .map(Self::reason)
            .collect();
        if reasons.is_empty() {
            self.says.clone()
        } else {
            reasons.join(", and ")
        }
    }

    fn leaf(answer: Answer, says: impl Into<String>) -> Self {
        Self {
            answer,
            says: says.into(),
            because: Vec::new(),
        }
    }

    fn of(allowed: bool, says: impl Into<String>) -> Self {
        Self::leaf(
            if allowed {
                Answer::Allowed
            } else {
                Answer::Refused
            },
            says,
        )
    }
}

impl Rule {
    /// Judges one person.
    #[must_use]
    pub fn judge(&self, standing: &Standing, context: &Context<'_>) -> Verdict {
        let login = &standing.person.login;
        match self {
            Self::Anyone => Verdict::of(true, "anyone may"),
            Self::Nobody => Verdict::of(false, "nobody may"),
            Self::Opener => judge_opener(standing, context),
            Self::Author => judge_author(standing, context),
            Self::Approver => judge_approver(standing, context),
            Self::Permission(least) => match &standing.permission {
                Ok(has) if has >= least => {
                    Verdict::of(true, format!("permission `{has}` is at least `{least}`"))
                }
                Ok(has) => Verdict::of(false, format!("permission `{has}` is less than `{least}`")),
                Err(why) => Verdict::leaf(
                    Answer::Unknown,
                    format!("the permission of `{login}` could not be read: {why}"),
                ),
            },
            Self::Users(names) => {
                let listed = names.iter().any(|name| name.eq_ignore_ascii_case(login));
                Verdict::of(
                    listed,
                    format!(
                        "`{login}` is {} {}",
                        if listed { "one of" } else { "not one of" },
                        quoted(names)
                    ),
                )
            }
            Self::Teams(names) => judge_teams(names, standing, context),
            Self::Role(role) => judge_role(role, standing),
            Self::All(rules) => count(rules, rules.len(), "all", standing, context),
            Self::Any(rules) => count(rules, 1, "any", standing, context),
            Self::AtLeast { n, of } => count(of, *n, &format!("at least {n}"), standing, context),
            Self::Not(rule) => negate(rule.judge(standing, context)),
        }
    }
}

fn judge_opener(standing: &Standing, context: &Context<'_>) -> Verdict {
    let login = &standing.person.login;
    match context.opener {
        None => Verdict::of(false, "the rollout was not opened by a GitHub account"),
        Some(opener) if opener.is(&standing.person) => {
            Verdict::of(true, format!("`{login}` opened the rollout"))
        }
        Some(opener) => Verdict::of(
            false,
            format!("`{}` opened the rollout, not `{login}`", opener.login),
        ),
    }
}

fn judge_author(standing: &Standing, context: &Context<'_>) -> Verdict {
    let login = &standing.person.login;
    let names: Vec<String> = logins(context.authors.iter());
    if names.is_empty() {
        return Verdict::of(false, "who wrote the change is not known");
    }
    let wrote = context
        .authors
        .iter()
        .any(|author| author.id == standing.person.id);
    Verdict::of(
        wrote,
        if wrote {
            format!("`{login}` wrote the change")
        } else {
            format!("{} wrote the change, not `{login}`", quoted(&names))
        },
    )
}

fn judge_approver(standing: &Standing, context: &Context<'_>) -> Verdict {
    let login = &standing.person.login;
    let approvers = approvers(context.votes);
    let approved = approvers
        .iter()
        .any(|person| person.id == standing.person.id);
    let says = if approved {
        "approved"
    } else {
        "has not approved"
    };
    Verdict::of(approved, format!("`{login}` {says}"))
}

fn logins<'a>(people: impl Iterator<Item = &'a Person>) -> Vec<String> {
    people.map(|person| person.login.clone()).collect()
}

fn judge_teams(names: &[String], standing: &Standing, context: &Context<'_>) -> Verdict {
    let login = &standing.person.login;
    match &standing.teams {
        Err(why) => Verdict::leaf(
            Answer::Unknown,
            format!("the teams of `{login}` could not be read: {why}"),
        ),
        Ok(teams) => {
            let wanted = |name: &&String| {
                let full = full_team(name, context.org);
                teams.iter().any(|team| team.eq_ignore_ascii_case(&full))
            };
            match names.iter().find(wanted) {
                Some(name) => Verdict::of(true, format!("`{login}` is a member of team `{name}`")),
                None => Verdict::of(
                    false,
                    format!("`{login}` is not an active member of {}", quoted(names)),
                ),
            }
        }
    }
}

fn judge_role(role: &str, standing: &Standing) -> Verdict {
    match (&standing.role, &standing.permission) {
        (Some(has), _) if has.eq_ignore_ascii_case(role) => {
            Verdict::of(true, format!("the role is `{has}`"))
        }
        (Some(has), _) => Verdict::of(false, format!("the role is `{has}`, not `{role}`")),
        (None, Err(why)) => Verdict::leaf(
            Answer::Unknown,
            format!("the role could not be read: {why}"),
        ),
        (None, Ok(_)) => Verdict::leaf(Answer::Unknown, "GitHub did not say the role"),
    }
}

/// At least `n` of the rules: unknown answers decide only when they could turn the result.
fn count(
    rules: &[Rule],
    n: usize,
    words: &str,
    standing: &Standing,
    context: &Context<'_>,
) -> Verdict {
    let because: Vec<Verdict> = rules
        .iter()
        .map(|rule| rule.judge(standing, context))
        .collect();
    let having = |answer| {
        because
            .iter()
            .filter(|verdict| verdict.answer == answer)
            .count()
    };
    let (allowed, unknown) = (having(Answer::Allowed), having(Answer::Unknown));
    let answer = if allowed >= n {
        Answer::Allowed
    } else if allowed + unknown < n {
        Answer::Refused
    } else {
        Answer::Unknown
    };
    let says = format!(
        "{words} of {} must hold: {allowed} {}",
        rules.len(),
        if allowed == 1 { "does" } else { "do" }
    );
    Verdict {
        answer,
        says,
        because,
    }
}

fn negate(verdict: Verdict) -> Verdict {
    let (answer, says) = match verdict.answer {
        Answer::Allowed => (Answer::Refused, "what must not hold does"),
        Answer::Refused => (Answer::Allowed, "what must not hold does not"),
        Answer::Unknown => (
            Answer::Unknown,
            "whether what must not hold does is unknown",
        ),
    };
    Verdict {
        answer,
        says: says.to_owned(),
        because: vec![verdict],
    }
}

fn quoted(names: &[String]) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
