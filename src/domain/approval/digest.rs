//! What an approval signs, as one number.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sha2::Digest as _;

use super::{Digest, SignedField};
use crate::domain::{
    fields::Component,
    render::time::{render_duration, render_window},
    window::Window,
};

/// What will be deployed, as far as people approve it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signed {
    /// Components with their versions; the reasons are not signed.
    pub components: Vec<Component>,
    /// The window with its downtime; the zone it was planned in is not signed, the moments are.
    pub window: Option<Window>,
    /// The way back.
    pub rollback_plan: String,
    /// The template's name and version, as the rollout was made from it.
    pub template: String,
    /// Where to, when it was said; it cannot change after the rollout was opened.
    pub environment: Option<String>,
}

/// One field that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Which.
    pub field: SignedField,
    /// Before, in words.
    pub old: String,
    /// After, in words.
    pub new: String,
}

/// The form that is hashed: pairs in this order. A field that is left out is absent, so that leaving it out never equals an empty one.
fn canonical(signed: &Signed, leave_out: &BTreeSet<SignedField>) -> Value {
    let mut pairs = vec![json!(["form", "rollcall approval 1"])];
    let mut sign = |field: SignedField, value: Value| {
        if !leave_out.contains(&field) {
            pairs.push(json!([field, value]));
        }
    };
    sign(SignedField::Components, json!(components(signed)));
    sign(SignedField::Window, json!(moments(signed)));
    sign(SignedField::Downtime, json!(downtime(signed)));
    sign(
        SignedField::RollbackPlan,
        json!(plain(&signed.rollback_plan)),
    );
    sign(SignedField::Template, json!(plain(&signed.template)));
    // Added last and only when it is said, so that older signatures keep their number. It cannot be left out.
    if let Some(environment) = &signed.environment {
        pairs.push(json!(["environment", plain(environment)]));
    }
    Value::Array(pairs)
}

/// The digest of what will be deployed.
///
/// The order of the components, line ends and spaces around texts do not matter; everything else does.
#[must_use]
pub fn digest(signed: &Signed, leave_out: &BTreeSet<SignedField>) -> Digest {
    Digest(hex::encode(sha2::Sha256::digest(
        canonical(signed, leave_out).to_string(),
    )))
}

/// What differs in the sense of the digest, in words.
#[must_use]
pub fn changes(old: &Signed, new: &Signed) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    let mut compare = |field, differs: bool, words: fn(&Signed) -> String| {
        if differs {
            changes.push(FieldChange {
                field,
                old: words(old),
                new: words(new),
            });
        }
    };
    compare(
        SignedField::Components,
        components(old) != components(new),
        components_in_words,
    );
    compare(
        SignedField::Window,
        moments(old) != moments(new),
        |signed| {
            signed.window.as_ref().map_or("not set".into(), |window| {
                render_window(window, &window.zone)
            })
        },
    );
    compare(
        SignedField::Downtime,
        downtime(old) != downtime(new),
        |signed| match signed.window.as_ref().and_then(|window| window.downtime) {
            None => "not answered".into(),
            Some(downtime) if downtime.is_zero() => "none".into(),
            Some(downtime) => render_duration(downtime),
        },
    );
    compare(
        SignedField::RollbackPlan,
        plain(&old.rollback_plan) != plain(&new.rollback_plan),
        |signed| plain(&signed.rollback_plan),
    );
    compare(
        SignedField::Template,
        plain(&old.template) != plain(&new.template),
        |signed| plain(&signed.template),
    );
    changes
}

pub(super) fn components(signed: &Signed) -> Vec<[String; 3]> {
    let versions = |component: &Component| {
        [
            plain(&component.name),
            plain(&component.from),
            plain(&component.to),
        ]
    };
    let mut components: Vec<_> = signed.components.iter().map(versions).collect();
    components.sort();
    components
}

fn components_in_words(signed: &Signed) -> String {
    let words: Vec<_> = components(signed)
        .iter()
        .map(|[name, from, to]| format!("{name} {from} → {to}"))
        .collect();
    if words.is_empty() {
        "none".into()
    } else {
        words.join(", ")
    }
}

fn moments(signed: &Signed) -> Option<(i64, i64)> {
    signed
        .window
        .as_ref()
        .map(|window| (window.start.as_second(), window.duration.as_secs()))
}

fn downtime(signed: &Signed) -> Option<i64> {
    signed
        .window
        .as_ref()
        .and_then(|window| window.downtime)
        .map(|downtime| downtime.as_secs())
}

pub(super) fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").trim().to_owned()
}
