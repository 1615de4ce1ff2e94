//! What an operator reads of a key or a value that cannot be taken.

use super::tests::refused;

#[test]
fn an_unknown_key_is_refused_with_its_place_and_the_word_that_was_meant() {
    insta::assert_snapshot!(refused("[github]\napp_id = 1\nwebhok_secret = \"s\"\n", &[]), @"
    ./rollcall.toml:3:1: unknown key `webhok_secret`
    hint: did you mean `webhook_secret`?
    ");
    insta::assert_snapshot!(refused("listen = \"127.0.0.1:1\"\n[extra]\n", &[]), @"
    ./rollcall.toml:2:2: unknown key `extra`
    hint: known here: listen, public_url, database_url, database_url_file, log, github, email, telegram, api, limits, audience
    ");
    insta::assert_snapshot!(refused("", &[("ROLLCALL_LITSEN", "127.0.0.1:1")]), @"
    environment variable ROLLCALL_LITSEN: unknown key `litsen`
    hint: did you mean `listen`?
    ");
    insta::assert_snapshot!(refused("[[audience]]\nname = \"a\"\nmails = []\n", &[]), @"
    ./rollcall.toml:3:1: unknown key `mails`
    hint: did you mean `email`?
    ");
}

#[test]
fn a_value_of_the_wrong_kind_is_refused_with_its_place() {
    insta::assert_snapshot!(refused("listen = \"everywhere\"\n", &[]), @"./rollcall.toml:1:10: `everywhere` is not an address and a port such as `127.0.0.1:8787`");
    insta::assert_snapshot!(refused("listen = [\n", &[]), @"./rollcall.toml:1:11: unclosed array, expected `]`");
    insta::assert_snapshot!(refused("", &[("ROLLCALL_GITHUB__APP_ID", "mine")]), @r#"environment variable ROLLCALL_GITHUB__APP_ID: invalid type: string "mine", expected a whole number"#);
    insta::assert_snapshot!(refused("[email]\ntls = \"ssl\"\n", &[]), @r#"
    ./rollcall.toml:2:7: `tls` cannot be "ssl"
    hint: write "starttls" or "tls" or "none"
    "#);
    insta::assert_snapshot!(refused("[[audience]]\ntelegram = [\"customers\"]\n", &[]), @"./rollcall.toml:2:13: `customers` is neither the number of a chat nor an `@channel`");
    insta::assert_snapshot!(refused("public_url = \"rollcall.example.com\"\n", &[]), @"./rollcall.toml:1:14: `rollcall.example.com` is not an address: relative URL without a base");
}

#[test]
fn a_section_is_not_a_value() {
    insta::assert_snapshot!(refused("", &[("ROLLCALL_GITHUB", "5")]), @"
    environment variable ROLLCALL_GITHUB: `github` is a section with keys of its own
    hint: name the key behind two underscores: `ROLLCALL_GITHUB__APP_ID`
    ");
    insta::assert_snapshot!(refused("", &[("ROLLCALL_EMAIL", "smtp.example.com")]), @"
    environment variable ROLLCALL_EMAIL: `email` is a section with keys of its own
    hint: name the key behind two underscores: `ROLLCALL_EMAIL__HOST`
    ");
    insta::assert_snapshot!(refused("github = 5\n", &[]), @"
    ./rollcall.toml:1:10: `github` is a section with keys of its own
    hint: write `[github]` on a line of its own, and its keys below
    ");
}

#[test]
fn audiences_are_several_sections() {
    let hint = "hint: write `[[audience]]` above the keys of each; in the environment `[{ name = \"customers\", … }]`";
    for (text, variables) in [
        ("audience = 5\n", vec![]),
        ("[audience]\nname = \"customers\"\n", vec![]),
        ("", vec![("ROLLCALL_AUDIENCE", "customers")]),
        ("", vec![("ROLLCALL_AUDIENCE", "[\"customers\"]")]),
    ] {
        let told = refused(text, &variables);
        let (what, way) = told.split_once('\n').expect("a hint");
        assert!(
            what.ends_with(": `audience` is a list of sections"),
            "{told}"
        );
        assert_eq!(way, hint);
    }
}

#[test]
fn a_word_that_is_none_of_those_known_is_named_with_its_key() {
    insta::assert_snapshot!(refused("[log]\nformat = \"xml\"\n", &[]), @r#"
    ./rollcall.toml:2:10: `format` cannot be "xml"
    hint: write "text" or "json"
    "#);
    insta::assert_snapshot!(refused("", &[("ROLLCALL_EMAIL__TLS", "ssl")]), @r#"
    environment variable ROLLCALL_EMAIL__TLS: `email.tls` cannot be "ssl"
    hint: write "starttls" or "tls" or "none"
    "#);
}

#[test]
fn no_words_of_rust_reach_the_operator() {
    for (text, variables) in [
        ("log = 1\n", vec![]),
        ("[limits]\nbody_bytes = \"x\"\n", vec![]),
        ("[limits]\nkeep_bodies_days = -1\n", vec![]),
        ("[email]\nport = 99999\n", vec![]),
        ("[email]\nport = 1.5\n", vec![]),
        ("[email]\nhost = 5\n", vec![]),
        ("[email]\nca_file = 5\n", vec![]),
        ("audience = 5\n", vec![]),
        ("[audience]\nname = \"a\"\n", vec![]),
        ("[[audience]]\nemail = \"a@example.com\"\n", vec![]),
        ("[[audience]]\ninstallations = [\"x\"]\n", vec![]),
        ("", vec![("ROLLCALL_AUDIENCE", "5")]),
        ("", vec![("ROLLCALL_AUDIENCE", "[5]")]),
        ("", vec![("ROLLCALL_LIMITS__REQUEST_SECONDS", "1s")]),
        ("", vec![("ROLLCALL_EMAIL__PORT", "ssl")]),
        ("", vec![("ROLLCALL_LOG__FORMAT__X", "y")]),
    ] {
        let told = refused(text, &variables);
        for word in [
            "struct", "Section", "u64", "u32", "u16", "usize", "sequence", "variant", "a string",
            "enum",
        ] {
            let told = told.replace("invalid type: string", "");
            assert!(!told.contains(word), "{text}{variables:?}: {told}");
        }
    }
}
