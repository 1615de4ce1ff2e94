use super::*;
use crate::domain::ids::{InstallationId, Repository, RepositoryId};
use secrecy::ExposeSecret;
use std::collections::BTreeSet;

const PEM: &str = "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----\n";

/// Loads a file with this text (none when empty) and these variables; the answer of a refusal is its words with the folder taken out.
fn check(text: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("rollcall.toml");
    std::fs::write(&path, text).expect("the folder is writable");
    std::fs::write(folder.path().join("key.pem"), PEM).expect("the folder is writable");
    let here = format!("{}/", folder.path().display());
    let variables = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.replace("./", &here)));
    let text = text.replace("./", &here);
    std::fs::write(&path, text).expect("the folder is writable");
    Config::from_layers(Some(&path), variables).map_err(|first| {
        let told = std::iter::once(&first).chain(&first.more).map(|error| {
            let hint = error.hint.as_ref();
            let hint = hint.map_or_else(String::new, |hint| format!("\nhint: {hint}"));
            format!("{error}{hint}").replace(&here, "./")
        });
        told.collect::<Vec<_>>().join("\n")
    })
}

pub(super) fn refused(text: &str, variables: &[(&str, &str)]) -> String {
    check(text, variables).expect_err("the configuration was taken")
}

#[test]
fn every_mistake_of_a_half_written_file_is_told_at_once() {
    let text = "[github]\napp_id = 7\nbase_url = \"http://ghe.example\"\n[api]\ntokens = [\"short\"]\n[email]\nhost = \"mail\"\n[[audience]]\nname = \"a\"\n";
    insta::assert_snapshot!(refused(text, &[]), @"
    configuration: `github.private_key` is missing
    hint: set `github.private_key_file` to the PEM file that GitHub let you download
    configuration: `github.webhook_secret` is missing
    hint: without it anybody could post webhooks; set the same secret on the App's settings page
    ./rollcall.toml: `github.base_url` is `http://ghe.example/`: the App's tokens would be readable on the way
    hint: use `https://`
    ./rollcall.toml: `email.host` is set, but `email.from` is missing
    ./rollcall.toml: `api.tokens` holds a token of fewer than 16 characters
    hint: `openssl rand -hex 32` makes a good one
    ./rollcall.toml: audience 1: `a` has nobody in it: neither `telegram` nor `email`
    ");
}

#[test]
fn without_a_file_the_example_holds() {
    let config = Config::from_layers(None, []).expect("the example is sound");
    assert_eq!(config.listen.to_string(), "127.0.0.1:8787");
    assert_eq!(
        config.database_url.expose_secret(),
        "sqlite:rollcall.sqlite"
    );
    assert_eq!(config.log.format, LogFormat::Text);
    assert_eq!(config.limits.body_bytes, 25 * 1024 * 1024);
    assert!(config.github.is_none() && config.email.is_none() && config.telegram.is_none());
    assert!(config.audiences.is_empty() && config.api_tokens.is_empty());
}

/// Every line that is commented out in the example is taken when its `# ` is removed, and no key is left without a line.
#[test]
fn the_example_shows_every_key_as_it_is_written() {
    let mut shown = BTreeSet::new();
    let mut section = String::new();
    for line in EXAMPLE.lines() {
        let line = line.strip_prefix("# ").unwrap_or(line);
        if line.starts_with('[') {
            section = line.trim_matches(['[', ']']).to_owned();
        } else if let Some((key, _)) = line.split_once(" = ").filter(|(key, _)| !key.contains(' '))
        {
            let header = match section.as_str() {
                "" => String::new(),
                "audience" => "[[audience]]\n".to_owned(),
                name => format!("[{name}]\n"),
            };
            let text = format!("{header}{line}\n");
            let taken = toml::from_str::<file::File>(&text);
            assert!(taken.is_ok(), "{line}: {taken:?}");
            shown.insert(format!("{section}.{key}"));
        }
    }
    let mut known = BTreeSet::new();
    for section in [
        "", "log", "github", "email", "telegram", "api", "limits", "audience",
    ] {
        let header = if section.is_empty() {
            ""
        } else {
            &format!("[{section}]\n")
        };
        let header = header.replace("[audience]", "[[audience]]");
        let refusal = toml::from_str::<file::File>(&format!("{header}nothing_is_called_so = 1\n"))
            .expect_err("the key was taken");
        let names = refusal.message().split('`').skip(3).step_by(2);
        known.extend(names.map(|name| format!("{section}.{name}")));
    }
    let sections = [
        ".log",
        ".github",
        ".email",
        ".telegram",
        ".api",
        ".limits",
        ".audience",
    ];
    let missing: Vec<_> = known
        .difference(&shown)
        .filter(|key| !sections.contains(&key.as_str()))
        .collect();
    assert!(missing.is_empty(), "not in the example: {missing:?}");
}

#[test]
fn what_does_not_go_together_is_refused() {
    let app = format!("[github]\napp_id = 1\nprivate_key = '''{PEM}'''\n");
    insta::assert_snapshot!(refused(&app, &[]), @"
    configuration: `github.webhook_secret` is missing
    hint: without it anybody could post webhooks; set the same secret on the App's settings page
    ");
    insta::assert_snapshot!(refused("[github]\nwebhook_secret = \"s\"\n", &[]), @"
    ./rollcall.toml: `github.webhook_secret` is set, but `github.app_id` is missing
    hint: the App's settings page on GitHub shows its number
    ");
    insta::assert_snapshot!(refused("[github]\napp_id = 1\nwebhook_secret = \"s\"\nprivate_key = \"key.pem\"\n", &[]), @"
    ./rollcall.toml: `github.private_key` is not a PEM private key
    hint: it begins with `-----BEGIN RSA PRIVATE KEY-----`; a path belongs into `github.private_key_file`
    ");
    insta::assert_snapshot!(refused("[github]\napp_id = 1\nwebhook_secret = \"s\"\nprivate_key_file = \"./none.pem\"\n", &[]), @"
    ./rollcall.toml: `github.private_key_file` names `./none.pem`, which cannot be read: No such file or directory (os error 2)
    hint: a path that does not begin with `/` is taken from the folder in which Rollcall was started
    ");
    insta::assert_snapshot!(refused("[email]\nhost = \"smtp.example.com\"\nfrom = \"a@example.com\"\ntls = \"none\"\n", &[]), @r#"
    ./rollcall.toml: `email.tls` is "none", but `smtp.example.com` is another machine: passwords and mails would be readable on the way
    hint: use "starttls" or "tls"
    "#);
    insta::assert_snapshot!(refused("[email]\nhost = \"smtp.example.com\"\n", &[]), @"./rollcall.toml: `email.host` is set, but `email.from` is missing");
    insta::assert_snapshot!(refused("[api]\ntokens = \"short\"\n", &[]), @"
    ./rollcall.toml: `api.tokens` holds a token of fewer than 16 characters
    hint: `openssl rand -hex 32` makes a good one
    ");
    insta::assert_snapshot!(refused("database_url = \"mysql://host\"\n", &[]), @"
    ./rollcall.toml: `database_url` is neither a SQLite file nor a PostgreSQL server
    hint: write `sqlite:rollcall.sqlite` or `postgres://user:password@host/database`
    ");
    insta::assert_snapshot!(refused("[limits]\nbody_bytes = 0\n", &[]), @"./rollcall.toml: `limits.body_bytes` must be greater than zero");
    insta::assert_snapshot!(refused("[telegram]\ntoken = \"a\"\ntoken_file = \"b\"\n", &[]), @"
    ./rollcall.toml: `telegram.token` and `telegram.token_file` are both set
    hint: keep one of them
    ");
}

#[test]
fn an_audience_names_somebody_a_zone_and_its_repositories() {
    let audience =
        |lines: &str| refused(&format!("[[audience]]\nname = \"customers\"\n{lines}"), &[]);
    insta::assert_snapshot!(audience("repositories = [\"acme/*\"]\n"), @"./rollcall.toml: audience 1: `customers` has nobody in it: neither `telegram` nor `email`");
    insta::assert_snapshot!(audience("email = [\"a@example.com\"]\n"), @"./rollcall.toml: audience 1: `customers` is granted to no repository: `repositories` is missing");
    insta::assert_snapshot!(audience("email = [\"a@example.com\"]\nrepositories = [\"acme\"]\n"), @"./rollcall.toml: audience 1: `acme` is not `owner/name`, `owner/*` or `*`");
    insta::assert_snapshot!(audience("email = [\"a@b\\r\\nBcc: c@d\"]\nrepositories = [\"acme/*\"]\n"), @r#"./rollcall.toml: audience 1: `a@b\r\nBcc: c@d` is not a mail address"#);
    insta::assert_snapshot!(audience("email = [\"a@example.com\"]\nrepositories = [\"acme/*\"]\nzone = \"Berlin\"\n"), @"./rollcall.toml: audience 1: `Berlin` is not a time zone such as `Europe/Berlin`");
}

#[test]
fn a_secret_is_never_repeated() {
    let told = refused("[telegram]\ntoken = 123456789\n", &[]);
    assert_eq!(
        told,
        "./rollcall.toml:2:9: `token` must be a text in quotes"
    );
    let config = check(
        "database_url = \"postgres://rollcall:hunter2@localhost/rollcall\"\n[api]\ntokens = \"correct-horse-battery\"\n[telegram]\ntoken = \"42:hunter3\"\n",
        &[],
    )
    .expect("sound");
    let shown = format!("{config:?}");
    assert!(
        !shown.contains("hunter") && !shown.contains("horse"),
        "{shown}"
    );
}

#[test]
fn the_environment_wins_over_the_file() {
    let config = check(
        "listen = \"127.0.0.1:1\"\n[github]\napp_id = 1\nprivate_key_file = \"./absent.pem\"\nwebhook_secret = \"old\"\n",
        &[
            ("ROLLCALL_LISTEN", "127.0.0.1:2"),
            ("ROLLCALL_GITHUB__APP_ID", "4711"),
            ("ROLLCALL_GITHUB__PRIVATE_KEY_FILE", "./key.pem"),
            ("ROLLCALL_GITHUB__WEBHOOK_SECRET", "[\"new\", \"old\"]"),
            ("ROLLCALL_GITHUB__BASE_URL", "https://ghe.example.com"),
            ("ROLLCALL_TELEGRAM__TOKEN", "12345"),
            ("ROLLCALL_AUDIENCE", "[{ name = \"all\", repositories = [\"*\"], telegram = [-1001, \"@news\", { chat = -5, thread = 7 }] }]"),
        ],
    )
    .expect("sound");
    assert_eq!(config.listen.port(), 2);
    let github = config.github.as_ref().expect("the App is set up");
    assert_eq!((github.app_id, github.webhook_secrets.len()), (4711, 2));
    assert_eq!(github.private_key.expose_secret(), PEM.trim_end());
    assert_eq!(github.api_url.as_str(), "https://ghe.example.com/api/v3");
    assert_eq!(
        config
            .telegram
            .as_ref()
            .expect("the bot is set up")
            .token
            .expose_secret(),
        "12345"
    );
    let chats: Vec<_> = config.audiences[0]
        .audience
        .chats
        .iter()
        .cloned()
        .map(|chat| (chat.id, chat.thread))
        .collect();
    let expected = [("-1001", None), ("@news", None), ("-5", Some(7))];
    assert_eq!(chats, expected.map(|(id, thread)| (id.to_owned(), thread)));
}

#[test]
fn a_secret_in_the_environment_replaces_the_file_that_the_configuration_names() {
    let config = check(
        "[telegram]\ntoken_file = \"./absent\"\n",
        &[("ROLLCALL_TELEGRAM__TOKEN", "1:a")],
    )
    .expect("sound");
    assert_eq!(
        config.telegram.expect("set up").token.expose_secret(),
        "1:a"
    );
}

#[test]
fn variables_of_the_command_line_and_of_kubernetes_are_not_keys() {
    let variables = [
        ("ROLLCALL_CONFIG", "x"),
        ("ROLLCALL_TOKEN", "x"),
        ("ROLLCALL_PORT", "tcp://10.0.0.1:8787"),
        ("ROLLCALL_PORT_8787_TCP_ADDR", "10.0.0.1"),
        ("ROLLCALL_SERVICE_HOST", "10.0.0.1"),
    ];
    assert!(check("", &variables).is_ok());
}

#[test]
fn an_audience_is_for_the_repositories_it_is_granted_to() {
    let config = check(
        "[[audience]]\nname = \"a\"\nrepositories = [\"acme/*\"]\nemail = [\"a@example.com\"]\n\
         [[audience]]\nname = \"b\"\nrepositories = [\"other/shop\"]\nemail = [\"b@example.com\"]\n\
         [[audience]]\nname = \"c\"\nrepositories = [\"acme/*\"]\ninstallations = [7]\nemail = [\"c@example.com\"]\n",
        &[],
    )
    .expect("sound");
    let names = |owner: &str, installation: u64| {
        let place = Place {
            installation: InstallationId(installation),
            repository: Repository {
                id: RepositoryId(1),
                owner: owner.into(),
                name: "shop".into(),
            },
            issue: None,
        };
        let granted = config.audiences.iter().filter(|grant| grant.covers(&place));
        granted
            .map(|grant| grant.audience.name.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(names("acme", 7), ["a", "c"]);
    // Somebody else took the name `acme` after its owner had given it up.
    assert_eq!(names("ACME", 8), ["a"]);
    assert_eq!(names("other", 7), ["b"]);
    assert!(names("third", 7).is_empty());
}

/// What is doubtful about a sound configuration, its files readable by everybody or not.
fn advised(text: &str, mode: u32) -> Vec<String> {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("rollcall.toml");
    let text = format!("database_url = \"postgres://db/rollcall\"\n{text}");
    std::fs::write(&path, text).expect("the folder is writable");
    let mode = std::fs::Permissions::from_mode(mode);
    std::fs::set_permissions(&path, mode).expect("the file is ours");
    let config = Config::from_layers(Some(&path), []).expect("sound");
    let here = format!("{}/", folder.path().display());
    let advice = config.advice().into_iter();
    advice
        .map(|advice| advice.message.replace(&here, "./"))
        .collect()
}

#[test]
fn what_an_operator_may_have_meant_otherwise_is_said() {
    let github = format!("[github]\napp_id = 1\nprivate_key = \"\"\"{PEM}\"\"\"\n");
    let sound = format!("{github}webhook_secret = \"0123456789abcdef0123\"\n");
    assert_eq!(advised(&sound, 0o600), Vec::<String>::new());
    assert_eq!(advised(&sound, 0o640), Vec::<String>::new());
    assert_eq!(
        advised(&sound, 0o644),
        ["everybody on this machine can read `./rollcall.toml`"]
    );
    let doubtful = format!(
        "public_url = \"http://rollcall.example.com\"\n[log]\nlevel = \"info,rollcall=trace\"\n\
         [api]\ntokens = \"a-token-of-length\"\n{github}webhook_secret = [\"short\", \"a-token-of-length\", \"third-0123456789-012\"]\n\
         [telegram]\ntoken = \"1:a\"\napi_url = \"http://bots.example.com\"\n\
         [[audience]]\nname = \"all\"\nrepositories = [\"*\"]\nemail = [\"a@example.com\"]\n"
    );
    insta::assert_snapshot!(advised(&doubtful, 0o600).join("\n"), @"
    `github.webhook_secret` has fewer than 20 characters
    `github.webhook_secret` holds 3 secrets
    `github.webhook_secret` is used as another secret too
    `telegram.api_url` is `http://bots.example.com/`: what goes there can be read and changed on the way
    `public_url` is `http://rollcall.example.com/`: what goes there can be read and changed on the way
    audience `all` is granted to `*`: to every organisation that installs the App
    audience `all` has mail addresses, but `[email]` is not set up: nobody is told there
    `log.level` is `info,rollcall=trace`
    ");
}

#[test]
fn tokens_do_not_leave_the_machine_in_the_clear() {
    let github = format!(
        "[github]\napp_id = 1\nwebhook_secret = \"0123456789abcdef0123\"\nprivate_key = \"\"\"{PEM}\"\"\"\n"
    );
    for (key, url) in [
        ("base_url", "http://github.acme.example"),
        ("api_url", "http://10.0.0.1/api/v3"),
    ] {
        let refused = refused(&format!("{github}{key} = \"{url}\"\n"), &[]);
        assert!(
            refused.contains("would be readable on the way"),
            "{refused}"
        );
    }
    for url in [
        "http://127.0.0.1:4000",
        "http://[::1]:4000",
        "http://localhost:4000",
    ] {
        assert!(
            check(&format!("{github}api_url = \"{url}\"\n"), &[]).is_ok(),
            "{url}"
        );
    }
    let refused = refused("public_url = \"https://me:my-password@example.com\"\n", &[]);
    assert!(!refused.contains("my-password"), "{refused}");
}

#[test]
fn webhooks_are_taken_from_anywhere_unless_the_operator_limits_it() {
    let app = "[github]\napp_id = 1\nprivate_key = \"-----BEGIN\"\nwebhook_secret = \"s\"\n";
    insta::assert_snapshot!(refused(&format!("{app}webhook_from = [\"github\", \"10.0.0.0/40\"]\n"), &[]), @"
    ./rollcall.toml: `github.webhook_from` is wrong: `10.0.0.0/40` is not a network like `140.82.112.0/20`
    hint: `github` stands for the networks that GitHub publishes
    ");
    insta::assert_snapshot!(refused(&format!("{app}client_address_header = \"x-forwarded-for\"\n"), &[]), @"./rollcall.toml: `github.client_address_header` is set, but `github.webhook_from` is not");
    insta::assert_snapshot!(refused(&format!("{app}webhook_from = \"github\"\nclient_address_header = \"no header\"\n"), &[]), @"./rollcall.toml: `github.client_address_header` is not the name of a header");
}
