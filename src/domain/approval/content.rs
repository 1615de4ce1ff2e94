//! What of the signed fields people write: the components, each by its name, and the way back.

use std::collections::BTreeMap;

use super::{SignedField, digest::Signed};

/// What differs between the two, as people call it, with the field that it belongs to. When and how long is not among it: whoever sets a
/// window changes nothing of what is deployed.
#[must_use]
pub fn content_changes(old: &Signed, new: &Signed) -> BTreeMap<String, SignedField> {
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
            (name.clone(), field)
        })
        .collect()
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
