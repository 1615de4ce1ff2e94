//! The record of a rollout, taken out of a running program's database and checked.

use super::house::House;
use std::process::{Command, Output};

impl House {
    /// Runs the program in its folder with these arguments.
    fn rollcall(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_rollcall"))
            .args(arguments)
            .env_clear()
            .current_dir(self.program.folder())
            .output()
            .expect("the program runs")
    }

    fn exported(&self, rollout: &str, file: &str) -> String {
        let export = self.rollcall(&["ledger", "export", "--rollout", rollout]);
        assert!(export.status.success(), "{export:?}");
        let text = String::from_utf8(export.stdout).expect("text");
        self.program.put(file, &text);
        text
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_was_tampered_with_is_told_from_one_that_was_not() {
    let house = House::open("info", |router| router).await;
    let at = house.opened().await;
    let id = house.rollout(at).await.expect("a rollout").id.0;
    house.exported(&id, "early.jsonl");
    house.tick(at, "stakeholder-communication").await;
    let text = house.exported(&id, "late.jsonl");

    let verified = |arguments: &[&str]| {
        let ended = house.rollcall(&[&["ledger", "verify"], arguments].concat());
        let said = String::from_utf8(ended.stdout).expect("text");
        (ended.status.code(), said)
    };
    let (code, said) = verified(&["late.jsonl", "--after", "early.jsonl"]);
    let expected = format!("{} entries hold together", text.lines().count());
    assert!(code == Some(0) && said.starts_with(&expected), "{said}");

    house.program.put(
        "changed.jsonl",
        &text.replace("stakeholder-communication", "stakeholder-communicatioN"),
    );
    let (code, said) = verified(&["changed.jsonl"]);
    assert!(
        code == Some(1) && said.contains("its content was changed"),
        "{said}"
    );
    let (code, said) = verified(&["early.jsonl", "--after", "late.jsonl"]);
    assert!(
        code == Some(1) && said.contains("it is not what the earlier export says"),
        "{said}"
    );
    let unknown = house.rollcall(&["ledger", "export", "--rollout", "ro-none"]);
    assert_eq!(unknown.status.code(), Some(1));
}
