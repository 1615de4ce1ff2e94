//! `rollcall new`: an order to a running server.

use super::{Hinted, Terminal, args::NewArguments, serve::begin_async};
use crate::{config::ConfigError, domain::fields::components, webhook::order};
use anyhow::{Context, bail};
use reqwest::{Client, RequestBuilder, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};
use std::time::Duration;

/// Between two questions after the issue.
const PAUSE: Duration = Duration::from_millis(300);
/// An answer that takes longer is none.
const PATIENCE: Duration = Duration::from_secs(30);

/// Orders a rollout, waits for its issue and prints the issue's address.
pub(super) fn order(arguments: &NewArguments, terminal: &mut Terminal<'_>) -> anyhow::Result<()> {
    let order = read(arguments)?;
    let token = check(arguments, &order)?;
    begin_async()?.block_on(send(arguments, (&order, token), terminal))
}

/// What the server would refuse too, before anything is sent. The answer is the token.
fn check<'a>(arguments: &'a NewArguments, order: &Value) -> Result<&'a SecretString, ConfigError> {
    let refused = order::parse(order.to_string().as_bytes()).err();
    let refused = refused.into_iter().flatten();
    let mut mistakes: Vec<ConfigError> = refused
        .map(|it| misused(format!("`{}` {}", flag(&it.field), it.message), None))
        .collect();
    if arguments.token.is_none() {
        let hint = "set the variable ROLLCALL_TOKEN to one of the server's `api.tokens`";
        mistakes.push(misused("`--token` is missing".to_owned(), Some(hint)));
    }
    let mut mistakes = mistakes.into_iter();
    match (mistakes.next(), &arguments.token) {
        (None, Some(token)) => Ok(token),
        (first, _) => {
            let mut first = first.unwrap_or_else(|| misused("it is incomplete".to_owned(), None));
            first.more = mistakes.collect();
            Err(first)
        }
    }
}

fn misused(message: String, hint: Option<&str>) -> ConfigError {
    ConfigError {
        place: "command line".to_owned(),
        message,
        hint: hint.map(str::to_owned),
        more: Vec::new(),
    }
}

/// The argument that a field of the order comes from.
fn flag(field: &str) -> String {
    match field {
        "repository" => "--repo".to_owned(),
        field if field.starts_with("components") => "--component".to_owned(),
        field => format!("--{}", field.replace('_', "-")),
    }
}

/// The order as JSON, in the words of `POST /api/rollouts`.
fn read(arguments: &NewArguments) -> anyhow::Result<Value> {
    let mut order = Map::new();
    let mut add = |key: &str, value: Option<&String>| {
        if let Some(value) = value {
            order.insert(key.to_owned(), value.as_str().into());
        }
    };
    add("repository", Some(&arguments.repo));
    add("purpose", arguments.purpose.as_ref());
    add("benefits", arguments.benefits.as_ref());
    add("impact", arguments.impact.as_ref());
    add("contact", arguments.contact.as_ref());
    add("rollback_plan", arguments.rollback_plan.as_ref());
    add("environment", arguments.environment.as_ref());
    add("template", arguments.template.as_ref());
    add("title", arguments.title.as_ref());
    add("key", arguments.key.as_ref());
    let mut components = Vec::new();
    for text in &arguments.components {
        let [component] = components::parse(text).try_into().map_err(|_| {
            let message = format!("`{text}` is not one component");
            Hinted::error(
                message,
                "write `--component \"api 1.4.1..1.4.2 security update\"`",
            )
        })?;
        let component: crate::domain::fields::Component = component;
        components.push(json!(component));
    }
    order.insert("components".to_owned(), components.into());
    Ok(order.into())
}

async fn send(
    arguments: &NewArguments,
    (order, token): (&Value, &SecretString),
    terminal: &mut Terminal<'_>,
) -> anyhow::Result<()> {
    let server = address(arguments)?;
    let client = client()?;
    let ask = |request: RequestBuilder| request.bearer_auth(token.expose_secret());
    let accepted = answer(
        server,
        ask(client.post(format!("{server}/api/rollouts")).json(order)),
    )
    .await?;
    let id = accepted["id"]
        .as_str()
        .context("the server did not name the rollout")?;
    writeln!(terminal.err, "{id} is ordered")?;
    let rounds =
        arguments.wait.saturating_mul(1000) / u64::try_from(PAUSE.as_millis()).unwrap_or(u64::MAX);
    let mut told = String::new();
    for round in 0..rounds {
        if round > 0 {
            pause().await;
        }
        let shown = answer(
            server,
            ask(client.get(format!("{server}/api/rollouts/{id}"))),
        )
        .await?;
        if let Some(issue) = shown["issue"].as_str() {
            super::print(terminal, &format!("{issue}\n"))?;
            return is_going_on(&shown);
        }
        let line = progress(&shown)?;
        if line != told {
            writeln!(terminal.err, "{line}")?;
            told = line;
        }
    }
    if arguments.wait == 0 {
        return super::print(terminal, &format!("{id}\n"));
    }
    let message = format!("{id} has no issue after {} seconds", arguments.wait);
    Err(Hinted::error(
        message,
        "the same command again waits for the same rollout",
    ))
}

/// The server's address, to which paths are added.
fn address(arguments: &NewArguments) -> anyhow::Result<&str> {
    let server = arguments.server.trim_end_matches('/');
    if server.contains('@') {
        // Not repeated: it may be a password.
        let message = "`--server` must not hold a user name or a password";
        return Err(Hinted::error(message, "`--token` says who you are"));
    }
    Ok(server)
}

/// The same order again finds the rollout that it led to, which may be over by now.
fn is_going_on(shown: &Value) -> anyhow::Result<()> {
    if shown["state"] != "closed" {
        return Ok(());
    }
    let end = shown["end"].as_str().unwrap_or("over").replace('_', " ");
    let message = format!("this order was made before, and its rollout is {end}");
    Err(Hinted::error(
        message,
        "`--key` with a new word orders another",
    ))
}

fn client() -> anyhow::Result<Client> {
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(PATIENCE)
        .build()
        .context("no HTTP client can be made")
}

/// What is told while there is no issue.
fn progress(shown: &Value) -> anyhow::Result<String> {
    let reason = shown["reason"].as_str().unwrap_or_default();
    match shown["state"].as_str().unwrap_or_default() {
        "refused" => bail!("the order is refused: {reason}"),
        "waiting" if !reason.is_empty() => Ok(format!("waiting to be handled: {reason}")),
        "waiting" => Ok("waiting to be handled".to_owned()),
        _ => Ok("the issue is being written".to_owned()),
    }
}

async fn answer(server: &str, request: RequestBuilder) -> anyhow::Result<Value> {
    let answer = request.send().await.map_err(|error| {
        let message = format!(
            "{server} cannot be reached: {}",
            crate::chain(&error.without_url())
        );
        Hinted::error(
            message,
            "is `rollcall serve` running there? `--server` says where it is",
        )
    })?;
    let status = answer.status();
    let body: Value = answer.json().await.unwrap_or_default();
    if status.is_success() {
        return Ok(body);
    }
    let message = body["message"].as_str();
    let mut lines = vec![
        message
            .unwrap_or("that is no answer of Rollcall")
            .to_owned(),
    ];
    for field in body["fields"].as_array().into_iter().flatten() {
        let text = |key: &str| field[key].as_str().unwrap_or_default();
        lines.push(format!("  `{}` {}", text("field"), text("message")));
    }
    let message = lines.join("\n");
    if status == StatusCode::UNAUTHORIZED {
        return Err(Hinted::error(
            message,
            "`--token` or ROLLCALL_TOKEN must be one of the server's `api.tokens`",
        ));
    }
    bail!("{server} answered {status}: {message}")
}

#[expect(
    clippy::disallowed_methods,
    reason = "a person waits in front of the terminal"
)]
async fn pause() {
    tokio::time::sleep(PAUSE).await;
}
