//! What people write, and what is understood.

use proptest::prelude::*;

use super::{Command, Said, parse::MOST, parse_comment};

/// What a comment says, one line a command.
fn said(body: &str) -> String {
    let show = |said: Said| match said {
        Said::Command(command) => format!("{command:?}"),
        Said::Malformed {
            name,
            problem,
            usage,
        } => format!("/{name}: {problem} | {usage}"),
        Said::DidYouMean { word, meant } => format!("`/{word}`: did you mean `/{meant}`?"),
        Said::TooMany(number) => format!("{number} too many"),
    };
    parse_comment(body)
        .into_iter()
        .map(show)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn every_command_of_the_table_is_understood() {
    let body = "/status\n/why\n/why 3.2\n/help\n/simulate approve-deploy @ana\n/done backup all green\n/undo `3.2`";
    insta::assert_snapshot!(said(body), @r#"
    Status
    Why { item: None }
    Why { item: Some("3.2") }
    Help
    Simulate { command: "/approve-deploy", user: Some("ana") }
    Done { item: "backup", note: Some("all green") }
    Undo { item: "3.2" }
    "#);
    let body = "/evidence Backup https://ci.example.test/7\n/skip 2.5 no load to compare\n/owner 3.2 @ana\n\
                /schedule tomorrow 22:00 for 1h downtime none\n/preview\n/announce\n/announce still fine";
    insta::assert_snapshot!(said(body), @r#"
    Evidence { item: "backup", text: "https://ci.example.test/7" }
    Skip { item: "2.5", reason: "no load to compare" }
    Owner { item: "3.2", login: "ana" }
    Schedule { text: "tomorrow 22:00 for 1h downtime none" }
    Preview
    Announce { text: None }
    Announce { text: Some("still fine") }
    "#);
    let body = "/approve-deploy\n/approve-deploy read it twice\n/reject no way back\n/withdraw\n/start-deploy\n/promote\n\
                /abort\n/rollback errors everywhere\n/hold waiting for legal\n/resume";
    insta::assert_snapshot!(said(body), @r#"
    Approve { note: None }
    Approve { note: Some("read it twice") }
    Reject { reason: "no way back" }
    Withdraw
    StartDeploy
    Promote
    Abort
    Rollback { reason: "errors everywhere" }
    Hold { reason: "waiting for legal" }
    Resume
    "#);
    let body = "/log disk filled up\n/resolve #1 cleaned it\n/feedback 4 faster now\n/feedback 5/5\n/expedite fire\n\
                /cancel not needed\n/refresh\n/STATUS.";
    insta::assert_snapshot!(said(body), @r#"
    Log { text: "disk filled up" }
    Resolve { number: 1, how: "cleaned it" }
    Feedback { score: 4, text: Some("faster now") }
    Feedback { score: 5, text: None }
    Expedite { reason: "fire" }
    Cancel { reason: "not needed" }
    Refresh
    Status
    "#);
}

#[test]
fn what_is_missing_is_named() {
    let body = "/done\n/skip backup\n/owner backup ana\n/schedule\n/reject\n/resolve how\n/feedback 6\n/evidence backup\n/log\n\
                /simulate fly\n/why <b>";
    insta::assert_snapshot!(said(body), @"
    /done: the item is missing: its id such as `backup`, or its number such as `3.2` | /done ITEM [note]
    /skip: the reason is missing | /skip ITEM REASON
    /owner: who is missing: a login such as `@ana` | /owner ITEM @user
    /schedule: when is missing | /schedule WHEN [for 1h] [downtime 10m]
    /reject: the reason is missing | /reject REASON
    /resolve: the number of the log entry is missing | /resolve N HOW
    /feedback: the score is a number from 1 (bad) to 5 (good) | /feedback 1..5 [text]
    /evidence: the evidence is missing: an address, or words | /evidence ITEM URL-or-text
    /log: what happened is missing | /log TEXT
    /simulate: the command to simulate is missing | /simulate COMMAND [@user]
    /why: `<b>` is not an item's id or number | /why [ITEM]
    ");
}

#[test]
fn a_sentence_about_a_command_does_not_start_a_deployment() {
    insta::assert_snapshot!(said("/start-deploy is what we type later\n/resume? no\n/hold cancel"), @"
    /start-deploy: `/start-deploy` stands alone on its line | /start-deploy
    /hold: to continue, write `/resume` | /hold REASON
    ");
    insta::assert_snapshot!(said("/abort now!!"), @"Abort");
}

#[test]
fn a_slip_is_answered_and_other_bots_are_left_alone() {
    insta::assert_snapshot!(said("/aprove-deploy\n/statsu\n/shedule x\n/lgo"), @"
    `/aprove-deploy`: did you mean `/approve-deploy`?
    `/statsu`: did you mean `/status`?
    `/shedule`: did you mean `/schedule`?
    `/lgo`: did you mean `/log`?
    ");
    let foreign = "/assign @ana\n/lgtm\n/approve\n/close\n/label bug\n/retest\n/test all\n/merge\n/unassign\n/remove-label x\n\
                   /usr/bin/true\n/etc\n/dance\n/ hold on\n/\u{b}abort\n/";
    assert_eq!(parse_comment(foreign), []);
}

#[test]
fn a_rollout_is_asked_for_in_one_line() {
    let check = |body: &str| said(body);
    insta::assert_snapshot!(check("/rollout"), @r#"Rollout { template: None, fields: Fields { purpose: "", components: [], benefits: "", impact: "", contact: "", rollback_plan: "", environment: "" } }"#);
    insta::assert_snapshot!(check("/rollout security-patch"), @r#"Rollout { template: Some("security-patch"), fields: Fields { purpose: "", components: [], benefits: "", impact: "", contact: "", rollback_plan: "", environment: "" } }"#);
    insta::assert_snapshot!(check("/rollout api 1.4.1..1.4.2"), @r#"Rollout { template: None, fields: Fields { purpose: "", components: [Component { name: "api", from: "1.4.1", to: "1.4.2", reason: "" }], benefits: "", impact: "", contact: "", rollback_plan: "", environment: "" } }"#);
    insta::assert_snapshot!(
        check("/rollout standard api 1.4.1..1.4.2 because of a hole, @acme/web v2..v3-rc.1 (new design) ghcr.io/acme/db:pg 16..17"),
        @r#"Rollout { template: Some("standard"), fields: Fields { purpose: "", components: [Component { name: "api", from: "1.4.1", to: "1.4.2", reason: "of a hole" }, Component { name: "@acme/web", from: "v2", to: "v3-rc.1", reason: "new design" }, Component { name: "ghcr.io/acme/db:pg", from: "16", to: "17", reason: "" }], benefits: "", impact: "", contact: "", rollback_plan: "", environment: "" } }"#
    );
}

#[test]
fn fields_may_stand_below_a_rollout() {
    let body = "/rollout api 1..2\n\n**Purpose:** close a hole\nbefore Friday\n\nbenefits: none\n- web 3..4 because it must fit\n\
                rollback-plan: `kubectl rollout undo`\n> purpose: quoted\nimpact: unread\n/status\ncontact: nobody";
    insta::assert_snapshot!(said(body), @r#"Rollout { template: None, fields: Fields { purpose: "close a hole\nbefore Friday", components: [Component { name: "api", from: "1", to: "2", reason: "" }, Component { name: "web", from: "3", to: "4", reason: "it must fit" }], benefits: "none", impact: "", contact: "", rollback_plan: "`kubectl rollout undo`", environment: "" } }"#);
}

#[test]
fn an_unclear_rollout_is_asked_back() {
    insta::assert_snapshot!(said("/rollout api 1.4.1 -> 1.4.2"), @"/rollout: versions are written as `FROM..TO`, such as `api 1.4.1..1.4.2` | /rollout [TEMPLATE] COMPONENT FROM..TO [because REASON] …");
    insta::assert_snapshot!(said("/rollout the new api"), @"/rollout: `the new api` is neither a template nor a component with its versions | /rollout [TEMPLATE] COMPONENT FROM..TO [because REASON] …");
    insta::assert_snapshot!(said("/rollout 1..2"), @"/rollout: the component before `1..2` is missing | /rollout [TEMPLATE] COMPONENT FROM..TO [because REASON] …");
    insta::assert_snapshot!(said("/rollout api 1..2 for security"), @"/rollout: write `because` before the reason `for security` | /rollout [TEMPLATE] COMPONENT FROM..TO [because REASON] …");
    insta::assert_snapshot!(said("/rollout <b> 1..2"), @"/rollout: `<b>` cannot be the name of a component | /rollout [TEMPLATE] COMPONENT FROM..TO [because REASON] …");
}

#[test]
fn of_a_thousand_commands_twenty_count() {
    let said = parse_comment(&"/status\n".repeat(1000));
    assert_eq!(said.len(), MOST + 1);
    assert_eq!(said.last(), Some(&Said::TooMany(980)));
}

proptest! {
    #[test]
    fn any_comment_is_read(body in any::<String>()) {
        prop_assert!(parse_comment(&body).len() <= MOST + 1);
    }

    #[test]
    fn any_words_after_a_command_are_read_and_what_is_read_keeps_its_name(
        index in 0..super::CommandName::ALL.len(),
        words in "[ -~éß\\n]{0,80}",
    ) {
        let name = super::CommandName::ALL[index];
        let said = parse_comment(&format!("/{name} {words}"));
        match said.first() {
            Some(Said::Command(command)) => prop_assert_eq!(command.name(), name),
            Some(Said::Malformed { name: malformed, .. }) => prop_assert_eq!(*malformed, name),
            other => prop_assert!(other.is_none(), "{other:?}"),
        }
    }

    #[test]
    fn versions_are_kept_as_written(name in "[a-z]([./@:-]?[a-z0-9]){0,10}", from in "[a-z0-9+~^-]{1,12}", to in "[a-z0-9+~^-]{1,12}") {
        let said = parse_comment(&format!("/rollout {name} {from}..{to} because it is time"));
        let [Said::Command(Command::Rollout { template: None, fields })] = said.as_slice() else {
            return Err(TestCaseError::fail(format!("{said:?}")));
        };
        let component = &fields.components[0];
        prop_assert_eq!((&component.name, &component.from, &component.to), (&name, &from, &to));
        prop_assert_eq!(&component.reason, "it is time");
    }
}
