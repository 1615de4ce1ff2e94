//! Who may: a rule over one person's rights, nested as deep as a sensible policy needs.

use std::{collections::BTreeSet, fmt};

use crate::domain::person::Permission;

/// A rule that a person satisfies or not.
///
/// How it is written in `.github/rollcall.yml` is in [`super::notation`]; how it is judged in [`super::verdict`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Rule {
    /// Everybody who can write a comment.
    Anyone,
    /// Nobody at all.
    Nobody,
    /// Whoever opened the rollout.
    Opener,
    /// Whoever wrote the change, as far as it is known: who opened the pull request on which the rollout was asked for.
    Author,
    /// Whoever's newest word on this rollout is an approval.
    Approver,
    /// This repository permission or a higher one.
    Permission(Permission),
    /// One of these logins, without `@`; case does not matter.
    Users(Vec<String>),
    /// An active member of one of these teams: `org/slug`, or `slug` for a team of the repository's owner.
    Teams(Vec<String>),
    /// This very repository role, custom ones included; case does not matter.
    Role(String),
    /// Every one of these; true of everybody when empty.
    All(Vec<Rule>),
    /// At least one of these; true of nobody when empty.
    Any(Vec<Rule>),
    /// At least `n` of these hold for the same person.
    AtLeast {
        /// How many must hold.
        n: usize,
        /// The rules to count.
        of: Vec<Rule>,
    },
    /// Everybody but those whom the rule allows. What is unknown stays unknown.
    Not(Box<Rule>),
}

impl Rule {
    /// This permission or a higher one.
    #[must_use]
    pub const fn at_least(permission: Permission) -> Self {
        Self::Permission(permission)
    }

    /// The teams whose membership has to be asked for, as `org/slug` in lower case. A bare slug is a team of `org`, the owner of the
    /// repository.
    #[must_use]
    pub fn teams(&self, org: &str) -> BTreeSet<String> {
        let mut teams = BTreeSet::new();
        self.visit(&mut |rule| {
            if let Self::Teams(named) = rule {
                teams.extend(named.iter().map(|team| full_team(team, org)));
            }
        });
        teams
    }

    /// Who satisfies the rule, for sentences: `people with write permission or more, or members of team acme/sre`.
    #[must_use]
    pub fn describe(&self) -> String {
        self.to_string()
    }

    /// How many rules and names it is made of.
    #[must_use]
    pub fn size(&self) -> usize {
        let mut size = 0;
        self.visit(&mut |rule| {
            size += match rule {
                Self::Users(names) | Self::Teams(names) => names.len(),
                _ => 1,
            };
        });
        size
    }

    /// Whether this very rule stands somewhere in it.
    #[must_use]
    pub fn mentions(&self, sought: &Self) -> bool {
        let mut found = false;
        self.visit(&mut |rule| found |= rule == sought);
        found
    }

    /// The same rule, keeping nobody out for what they did in this rollout: `exclude: approver` and its like bind what goes forward, and
    /// no brake.
    #[must_use]
    pub fn for_brakes(&self) -> Self {
        self.let_in(false)
    }

    /// `out` says whether this part names people who are kept out.
    fn let_in(&self, out: bool) -> Self {
        let each = |rules: &[Self]| {
            rules
                .iter()
                .map(|rule| rule.let_in(out))
                .collect::<Vec<_>>()
        };
        match self {
            Self::Opener | Self::Author | Self::Approver if out => Self::Nobody,
            Self::All(rules) => alone(each(rules), &Self::Anyone, Self::All),
            Self::Any(rules) => alone(each(rules), &Self::Nobody, Self::Any),
            Self::AtLeast { n, of } => Self::AtLeast {
                n: *n,
                of: each(of),
            },
            Self::Not(rule) => match rule.let_in(!out) {
                Self::Nobody => Self::Anyone,
                rule => Self::Not(Box::new(rule)),
            },
            other => other.clone(),
        }
    }

    fn visit(&self, see: &mut impl FnMut(&Self)) {
        see(self);
        match self {
            Self::All(rules) | Self::Any(rules) | Self::AtLeast { of: rules, .. } => {
                for rule in rules {
                    rule.visit(see);
                }
            }
            Self::Not(rule) => rule.visit(see),
            _ => {}
        }
    }

    /// Whether the words of this rule hold an `and` or an `or` that needs brackets inside another rule.
    fn is_compound(&self) -> bool {
        match self {
            Self::All(rules) | Self::Any(rules) => rules.len() > 1,
            Self::Users(names) | Self::Teams(names) => names.len() > 1,
            Self::AtLeast { .. } => true,
            _ => false,
        }
    }

    fn inside(&self) -> String {
        if self.is_compound() {
            format!("({self})")
        } else {
            self.to_string()
        }
    }
}

/// These rules without those that add nothing; the one that is left stands for itself.
fn alone(mut rules: Vec<Rule>, nothing: &Rule, whole: fn(Vec<Rule>) -> Rule) -> Rule {
    rules.retain(|rule| rule != nothing);
    match rules.len() {
        0 => nothing.clone(),
        1 => rules.remove(0),
        _ => whole(rules),
    }
}

/// A team's full name in lower case; a bare slug is a team of `org`.
#[must_use]
pub fn full_team(team: &str, org: &str) -> String {
    let team = team.trim_start_matches('@').to_lowercase();
    if team.contains('/') {
        team
    } else {
        format!("{}/{team}", org.to_lowercase())
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Anyone => "anyone".to_owned(),
            Self::Nobody => "nobody".to_owned(),
            Self::Opener => "whoever opened the rollout".to_owned(),
            Self::Author => "whoever wrote the change".to_owned(),
            Self::Approver => "whoever approved".to_owned(),
            Self::Permission(Permission::Admin) => "people with admin permission".to_owned(),
            Self::Permission(permission) => format!("people with {permission} permission or more"),
            Self::Users(names) => list(names.iter().map(|name| format!("`{name}`")), "or"),
            Self::Teams(names) if names.len() == 1 => format!("members of team `{}`", names[0]),
            Self::Teams(names) => {
                format!(
                    "members of the teams {}",
                    list(names.iter().map(|name| format!("`{name}`")), "or")
                )
            }
            Self::Role(role) => format!("people with the role `{role}`"),
            Self::All(rules) if rules.is_empty() => "anyone".to_owned(),
            Self::Any(rules) if rules.is_empty() => "nobody".to_owned(),
            Self::All(rules) => all_of(rules),
            Self::Any(rules) => list(rules.iter().map(Self::inside), "or"),
            Self::AtLeast { n, of } => {
                format!(
                    "people of whom at least {n} of these hold: {}",
                    list(of.iter().map(Self::inside), "and")
                )
            }
            Self::Not(rule) => format!("anyone except {}", rule.inside()),
        };
        f.write_str(&text)
    }
}

/// What must hold, and who is taken out of it.
fn all_of(rules: &[Rule]) -> String {
    let (not, hold): (Vec<_>, Vec<_>) = rules.iter().partition(|rule| matches!(rule, Rule::Not(_)));
    let hold = match hold.as_slice() {
        [] => "anyone".to_owned(),
        rules => list(rules.iter().map(|rule| rule.inside()), "who are also"),
    };
    let not = not.iter().map(|rule| match rule {
        Rule::Not(rule) => rule.inside(),
        rule => rule.inside(),
    });
    let not: Vec<String> = not.collect();
    if not.is_empty() {
        hold
    } else {
        format!("{hold} except {}", not.join(" and "))
    }
}

/// `a`, `a or b`, `a, b or c`. Without words there is nothing to list.
fn list(words: impl Iterator<Item = String>, last: &str) -> String {
    let words: Vec<String> = words.collect();
    match words.as_slice() {
        [] => "nobody".to_owned(),
        [one] => one.clone(),
        [init @ .., end] if last == "or" => format!("{} or {end}", init.join(", ")),
        _ => words.join(&format!(" {last} ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn team(name: &str) -> Rule {
        Rule::Teams(vec![name.into()])
    }

    #[test]
    fn a_rule_says_who_may() {
        let write = Rule::Permission(Permission::Write);
        let check = |rule: Rule, words: &str| assert_eq!(rule.describe(), words);
        check(write.clone(), "people with write permission or more");
        check(
            Rule::Permission(Permission::Admin),
            "people with admin permission",
        );
        check(
            Rule::Users(vec!["ana".into(), "ben".into(), "cho".into()]),
            "`ana`, `ben` or `cho`",
        );
        check(
            Rule::Any(vec![write.clone(), team("acme/sre")]),
            "people with write permission or more or members of team `acme/sre`",
        );
        check(
            Rule::All(vec![write.clone(), Rule::Not(Box::new(Rule::Opener))]),
            "people with write permission or more except whoever opened the rollout",
        );
        check(
            Rule::Any(vec![
                Rule::All(vec![write.clone(), team("sre")]),
                Rule::Role("releaser".into()),
            ]),
            "(people with write permission or more who are also members of team `sre`) or people with the role `releaser`",
        );
        check(
            Rule::AtLeast {
                n: 2,
                of: vec![write, team("sre"), team("dba")],
            },
            "people of whom at least 2 of these hold: people with write permission or more and members of team `sre` and members of team `dba`",
        );
        check(Rule::Any(vec![]), "nobody");
    }

    #[test]
    fn a_brake_keeps_nobody_out_for_what_they_did_in_the_rollout() {
        let check = |written: &str, words: &str| {
            let rule: Rule = serde_json::from_str(written).expect("a rule");
            assert_eq!(rule.for_brakes().describe(), words, "{written}");
        };
        let write = "people with write permission or more";
        check(r#"{"permission": "write", "exclude": "approver"}"#, write);
        check(
            r#"{"permission": "write", "exclude": ["opener", "author", "approver"]}"#,
            write,
        );
        check(
            r#"{"permission": "write", "exclude": ["approver", "@ivan"]}"#,
            &format!("{write} except `ivan`"),
        );
        check(
            r#"{"any": ["admin", {"team": "sre", "exclude": "approver"}]}"#,
            "people with admin permission or members of team `sre`",
        );
        check(r#"{"not": "author"}"#, "anyone");
        check(
            r#"{"not": {"not": "opener"}}"#,
            "anyone except anyone except whoever opened the rollout",
        );
        check(
            r#"{"all": ["opener", "write"]}"#,
            &format!("whoever opened the rollout who are also {write}"),
        );
        check(r#""nobody""#, "nobody");
    }

    #[test]
    fn teams_are_asked_for_by_their_full_name() {
        let rule = Rule::Any(vec![
            team("sre"),
            Rule::Not(Box::new(team("Acme/Contractors"))),
            team("@acme/sre"),
        ]);
        assert_eq!(
            rule.teams("ACME").into_iter().collect::<Vec<_>>(),
            ["acme/contractors", "acme/sre"]
        );
    }
}
