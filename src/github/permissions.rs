//! What the App must be granted: no more than its routes need.

use super::routes::{ALL, Access, Needs};
use std::collections::BTreeMap;

/// The permissions that the routes need together, by the manifest's names; the stronger access wins.
#[must_use]
pub fn needed() -> BTreeMap<&'static str, Access> {
    let mut needed = BTreeMap::new();
    for route in ALL {
        if let Needs::Permission(name, access) = route.needs {
            let held = needed.entry(name).or_insert(access);
            *held = access.max(*held);
        }
    }
    needed
}
