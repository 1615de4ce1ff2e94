//! Fields as people fill them in.

use super::*;
use crate::domain::template::{builtin, render_body};
use proptest::prelude::*;

fn complete() -> Fields {
    Fields {
        purpose: "Close a hole".into(),
        components: vec![component("api", "1.4.1", "1.4.2", "security update")],
        benefits: "No more hole".into(),
        ..Fields::default()
    }
}

fn component(name: &str, from: &str, to: &str, reason: &str) -> Component {
    let [name, from, to, reason] = [name, from, to, reason].map(str::to_owned);
    Component {
        name,
        from,
        to,
        reason,
    }
}

#[test]
fn purpose_components_and_benefits_are_asked_for() {
    assert_eq!(
        Fields::default().missing(),
        ["purpose", "components", "benefits"]
    );
    assert!(complete().missing().is_empty());
}

#[test]
fn a_component_needs_both_versions_and_a_reason() {
    let blanks: [fn(&mut Component); 3] = [
        |c| c.from.clear(),
        |c| c.to = " ".into(),
        |c| c.reason.clear(),
    ];
    for blank in blanks {
        let mut fields = complete();
        blank(&mut fields.components[0]);
        assert_eq!(fields.missing(), ["components"]);
    }
}

#[test]
fn components_are_understood_as_people_write_them() {
    let expected = component("api", "1.4.1", "1.4.2", "security update");
    for text in [
        "| Component | From | To | Reason |\n|---|:-:|---|---|\n| api | 1.4.1 | 1.4.2 | security update |\n|  |  |  |  |",
        "| Reason | To | From | Component |\n|---|---|---|---|\n| security update | 1.4.2 | 1.4.1 | api |",
        "| api | 1.4.1 | 1.4.2 | security update |",
        "api 1.4.1..1.4.2 security update",
        "api 1.4.1 .. 1.4.2 — security update",
        "- api: 1.4.1 → 1.4.2 (security update)",
        "* `api` 1.4.1 -> 1.4.2: security update",
        "- [ ] api from 1.4.1 to 1.4.2, security update",
    ] {
        assert_eq!(
            components::parse(text),
            std::slice::from_ref(&expected),
            "{text}"
        );
    }
    assert_eq!(
        components::parse("my api 1 => 2"),
        [component("my api", "1", "2", "")]
    );
    assert_eq!(
        components::parse("the whole thing"),
        [component("the whole thing", "", "", "")]
    );
    assert_eq!(
        components::parse("| a\\|b | 1 | 2 | x |"),
        [component("a|b", "1", "2", "x")]
    );
    assert_eq!(components::parse("\n"), []);
}

#[test]
fn an_issue_form_is_read() {
    let body = "### Purpose\r\n\r\nClose a hole\r\n\r\n### Components\r\n\r\napi 1.4.1..1.4.2 security update\r\n\r\n\
                ### Benefits\r\n\r\nNo more hole\r\n\r\n### Impact\r\n\r\n_No response_\r\n\r\n### Contact\r\n\r\n_No response_\r\n\r\n\
                ### Rollback plan\r\n\r\n_No response_";
    assert_eq!(parse(body, &builtin::standard()), complete());
}

#[test]
fn an_edited_body_is_read_leniently() {
    let body = "# rollback-PLAN:\n\ngo **back**\n\n## details\n\nstep by step\n\n# Purpose\n<!-- why? -->\n\n## Purpose\n\n\
                Close a hole\n\n#### Benefits\n\nsee `x`\n\n```\n### Contact\n```\n\n## Phase 1: Planning\n\n- [ ] a\n\n### Contact\nme";
    let fields = parse(body, &builtin::standard());
    let expected = Fields {
        purpose: "Close a hole".into(),
        benefits: "see `x`\n\n```\n### Contact\n```".into(),
        contact: "me".into(),
        rollback_plan: "go **back**\n\n## details\n\nstep by step".into(),
        ..Fields::default()
    };
    assert_eq!(fields, expected);
    assert_eq!(parse("", &builtin::standard()), Fields::default());
}

/// Text with something to see, full of what Markdown cares about.
fn text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "- [ ] x",
        "# ",
        "### Benefits",
        "<!-- id: backup -->",
        "<!--",
        "-->",
        "```",
        "\n",
        "\n\n",
        "> ",
        "1. ",
        "|",
        "---",
        "===",
        "a",
        "b c",
        "@user",
        "#1",
        "\\",
        "*",
        "_",
        "`",
        "<b>",
        "&lt;",
        ":",
        "é",
        " ",
        "Phase 2: Testing",
        "[x]: /u",
        "    ",
    ]);
    prop::collection::vec(piece, 0..12).prop_map(|pieces| {
        crate::domain::inert::plain(&crate::domain::inert::inert_markdown(&pieces.concat()))
    })
}

fn line() -> impl Strategy<Value = String> {
    text().prop_map(|text| crate::domain::inert::plain(&crate::domain::inert::inert_line(&text)))
}

proptest! {
    /// What is filled in is what is read back, whatever it is: nobody's text changes a digest by being shown.
    #[test]
    fn fields_are_read_back_as_they_were(
        texts in prop::array::uniform5(text()),
        rows in prop::collection::vec(prop::array::uniform4(line()), 0..4),
    ) {
        let [purpose, benefits, impact, contact, rollback_plan] = texts;
        let components = rows.into_iter().map(|[name, from, to, reason]| Component { name, from, to, reason });
        let components: Vec<Component> = components.filter(|component| *component != Component::default()).collect();
        let fields = Fields { purpose, components, benefits, impact, contact, rollback_plan, environment: String::new() };
        let template = builtin::standard();
        let body = render_body(&template, &fields);
        prop_assert_eq!(parse(&body, &template), fields, "{}", body);
        prop_assert_eq!(crate::domain::checklist::parse(&body).items.len(), 22);
    }
}
