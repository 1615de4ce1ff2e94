//! Layers of configuration, the later ones winning: the built-in example, the operator's file, the environment.

use super::{
    ConfigError,
    explain::{explain, is_section, names},
    file::File,
};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::{Table, Value};

/// What all variables of the environment that mean Rollcall begin with.
const PREFIX: &str = "ROLLCALL_";
/// Variables of the command line, which are no keys of the file.
const COMMAND_LINE: [&str; 3] = ["ROLLCALL_CONFIG", "ROLLCALL_SERVER", "ROLLCALL_TOKEN"];
/// Kubernetes sets such variables in every pod beside a Service called `rollcall`.
const KUBERNETES: [&str; 2] = ["ROLLCALL_PORT", "ROLLCALL_SERVICE_"];

/// The merged layers, and where each key came from.
#[derive(Default)]
pub(super) struct Layers {
    table: Table,
    places: BTreeMap<String, String>,
}

impl Layers {
    /// Adds a file's text; `name` is what the operator knows the file as.
    pub(super) fn add_file(&mut self, name: &str, text: &str) -> Result<(), ConfigError> {
        toml::from_str::<File>(text).map_err(|error| mistake_in_file(name, text, &error))?;
        let table = text
            .parse::<Table>()
            .map_err(|error| mistake_in_file(name, text, &error))?;
        self.add(table, &|_| name.to_owned());
        Ok(())
    }

    /// Adds the variables of the environment that begin with `ROLLCALL_`.
    pub(super) fn add_environment(
        &mut self,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<(), ConfigError> {
        let mut layer = Table::new();
        for (name, value) in variables {
            if is_configuration(&name) {
                merge(&mut layer, read_variable(&name, &value)?);
            }
        }
        self.add(layer, &|key| {
            let name = key.replace('.', "__").to_uppercase();
            format!("environment variable {PREFIX}{name}")
        });
        Ok(())
    }

    /// Where a key such as `email.tls` was set; the configuration as a whole when it was set nowhere.
    pub(super) fn place(&self, key: &str) -> String {
        self.places
            .get(key)
            .map_or_else(|| "configuration".to_owned(), Clone::clone)
    }

    /// The merged file.
    pub(super) fn file(&self) -> Result<File, ConfigError> {
        File::deserialize(self.table.clone())
            .map_err(|error| ConfigError::new("configuration", error.message()))
    }

    fn add(&mut self, layer: Table, place: &dyn Fn(&str) -> String) {
        for key in leaves(&layer, "") {
            self.places.insert(key.clone(), place(&key));
        }
        merge(&mut self.table, layer);
    }
}

fn is_configuration(name: &str) -> bool {
    name.starts_with(PREFIX)
        && !COMMAND_LINE.contains(&name)
        && !KUBERNETES.iter().any(|prefix| name.starts_with(prefix))
}

/// Reads a variable as text where a text fits, else as TOML (`12`, `true`, `["a", "b"]`).
fn read_variable(name: &str, text: &str) -> Result<Table, ConfigError> {
    let path: Vec<String> = name[PREFIX.len()..]
        .to_lowercase()
        .split("__")
        .map(str::to_owned)
        .collect();
    let parsed = format!("v = {text}").parse::<Table>().ok();
    let structured = parsed.and_then(|mut table| table.remove("v"));
    let text = Value::String(text.to_owned());
    let candidates = match structured {
        Some(value @ (Value::Array(_) | Value::Table(_))) => vec![value],
        Some(value) => vec![text, value],
        None => vec![text],
    };
    let mut last = None;
    for value in candidates {
        let layer = nest(&path, value);
        match File::deserialize(layer.clone()) {
            Ok(_) => return Ok(layer),
            Err(error) => last = Some(error.message().to_owned()),
        }
    }
    let message = last.unwrap_or_default();
    let place = format!("environment variable {name}");
    let keys = keys_inside(&path);
    if let Some(first) = keys.first().filter(|_| is_section(&message)) {
        let message = format!("`{}` is a section with keys of its own", path.join("."));
        let first = first.to_uppercase();
        return Err(ConfigError::new(place, message).hint(format!(
            "name the key behind two underscores: `{name}__{first}`"
        )));
    }
    Err(explain(place, &message, &path.join(".")))
}

/// The keys of a section; none when this is no section.
fn keys_inside(path: &[String]) -> Vec<String> {
    let mut inside = path.to_vec();
    inside.push("?".to_owned());
    let tried = File::deserialize(nest(&inside, Value::Boolean(true)));
    let refused = tried.err().map(|error| names(error.message()));
    let keys = refused.into_iter().flatten().skip_while(|key| key != "?");
    keys.skip(1).collect()
}

fn nest(path: &[String], value: Value) -> Table {
    let (first, rest) = path
        .split_first()
        .expect("`split` yields one piece at least");
    let value = if rest.is_empty() {
        value
    } else {
        Value::Table(nest(rest, value))
    };
    Table::from_iter([(first.clone(), value)])
}

/// Lays `over` upon `under`. A secret and the file that holds it replace each other, unless both come together.
fn merge(under: &mut Table, over: Table) {
    for key in over.keys() {
        let twin = key
            .strip_suffix("_file")
            .map_or_else(|| format!("{key}_file"), str::to_owned);
        if !over.contains_key(&twin) {
            under.remove(&twin);
        }
    }
    for (key, value) in over {
        match (under.get_mut(&key), value) {
            (Some(Value::Table(under)), Value::Table(over)) => merge(under, over),
            (_, value) => {
                under.insert(key, value);
            }
        }
    }
}

fn leaves(table: &Table, prefix: &str) -> Vec<String> {
    let mut keys = Vec::new();
    for (key, value) in table {
        match value {
            Value::Table(inner) => keys.extend(leaves(inner, &format!("{prefix}{key}."))),
            _ => keys.push(format!("{prefix}{key}")),
        }
    }
    keys
}

fn mistake_in_file(name: &str, text: &str, error: &toml::de::Error) -> ConfigError {
    let start = error.span().map_or(0, |span| span.start.min(text.len()));
    let before = text.get(..start).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.matches('\n').count() + 1;
    let column = before[line_start..].chars().count() + 1;
    let written = text[line_start..].lines().next().unwrap_or_default();
    let key = written.split('=').next().unwrap_or_default();
    explain(format!("{name}:{line}:{column}"), error.message(), key)
}
