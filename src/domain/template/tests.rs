//! Templates as they come, as people write them, and as issues show them.

use super::*;
use crate::domain::checklist;
use crate::domain::fields::{self, Component, Fields};

const STANDARD: &str = builtin::TEXTS[0].1;

#[test]
fn the_standard_template_is_the_procedure() {
    let template = builtin::standard();
    let lines = template.items.iter().map(|item| {
        let number = template.number(&item.id).expect("an item of the template");
        let gate = item
            .gate
            .map_or(String::new(), |gate| format!(" gate={gate:?}"));
        let announcement = item
            .announcement
            .map_or(String::new(), |kind| format!(" announces={kind}"));
        let optional = if item.required { "" } else { " optional" };
        let by = if item.by == ItemActor::Rollcall {
            " by=rollcall"
        } else {
            ""
        };
        format!(
            "{number} {} | {}{gate}{announcement}{optional}{by}",
            item.id, item.title
        )
    });
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @"
    1.1 issue-creation | Issue Creation gate=Details by=rollcall
    1.2 identify-requirements | Identify Update Requirements
    1.3 review-documentation | Review Update Documentation
    1.4 stakeholder-communication | Stakeholder Communication announces=planned
    1.5 schedule-rollout | Schedule Rollout gate=Schedule
    2.1 environment-setup | Environment Setup
    2.2 apply-updates | Apply Updates
    2.3 automated-testing | Automated Testing
    2.4 manual-testing | Manual Testing
    2.5 performance-benchmarking | Performance Benchmarking optional
    2.6 security-assessment | Security Assessment
    3.1 final-review | Final Review Meeting gate=Approval by=rollcall
    3.2 backup | Backup Production Data
    3.3 rollback-plan | Rollback Plan
    3.4 stakeholder-announcement | Stakeholder Announcement gate=Announcement announces=scheduled
    4.1 phased-rollout | Phased Rollout optional
    4.2 monitoring | Monitoring
    4.3 stakeholder-update | Stakeholder Update announces=update
    5.1 post-deployment-testing | Post-Deployment Testing and Monitoring
    5.2 performance-monitoring | Performance Monitoring optional
    5.3 issue-log | Issue Log
    5.4 feedback-loop | Feedback Loop
    ");
}

#[test]
fn every_template_that_comes_with_rollcall_is_without_mistakes() {
    for (name, text) in builtin::TEXTS {
        assert_eq!(lint_template(text, name), [], "{name}");
        let template = builtin::find(name).expect("a template of this name");
        assert_eq!(template.name, name);
        for phase in Phase::ALL {
            assert!(
                template
                    .items
                    .iter()
                    .any(|item| item.phase == phase && item.required),
                "{name} {phase}"
            );
        }
        for (id, gate) in [
            ("issue-creation", Gate::Details),
            ("schedule-rollout", Gate::Schedule),
            ("final-review", Gate::Approval),
            ("stakeholder-announcement", Gate::Announcement),
        ] {
            assert_eq!(
                template.item(id).and_then(|item| item.gate),
                Some(gate),
                "{name} {id}"
            );
        }
        assert!(template.item("rollback-plan").is_some(), "{name}");
        assert_eq!(template.expedited, name == "security-patch");
    }
}

#[test]
fn another_text_is_another_version() {
    let one = parse(STANDARD, "standard.md").expect("a good template");
    let other = parse(&format!("{STANDARD}\n"), "standard.md").expect("a good template");
    assert_eq!(one.version.len(), 12);
    assert_ne!(one.version, other.version);
}

#[test]
fn a_repository_may_save_its_template_with_other_line_ends() {
    let windows = format!("\u{feff}{}", STANDARD.replace('\n', "\r\n"));
    let template = parse(&windows, "standard.md").expect("a good template");
    assert_eq!(template.items, builtin::standard().items);
}

#[test]
fn a_lone_carriage_return_hides_no_line_of_the_front_matter() {
    insta::assert_snapshot!(mistakes("---\nname", "---\r\r\nname"), @"
    mine.md:1:1: the file has no front matter
    hint: start the file with `---`, the keys `name`, `title` and `items`, and another `---`
    ");
}

/// The mistakes of the standard template with one text in it replaced.
fn mistakes(from: &str, to: &str) -> String {
    assert!(STANDARD.contains(from), "{from}");
    let problems = lint_template(&STANDARD.replacen(from, to, 1), "mine.md");
    problems
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn mistakes_in_the_front_matter_are_shown_with_their_place_and_the_fix() {
    insta::assert_snapshot!(mistakes("gate: schedule", "gaet: schedule"), @"
    mine.md:33:22: unknown key `gaet`
    hint: did you mean `gate`?
    ");
    insta::assert_snapshot!(mistakes("gate: schedule", "gate: shedule"), @"
    mine.md:33:28: unknown gate `shedule`
    hint: did you mean `schedule`?
    ");
    insta::assert_snapshot!(mistakes("announcement: planned", "announcement: started"), @"
    mine.md:32:45: unknown announcement `started`
    hint: known are `planned`, `scheduled`, `update`
    ");
    insta::assert_snapshot!(mistakes("expedited: false", "expedited: perhaps"), @"mine.md:5:12: expected `true` or `false`, found text");
    insta::assert_snapshot!(mistakes("name: standard\n", ""), @"
    mine.md:1:1: the front matter lacks `name`
    hint: add a line `name: …`
    ");
    insta::assert_snapshot!(mistakes("title: \"Rollout: {components}\"", "title: \"{compnents}\""), @"
    mine.md:3:8: unknown placeholder `compnents`
    hint: did you mean `components`?
    ");
    insta::assert_snapshot!(mistakes("id: benefits", "id: benefit"), @"
    mine.md:15:9: unknown field `benefit`
    hint: did you mean `benefits`?
    ");
    insta::assert_snapshot!(mistakes("id: benefits", "id: purpose"), @"
    mine.md:15:5: the field `purpose` is here twice
    hint: remove one of them
    ");
    insta::assert_snapshot!(mistakes("  backup: {}", "  backup: {by: rollcall}"), @"
    mine.md:41:3: nothing tells Rollcall when to tick `backup`
    hint: give it `gate: details`, `gate: schedule` or `gate: approval`, or remove `by`
    ");
    insta::assert_snapshot!(mistakes("  backup: {}", "  backup: {who: wirte}"), @"
    mine.md:41:17: `wirte` is not a rule
    hint: did you mean `write`?
    ");
    insta::assert_snapshot!(mistakes("  backup: {}", "  backup: ["), @"
    mine.md:43:3: a bracket is open here, and this does not fit into it
    hint: close it, part its entries with commas, and put texts with `: ` in quotes
    ");
    insta::assert_snapshot!(mistakes("fields:\n", "owner: me\nfields:\n"), @"
    mine.md:6:1: unknown key `owner`
    hint: known are `name`, `title`, `description`, `expedited`, `environment`, `fields`, `items`
    ");
    insta::assert_snapshot!(mistakes("---\nname", "name"), @"
    mine.md:1:1: the file has no front matter
    hint: start the file with `---`, the keys `name`, `title` and `items`, and another `---`
    ");
}

#[test]
fn mistakes_in_the_checklist_are_shown_with_their_place_and_the_fix() {
    insta::assert_snapshot!(mistakes("- [ ] **Backup", "-\n[ ] **Backup"), @"
    mine.md:41:3: the body has no item `backup`
    hint: remove the line, or add `- [ ] **Title:** … <!-- id: backup -->` to the body
    mine.md:73:1: a list marker alone on its line: GitHub shows an empty item, or turns the line above into a heading
    hint: remove the line, or join it with the next one
    mine.md:74:1: `[ ]` without a list marker: GitHub shows no box
    hint: start the line with `- [ ] `
    ");
    insta::assert_snapshot!(mistakes("- [ ] **Backup", "-[ ] **Backup"), @"
    mine.md:40:3: the body has no item `final-review`
    hint: remove the line, or add `- [ ] **Title:** … <!-- id: final-review -->` to the body
    mine.md:73:1: this looks like a box, but GitHub shows none
    hint: write `- [ ] ` and text: one space between the brackets, one on each side
    ");
    insta::assert_snapshot!(mistakes(" <!-- id: backup -->", ""), @"
    mine.md:41:3: the body has no item `backup`
    hint: remove the line, or add `- [ ] **Title:** … <!-- id: backup -->` to the body
    mine.md:73:3: the item `Backup Production Data` has no id
    hint: end the line with `<!-- id: backup-production-data -->`
    ");
    insta::assert_snapshot!(mistakes("id: backup -->", "id: monitoring -->"), @"
    mine.md:41:3: the body has no item `backup`
    hint: remove the line, or add `- [ ] **Title:** … <!-- id: backup -->` to the body
    mine.md:80:3: the id `monitoring` is on line 73 already
    hint: give this item another id
    ");
    insta::assert_snapshot!(mistakes("  backup: {}\n", ""), @"
    mine.md:72:3: the front matter does not name the item `backup`
    hint: add `backup: {required: true}` under `items`, or `required: false`
    ");
    insta::assert_snapshot!(mistakes("  backup: {}\n", "  bakcup: {}\n"), @"
    mine.md:41:3: the body has no item `bakcup`
    hint: did you mean `backup`?
    mine.md:73:3: the front matter does not name the item `backup`
    hint: add `backup: {required: true}` under `items`, or `required: false`
    ");
    insta::assert_snapshot!(mistakes("## Phase 2: Testing", "## Phase 2: Trying"), @"
    mine.md:61:1: the heading `Trying` is not a phase
    hint: the phases are `Phase 1: Planning`, `Phase 2: Testing`, `Phase 3: Pre-Deployment`, `Phase 4: Deployment`, `Phase 5: Post-Deployment`
    ");
    insta::assert_snapshot!(mistakes("## Phase 2: Testing", "## Phase 4: Deployment"), @"
    mine.md:72:3: the item `Final Review Meeting` of Pre-Deployment comes after Deployment
    hint: put the phases in their order
    ");
    insta::assert_snapshot!(mistakes("**Backup Production Data:** ", "****"), @"");
    insta::assert_snapshot!(lint_template("---\nname: a\ntitle: b\nitems: {}\n---\n", "f.md")[0], @"
    f.md:6:1: the body has no task-list items
    hint: write them as `- [ ] **Title:** what is to be done <!-- id: title -->`
    ");
}

#[test]
fn code_and_sub_tasks_in_a_template_are_no_mistakes() {
    let text = "<!-- id: backup -->\n  - [ ] the database\n  - [x] the disks\n\n  ```\n  -\n  [ ] code\n  ```";
    assert_eq!(mistakes("<!-- id: backup -->", text), "");
}

fn filled_in() -> Fields {
    Fields {
        purpose: "Close the hole that @octocat found.\n\n- [ ] x\n## Phase 9\n<!-- id: backup -->"
            .into(),
        components: vec![
            Component {
                name: "api|core".into(),
                from: "1.4.1".into(),
                to: "1.4.2".into(),
                reason: "security update".into(),
            },
            Component {
                name: "db".into(),
                from: "15".into(),
                to: "16".into(),
                reason: String::new(),
            },
        ],
        benefits: "No hole".into(),
        impact: String::new(),
        contact: "ops@example.test".into(),
        rollback_plan: "1. stop\n2. go back".into(),
        environment: String::new(),
    }
}

#[test]
fn the_issue_shows_the_fields_and_then_the_checklist() {
    let body = render_body(&builtin::find("minimal").expect("a template"), &filled_in());
    let until = body.find("## Phase 2").expect("a phase");
    insta::assert_snapshot!(&body[..until].replace('\u{200b}', "·"), @r"
    ### Purpose

    Close the hole that @·octocat found.

    \- [ ] x
    \## Phase 9
    &lt;!-- id: backup -->

    ### Components

    | Component | From | To | Reason |
    | --- | --- | --- | --- |
    | api&#124;core | 1.4.1 | 1.4.2 | security update |
    | db | 15 | 16 |  |

    ### Benefits

    No hole

    ### Rollback plan

    1\. stop
    2\. go back

    ## Phase 1: Planning

    - [ ] **Issue Creation:** Purpose, components and benefits are filled in; Rollcall ticks this itself. <!-- id: issue-creation -->
    - [ ] **Schedule Rollout:** A window is set (`/schedule`). <!-- id: schedule-rollout -->
    ");
}

#[test]
fn what_people_wrote_makes_no_items_and_hides_none() {
    for (name, _) in builtin::TEXTS {
        let template = builtin::find(name).expect("a template");
        let body = render_body(&template, &filled_in());
        let ids: Vec<_> = checklist::parse(&body)
            .items
            .into_iter()
            .filter_map(|item| item.id)
            .collect();
        let expected: Vec<_> = template.items.iter().map(|item| item.id.clone()).collect();
        assert_eq!(ids, expected, "{name}");
    }
}

#[test]
fn the_fields_are_read_back_from_the_issue() {
    let template = builtin::standard();
    for fields in [filled_in(), Fields::default()] {
        let body = render_body(&template, &fields);
        assert_eq!(fields::parse(&body, &template), fields);
        assert_eq!(
            fields::parse(&body.replace('\n', "\r\n"), &template),
            fields,
            "with CRLF"
        );
    }
}

#[test]
fn the_title_says_what_is_updated() {
    let template = builtin::standard();
    assert_eq!(
        render_title(&template, &filled_in()),
        "Rollout: api|core 1.4.1 → 1.4.2, db 15 → 16"
    );
    assert_eq!(
        render_title(&template, &Fields::default()),
        "Rollout: software update"
    );
    let mut many = filled_in();
    many.components = vec![
        Component {
            name: "long name ".repeat(30),
            ..Component::default()
        };
        5
    ];
    assert_eq!(render_title(&template, &many).chars().count(), 200);
    many.components = vec![
        Component {
            name: "a\r\nBcc: b\u{202e}".into(),
            ..Component::default()
        };
        5
    ];
    assert_eq!(
        render_title(&template, &many),
        "Rollout: a Bcc: b, a Bcc: b, a Bcc: b and 2 more"
    );
}

#[test]
fn the_example_of_the_manual_is_a_good_template() {
    let manual = include_str!("../../../docs/templates.md");
    let (_, example) = manual.split_once("```markdown\n").expect("an example");
    let (example, _) = example.split_once("```").expect("the end of the example");
    assert_eq!(lint_template(example, "database.md"), []);
}
