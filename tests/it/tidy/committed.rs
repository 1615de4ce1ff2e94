//! Every file that is committed, whatever it is written in.

use std::{fs, path::Path, process::Command};

/// Where nobody writes by hand, and any bytes may stand.
const FOREIGN: &str = "fuzz/corpus/";

/// The line with which a conflict of a merge begins, parts and ends.
fn is_mark(line: &str) -> bool {
    line == "=======" || line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ")
}

/// Lines that are a conflict's marks: a lone row of equal signs may be a heading, one after a beginning is not.
fn marks(text: &str) -> Vec<usize> {
    let marks = text.lines().enumerate().filter(|(_, line)| is_mark(line));
    let marks: Vec<(usize, &str)> = marks.collect();
    let real = marks.iter().any(|(_, line)| *line != "=======");
    marks
        .into_iter()
        .filter(|_| real)
        .map(|(index, _)| index + 1)
        .collect()
}

#[test]
fn no_committed_file_holds_the_marks_of_a_merge() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let listed = Command::new("git")
        .args(["ls-files", "-z"])
        .current_dir(root)
        .output();
    let listed = listed.expect("`git` runs").stdout;
    let listed = String::from_utf8(listed).expect("names are text");
    let files: Vec<&str> = listed.split('\0').filter(|name| !name.is_empty()).collect();
    assert!(files.len() > 300, "the files were not found");
    let mut broken = Vec::new();
    for file in files.into_iter().filter(|file| !file.starts_with(FOREIGN)) {
        // Removed but not committed yet, or no text.
        let Ok(text) = fs::read_to_string(root.join(file)) else {
            continue;
        };
        broken.extend(
            marks(&text)
                .into_iter()
                .map(|line| format!("{file}:{line}")),
        );
    }
    assert!(
        broken.is_empty(),
        "marks of a merge:\n  {}",
        broken.join("\n  ")
    );
}

#[test]
fn marks_are_told_from_headings() {
    assert_eq!(
        marks("a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> other\n"),
        [2, 4, 6]
    );
    assert!(marks("A heading\n=======\n\n<<<<<<<\n").is_empty());
}
