//! What the App must be granted.

use rollcall::github::{permissions, routes::Access};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Manifest {
    default_permissions: BTreeMap<String, String>,
}

#[test]
fn the_manifest_asks_for_what_the_routes_need_and_for_nothing_else() {
    let manifest: Manifest =
        serde_saphyr::from_str(rollcall::cli::APP_MANIFEST).expect("the manifest is YAML");
    let needed: BTreeMap<String, String> = permissions::needed()
        .into_iter()
        .map(|(name, access)| {
            let access = match access {
                Access::Read => "read",
                Access::Write => "write",
            };
            (name.to_owned(), access.to_owned())
        })
        .collect();
    assert_eq!(manifest.default_permissions, needed);
}
