//! `/rollout [TEMPLATE] COMPONENT FROM..TO [because REASON] …`, and what may stand on the lines below it.

use super::Command;
use crate::domain::fields::{self, Component, Fields};

/// The most components one command may name.
const MOST_COMPONENTS: usize = 50;

/// Reads the words after `/rollout` and the lines below it: `purpose: …`, `benefits: …`, `impact: …`, `contact: …`,
/// `environment: …`, `rollback plan: …`, each running on until an empty line, and further components one a line.
pub(super) fn parse(rest: &str, below: &[&str]) -> Result<Command, String> {
    let tokens: Vec<&str> = rest.split_whitespace().collect();
    let lead = (0..tokens.len())
        .find(|at| range(tokens[*at]).is_some())
        .map_or(tokens.len(), |at| at.saturating_sub(1));
    if tokens.first().is_some_and(|token| range(token).is_some()) {
        return Err(format!("the component before `{}` is missing", tokens[0]));
    }
    let template = match &tokens[..lead] {
        [] => None,
        [one] if is_template(one) => Some((*one).to_lowercase()),
        words => return Err(unclear(words)),
    };
    let mut fields = Fields {
        components: components(&tokens[lead..])?,
        ..Fields::default()
    };
    read_below(below, &mut fields)?;
    fields::environment(&fields.environment)?;
    if fields.components.len() > MOST_COMPONENTS {
        return Err(format!(
            "more than {MOST_COMPONENTS} components; open several rollouts"
        ));
    }
    Ok(Command::Rollout { template, fields })
}

fn unclear(words: &[&str]) -> String {
    if words
        .iter()
        .any(|word| ["->", "→", "=>", "to"].contains(word))
    {
        return "versions are written as `FROM..TO`, such as `api 1.4.1..1.4.2`".into();
    }
    format!(
        "`{}` is neither a template nor a component with its versions",
        words.join(" ")
    )
}

/// `FROM..TO`, both there. An ellipsis is no range.
fn range(token: &str) -> Option<(&str, &str)> {
    let (from, to) = token.trim_end_matches([',', ';']).split_once("..")?;
    (!from.is_empty() && !to.is_empty() && !to.starts_with('.') && !to.contains(".."))
        .then_some((from, to))
}

fn is_template(word: &str) -> bool {
    word.chars()
        .all(|c| c.is_ascii_alphanumeric() || ['-', '_'].contains(&c))
}

fn is_name(word: &str) -> bool {
    let good = |c: char| c.is_alphanumeric() || ['.', '_', '-', '/', '@', ':'].contains(&c);
    !word.is_empty() && word.chars().all(good)
}

/// `NAME FROM..TO [because REASON | (REASON)]`, again and again; the first token is a name.
fn components(tokens: &[&str]) -> Result<Vec<Component>, String> {
    let ranges: Vec<usize> = (1..tokens.len())
        .filter(|at| range(tokens[*at]).is_some())
        .collect();
    let mut components = Vec::new();
    for (index, at) in ranges.iter().copied().enumerate() {
        let name = tokens[at - 1].trim_matches('`');
        if !is_name(name) || range(name).is_some() {
            return Err(format!("`{name}` cannot be the name of a component"));
        }
        let (from, to) = range(tokens[at]).unwrap_or_default();
        let end = ranges.get(index + 1).map_or(tokens.len(), |next| next - 1);
        let reason = reason(tokens.get(at + 1..end).unwrap_or_default())?;
        components.push(Component {
            name: name.into(),
            from: from.into(),
            to: to.into(),
            reason,
        });
    }
    Ok(components)
}

/// `because REASON` or `(REASON)`; empty when nothing is said.
fn reason(tokens: &[&str]) -> Result<String, String> {
    let said = tokens.join(" ");
    let said = said.trim_end_matches([',', ';']);
    match tokens {
        [] => Ok(String::new()),
        [word, rest @ ..] if word.eq_ignore_ascii_case("because") => {
            Ok(rest.join(" ").trim_end_matches([',', ';']).to_owned())
        }
        _ => match said
            .strip_prefix('(')
            .and_then(|said| said.strip_suffix(')'))
        {
            Some(said) => Ok(said.trim().to_owned()),
            None => Err(format!("write `because` before the reason `{said}`")),
        },
    }
}

/// Fills fields from the lines below. What is neither a field nor a component is left alone.
fn read_below(lines: &[&str], fields: &mut Fields) -> Result<(), String> {
    let mut open: Option<usize> = None;
    for whole in lines {
        let line = whole.trim_start_matches(['-', '*', '+']).trim();
        let tokens: Vec<&str> = line.split_whitespace().collect();
        let versions = tokens.get(1).is_some_and(|token| range(token).is_some());
        if line.is_empty() {
            open = None;
        } else if let Some((key, text)) = field(line) {
            text.clone_into(slot(fields, key));
            open = Some(key);
        } else if versions && (open.is_none() || line.len() < whole.len()) {
            fields.components.extend(components(&tokens)?);
        } else if let Some(key) = open {
            let text = slot(fields, key);
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(line);
        }
    }
    Ok(())
}

/// The fields that may be said below, in the order of [`slot`].
const FIELDS: [&str; 6] = [
    "purpose",
    "benefits",
    "impact",
    "contact",
    "environment",
    "rollback plan",
];

/// `**Purpose:** text` and `purpose: text` alike.
fn field(line: &str) -> Option<(usize, &str)> {
    let (key, text) = line.split_once(':')?;
    let key = key.replace(['*', '_', '-'], " ").trim().to_lowercase();
    let at = FIELDS.iter().position(|field| *field == key)?;
    Some((at, text.trim_start_matches(['*', '_']).trim()))
}

fn slot(fields: &mut Fields, key: usize) -> &mut String {
    match key {
        0 => &mut fields.purpose,
        1 => &mut fields.benefits,
        2 => &mut fields.impact,
        3 => &mut fields.contact,
        4 => &mut fields.environment,
        _ => &mut fields.rollback_plan,
    }
}
