//! Who may use what: imports point one way, and each foreign thing has one home.

use super::{check, source::Source};

/// Folders of the house, and what they may import of it. What is not named here may import everything but `cli`.
const MAY_IMPORT: [(&str, &[&str]); 10] = [
    ("domain", &["domain"]),
    ("clock", &[]),
    ("current", &[]),
    ("config", &["domain"]),
    ("store", &["domain", "store", "chain"]),
    ("github", &["domain", "github", "clock", "current", "chain"]),
    ("notify", &["domain", "notify", "clock", "chain"]),
    ("sandbox", &["domain", "sandbox", "clock", "chain"]),
    (
        "webhook",
        &["domain", "webhook", "store", "clock", "current", "chain"],
    ),
    (
        "server",
        &[
            "domain", "webhook", "store", "server", "config", "clock", "current", "chain",
        ],
    ),
];

#[test]
fn imports_point_one_way() {
    check("this import points the wrong way", |source| {
        let folder = source.folder();
        let table = MAY_IMPORT.iter().find(|(name, _)| *name == folder);
        let may = |other: &str| match table {
            Some((_, allowed)) => allowed.contains(&other) || other == folder,
            None => other != "cli" || matches!(folder, "cli" | "main" | "lib"),
        };
        let used = crate_paths(source);
        let wrong = used.into_iter().filter(|(_, other)| !may(other));
        wrong
            .map(|(index, other)| source.at(index, &format!("`{folder}` uses `{other}`")))
            .collect()
    });
}

/// Every `crate::NAME` of the program, also those within `use crate::{…}`.
fn crate_paths(source: &Source) -> Vec<(usize, String)> {
    let code = source.program();
    let mut paths = Vec::new();
    for (index, line) in code.iter().enumerate() {
        for (at, _) in line.match_indices("crate::") {
            let rest = &line[at + "crate::".len()..];
            if line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
                continue;
            }
            if rest.starts_with('{') {
                paths.extend(
                    listed(&code[index..], at)
                        .into_iter()
                        .map(|name| (index, name)),
                );
            } else {
                paths.push((index, name(rest)));
            }
        }
    }
    paths
}

/// The first names in `crate::{a::b, c}`, which may go over several lines.
fn listed(code: &[String], from: usize) -> Vec<String> {
    let text = format!("{}\n{}", &code[0][from..], code[1..].join("\n"));
    let mut names = Vec::new();
    let mut depth = 0;
    let mut piece = String::new();
    for letter in text["crate::".len()..].chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => names.push(name(&std::mem::take(&mut piece))),
            _ if depth == 1 => piece.push(letter),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    names.push(name(&piece));
    names.retain(|name| !name.is_empty());
    names
}

fn name(text: &str) -> String {
    let letters = text.trim_start().chars();
    letters
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

#[test]
fn lists_of_imports_are_read_as_a_whole() {
    let code = [
        "use crate::{",
        "    a::{b, c},",
        "    d,",
        "    e::f::g,",
        "};",
    ]
    .map(str::to_owned);
    assert_eq!(listed(&code, 4), ["a", "d", "e"]);
    let code = ["pub use crate::{x, y::z};"].map(str::to_owned);
    assert_eq!(listed(&code, 8), ["x", "y"]);
}

/// A foreign thing, as it stands in the code, and the only places where it may.
const HOMES: [(&str, &[&str]); 23] = [
    ("octocrab", &["src/github/"]),
    ("lettre", &["src/notify/"]),
    ("teloxide", &["src/notify/"]),
    ("sqlx", &["src/store/"]),
    ("serde_saphyr", &["src/domain/"]),
    ("comrak", &["src/domain/"]),
    ("pulldown_cmark", &["src/domain/", "src/sandbox/"]),
    ("Timestamp::now", &["src/cli/mod.rs"]),
    ("Zoned::now", &[]),
    ("SystemTime::now", &[]),
    ("env::var", &["src/config/mod.rs"]),
    ("env::args", &["src/main.rs"]),
    ("println!", &[]),
    ("eprintln!", &[]),
    ("print!(", &[]),
    ("process::exit", &[]),
    ("unsafe", &[]),
    ("hmac::", &["src/webhook/signature.rs", "src/sandbox/"]),
    ("tokio::signal", &["src/cli/"]),
    (
        "from_slice",
        &[
            "src/webhook/",
            "src/github/",
            "src/handle/",
            "src/sandbox/",
            "src/deliver/",
        ],
    ),
    ("tracing_subscriber", &["src/cli/logs.rs"]),
    (
        "reqwest",
        &[
            "src/cli/order.rs",
            "src/github/",
            "src/notify/",
            "src/sandbox/",
        ],
    ),
    (
        "std::fs",
        &[
            "src/cli/files.rs",
            "src/config/",
            "src/notify/",
            "src/store/place.rs",
            "src/store/sole.rs",
        ],
    ),
];

/// The only places that make something which calls others over HTTP.
const CALLERS: [&str; 4] = [
    "src/cli/order.rs",
    "src/github/client.rs",
    "src/notify/telegram.rs",
    "src/sandbox/hooks.rs",
];

/// Each calls what the operator configured. A redirect would lead elsewhere, and take a token along.
#[test]
fn clients_are_made_in_few_places_and_follow_no_redirects() {
    check(
        "this client follows redirects, or is made elsewhere",
        |source| {
            let code = source.program().join("\n");
            let makes = ["Client::builder(", "Client::new(", "reqwest::get("];
            let made: usize = makes.iter().map(|make| code.matches(make).count()).sum();
            let held = code
                .matches("redirect(reqwest::redirect::Policy::none())")
                .count();
            let known = CALLERS.contains(&source.path.as_str());
            let wrong = made > 0 && (!known || made != held);
            wrong
                .then(|| source.at(0, "a client"))
                .into_iter()
                .collect()
        },
    );
    let sources = super::sources("src");
    let makes = |caller: &&str| {
        sources.iter().any(|source| {
            source.path == **caller && source.lines.join("\n").contains("Client::builder(")
        })
    };
    let left: Vec<_> = CALLERS.iter().filter(|caller| !makes(caller)).collect();
    assert!(left.is_empty(), "these make no client any more: {left:?}");
}

#[test]
fn each_foreign_thing_has_one_home() {
    check("this belongs elsewhere", |source| {
        let mut broken = Vec::new();
        for (index, line) in source.program().iter().enumerate() {
            for (thing, homes) in HOMES {
                let at_home = homes.iter().any(|home| source.path.starts_with(home));
                if is_used(line, thing) && !at_home {
                    broken.push(source.at(index, line.trim()));
                }
            }
        }
        broken
    });
}

/// Whether the thing stands in the line as a word of its own.
fn is_used(line: &str, thing: &str) -> bool {
    let letter = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(thing).any(|(at, _)| {
        let end = &line[at + thing.len()..];
        let whole = !thing.ends_with(letter)
            || !end.starts_with(letter)
            || thing == "env::var"
            || thing == "env::args";
        !line[..at].ends_with(letter) && whole
    })
}

/// The core is the same everywhere and always: what it may use is a short list.
const CORE: [&str; 16] = [
    "super",
    "crate",
    "self",
    "std",
    "serde",
    "serde_json",
    "schemars",
    "jiff",
    "sha2",
    "hex",
    "markdown",
    "comrak",
    "pulldown_cmark",
    "serde_saphyr",
    "thiserror",
    "Self",
];

#[test]
fn the_core_uses_nothing_that_could_differ() {
    check("the core may not use this", |source| {
        if source.folder() != "domain" {
            return Vec::new();
        }
        let mut broken = Vec::new();
        for (index, line) in source.program().iter().enumerate() {
            let used = line.trim_start().strip_prefix("use ").map(name);
            if used.is_some_and(|name| {
                !CORE.contains(&name.as_str())
                    && name.starts_with(char::is_lowercase)
                    && !is_sibling(source, &name)
            }) {
                broken.push(source.at(index, line));
            }
            for foreign in [
                "async ",
                ".await",
                "std::net",
                "std::env",
                "std::fs",
                "std::thread",
                "std::process",
                "Instant",
            ] {
                if line.contains(foreign) {
                    broken.push(source.at(index, line));
                }
            }
        }
        broken
    });
}

/// `use fields::…` next to `mod fields;`.
fn is_sibling(source: &Source, name: &str) -> bool {
    let module = format!("mod {name};");
    source.code.iter().any(|line| line.contains(&module))
}
