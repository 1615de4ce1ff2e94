//! Source files, split into code, comments and texts.

use std::{fs, path::Path};

/// One file of the sources.
pub struct Source {
    /// `src/cli/mod.rs`.
    pub path: String,
    /// Its lines as they are.
    pub lines: Vec<String>,
    /// Its lines without comments, and with the contents of texts taken out; as many as `lines`.
    pub code: Vec<String>,
    /// Whether it is only built for tests.
    pub test: bool,
}

impl Source {
    /// The lines before the tests at the end of the file: those that are part of the program.
    pub fn program(&self) -> &[String] {
        if self.test {
            return &[];
        }
        let tests = self
            .code
            .windows(2)
            .position(|two| two[0].trim() == "#[cfg(test)]" && two[1].contains('{'));
        &self.code[..tests.unwrap_or(self.code.len())]
    }

    /// The module's path in the crate, by folder: `src/github/app.rs` is in `github`, `src/run.rs` in `run`.
    pub fn folder(&self) -> &str {
        let path = self.path.strip_prefix("src/").unwrap_or(&self.path);
        let first = path.split('/').next().unwrap_or(path);
        first.strip_suffix(".rs").unwrap_or(first)
    }

    /// `path:line: text`, for a line by its index.
    pub fn at(&self, index: usize, text: &str) -> String {
        format!("{}:{}: {text}", self.path, index + 1)
    }
}

/// All Rust files below a folder of the project.
pub fn sources(folder: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut folders = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the sources can be read") {
            let path = entry.expect("the sources can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(read(root, &path));
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    let tests: Vec<String> = found.iter().flat_map(test_modules).collect();
    for source in &mut found {
        source.test = tests.iter().any(|module| source.path.starts_with(module));
    }
    found
}

/// Where the modules lie that a file declares for tests only: `src/a/tests.` and `src/a/tests/`.
fn test_modules(source: &Source) -> Vec<String> {
    let own = source
        .path
        .trim_end_matches(".rs")
        .trim_end_matches("/mod")
        .trim_end_matches("/lib");
    let pairs = source
        .code
        .windows(2)
        .filter(|two| two[0].trim() == "#[cfg(test)]");
    let names = pairs.filter_map(|two| two[1].trim().strip_prefix("mod ")?.strip_suffix(';'));
    names
        .flat_map(|name| [format!("{own}/{name}."), format!("{own}/{name}/")])
        .collect()
}

fn read(root: &Path, path: &Path) -> Source {
    let text = fs::read_to_string(path).expect("a source is text");
    let path = path
        .strip_prefix(root)
        .expect("below the root")
        .display()
        .to_string();
    let code = without_words(&text);
    let lines = text.lines().map(str::to_owned).collect();
    let code = code.lines().map(str::to_owned).collect();
    Source {
        path,
        lines,
        code,
        test: false,
    }
}

/// The text with comments and the contents of literals replaced by nothing. Line ends stay, so that lines can be counted.
fn without_words(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = word(rest);
        if length == 0 {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            code.extend(rest[..length].chars().filter(|c| *c == '\n'));
            rest = &rest[length..];
        }
    }
    code
}

/// The length of the comment or literal that the text begins with; 0 when it begins with neither.
fn word(text: &str) -> usize {
    let to = |end: &str, from: usize| {
        text[from..]
            .find(end)
            .map_or(text.len(), |at| from + at + end.len())
    };
    if text.starts_with("//") {
        return text.find('\n').unwrap_or(text.len());
    }
    if text.starts_with("/*") {
        return to("*/", 2);
    }
    let raw = text
        .strip_prefix('r')
        .map(|rest| rest.len() - rest.trim_start_matches('#').len());
    if let Some(hashes) = raw.filter(|hashes| text[1 + hashes..].starts_with('"')) {
        return to(&format!("\"{}", "#".repeat(hashes)), hashes + 2);
    }
    match text.as_bytes() {
        [b'"', ..] => literal(text),
        [b'\'', b'\\', ..] => 2 + to("'", 3).saturating_sub(2),
        [b'\'', ..] => text[1..].chars().next().map_or(0, |c| {
            let end = 1 + c.len_utf8();
            if text[end..].starts_with('\'') {
                end + 1
            } else {
                0
            }
        }),
        _ => 0,
    }
}

fn literal(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[test]
fn words_are_told_from_code() {
    let code = |text: &str| without_words(text);
    assert_eq!(code("a // b \"c\nd"), "a \nd");
    assert_eq!(
        code(r#"f("a\"b // c", 'x', '\'', '"') + 'a"#),
        "f(, , , ) + 'a"
    );
    assert_eq!(code("r#\"a \" b\"# + r\"c\" + \"d\ne\""), " +  + \n");
    assert_eq!(code("fn f<'a>(x: &'a str) {}"), "fn f<'a>(x: &'a str) {}");
}
