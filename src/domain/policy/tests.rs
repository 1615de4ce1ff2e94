//! Policy files as people write them, right and wrong.

use proptest::prelude::*;

use super::{Freeze, Policy, parse};
use crate::domain::{command::CommandName, problem::Problem};

pub(super) fn policy(text: &str) -> Policy {
    parse(text, "rollcall.yml").unwrap_or_else(|problems| panic!("{}", show(&problems)))
}

pub(super) fn mistakes(text: &str) -> String {
    show(&parse(text, "rollcall.yml").expect_err("mistakes"))
}

fn show(problems: &[Problem]) -> String {
    problems
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn nothing_said_is_the_default_policy() {
    for text in [
        "",
        "\n",
        "# yaml-language-server: $schema=rollcall.schema.json\n",
        "  # nothing\n\n",
    ] {
        assert_eq!(policy(text), Policy::default(), "{text:?}");
    }
}

#[test]
fn a_policy_says_only_what_differs() {
    let policy = policy(
        "template: minimal\nzone: Europe/Berlin\naudiences: [customers]\nnotice: 2d\n\
         commands:\n  hold: triage\n  /rollout: maintain\nitems:\n  backup: {who: '@acme/dba'}\n  feedback-loop: {required: false}\n\
         extra_items: required\napprovals: {required: 3, from: {teams: [sre, acme/security]}, leave_out: [downtime]}\n\
         templates:\n  security-patch: {notice: 1h, approvals: {required: 1}, freezes: []}\n\
         freezes:\n- {name: year end, from: 2026-12-18, to: 2027-01-03}\n- {name: weekend, every: [saturday, sunday]}\n",
    );
    let Policy {
        template,
        zone,
        audiences,
        notice,
        deployers,
        ..
    } = policy.clone();
    assert_eq!(
        (template.as_str(), zone.as_str()),
        ("minimal", "Europe/Berlin")
    );
    assert_eq!(
        (audiences, notice.as_hours()),
        (vec!["customers".to_owned()], 48)
    );
    assert_eq!(deployers, Policy::default().deployers);
    assert_eq!(
        policy.rule_for_command(CommandName::Hold).describe(),
        "people with triage permission or more"
    );
    assert_eq!(
        policy.rule_for_command(CommandName::Rollout).describe(),
        "people with maintain permission or more"
    );
    assert_eq!(
        policy.rule_for_item("backup", None).describe(),
        "members of team `acme/dba`"
    );
    assert!(policy.is_required("backup", true) && !policy.is_required("feedback-loop", true));
    assert!(policy.extra_items_required);
    insta::assert_snapshot!(format!("{:?}", policy.approvals), @r#"Approvals { required: 3, from: Teams(["sre", "acme/security"]), parts: None, not_opener: true, not_author: true, expire: 168h, leave_out: {Downtime} }"#);
    let freezes: Vec<String> = policy.freezes.iter().map(Freeze::describe).collect();
    insta::assert_snapshot!(freezes.join("\n"), @"
    the freeze `year end` holds from Fri 18 Dec 2026, 00:00 (UTC+01:00, Europe/Berlin) to Mon 4 Jan 2027, 00:00 (UTC+01:00, Europe/Berlin)
    the freeze `weekend` holds every Saturday, Sunday (Europe/Berlin)
    ");
    let patch = policy.for_rollout("security-patch", None);
    assert_eq!(
        (
            patch.notice.as_hours(),
            patch.approvals.required,
            patch.freezes.len()
        ),
        (1, 1, 0)
    );
    assert_eq!(patch.approvals.from, policy.approvals.from);
}

#[test]
fn a_mistake_is_shown_with_its_place_and_the_way_out() {
    insta::assert_snapshot!(mistakes("aprovals: {}\nnotice: soon\nzone: Mars/Base\n"), @"
    rollcall.yml:1:1: unknown key `aprovals`
    hint: did you mean `approvals`?
    rollcall.yml:2:9: `soon` is not a length of time such as `90m`, `24h`, `7d` or `1h30m`
    rollcall.yml:3:7: `Mars/Base` is not a time zone
    hint: write an IANA name such as `Europe/Berlin`
    ");
    insta::assert_snapshot!(mistakes("approvals:\n  required: 0\n  form: write\n  expire: 0h\n  leave_out: [windows]\n"), @"
    rollcall.yml:2:13: `required` is a number from 1 to 20
    rollcall.yml:3:3: unknown key `form`
    hint: did you mean `from`?
    rollcall.yml:4:11: an approval that lapses at once approves nothing
    hint: write `7d`
    rollcall.yml:5:15: unknown word `windows`
    hint: did you mean `window`?
    ");
    insta::assert_snapshot!(mistakes("commands:\n  hodl: write\n  approve-deploy: write\n  expedite: admin\n  done: read\n"), @"
    rollcall.yml:2:3: unknown command `hodl`
    hint: did you mean `hold`?
    rollcall.yml:3:3: who may use `/approve-deploy` is not said here
    hint: write `approvals: {from: …}`
    rollcall.yml:4:3: who may use `/expedite` is not said here
    hint: write `break_glass: {who: …}`
    rollcall.yml:5:3: who may use `/done` is not said here
    hint: write `ticks: …` for all items, or `items: {ITEM: {who: …}}`
    ");
    insta::assert_snapshot!(mistakes("items: [backup]\naudiences: everyone\ntemplate: 7\n"), @"
    rollcall.yml:1:8: expected keys with values, found a list
    hint: write `key: value`, with a space behind the `:`
    rollcall.yml:2:12: expected a list, found text
    hint: write `[one, another]`
    rollcall.yml:3:11: expected text, found a number
    hint: put it in quotes
    ");
    insta::assert_snapshot!(mistakes("templates:\n  security-patch:\n    template: standard\n    notice: 1y\n"), @"
    rollcall.yml:3:5: unknown key `template`
    hint: known are `zone`, `audiences`, `notice`, `ticks`, `deployers`, `waivers`, `commands`, `items`, `extra_items`, `approvals`, `freezes`, `windows`, `gates`, `break_glass`, `environments`
    rollcall.yml:4:13: `1y` is not a length of time such as `90m`, `24h`, `7d` or `1h30m`
    ");
    insta::assert_snapshot!(mistakes("freezes:\n- {from: 2026-12-18}\n- {name: x, from: 2026-12-18}\n- {name: yearly, from: 2026-12-18, to: 2026-12-01}\n- {name: z, every: [caturday]}\n"), @"
    rollcall.yml:2:3: the freeze has no `name`
    hint: write `{name: year end, from: 2026-12-18, to: 2027-01-03}` or `{name: weekend, every: [saturday, sunday]}`
    rollcall.yml:3:3: a freeze has either `from` and `to`, or `every`, or `dates`, or `ics`
    hint: write `{name: year end, from: 2026-12-18, to: 2027-01-03}` or `{name: weekend, every: [saturday, sunday]}`
    rollcall.yml:4:40: the freeze ends before it begins
    rollcall.yml:5:21: unknown word `caturday`
    hint: did you mean `saturday`?
    ");
    insta::assert_snapshot!(mistakes("notice: 1h\nnotice: 2h\n"), @"
    rollcall.yml:2:1: the key `notice` is there already
    hint: keep one of the two
    ");
    insta::assert_snapshot!(mistakes("- a\n"), @"
    rollcall.yml:1:1: expected keys with values, found a list
    hint: write `key: value`, with a space behind the `:`
    ");
}

proptest! {
    #[test]
    fn any_text_is_a_policy_or_a_list_of_mistakes(text in "[ -~\\n]{0,200}") {
        if let Err(problems) = parse(&text, "f.yml") {
            prop_assert!(!problems.is_empty());
            prop_assert!(problems.iter().all(|problem| problem.file == "f.yml" && problem.line > 0));
        }
    }

    #[test]
    fn any_value_under_a_known_key_is_read_or_refused(key in prop::sample::select(super::read::file_keys()), value in "[ -~]{0,60}") {
        if let Err(problems) = parse(&format!("{key}: {value}\n"), "f.yml") {
            prop_assert!(!problems.is_empty());
        }
    }
}

#[test]
fn commands_of_deployers_and_approvers_follow_their_one_rule() {
    let policy = policy(
        "deployers: '@acme/sre'\nwaivers: admin\napprovals: {from: maintain}\nticks: triage\n",
    );
    let rule = |name| policy.rule_for_command(name).describe();
    assert_eq!(rule(CommandName::Rollback), "members of team `acme/sre`");
    assert_eq!(rule(CommandName::Skip), "people with admin permission");
    assert_eq!(
        rule(CommandName::Reject),
        "people with maintain permission or more"
    );
    assert_eq!(
        rule(CommandName::Done),
        "people with triage permission or more"
    );
}
