//! The section `[email]`.

use super::{
    ConfigError, Email, Tls,
    check::{required, wrong},
    file::EmailSection,
    is_loopback,
    layers::Layers,
    secret::secret,
};

pub(super) fn check_email(
    layers: &Layers,
    section: EmailSection,
) -> Result<Option<Email>, ConfigError> {
    let without = |key: &str, missing: &str| {
        wrong(layers, key, &format!("is set, but `{missing}` is missing"))
    };
    let file = section.password_file.as_deref();
    let password = secret(layers, "email.password", section.password, file)?;
    let (host, from) = match (section.host, section.from) {
        (Some(host), Some(from)) => (host, from),
        (None, None) => return Ok(None),
        (Some(_), None) => return Err(without("email.host", "email.from")),
        (None, Some(_)) => return Err(without("email.from", "email.host")),
    };
    let login = match (section.username, password) {
        (Some(username), Some(password)) => Some((username, password)),
        (None, None) => None,
        (Some(_), None) => return Err(without("email.username", "email.password")),
        (None, Some(_)) => return Err(without("email.password", "email.username")),
    };
    let tls = required(layers, "email.tls", section.tls)?;
    check_sender(layers, &from)?;
    check_tls(layers, tls, &host)?;
    Ok(Some(Email {
        port: section.port.unwrap_or_else(|| tls.usual_port()),
        host,
        tls,
        login,
        from,
        ca_file: section.ca_file,
    }))
}

fn check_sender(layers: &Layers, from: &str) -> Result<(), ConfigError> {
    if from.contains('@') && !from.chars().any(char::is_control) {
        return Ok(());
    }
    let message = format!("is not a mail address: `{}`", from.escape_debug());
    Err(wrong(layers, "email.from", &message).hint("write `Rollcall <rollcall@example.com>`"))
}

/// Without TLS, mail goes no further than this machine.
fn check_tls(layers: &Layers, tls: Tls, host: &str) -> Result<(), ConfigError> {
    if tls != Tls::None || is_loopback(host) {
        return Ok(());
    }
    let message = format!(
        "is \"none\", but `{host}` is another machine: passwords and mails would be readable on the way"
    );
    Err(wrong(layers, "email.tls", &message).hint("use \"starttls\" or \"tls\""))
}
