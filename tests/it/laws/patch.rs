//! The law of the flip: one byte of the body changes, one item's state, and the way back is exact.

use rollcall::domain::checklist::{flip, flips, parse};

/// The first byte chooses the box, the rest is the body.
pub fn hold(bytes: &[u8]) {
    let Some((choice, bytes)) = bytes.split_first() else {
        return;
    };
    let body = String::from_utf8_lossy(bytes);
    let before = parse(&body);
    if before.items.is_empty() {
        let nothing = flip(&body, &[("backup", true)]);
        assert_eq!(nothing.body, body);
        assert_eq!(nothing.missing, ["backup"]);
        return;
    }
    let chosen = &before.items[usize::from(*choice) % before.items.len()];
    let key = chosen.key();
    let Some(item) = before.find(&key, &key) else {
        // An item without a title and without an id cannot be named, nor a line that stands twice.
        assert!(key.is_empty() || before.is_twin(chosen));
        return;
    };
    let wanted = !item.checked;
    let flipped = flip(&body, &[(&key, wanted)]);
    assert_eq!(flipped.missing, [""; 0]);
    assert_eq!(flipped.body.len(), body.len());
    let differs = |at: &usize| body.as_bytes()[*at] != flipped.body.as_bytes()[*at];
    let different: Vec<usize> = (0..body.len()).filter(differs).collect();
    assert_eq!(different, [item.offset + 1], "one byte, inside the box");
    let after = parse(&flipped.body);
    let mut expected = before.clone();
    for expected in &mut expected.items {
        expected.checked ^= expected.offset == item.offset;
    }
    assert_eq!(after, expected, "nothing but that item's state");
    assert_eq!(flips(&body, &flipped.body).len(), 1);
    let again = flip(&flipped.body, &[(&key, wanted)]);
    assert_eq!(again.body, flipped.body, "a second flip changes nothing");
    let back = flip(&flipped.body, &[(&key, !wanted)]);
    assert_eq!(parse(&back.body), before);
}
