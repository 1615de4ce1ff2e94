//! Secrets: from their key, or from the file that the twin of the key names.

use super::{ConfigError, check::wrong, layers::Layers, values::Secrets};
use secrecy::{ExposeSecret, SecretString};
use std::{io::ErrorKind, path::Path};

/// A secret from its key, or from the file that its twin names (without the line end that editors leave).
pub(super) fn secret(
    layers: &Layers,
    key: &str,
    value: Option<SecretString>,
    file: Option<&Path>,
) -> Result<Option<SecretString>, ConfigError> {
    let value = match (value, file) {
        (Some(_), Some(_)) => {
            return Err(
                wrong(layers, key, &format!("and `{key}_file` are both set"))
                    .hint("keep one of them"),
            );
        }
        (None, Some(path)) => Some(read(layers, key, path)?.trim_end().into()),
        (value, None) => value,
    };
    match value {
        Some(value) if value.expose_secret().trim().is_empty() => {
            Err(wrong(layers, key, "is empty"))
        }
        value => Ok(value),
    }
}

/// As [`secret`], for keys that may hold several; a file holds one on each line.
pub(super) fn secrets(
    layers: &Layers,
    key: &str,
    value: Option<Secrets>,
    file: Option<&Path>,
) -> Result<Vec<SecretString>, ConfigError> {
    let secrets = match (value, file) {
        (Some(_), Some(_)) => {
            return Err(
                wrong(layers, key, &format!("and `{key}_file` are both set"))
                    .hint("keep one of them"),
            );
        }
        (None, Some(path)) => {
            let text = read(layers, key, path)?;
            text.lines()
                .map(str::trim)
                .filter(|line| !line.is_empty())
                .map(SecretString::from)
                .collect()
        }
        (Some(Secrets(secrets)), None) => secrets,
        (None, None) => return Ok(Vec::new()),
    };
    let blank = secrets
        .iter()
        .any(|secret| secret.expose_secret().trim().is_empty());
    if secrets.is_empty() || blank {
        return Err(wrong(layers, key, "is empty"));
    }
    Ok(secrets)
}

fn read(layers: &Layers, key: &str, path: &Path) -> Result<String, ConfigError> {
    let place = layers.place(&format!("{key}_file"));
    let written = path.to_string_lossy();
    if written.contains('\n') || written.contains("-----BEGIN") {
        let message = format!("`{key}_file` holds the secret itself, not the name of a file");
        return Err(ConfigError::new(place, message).hint(format!("write it to `{key}`")));
    }
    std::fs::read_to_string(path).map_err(|error| {
        let message = format!(
            "`{key}_file` names `{}`, which cannot be read: {error}",
            path.display()
        );
        let hint = match error.kind() {
            ErrorKind::PermissionDenied => "let the user that Rollcall runs as read it",
            ErrorKind::NotFound => {
                "a path that does not begin with `/` is taken from the folder in which Rollcall was started"
            }
            _ => "it must be a file of text",
        };
        ConfigError::new(place, message).hint(hint)
    })
}
