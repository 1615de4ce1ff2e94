//! The section `[email]`.

use super::{
    ConfigError, Email, Tls,
    check::{required, wrong},
    file::EmailSection,
    layers::Layers,
    secret::secret,
};
use std::net::IpAddr;

pub(super) fn check_email(
    layers: &Layers,
    section: EmailSection,
) -> Result<Option<Email>, ConfigError> {
    let password = secret(
        layers,
        "email.password",
        section.password,
        section.password_file.as_deref(),
    )?;
    let (host, from) = match (section.host, section.from) {
        (Some(host), Some(from)) => (host, from),
        (None, None) => return Ok(None),
        (Some(_), None) => {
            return Err(wrong(
                layers,
                "email.host",
                "is set, but `email.from` is missing",
            ));
        }
        (None, Some(_)) => {
            return Err(wrong(
                layers,
                "email.from",
                "is set, but `email.host` is missing",
            ));
        }
    };
    if !from.contains('@') || from.chars().any(char::is_control) {
        return Err(wrong(
            layers,
            "email.from",
            &format!("is not a mail address: `{}`", from.escape_debug()),
        )
        .hint("write `Rollcall <rollcall@example.com>`"));
    }
    let tls = required(layers, "email.tls", section.tls)?;
    if tls == Tls::None && !is_loopback(&host) {
        return Err(wrong(layers, "email.tls", &format!("is \"none\", but `{host}` is another machine: passwords and mails would be readable on the way"))
            .hint("use \"starttls\" or \"tls\""));
    }
    let login = match (section.username, password) {
        (Some(username), Some(password)) => Some((username, password)),
        (None, None) => None,
        (Some(_), None) => {
            return Err(wrong(
                layers,
                "email.username",
                "is set, but `email.password` is missing",
            ));
        }
        (None, Some(_)) => {
            return Err(wrong(
                layers,
                "email.password",
                "is set, but `email.username` is missing",
            ));
        }
    };
    let port = section.port.unwrap_or_else(|| tls.usual_port());
    Ok(Some(Email {
        host,
        port,
        tls,
        login,
        from,
        ca_file: section.ca_file,
    }))
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}
