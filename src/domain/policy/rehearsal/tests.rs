//! A team tries its policy out.

use super::{World, check_cases, parse_state, rehearse};
use crate::domain::{
    policy::{self, Policy},
    problem::Problem,
    template::builtin,
};

fn world(policy: &str) -> World {
    World {
        policy: policy::parse(policy, "rollcall.yml").expect("a policy"),
        templates: [
            builtin::standard(),
            builtin::find("security-patch").expect("a template"),
        ]
        .map(|template| (template.name.clone(), template))
        .into(),
    }
}

fn shown(problems: &[Problem]) -> String {
    problems
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

/// What comes of it when a person says a command.
fn check(policy: &str, state: &str, login: &str, command: &str) -> String {
    let state = match parse_state(state, "state.yml") {
        Ok(state) => state,
        Err(problems) => return shown(&problems),
    };
    match rehearse(&world(policy), &state, login, command) {
        Ok(outcome) => outcome.code().to_owned(),
        Err(problems) => shown(&problems),
    }
}

const PEOPLE: &str = "people: {ana: write, ben: write, cho: {permission: maintain, teams: [sre]}, eve: read, zoe: unknown}\n";

fn state(more: &str) -> String {
    format!("{PEOPLE}{more}")
}

const READY: &str = "phase: deployment\nwindow: 2030-01-08 09:00 for 2h downtime 10m\nnow: 2030-01-08 10:00\napproved: [ben, cho]\n";

#[test]
fn who_may_is_told_by_the_code() {
    let by = |login: &str, command: &str| check("", &state("opener: ana\n"), login, command);
    assert_eq!(by("ana", "/hold wait"), "allowed");
    assert_eq!(by("eve", "/hold wait"), "not-allowed");
    assert_eq!(by("zoe", "/hold wait"), "rights-unknown");
    assert_eq!(by("stranger", "/status"), "not-allowed");
    assert_eq!(by("renovate[bot]", "/hold wait"), "ignored");
    assert_eq!(by("ana", "/approve-deploy"), "own-rollout");
    assert_eq!(by("ben", "/approve-deploy"), "allowed");
    assert_eq!(by("ben", "/start-deploy"), "phase-incomplete");
    assert_eq!(by("ben", "/done backup"), "allowed");
    assert_eq!(by("ben", "/skip backup no data"), "not-allowed");
}

#[test]
fn a_deployment_starts_when_everything_is_there() {
    let start = |policy: &str, more: &str| {
        check(
            policy,
            &state(&format!("{READY}{more}")),
            "ana",
            "/start-deploy",
        )
    };
    assert_eq!(start("", ""), "allowed");
    assert_eq!(start("", "hold: wait\n"), "on-hold");
    assert_eq!(start("", "open: [backup]\n"), "phase-incomplete");
    assert_eq!(start("", "stage: deploying\n"), "already-started");
    assert_eq!(start("", "stage: cancelled\n"), "finished");
    assert_eq!(start("deployers: {team: sre}\n", ""), "not-allowed");
    assert_eq!(
        start("freezes: [{name: audit, dates: [2030-01-08]}]\n", ""),
        "freeze"
    );
    assert_eq!(start("windows: [mon 09:00-17:00]\n", ""), "outside-windows");
    assert_eq!(
        start(
            "environments: {production: {approvals: {required: 3}}}\n",
            ""
        ),
        "allowed"
    );
    assert_eq!(
        start(
            "environments: {production: {approvals: {required: 3}}}\n",
            "environment: production\n"
        ),
        "phase-incomplete"
    );
}

#[test]
fn words_lapse_and_whoever_may_not_has_not_said_them() {
    let start = |votes: &str| {
        let ready = READY.replace("[ben, cho]", votes);
        check("", &state(&ready), "ana", "/start-deploy")
    };
    assert_eq!(start("[ben, {by: cho, ago: 6d}]"), "allowed");
    assert_eq!(start("[ben, {by: cho, ago: 8d}]"), "phase-incomplete");
    assert_eq!(start("[ben, eve]"), "phase-incomplete");
    assert_eq!(start("[ben, cho]\nrejected: [ben]"), "phase-incomplete");
}

#[test]
fn those_who_approved_or_wrote_the_change_may_be_kept_from_starting() {
    let policy = "deployers: {permission: write, exclude: [approver, author]}\n";
    let by = |login: &str| {
        check(
            policy,
            &state(&format!("{READY}authors: [eve]\n")),
            login,
            "/start-deploy",
        )
    };
    assert_eq!(by("ben"), "not-allowed");
    assert_eq!(by("ana"), "allowed");
    let by = |login: &str| check("", &state("authors: [ben]\n"), login, "/approve-deploy");
    assert_eq!(
        (by("ben"), by("ana")),
        ("own-change".into(), "allowed".into())
    );
}

#[test]
fn a_quorum_of_parts_wants_each_of_them() {
    let policy = "approvals: {all: [{n: 1, from: {team: sre}}, {n: 1, from: {team: dba}}]}\n";
    let people = "people: {ana: write, sue: {permission: write, teams: [sre]}, sam: {permission: write, teams: [sre, dba]}, dan: {permission: write, teams: [dba]}}\n";
    let start = |votes: &str| {
        let ready = READY.replace("[ben, cho]", votes);
        check(policy, &format!("{people}{ready}"), "ana", "/start-deploy")
    };
    assert_eq!(start("[sue, dan]"), "allowed");
    assert_eq!(start("[sam, sue]"), "allowed");
    assert_eq!(start("[sam]"), "phase-incomplete");
    assert_eq!(start("[sue, ana]"), "phase-incomplete");
}

#[test]
fn the_tree_shows_what_was_looked_at() {
    let policy = "deployers: {any: [{team: sre}, admin], exclude: approver}\napprovals: {all: [{from: {team: sre}}, {n: 2, from: write}]}\n";
    let state =
        parse_state(&state(&READY.replace("10:00", "12:00")), "state.yml").expect("a state");
    let outcome = rehearse(&world(policy), &state, "cho", "/start-deploy").expect("an outcome");
    insta::assert_snapshot!(outcome.tree(), @"
    - ❌ may `cho` say `/start-deploy`?
      - ❌ who may say `/start-deploy`
        - ❌ all of 2 must hold: 1 does
          - ✅ any of 2 must hold: 1 does
            - ✅ `cho` is a member of team `sre`
            - ❌ permission `maintain` is less than `admin`
          - ❌ what must not hold does
            - ✅ `cho` approved
      - ❌ may the deployment start?
        - ✅ nothing is on hold
        - ✅ Planning is complete
        - ✅ Testing is complete
        - ❌ `phase-incomplete`: Pre-Deployment is not complete. Open: 3.1 Final Review Meeting.
        - ❌ the quorum on `b1aa343e08f0`: 2 of 3 approvals
          - ✅ 1 of members of team `sre`: `cho`
          - ❌ 2 of people with write permission or more: `ben`, 1 missing
        - ❌ `window-passed`: The window passed on Tue 8 Jan 2030, 11:00 (UTC). Set another with `/schedule`.
    ");
    let outcome = rehearse(&world(policy), &state, "zoe", "/done backup").expect("an outcome");
    insta::assert_snapshot!(outcome.tree(), @"
    - ❔ may `zoe` say `/done`?
      - ❔ who may tick this item
        - ❔ the permission of `zoe` could not be read: the state says that GitHub does not answer
      - ✅ it is settled already
    ");
}

#[test]
fn a_mistake_in_a_state_is_shown_with_its_place() {
    let mistakes = |state: &str| check("", state, "ana", "/status");
    insta::assert_snapshot!(mistakes("fase: testing\npeople: {ana: wirte, ben: {permision: read}}\nstage: started\nrejected: [{ago: 1d}]\nrepository: shop\n"), @"
    state.yml:1:1: unknown key `fase`
    hint: known are `template`, `environment`, `repository`, `opener`, `authors`, `phase`, `done`, `open`, `waived`, `approved`, `rejected`, `window`, `now`, `hold`, `stage`, `people`
    state.yml:2:15: unknown word `wirte`
    hint: did you mean `write`?
    state.yml:2:28: unknown key `permision`
    hint: did you mean `permission`?
    state.yml:3:8: unknown word `started`
    hint: known are `preparing`, `deploying`, `completed`, `rolled-back`, `cancelled`
    state.yml:4:12: whose word is not said
    hint: write `{by: ana, ago: 2d}`
    state.yml:5:13: `shop` is not a repository
    hint: write `owner/name`
    ");
    insta::assert_snapshot!(mistakes("template: standrad\n"), @"
    state.yml:1:11: there is no template `standrad`
    hint: known are `security-patch`, `standard`
    ");
    insta::assert_snapshot!(mistakes("done: [bakcup, 3.2, '9.9']\nnow: soon\nwindow: soon\n"), @"
    state.yml:1:8: there is no item `bakcup`
    hint: did you mean `backup`?
    state.yml:1:21: there is no item `9.9`
    state.yml:2:6: `soon` is not a time
    hint: write `2030-01-08 10:00`
    state.yml:3:9: `soon` is not a time
    hint: write for example `/schedule 2026-12-01 22:00 Europe/Berlin for 1h downtime 10m`
    ");
    insta::assert_snapshot!(check("", "", "ana", "hold on"), @"
    state.yml:1:1: `hold on` is not one command
    hint: write it as in a comment: `/start-deploy`
    ");
}

#[test]
fn cases_beside_a_policy_go_as_expected_or_say_why_not() {
    let text = "\
people: {ana: write, ivan: read}
state: {phase: testing, opener: ana}
cases:
  - {name: writers hold, as: ana, say: /hold wait, expect: allowed}
  - {as: ivan, say: /hold wait, expect: not-allowed}
  - {name: interns deploy, as: '@ivan', say: /start-deploy, with: {phase: deployment, people: {ivan: triage}}, expect: allowed}
  - {name: no command, as: ana, say: hello, expect: allowed}
  - {name: incomplete, as: ana, expect: allowed, sya: /status}
";
    let report = check_cases(&world(""), text, "rollcall.tests.yml");
    assert_eq!(report.passed, 2);
    let failed = report
        .failed
        .iter()
        .map(|failure| format!("{}\n{}", failure.problem, failure.tree));
    insta::assert_snapshot!(failed.collect::<Vec<_>>().join("\n"), @"
    rollcall.tests.yml:6:5: case `interns deploy`: `/start-deploy` by `ivan` was to be `allowed` and is `not-allowed`
    - ❌ may `ivan` say `/start-deploy`?
      - ❌ who may say `/start-deploy`
        - ❌ permission `triage` is less than `write`
      - ❌ may the deployment start?
        - ✅ nothing is on hold
        - ✅ Planning is complete
        - ✅ Testing is complete
        - ❌ `phase-incomplete`: Pre-Deployment is not complete. Open: 3.1 Final Review Meeting.
        - ❌ the quorum on `1811c1fdf65e`: 0 of 2 approvals
          - ❌ 2 of people with write permission or more: 2 missing
        - ❌ `window-missing`: No window is set. Set one with `/schedule 2030-01-31 22:00 for 1h downtime 10m`.
    ");
    insta::assert_snapshot!(shown(&report.problems), @"
    rollcall.tests.yml:7:5: `hello` is not one command
    hint: write it as in a comment: `/start-deploy`
    rollcall.tests.yml:8:5: the case does not say `say`
    hint: write `{name: …, as: ana, say: /start-deploy, expect: allowed}`
    rollcall.tests.yml:8:50: unknown key `sya`
    hint: did you mean `say`?
    ");
    insta::assert_snapshot!(shown(&check_cases(&world(""), "case: []\n", "t.yml").problems), @"
    t.yml:1:1: the file has no `cases`
    hint: write `{name: …, as: ana, say: /start-deploy, expect: allowed}`
    t.yml:1:1: unknown key `case`
    hint: did you mean `cases`?
    ");
}

#[test]
fn the_default_policy_is_the_one_of_an_empty_file() {
    assert_eq!(world("").policy, Policy::default());
}

#[test]
fn the_examples_of_the_documentation_go_as_they_say() {
    let documentation = include_str!("../../../../docs/policy.md");
    let blocks = |fence: &str| -> Vec<&str> {
        let blocks = documentation.split(fence).skip(1);
        blocks
            .map(|block| block.split("```").next().expect("an end"))
            .collect()
    };
    let policy = blocks("```yaml\n")[1];
    let [cases, state] = blocks("```yml\n")[..] else {
        panic!("a file of cases and a state")
    };
    let report = check_cases(&world(policy), cases, "docs/policy.md");
    assert_eq!(shown(&report.problems), "");
    let failed: Vec<String> = report
        .failed
        .iter()
        .map(|failure| format!("{}\n{}", failure.problem, failure.tree))
        .collect();
    assert_eq!(failed.join("\n"), "");
    assert!(report.passed > 5);
    assert_eq!(check("", state, "ana", "/start-deploy"), "allowed");
}
