//! The commands of the `Makefile` on a machine that has hardly anything.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::Path,
    process::Command,
};
use tempfile::TempDir;

const HOUSE: &str = env!("CARGO_MANIFEST_DIR");

/// A machine whose programs are these few of ours, and a cargo that has no tools and only notes what it is asked for.
struct Machine {
    folder: TempDir,
}

impl Machine {
    fn with(programs: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for name in programs {
            let ours = ["/usr/bin", "/bin"].map(|folder| Path::new(folder).join(name));
            let ours = ours.iter().find(|path| path.exists());
            let ours = ours.unwrap_or_else(|| panic!("`{name}` is here"));
            symlink(ours, folder.path().join(name)).expect("a link");
        }
        Self { folder }
    }

    fn and_cargo(self, installs: bool) -> Self {
        let path = self.folder.path().join("cargo");
        let asked = self.folder.path().join("asked");
        let script = format!(
            "#!/bin/sh\necho \"$*\" >>{}\ncase $1 in install) {installs};; run) true;; *) false;; esac\n",
            asked.display()
        );
        fs::write(&path, script).expect("a script");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a program");
        self
    }

    /// Whether it went well, and the last line of what was said.
    fn run(&self, command: &str) -> (bool, String) {
        let mut words = command.split(' ');
        let ended = Command::new(words.next().expect("a program"))
            .args(words)
            .current_dir(HOUSE)
            .env_clear()
            .env("PATH", self.folder.path())
            .output()
            .expect("the command runs");
        let said = String::from_utf8(ended.stderr).expect("text");
        let mut said = said.lines().filter(|line| !line.starts_with("make:"));
        let last = said.next_back().unwrap_or_default().to_owned();
        (ended.status.success(), last)
    }

    fn asked(&self) -> String {
        fs::read_to_string(self.folder.path().join("asked")).unwrap_or_default()
    }
}

#[test]
fn make_says_in_one_line_which_compiler_is_missing() {
    for target in ["run", "test", "lint", "deny"] {
        let said = |machine: &Machine| machine.run(&format!("/usr/bin/make {target}")).1;
        let bare = Machine::with(&[]);
        assert_eq!(
            said(&bare),
            "cargo is missing: install Rust 1.95 or newer from https://rustup.rs"
        );
        assert_eq!(
            said(&bare.and_cargo(true)),
            "cc is missing: install a C compiler; on Debian: sudo apt-get install -y gcc libc6-dev"
        );
    }
    let machine = Machine::with(&["cc"]).and_cargo(true);
    assert!(machine.run("/usr/bin/make run").0);
    assert_eq!(machine.asked(), "run --release --locked\n");
}

#[test]
fn make_test_asks_for_nothing_that_it_can_install_itself() {
    let machine = Machine::with(&["cc", "env", "bash", "dirname"]).and_cargo(true);
    let (_, said) = machine.run("/usr/bin/make test");
    assert_eq!(
        said,
        "install: Node.js is missing: version 20 or newer from https://nodejs.org"
    );
}

#[test]
fn a_tool_of_cargo_that_is_missing_is_installed() {
    for tool in ["cargo-nextest", "cargo-deny"] {
        let machine = Machine::with(&["bash", "dirname"]).and_cargo(true);
        let (well, said) = machine.run(&format!("/bin/bash tests/partners/install.sh {tool}"));
        assert!(well, "{said}");
        let told = format!("install: {tool} ");
        assert!(said.starts_with(&told), "{said}");
        let asked = format!("install --quiet --locked {tool} --version ");
        assert!(machine.asked().contains(&asked), "{}", machine.asked());
    }
}

#[test]
fn a_tool_that_cannot_be_installed_is_named_with_the_command_for_it() {
    let machine = Machine::with(&["bash", "dirname"]).and_cargo(false);
    let (well, said) = machine.run("/bin/bash tests/partners/install.sh cargo-deny");
    assert!(!well);
    let told = "install: cargo-deny is missing, and `cargo install --locked cargo-deny --version ";
    assert!(said.starts_with(told), "{said}");
}
