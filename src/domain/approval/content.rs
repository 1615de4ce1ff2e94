//! What of the signed fields people write: the components, each by its name, and the way back.

use std::collections::BTreeMap;

use serde_json::json;
use sha2::Digest as _;

use super::{SignedField, digest::Signed};

/// A change of one part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The field that the part belongs to.
    pub field: SignedField,
    /// What the part was, as a hash; empty when there was none.
    pub old: String,
    /// What it is, likewise.
    pub new: String,
}

/// What differs between the two, by what people call it. When and how long is not among it: whoever sets a
/// window changes nothing of what is deployed.
#[must_use]
pub fn content_changes(old: &Signed, new: &Signed) -> BTreeMap<String, Change> {
    let (old, new) = (content(old), content(new));
    let differs = |name: &&String| old.get(*name) != new.get(*name);
    let names = old.keys().chain(new.keys()).filter(differs);
    names
        .map(|name| {
            let field = if name == ROLLBACK_PLAN {
                SignedField::RollbackPlan
            } else {
                SignedField::Components
            };
            let (old, new) = (hash(old.get(name)), hash(new.get(name)));
            (name.clone(), Change { field, old, new })
        })
        .collect()
}

fn hash(part: Option<&Vec<String>>) -> String {
    part.map_or_else(String::new, |part| {
        hex::encode(&sha2::Sha256::digest(json!(part).to_string())[..8])
    })
}

/// What the way back is called.
pub const ROLLBACK_PLAN: &str = "rollback plan";

fn content(signed: &Signed) -> BTreeMap<String, Vec<String>> {
    let mut content: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for [name, from, to] in super::digest::components(signed) {
        let versions = content.entry(format!("component {name}")).or_default();
        versions.push(format!("{from} → {to}"));
    }
    let plan = super::digest::plain(&signed.rollback_plan);
    if !plan.is_empty() {
        content.insert(ROLLBACK_PLAN.to_owned(), vec![plan]);
    }
    content
}
