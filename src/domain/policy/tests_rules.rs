//! Rules as people write them, and what they answer.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{
    Answer, Context, Rule, Verdict,
    tests::{mistakes, policy},
};
use crate::domain::{
    ids::{Person, UserId},
    person::{Permission, Standing},
};

#[test]
fn a_mistake_in_a_rule_is_shown_where_it_is() {
    let rule = |rule: &str| mistakes(&format!("waivers: {rule}\n"));
    insta::assert_snapshot!(rule("wirte"), @"
    rollcall.yml:1:10: `wirte` is not a rule
    hint: did you mean `write`?
    ");
    insta::assert_snapshot!(rule("{permission: owner}"), @"
    rollcall.yml:1:23: `owner` is not a repository permission
    hint: write one of `read`, `triage`, `write`, `maintain`, `admin`
    ");
    insta::assert_snapshot!(rule("{any: [write, {tema: sre}, {user: 'a b'}]}"), @"
    rollcall.yml:1:25: unknown key `tema` in a rule
    hint: did you mean `team`?
    rollcall.yml:1:44: `a b` is not a login
    ");
    insta::assert_snapshot!(rule("{user: ana, team: sre}"), @"
    rollcall.yml:1:22: a rule has one key
    hint: put several rules into `all: […]` or `any: […]`
    ");
    insta::assert_snapshot!(rule("[write]"), @"
    rollcall.yml:1:10: a list is not a rule
    hint: say `any: […]` or `all: […]`
    ");
    insta::assert_snapshot!(rule("{exclude: opener}"), @"
    rollcall.yml:1:11: `exclude` of whom is not said
    hint: write `{team: sre, exclude: [opener]}`
    ");
    insta::assert_snapshot!(rule("{team: sre, exclude: [opner]}"), @"
    rollcall.yml:1:32: `opner` is not a rule
    hint: did you mean `opener`?
    ");
    insta::assert_snapshot!(rule("{any: []}"), @"
    rollcall.yml:1:16: the list of rules is empty
    hint: say `anyone` or `nobody` if that is meant
    ");
    insta::assert_snapshot!(rule("{at_least: {n: 3, of: [write, read]}}"), @"rollcall.yml:1:25: `n` must be a number from 1 to 2");
    insta::assert_snapshot!(rule("{at_least: 2}"), @r#"
    rollcall.yml:1:21: `at_least` wants `n` and `of`, and nothing else
    hint: write `at_least: {n: 2, of: [write, "@org/team"]}`
    "#);
    insta::assert_snapshot!(rule(&format!("{}write{}", "{not: ".repeat(9), "}".repeat(9))), @"
    rollcall.yml:1:58: rules are nested more than 8 deep
    hint: name a team for it instead
    ");
    insta::assert_snapshot!(rule("7"), @r#"
    rollcall.yml:1:10: a number is not a rule
    hint: write a permission (`write`), `"@login"`, `"@org/team"`, or a key such as `team: sre`
    "#);
}

/// A person with these rights: `ana write releaser acme/sre`.
fn standing(login: &str, permission: Permission, teams: &[&str]) -> Standing {
    Standing {
        person: Person {
            id: UserId(login.len() as u64),
            login: login.into(),
            bot: false,
        },
        permission: Ok(permission),
        role: Some(permission.to_string()),
        teams: Ok(teams.iter().map(|team| (*team).to_owned()).collect()),
    }
}

fn tree(verdict: &Verdict, depth: usize) -> String {
    let line = format!(
        "{}{:?}: {}",
        "  ".repeat(depth),
        verdict.answer,
        verdict.says
    );
    let because = verdict
        .because
        .iter()
        .map(|verdict| tree(verdict, depth + 1));
    std::iter::once(line)
        .chain(because)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn the_reason_of_a_verdict_is_what_decided() {
    let berta = standing("berta", Permission::Triage, &[]);
    let reason = |rule: &str| {
        let rule = policy(&format!("waivers: {rule}\n")).waivers;
        rule.judge(
            &berta,
            &Context {
                opener: None,
                org: "acme",
                authors: &[],
                votes: &[],
            },
        )
        .reason()
    };
    insta::assert_snapshot!(reason("write"), @"permission `triage` is less than `write`");
    insta::assert_snapshot!(reason("{any: [write, {team: sre}]}"), @"permission `triage` is less than `write`, and `berta` is not an active member of `sre`");
    insta::assert_snapshot!(reason("{all: [triage, {team: sre}, {not: '@berta'}]}"), @"`berta` is not an active member of `sre`, and `berta` is one of `berta`");
    insta::assert_snapshot!(reason("{any: [write, '@berta']}"), @"`berta` is one of `berta`");
}

fn judge(rule: &str, standing: &Standing) -> String {
    let rule = policy(&format!("waivers: {rule}\n")).waivers;
    let opener = Person {
        id: UserId(3),
        login: "ana".into(),
        bot: false,
    };
    tree(
        &rule.judge(
            standing,
            &Context {
                opener: Some(&opener),
                org: "acme",
                authors: &[],
                votes: &[],
            },
        ),
        0,
    )
}

#[test]
fn a_verdict_explains_itself() {
    let (ana, berta) = (
        standing("ana", Permission::Maintain, &["acme/sre"]),
        standing("berta", Permission::Triage, &[]),
    );
    let rule = "{any: [{all: [write, '@ACME/SRE', {not: opener}]}, {users: [Berta, cho]}, {role: captain}]}";
    insta::assert_snapshot!(judge(rule, &ana), @"
    Refused: any of 3 must hold: 0 do
      Refused: all of 3 must hold: 2 do
        Allowed: permission `maintain` is at least `write`
        Allowed: `ana` is a member of team `ACME/SRE`
        Refused: what must not hold does
          Allowed: `ana` opened the rollout
      Refused: `ana` is not one of `Berta`, `cho`
      Refused: the role is `maintain`, not `captain`
    ");
    insta::assert_snapshot!(judge(rule, &berta), @"
    Allowed: any of 3 must hold: 1 does
      Refused: all of 3 must hold: 1 does
        Refused: permission `triage` is less than `write`
        Refused: `berta` is not an active member of `ACME/SRE`
        Allowed: what must not hold does not
          Refused: `ana` opened the rollout, not `berta`
      Allowed: `berta` is one of `Berta`, `cho`
      Refused: the role is `triage`, not `captain`
    ");
    insta::assert_snapshot!(judge("{at_least: {n: 2, of: [triage, '@berta', {team: sre}]}}", &berta), @"
    Allowed: at least 2 of 3 must hold: 2 do
      Allowed: permission `triage` is at least `triage`
      Allowed: `berta` is one of `berta`
      Refused: `berta` is not an active member of `sre`
    ");
    insta::assert_snapshot!(judge("{all: [anyone, nobody]}", &ana), @"
    Refused: all of 2 must hold: 1 does
      Allowed: anyone may
      Refused: nobody may
    ");
}

#[test]
fn rights_that_cannot_be_read_allow_nothing_and_forbid_nothing() {
    let unknown = Standing {
        permission: Err("GitHub did not answer".into()),
        role: None,
        teams: Err("GitHub did not answer".into()),
        ..standing("berta", Permission::None, &[])
    };
    let answer = |rule: &str| {
        judge(rule, &unknown)
            .lines()
            .next()
            .map(str::to_owned)
            .unwrap_or_default()
    };
    insta::assert_snapshot!(answer("write"), @"Unknown: the permission of `berta` could not be read: GitHub did not answer");
    insta::assert_snapshot!(answer("{not: write}"), @"Unknown: whether what must not hold does is unknown");
    insta::assert_snapshot!(answer("{team: sre}"), @"Unknown: the teams of `berta` could not be read: GitHub did not answer");
    insta::assert_snapshot!(answer("{role: captain}"), @"Unknown: the role could not be read: GitHub did not answer");
    insta::assert_snapshot!(answer("{any: [write, '@berta']}"), @"Allowed: any of 2 must hold: 1 does");
    insta::assert_snapshot!(answer("{all: [write, '@cho']}"), @"Refused: all of 2 must hold: 0 do");
    insta::assert_snapshot!(answer("{at_least: {n: 2, of: [write, '@berta', '@cho']}}"), @"Unknown: at least 2 of 3 must hold: 1 does");
}

#[test]
fn a_bare_team_belongs_to_the_owner_of_the_repository_alone() {
    let stranger = standing("berta", Permission::Read, &["other/sre"]);
    assert!(judge("{team: sre}", &stranger).starts_with("Refused"));
    assert!(judge("{team: other/sre}", &stranger).starts_with("Allowed"));
}

fn any_rule() -> impl Strategy<Value = Rule> {
    let permission =
        prop::sample::select(vec![Permission::Read, Permission::Write, Permission::Admin]);
    let leaf = prop_oneof![
        Just(Rule::Anyone),
        Just(Rule::Nobody),
        Just(Rule::Opener),
        Just(Rule::Author),
        Just(Rule::Approver),
        permission.prop_map(Rule::Permission),
        prop::collection::vec("[a-c]", 1..3).prop_map(Rule::Users),
        prop::collection::vec("[a-b]/[a-b]", 1..3).prop_map(Rule::Teams),
        "[a-c]".prop_map(Rule::Role),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let rules = || prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            rules().prop_map(Rule::All),
            rules().prop_map(Rule::Any),
            rules().prop_map(|of| Rule::AtLeast {
                n: of.len().div_ceil(2),
                of
            }),
            inner.clone().prop_map(|rule| Rule::Not(Box::new(rule))),
        ]
    })
}

fn any_standing() -> impl Strategy<Value = Standing> {
    let permission = prop::option::of(prop::sample::select(vec![
        Permission::None,
        Permission::Write,
        Permission::Admin,
    ]));
    let teams = prop::option::of(prop::collection::btree_set("[a-b]/[a-b]", 0..3));
    ("[a-c]", permission, prop::option::of("[a-c]"), teams).prop_map(
        |(login, permission, role, teams)| Standing {
            person: Person {
                id: UserId(1),
                login,
                bot: false,
            },
            permission: permission.ok_or_else(|| "no answer".to_owned()),
            role,
            teams: teams.ok_or_else(|| "no answer".to_owned()),
        },
    )
}

/// Every way the unknown rights could turn out to be.
fn resolutions(standing: &Standing) -> Vec<Standing> {
    let permissions = match &standing.permission {
        Ok(known) => vec![*known],
        Err(_) => vec![
            Permission::None,
            Permission::Read,
            Permission::Write,
            Permission::Admin,
        ],
    };
    let all = ["a/a", "a/b", "b/a", "b/b"].map(str::to_owned);
    let teams = match &standing.teams {
        Ok(known) => vec![known.clone()],
        Err(_) => (0..16)
            .map(|bits: u32| {
                (0..4)
                    .filter(|at| bits >> at & 1 == 1)
                    .map(|at| all[at].clone())
                    .collect::<BTreeSet<_>>()
            })
            .collect(),
    };
    let roles = match &standing.role {
        Some(known) => vec![known.clone()],
        None => ["a", "b", "c", "z"].map(str::to_owned).to_vec(),
    };
    let mut all = Vec::new();
    for permission in &permissions {
        for teams in &teams {
            for role in &roles {
                all.push(Standing {
                    permission: Ok(*permission),
                    role: Some(role.clone()),
                    teams: Ok(teams.clone()),
                    ..standing.clone()
                });
            }
        }
    }
    all
}

proptest! {
    #[test]
    fn a_rule_survives_being_written_and_read(rule in any_rule()) {
        let written = serde_json::to_string(&rule).expect("a rule is JSON");
        prop_assert_eq!(&serde_json::from_str::<Rule>(&written).expect("what was written"), &rule);
        let yaml = policy(&format!("waivers: {written}\n"));
        prop_assert_eq!(yaml.waivers, rule);
    }

    #[test]
    fn what_is_known_stays_true_however_the_unknown_turns_out(rule in any_rule(), standing in any_standing()) {
        let context = Context { opener: None, org: "a", authors: &[], votes: &[] };
        let answer = rule.judge(&standing, &context).answer;
        for resolved in resolutions(&standing) {
            let full = rule.judge(&resolved, &context).answer;
            prop_assert_ne!(full, Answer::Unknown);
            prop_assert!(answer == Answer::Unknown || answer == full, "{answer:?} became {full:?} for {resolved:?}");
        }
    }
}
