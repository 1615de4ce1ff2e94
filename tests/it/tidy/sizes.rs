//! How long things may be, and what a file may hold.

use super::{check, source::Source};

const LONGEST_FILE: usize = 400;
const LONGEST_FUNCTION: usize = 50;
/// Tables, with an entry for each thing they list (a reply, a route, an event, a command, an effect): they may be as long as the list.
const TABLES: [&str; 6] = [
    "src/domain/render/reply.rs: pub fn paragraph(",
    "src/sandbox/github/api/mod.rs: pub(super) fn router(",
    "src/domain/decide/commands/mod.rs: fn carry_out(",
    "src/domain/decide/request.rs: pub fn request_of(",
    "src/domain/decide/needs.rs: pub fn needs(",
    "src/github/effects/mod.rs: pub async fn perform(",
];

#[test]
fn no_file_is_longer_than_400_lines() {
    check("split these files", |source| {
        let length = source.lines.len();
        let long = (length > LONGEST_FILE).then(|| source.at(length - 1, "the last line"));
        long.into_iter().collect()
    });
}

#[test]
fn no_function_is_longer_than_50_lines() {
    check("split these functions", |source| {
        let long = functions(source)
            .into_iter()
            .filter(|(start, length)| *length > LONGEST_FUNCTION && !is_known(source, *start));
        long.map(|(start, length)| source.at(start, &format!("{length} lines")))
            .collect()
    });
}

/// What is set aside is still there and still too long; otherwise its line goes.
#[test]
fn nothing_is_set_aside_in_vain() {
    let sources = super::sources("src");
    let long: Vec<String> = sources
        .iter()
        .flat_map(|source| {
            let long = functions(source).into_iter();
            let long = long.filter(|(_, length)| *length > LONGEST_FUNCTION);
            long.map(|(start, _)| format!("{}: {}", source.path, source.lines[start].trim()))
        })
        .collect();
    for known in TABLES {
        assert!(
            long.iter().any(|name| name.starts_with(known)),
            "`{known}` is short now"
        );
    }
}

fn is_known(source: &Source, start: usize) -> bool {
    let name = format!("{}: {}", source.path, source.lines[start].trim());
    let mut known = TABLES.iter();
    known.any(|known| name.starts_with(known))
}

/// First line and length of each function of the program, by its braces.
fn functions(source: &Source) -> Vec<(usize, usize)> {
    let code = source.program();
    let mut functions = Vec::new();
    for (start, line) in code.iter().enumerate() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let declared = words.iter().position(|word| *word == "fn");
        let leading = ["pub", "const", "async", "pub(crate)", "pub(super)"];
        let is_declared = |at: usize| {
            words[..at].iter().all(|word| {
                leading.contains(word) || word.starts_with("pub(") || word.ends_with(')')
            })
        };
        if declared.is_some_and(is_declared) {
            functions.extend(length(&code[start..]).map(|length| (start, length)));
        }
    }
    functions
}

/// Lines up to the brace that closes the body; none for a declaration without a body.
fn length(code: &[String]) -> Option<usize> {
    let mut depth = 0_usize;
    for (index, line) in code.iter().enumerate() {
        for letter in line.chars() {
            match letter {
                '{' => depth += 1,
                '}' if depth == 1 => return Some(index + 1),
                '}' => depth = depth.saturating_sub(1),
                ';' if depth == 0 => return None,
                _ => {}
            }
        }
    }
    None
}

/// What is built for tests only is whole modules, so that what is tested is what runs.
#[test]
fn the_program_holds_nothing_for_tests() {
    check("move this into a module of tests", |source| {
        let mut broken = Vec::new();
        let lines = source.code.iter().enumerate();
        for (index, line) in lines.filter(|(_, line)| line.contains("cfg(test)")) {
            let next = source.code.get(index + 1).map_or("", |next| next.trim());
            if line.trim() != "#[cfg(test)]" || !next.starts_with("mod ") {
                broken.push(source.at(index, line));
            }
        }
        broken
    });
}

#[test]
fn nothing_is_left_for_later() {
    check("finish this", |source| {
        let marks = ["TODO", "FIXME", "XXX", "HACK"];
        let lines = source.lines.iter().enumerate();
        let left = lines.filter(|(_, line)| marks.iter().any(|mark| line.contains(mark)));
        let code = source.code.iter().enumerate();
        let stubs = code.filter(|(_, line)| {
            ["todo!(", "unimplemented!(", "dbg!(", "#[ignore"]
                .iter()
                .any(|mark| line.contains(mark))
        });
        left.chain(stubs)
            .map(|(index, line)| source.at(index, line))
            .collect()
    });
}

#[test]
fn lints_are_set_aside_with_a_reason_and_only_while_they_hold() {
    check("write `#[expect(lint, reason = …)]`", |source| {
        let lines = source.code.iter().enumerate();
        let allowed =
            lines.filter(|(_, line)| line.contains("#[allow(") || line.contains("#![allow("));
        allowed
            .map(|(index, line)| source.at(index, line))
            .collect()
    });
}
