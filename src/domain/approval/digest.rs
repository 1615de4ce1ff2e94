//! What an approval signs, as one number.

use std::collections::BTreeSet;

use serde::Serialize;
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

/// The form that is hashed. A field that is left out is absent, so that leaving it out never equals an empty one.
#[derive(Serialize)]
struct Canonical {
    form: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    components: Option<Vec<[String; 3]>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    window: Option<Option<(i64, i64)>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    downtime: Option<Option<i64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rollback_plan: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<String>,
}

impl Canonical {
    fn of(signed: &Signed, leave_out: &BTreeSet<SignedField>) -> Self {
        let signs = |field| !leave_out.contains(&field);
        Self {
            form: "rollcall approval 1",
            components: signs(SignedField::Components).then(|| components(signed)),
            window: signs(SignedField::Window).then(|| moments(signed)),
            downtime: signs(SignedField::Downtime).then(|| downtime(signed)),
            rollback_plan: signs(SignedField::RollbackPlan).then(|| plain(&signed.rollback_plan)),
            template: signs(SignedField::Template).then(|| plain(&signed.template)),
        }
    }
}

/// The digest of what will be deployed.
///
/// The order of the components, line ends and spaces around texts do not matter; everything else does.
#[must_use]
pub fn digest(signed: &Signed, leave_out: &BTreeSet<SignedField>) -> Digest {
    let canonical = serde_json::to_vec(&Canonical::of(signed, leave_out))
        .expect("strings and numbers are always JSON");
    Digest(hex::encode(sha2::Sha256::digest(canonical)))
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

fn components(signed: &Signed) -> Vec<[String; 3]> {
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

fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").trim().to_owned()
}
