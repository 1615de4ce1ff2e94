//! A team tries its policy out in its own CI.

use super::rollcall;
use std::{fs, path::Path};

const POLICY: &str = "zone: Europe/Berlin\ndeployers: maintain\nfreezes: [{name: holidays, ics: .github/holidays.ics}]\n";
const HOLIDAYS: &str =
    "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20300108\nSUMMARY:Closed\nEND:VEVENT\nEND:VCALENDAR\n";
const CASES: &str = "people: {ana: write, cho: maintain}\ncases:\n\
    - {name: writers do not abort, as: ana, say: /abort, expect: not-allowed, with: {stage: deploying}}\n\
    - {as: cho, say: /abort, expect: allowed, with: {stage: deploying}}\n\
    - {as: ana, say: /schedule 2030-01-08 22:00, expect: window-unsuitable, with: {now: 2030-01-02 10:00}}\n";

/// A repository with these files.
fn repository(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

fn path(folder: &Path, name: &str) -> String {
    folder
        .join(name)
        .to_str()
        .expect("a path in Unicode")
        .to_owned()
}

/// What a command printed, with the folder's name taken out.
fn tidy(folder: &Path, text: &str) -> String {
    text.replace(folder.to_str().expect("a path in Unicode"), "REPO")
}

#[test]
fn a_policy_is_checked_with_its_calendar_and_the_cases_beside_it() {
    let folder = repository(&[
        (".github/rollcall.yml", POLICY),
        (".github/holidays.ics", HOLIDAYS),
        (".github/rollcall.tests.yml", CASES),
    ]);
    let ended = rollcall(&["check", &path(folder.path(), ".github/rollcall.yml")]);
    assert_eq!(
        (ended.code, ended.out.as_str(), ended.err.as_str()),
        (0, "", "2 files, no mistakes, 3 cases as expected\n")
    );
    let ended = rollcall(&["check", &path(folder.path(), ".github/rollcall.tests.yml")]);
    assert_eq!(ended.err, "1 file, no mistakes, 3 cases as expected\n");
}

#[test]
fn what_a_policy_can_hardly_mean_is_a_warning_with_its_place_and_a_way_out() {
    let policy = "approvals: {from: nobody}\nbreak_glass: {who: maintain, within: 400h}\n";
    let folder = repository(&[(".github/rollcall.yml", policy)]);
    let ended = rollcall(&["check", &path(folder.path(), ".github/rollcall.yml")]);
    assert_eq!(ended.code, 0, "it can be used");
    assert_eq!(ended.err, "1 file, no mistakes, 2 warnings\n");
    insta::assert_snapshot!(tidy(folder.path(), &ended.out), @"
    REPO/.github/rollcall.yml:1:19: warning: nobody can fill this quorum: it takes 2 people, and 0 can approve
    hint: name more people, a team or a permission
    REPO/.github/rollcall.yml:2:38: warning: the second person may come more than a day after the emergency
    hint: write `1h`, the default, or a few hours
    ");
}

#[test]
fn a_case_that_goes_otherwise_shows_both_codes_and_the_tree() {
    let cases = CASES.replace("expect: allowed", "expect: not-allowed");
    let folder = repository(&[
        (".github/rollcall.yml", "deployers: maintain\n"),
        (".github/rollcall.tests.yml", &cases),
    ]);
    let ended = rollcall(&["check", &path(folder.path(), ".github/rollcall.yml")]);
    assert_eq!(ended.code, 1);
    insta::assert_snapshot!(tidy(folder.path(), &ended.out), @"
    REPO/.github/rollcall.tests.yml:4:3: case `/abort`: `/abort` by `cho` was to be `not-allowed` and is `allowed`
      - ✅ may `cho` say `/abort`?
        - ✅ who may say `/abort`
          - ✅ permission `maintain` is at least `maintain`
    REPO/.github/rollcall.tests.yml:5:3: case `/schedule 2030-01-08 22:00`: `/schedule 2030-01-08 22:00` by `ana` was to be `window-unsuitable` and is `allowed`
      - ✅ may `ana` say `/schedule`?
        - ✅ who may say `/schedule`
          - ✅ permission `write` is at least `write`
    ");
    insta::assert_snapshot!(ended.err, @"2 files, no mistakes, 1 case as expected, 2 cases not as expected");
}

#[test]
fn a_calendar_that_is_missing_or_broken_is_a_mistake_of_the_policy() {
    let folder = repository(&[
        (".github/rollcall.yml", POLICY),
        (".github/rollcall.tests.yml", CASES),
    ]);
    let ended = rollcall(&["check", &path(folder.path(), ".github/rollcall.yml")]);
    assert_eq!(ended.code, 1);
    insta::assert_snapshot!(tidy(folder.path(), &ended.out), @"
    REPO/.github/holidays.ics:1:1: `REPO/.github/holidays.ics` cannot be read, and a freeze of `REPO/.github/rollcall.yml` names it
    hint: add the file, or take the freeze out
    REPO/.github/rollcall.tests.yml:1:1: the cases were not run: `REPO/.github/rollcall.yml` has mistakes
    ");
    let folder = repository(&[
        (".github/rollcall.yml", POLICY),
        (".github/holidays.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\n"),
    ]);
    let ended = rollcall(&["check", &path(folder.path(), ".github/rollcall.yml")]);
    insta::assert_snapshot!(tidy(folder.path(), &ended.out), @"REPO/.github/holidays.ics:2:1: `VEVENT` does not end");
}

#[test]
fn one_command_is_simulated_in_a_state() {
    let folder = repository(&[
        ("policy.yml", "deployers: maintain\n"),
        (
            "state.yml",
            "people: {ana: write, cho: maintain}\nstage: deploying\n",
        ),
        ("broken.yml", "stage: stated\n"),
    ]);
    let simulate = |state: &str, login: &str, command: &[&str]| {
        let (policy, state) = (
            path(folder.path(), "policy.yml"),
            path(folder.path(), state),
        );
        let mut arguments = vec![
            "policy", "simulate", "--policy", &policy, "--state", &state, "--as", login,
        ];
        arguments.extend(command);
        let ended = rollcall(&arguments);
        tidy(folder.path(), &format!("{} {}", ended.code, ended.out))
    };
    insta::assert_snapshot!(simulate("state.yml", "ana", &["/rollback", "it", "is", "slow"]), @"
    0 refused: not-allowed

    @ana: `/rollback` was refused (`not-allowed`). Only people with maintain permission or more may do that.

    - ❌ may `ana` say `/rollback`?
      - ❌ who may say `/rollback`
        - ❌ permission `write` is less than `maintain`
    ");
    insta::assert_snapshot!(simulate("state.yml", "@cho", &["/rollback it is slow"]), @"
    0 allowed

    Stakeholders are being told (1 message).

    Rolled back: it is slow

    The plan:

    back to 1

    - ✅ may `cho` say `/rollback`?
      - ✅ who may say `/rollback`
        - ✅ permission `maintain` is at least `maintain`
    ");
    insta::assert_snapshot!(simulate("broken.yml", "ana", &["/rollback", "it"]), @"
    1 REPO/broken.yml:1:8: unknown word `stated`
    hint: known are `preparing`, `deploying`, `completed`, `rolled-back`, `cancelled`
    ");
    insta::assert_snapshot!(simulate("state.yml", "ana", &["please"]), @"
    1 REPO/state.yml:1:1: `please` is not one command
    hint: write it as in a comment: `/start-deploy`
    ");
}
