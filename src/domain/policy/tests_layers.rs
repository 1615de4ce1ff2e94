//! What differs for environments and templates, and which word wins.

use super::{
    Policy, Rule,
    tests::{mistakes, policy},
};
use crate::domain::{approval::Demand, person::Permission};

const LAYERS: &str = "
notice: 24h
approvals: {required: 2, from: maintain}
items: {backup: {who: write, waive: nobody}}
environments:
  Production:
    notice: 48h
    approvals: {required: 3}
  staging:
    notice: 0h
templates:
  security-patch:
    notice: 1h
    environments:
      production: {notice: 2h, items: {backup: {waive: admin}}}
";

#[test]
fn the_narrower_word_wins() {
    let policy = policy(LAYERS);
    let notice = |template: &str, environment: Option<&str>| {
        policy.for_rollout(template, environment).notice.as_hours()
    };
    assert_eq!(notice("standard", None), 24, "the file");
    assert_eq!(
        notice("standard", Some("production")),
        48,
        "its environment, whatever its case"
    );
    assert_eq!(notice("standard", Some("PRODUCTION")), 48);
    assert_eq!(
        notice("standard", Some("elsewhere")),
        24,
        "an environment that is not named follows the file"
    );
    assert_eq!(notice("security-patch", None), 1, "the template");
    assert_eq!(
        notice("security-patch", Some("staging")),
        1,
        "the template before the environment"
    );
    assert_eq!(
        notice("security-patch", Some("production")),
        2,
        "the environment under the template before both"
    );
}

#[test]
fn what_a_layer_does_not_say_stays() {
    let policy = policy(LAYERS);
    let both = policy.for_rollout("security-patch", Some("production"));
    assert_eq!(both.approvals.required, 3);
    assert_eq!(both.approvals.from, Rule::Permission(Permission::Maintain));
    let rule = |policy: &Policy| policy.rule_for_waiver("backup").describe();
    assert_eq!(rule(&both), "people with admin permission");
    assert_eq!(
        rule(&policy.for_rollout("standard", Some("production"))),
        "nobody"
    );
    assert_eq!(
        both.rule_for_item("backup", None),
        Rule::Permission(Permission::Write)
    );
}

#[test]
fn who_may_leave_an_item_out() {
    let policy =
        policy("waivers: admin\nitems: {backup: {waive: nobody}, docs: {waive: '@acme/docs'}}\n");
    let rule = |id: &str| policy.rule_for_waiver(id).describe();
    assert_eq!(rule("backup"), "nobody");
    assert_eq!(rule("docs"), "members of team `acme/docs`");
    assert_eq!(rule("feedback"), "people with admin permission");
    assert_eq!(
        policy.teams("acme").into_iter().collect::<Vec<_>>(),
        ["acme/docs"]
    );
}

#[test]
fn a_quorum_is_made_of_parts() {
    let policy = policy(
        "approvals: {all: [{n: 2, from: {team: sre}}, {any: [{from: {team: dba}}, {from: admin}]}]}\n",
    );
    let parts = policy.approvals.parts.clone().expect("parts");
    assert_eq!((parts.fewest(), policy.approvals.required), (3, 3));
    assert_eq!(
        policy.approvals.from.describe(),
        "members of team `sre`, members of team `dba` or people with admin permission"
    );
    let Demand::All(two) = parts else {
        panic!("{parts:?}")
    };
    assert!(matches!(&two[1], Demand::Any(either) if either.len() == 2));
}

#[test]
fn another_layer_says_a_whole_quorum() {
    let parted = "approvals: {all: [{from: {team: sre}}, {from: {team: dba}}]}\n";
    insta::assert_snapshot!(mistakes(&format!("{parted}environments: {{staging: {{approvals: {{required: 1}}}}}}\n")), @"
    rollcall.yml:2:37: half a quorum: this file also has one made of parts
    hint: say both `required` and `from`
    ");
    let policy = policy(&format!(
        "{parted}environments: {{staging: {{approvals: {{required: 1, from: write}}}}}}\n"
    ));
    let staging = policy.for_rollout("standard", Some("staging")).approvals;
    assert_eq!((staging.required, staging.parts), (1, None));
    assert_eq!(staging.from, Rule::Permission(Permission::Write));
}

#[test]
fn mistakes_in_a_quorum_are_shown_where_they_are() {
    insta::assert_snapshot!(mistakes("approvals: {required: 2, all: [{from: write}]}\n"), @"
    rollcall.yml:1:13: `all` and `required` are two quorums
    hint: keep one of them
    ");
    insta::assert_snapshot!(mistakes("approvals: {all: [{from: write}], any: [{from: write}]}\n"), @"
    rollcall.yml:1:35: `all` and `any` are two quorums
    hint: keep one of them
    ");
    insta::assert_snapshot!(mistakes("approvals: {all: [{n: 0, from: write}, {n: 1}, {form: write}, write, {from: approver}]}\n"), @"
    rollcall.yml:1:23: `n` is a number from 1 to 20
    rollcall.yml:1:40: this is no part of a quorum
    hint: write `{n: 1, from: {team: sre}}`, `all: […]` or `any: […]`
    rollcall.yml:1:48: this is no part of a quorum
    hint: write `{n: 1, from: {team: sre}}`, `all: […]` or `any: […]`
    rollcall.yml:1:49: unknown key `form`
    hint: did you mean `from`?
    rollcall.yml:1:63: expected keys with values, found text
    hint: write `key: value`, with a space behind the `:`
    rollcall.yml:1:63: this is no part of a quorum
    hint: write `{n: 1, from: {team: sre}}`, `all: […]` or `any: […]`
    rollcall.yml:1:77: `approver` cannot say who approves
    ");
    insta::assert_snapshot!(mistakes("approvals: {any: []}\n"), @"
    rollcall.yml:1:18: a quorum of nobody
    hint: write `{n: 1, from: {team: sre}}`, `all: […]` or `any: […]`
    ");
    insta::assert_snapshot!(mistakes("approvals: {all: [{any: [{all: [{any: [{from: write}]}]}]}]}\n"), @"
    rollcall.yml:1:40: parts of a quorum are nested more than 4 deep
    hint: name a team for it instead
    ");
    insta::assert_snapshot!(mistakes(&format!("approvals: {{all: [{}]}}\n", ["{from: write}"; 13].join(", "))), @"
    rollcall.yml:1:12: a quorum of more than 12 parts
    hint: name a team for several of them
    ");
    insta::assert_snapshot!(mistakes("approvals: {all: [{n: 20, from: write}, {n: 1, from: write}]}\n"), @"rollcall.yml:1:12: a quorum of more than 20 people");
}
