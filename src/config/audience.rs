//! The sections `[[audience]]`.

use super::{ConfigError, Grant, Pattern, check::wrong, file::AudienceSection, layers::Layers};
use crate::domain::announcement::Audience;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

pub(super) fn check_audiences(
    layers: &Layers,
    sections: Vec<AudienceSection>,
) -> Result<Vec<Grant>, ConfigError> {
    let mut names = BTreeSet::new();
    let mut grants = Vec::new();
    for (index, section) in sections.into_iter().enumerate() {
        let grant = check_audience(section).map_err(|message| {
            ConfigError::new(
                layers.place("audience"),
                format!("audience {}: {message}", index + 1),
            )
        })?;
        if !names.insert(grant.audience.name.clone()) {
            return Err(wrong(
                layers,
                "audience",
                &format!("is there twice under the name `{}`", grant.audience.name),
            ));
        }
        grants.push(grant);
    }
    Ok(grants)
}

fn check_audience(section: AudienceSection) -> Result<Grant, String> {
    let name = section.name.trim().to_owned();
    if name.is_empty() {
        return Err("`name` is missing".to_owned());
    }
    if section.telegram.is_empty() && section.email.is_empty() {
        return Err(format!(
            "`{name}` has nobody in it: neither `telegram` nor `email`"
        ));
    }
    if let Some(address) = section.email.iter().find(|address| !is_address(address)) {
        return Err(format!(
            "`{}` is not a mail address",
            address.escape_debug()
        ));
    }
    let zone = section.zone.unwrap_or_else(|| "UTC".to_owned());
    if TimeZone::get(&zone).is_err() {
        return Err(format!(
            "`{zone}` is not a time zone such as `Europe/Berlin`"
        ));
    }
    if section.repositories.is_empty() {
        return Err(format!(
            "`{name}` is granted to no repository: `repositories` is missing"
        ));
    }
    let mut repositories = Vec::new();
    for text in &section.repositories {
        let pattern = Pattern::parse(text);
        repositories.push(
            pattern.ok_or_else(|| format!("`{text}` is not `owner/name`, `owner/*` or `*`"))?,
        );
    }
    let chats = section.telegram.into_iter().map(|entry| entry.0).collect();
    let audience = Audience {
        name,
        chats,
        emails: section.email,
        zone,
    };
    Ok(Grant {
        audience,
        repositories,
        installations: section.installations,
    })
}

/// One `@` with something on both sides and nothing that could end a header; the mail library judges the rest.
fn is_address(text: &str) -> bool {
    let clean = !text
        .chars()
        .any(|c| c.is_control() || c.is_whitespace() || c == ',');
    clean
        && text.split_once('@').is_some_and(|(local, host)| {
            !local.is_empty() && !host.is_empty() && !host.contains('@')
        })
}
