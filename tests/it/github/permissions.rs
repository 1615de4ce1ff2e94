//! What the App must be granted.

use rollcall::github::{permissions, routes::Access};

#[test]
fn the_app_asks_for_four_permissions() {
    let needed: Vec<(&str, Access)> = permissions::needed().into_iter().collect();
    let expect = [
        ("contents", Access::Read),
        ("issues", Access::Write),
        ("members", Access::Read),
        ("metadata", Access::Read),
    ];
    assert_eq!(needed, expect);
}
