//! What holds a secret shows it in no form: not as `Debug`, not in the words of an error, not on the terminal.

use crate::support::secrets::holds_none;
use clap::Parser as _;
use rollcall::{
    cli::{Arguments, Terminal, run},
    config::Config,
    current::Current,
    github::{GithubApp, GithubConfig},
    notify::{Email, EmailConfig, EmailTls, Notifier, Telegram, TelegramConfig},
    store::{Sole, Store},
};
use secrecy::SecretString;
use std::{error::Error, ffi::OsString, fmt::Debug, fs, time::Duration};
use tokio::net::TcpListener;

const PEM: &str = include_str!("../fixtures/throwaway-test-key-pkcs1.pem");
/// Stands for every secret but the key.
const SECRET: &str = "4711:hunter2-6b86b273ff34fce19d6b804eff5a3f57";

#[track_caller]
fn hides(name: &str, shown: &str) {
    holds_none(name, shown.as_bytes(), "secret", SECRET);
    let line = PEM.lines().nth(3).expect("a line of the key");
    holds_none(name, shown.as_bytes(), "key", line);
}

#[track_caller]
fn holder(name: &str, value: &dyn Debug) {
    hides(name, &format!("{value:?}\n{value:#?}"));
}

#[track_caller]
fn error(name: &str, error: &(dyn Error + 'static)) {
    hides(name, &format!("{error}\n{}", rollcall::chain(error)));
    holder(name, &error);
}

/// Variables of a configuration in which everything secret is [`SECRET`], with some of them changed.
fn variables(changed: &[(&str, &str)]) -> Vec<(String, String)> {
    let database = format!("postgres://rollcall:{SECRET}@localhost/rollcall");
    let tokens = format!("[\"{SECRET}\"]");
    let usual = [
        ("DATABASE_URL", database.as_str()),
        ("GITHUB__APP_ID", "12345"),
        ("GITHUB__PRIVATE_KEY", PEM),
        ("GITHUB__WEBHOOK_SECRET", SECRET),
        ("EMAIL__HOST", "localhost"),
        ("EMAIL__TLS", "none"),
        ("EMAIL__FROM", "rollcall@acme.example"),
        ("EMAIL__USERNAME", "rollcall"),
        ("EMAIL__PASSWORD", SECRET),
        ("TELEGRAM__TOKEN", SECRET),
        ("API__TOKENS", tokens.as_str()),
    ];
    let kept = usual
        .iter()
        .filter(|(key, _)| changed.iter().all(|(other, _)| other != key));
    kept.chain(changed)
        .map(|(key, value)| (format!("ROLLCALL_{key}"), (*value).to_owned()))
        .collect()
}

fn github() -> GithubConfig {
    GithubConfig {
        api_url: "http://127.0.0.1:9".to_owned(),
        web_url: "https://github.com".to_owned(),
        app_id: 12_345,
        private_key: SecretString::from(PEM),
        slug: None,
        paced: false,
    }
}

#[tokio::test]
async fn nothing_that_holds_a_secret_shows_it_as_debug() {
    let config = Config::from_variables(variables(&[])).expect("a sound configuration");
    holder("the configuration", &config);
    let webhook = config.github.expect("GitHub").webhook_secrets;
    holder("the secrets in force", &Current::new(webhook));
    holder("the settings of GitHub", &github());
    holder("the App", &GithubApp::new(&github()).expect("an App"));
    let email = EmailConfig {
        host: "localhost".to_owned(),
        port: 25,
        tls: EmailTls::None,
        login: Some(("rollcall".to_owned(), SECRET.into())),
        from: "rollcall@acme.example".to_owned(),
        ca_file: None,
        timeout: Duration::from_secs(1),
    };
    holder("the settings of mail", &email);
    let telegram = TelegramConfig {
        token: SECRET.into(),
        api_url: "http://127.0.0.1:9/own".to_owned(),
        timeout: Duration::from_secs(1),
    };
    holder("the settings of Telegram", &telegram);
    let notifier = Notifier {
        email: Some(Email::new(email).expect("a mailer")),
        telegram: Some(Telegram::new(&telegram).expect("a bot")),
    };
    holder("the ways to people", &notifier);
    let order = [
        "rollcall",
        "new",
        "--repo",
        "a/b",
        "--component",
        "c 1..2",
        "--token",
        SECRET,
    ];
    let order = Arguments::try_parse_from(order).expect("a command line");
    holder("the command line", &order);
}

#[test]
fn no_mistake_in_the_environment_repeats_a_secret() {
    let broken = [
        ("DATABASE_URL", SECRET.to_owned()),
        (
            "DATABASE_URL",
            format!("mysql://rollcall:{SECRET}@localhost/rollcall"),
        ),
        ("DATABASE_URL", format!("[\"{SECRET}\"]")),
        ("GITHUB__PRIVATE_KEY", SECRET.to_owned()),
        ("GITHUB__PRIVATE_KEY_FILE", PEM.to_owned()),
        ("GITHUB__PRIVATE_KEY_FILE", PEM.replace("-----BEGIN", "")),
        (
            "GITHUB__WEBHOOK_SECRET",
            format!("{{ secret = \"{SECRET}\" }}"),
        ),
        (
            "GITHUB__API_URL",
            format!("https://rollcall:{SECRET}@ghe.example"),
        ),
        ("GITHUB__API_URL", format!("https://rollcall:{SECRET}@[ghe")),
        (
            "GITHUB__API_URL",
            format!("https://ghe.example/api?token={SECRET}"),
        ),
        ("TELEGRAM__API_URL", format!("ftp://localhost#{SECRET}")),
        ("TELEGRAM__TOKEN", format!("[\"{SECRET}\"]")),
        ("EMAIL__PASSWORD", format!("{{ is = \"{SECRET}\" }}")),
        ("API__TOKENS", format!("[\"{SECRET}\", 5]")),
        ("API__TOKENS", format!("[[\"{SECRET}\"]]")),
        ("API__TOKEN", SECRET.to_owned()),
    ];
    for (key, value) in broken {
        let refused = Config::from_variables(variables(&[(key, &value)]));
        let refused = refused.expect_err("it was taken");
        error(key, &refused);
        hides(key, &refused.hint.unwrap_or_default());
    }
}

#[test]
fn no_mistake_in_the_file_repeats_a_secret() {
    let broken = [
        format!("database_url = {SECRET}"),
        format!("database_url = \"mysql://a:{SECRET}@b/c\""),
        format!("database_url = {{ is = \"{SECRET}\" }}"),
        format!("[telegram]\ntoken = {SECRET}"),
        format!("[telegram]\ntoken = \"{SECRET}"),
        format!("[telegram]\ntoken = [\"{SECRET}\"]"),
        format!("[telegram]\ntoken = \"{SECRET}\"\ntoken = \"{SECRET}\""),
        format!("[telegram]\ntoken = \"{SECRET}\" \"\""),
        format!("[telegram]\nbot = \"{SECRET}\""),
        format!("[email]\npassword = '''{SECRET}"),
        format!("[api]\ntokens = {{ one = \"{SECRET}\" }}"),
        format!("[api]\ntokens = [\"{SECRET}\", 1]"),
        format!("[github]\nprivate_key = \"\"\"{PEM}"),
        format!("[github]\napp_id = 1\nwebhook_secret = \"{SECRET}\"\nprivate_key = \"{SECRET}\""),
    ];
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("rollcall.toml");
    for text in broken {
        fs::write(&path, &text).expect("a file");
        let refused = Config::load(Some(&path)).expect_err(&text);
        error(&text, &refused);
        let shown = on_terminal(&["--config", &path.display().to_string(), "serve"]);
        hides(&text, &shown);
        assert!(shown.starts_with("error: "), "{shown}");
    }
}

#[tokio::test]
async fn a_database_that_cannot_be_opened_is_named_without_its_password() {
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = silent.local_addr().expect("an address").port();
    tokio::spawn(async move { while silent.accept().await.is_ok() {} });
    for url in [
        SECRET.split_once(':').expect("two parts").1.to_owned(),
        format!("mysql://rollcall:{SECRET}@localhost/rollcall"),
        format!("postgres:{SECRET}"),
        format!("postgres://rollcall:{SECRET}@[localhost/rollcall"),
        format!("postgres://rollcall:{SECRET}@localhost:none/rollcall"),
        format!(
            "postgres://rollcall:hunter2-6b86b273ff34fce19d6b804eff5a3f57@127.0.0.1:{port}/rollcall"
        ),
        format!("postgres://127.0.0.1:{port}/rollcall?password={SECRET}&sslmode=perhaps"),
        format!("sqlite:/nowhere/{port}?password={SECRET}"),
    ] {
        let Err(refused) = Store::open(&url).await else {
            panic!("{url} was opened");
        };
        let shown = format!("{} {refused:?}", rollcall::chain(&refused));
        assert!(!shown.contains("hunter2"), "{shown}");
        drop(Sole::claim(&url).map_err(|refused| error(&url, &refused)));
    }
}

#[tokio::test]
async fn a_key_that_is_none_is_not_repeated() {
    let broken = PEM.replace("-----END", "-----FIN");
    for key in [SECRET, &broken, &PEM.replace('A', "B")] {
        let config = GithubConfig {
            private_key: SecretString::from(key),
            ..github()
        };
        error("a wrong key", &GithubApp::new(&config).expect_err("no key"));
        let app = GithubApp::new(&github()).expect("an App");
        let refused = app.replace_key(&SecretString::from(key)).await;
        error("a wrong next key", &refused.expect_err("no key"));
    }
    let app = GithubApp::new(&github()).expect("an App");
    let unreached = app.replace_key(&SecretString::from(PEM)).await;
    error("nobody to ask", &unreached.expect_err("nobody is there"));
}

/// What a command writes, taken together.
fn on_terminal(arguments: &[&str]) -> String {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut terminal = Terminal {
        input: &mut std::io::empty(),
        out: &mut out,
        err: &mut err,
    };
    let arguments = ["rollcall"].iter().chain(arguments).map(OsString::from);
    run(arguments, &mut terminal);
    out.extend(err);
    String::from_utf8(out).expect("text")
}

#[test]
fn an_order_that_fails_repeats_neither_token_nor_password() {
    for server in [
        "http://127.0.0.1:9",
        &format!("http://me:{SECRET}@127.0.0.1:9"),
    ] {
        let order = [
            "new",
            "--repo",
            "a/b",
            "--component",
            "c 1..2 d",
            "--server",
            server,
        ];
        let shown = on_terminal(&[&order[..], &["--token", SECRET]].concat());
        assert!(shown.contains("error: "), "{shown}");
        hides("the answer", &shown);
    }
    let help = on_terminal(&["new", "--help", "--token", SECRET]);
    assert!(help.contains("ROLLCALL_TOKEN"));
    hides("the help", &help);
}
