//! The policies of the world.

use rollcall::domain::{
    facts::PolicyFact,
    policy::{self, Policy},
};
use std::{collections::BTreeMap, sync::LazyLock};

/// Emergencies are allowed in this world: maintainers break the glass, writers confirm it.
const CONFIRMED: &str = "break_glass: {who: maintain, confirm: write}\n";
/// The same where the deployment may start before the second person has confirmed it.
const AT_ONCE: &str = "break_glass: {who: maintain, confirm: write, start: at-once}\n";

static READ: LazyLock<[Policy; 2]> = LazyLock::new(|| {
    [CONFIRMED, AT_ONCE]
        .map(|text| policy::parse(text, "rollcall.yml").expect("a policy without mistakes"))
});

/// The policy as the shell reads it.
pub fn fact(at_once: bool) -> PolicyFact {
    let text = if at_once { AT_ONCE } else { CONFIRMED };
    PolicyFact::Found {
        policy: Box::new(READ[usize::from(at_once)].clone()),
        text: text.to_owned(),
        calendars: BTreeMap::new(),
        source: "acme/shop:.github/rollcall.yml".to_owned(),
    }
}
