//! Every delivery and every order is understood, ignored or unreadable; nothing else can happen.

use rollcall::webhook::{
    order,
    payload::{Parsed, Webhook, parse},
};

const EVENTS: [&str; 6] = [
    "issues",
    "issue_comment",
    "repository",
    "installation",
    "installation_repositories",
    "release",
];

/// The first byte chooses the event, the rest is the body.
pub fn hold(bytes: &[u8]) {
    let Some((choice, body)) = bytes.split_first() else {
        return;
    };
    let choice = usize::from(*choice) % (EVENTS.len() + 1);
    let Some(event) = EVENTS.get(choice) else {
        return ordered(body);
    };
    let parsed = parse(Webhook {
        event,
        delivery: "d-1",
        body,
        received_at: "2026-11-02T10:00:00Z".parse().expect("a time"),
    });
    match parsed {
        Parsed::Events(events) => {
            assert!(!events.is_empty(), "no event is no events");
            for (index, event) in events.iter().enumerate() {
                let own = match index {
                    0 => "d-1".to_owned(),
                    _ => format!("d-1.{index}"),
                };
                assert_eq!(event.key, own, "each event has a key of its own");
                // Events are kept as JSON.
                let kept = serde_json::to_string(event).expect("JSON");
                let read = serde_json::from_str(&kept).expect("an event");
                assert_eq!(*event, read);
            }
        }
        Parsed::Ignored(why) | Parsed::Unreadable(why) => assert!(!why.is_empty()),
    }
}

fn ordered(body: &[u8]) {
    match order::parse(body) {
        Ok(order) => {
            assert!(order.repository.contains('/'));
            let kept = serde_json::to_vec(&order).expect("JSON");
            let read: order::Order = serde_json::from_slice(&kept).expect("an order");
            assert_eq!(order, read);
        }
        Err(mistakes) => assert!(!mistakes.is_empty(), "refused without a reason"),
    }
}
