//! What was settled under a break-glass that ended unused: where the ordinary rules would not have allowed it, it is open again.

use super::{claim, gates, turn::Turn};
use crate::domain::{
    ledger::Fact,
    reply::Reply,
    rollout::{Expedite, Item},
    schedule,
    template::Gate,
};

/// Opens again what only the break-glass allowed: a window that came too soon or in a freeze, an announcement that kept no notice.
pub(super) fn undo(turn: &mut Turn<'_>, glass: &Expedite) {
    let window = is_unsuitable(turn, glass);
    let mut titles = Vec::new();
    if window {
        turn.rollout.window = None;
        turn.record(Fact::WindowTakenBack);
        titles.extend(open(turn, Gate::Schedule));
    }
    if window || gates::notice_blocker(turn).is_some() {
        titles.extend(open(turn, Gate::Announcement));
    }
    if window || !titles.is_empty() {
        turn.say(Reply::GlassUndone { titles, window });
    }
}

/// Whether the window was set under this break-glass, and `/schedule` would have refused it then without.
fn is_unsuitable(turn: &Turn<'_>, glass: &Expedite) -> bool {
    let since = turn.rollout.gates.windows.iter().skip(glass.windows);
    let last = since.last();
    last.is_some_and(|set| {
        !schedule::objections(&set.window, &turn.policy, set.at).is_empty()
            && turn.rollout.window.as_ref() == Some(&set.window)
    })
}

/// Opens the items of a gate that are done, and says which.
fn open(turn: &mut Turn<'_>, gate: Gate) -> Vec<String> {
    let done = |item: &&Item| item.gate == Some(gate) && item.is_done();
    let items: Vec<Item> = turn.rollout.items.iter().filter(done).cloned().collect();
    for item in &items {
        claim::settle(turn, &item.id, false);
        turn.rollout.unsettled.insert(item.id.clone(), false);
    }
    items.into_iter().map(|item| item.title).collect()
}
