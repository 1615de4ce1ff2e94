//! Every text is a body, and every box of it stands where it says.

use rollcall::domain::checklist::{flips, normalise_title, parse};

pub fn hold(bytes: &[u8]) {
    let body = String::from_utf8_lossy(bytes);
    let items = parse(&body).items;
    let mut before = None;
    for (index, item) in items.iter().enumerate() {
        let mark = &body[item.offset..item.offset + 3];
        assert!(
            matches!(mark, "[ ]" | "[\t]" | "[x]" | "[X]"),
            "{mark} is a box"
        );
        assert_eq!(item.checked, mark.eq_ignore_ascii_case("[x]"));
        assert!(before < Some(item.offset), "boxes come in the text's order");
        before = Some(item.offset);
        assert_eq!(
            place(&body, item.offset),
            (item.line, item.column),
            "the place of {mark}"
        );
        assert!(item.parent.is_none_or(|parent| parent < index));
        let depth = item.parent.map_or(0, |parent| items[parent].depth + 1);
        assert_eq!(item.depth, depth);
        let title = normalise_title(&item.title);
        assert_eq!(normalise_title(&title), title);
        assert!(!item.title.contains(['\n', '\r']), "{:?}", item.title);
        let good = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        assert!(item.id.as_ref().is_none_or(|id| id.chars().all(good)));
    }
    assert_eq!(flips(&body, &body), [], "no edit, no flip");
}

/// Line and column counted the slow way.
fn place(body: &str, offset: usize) -> (usize, usize) {
    let before = body[..offset].replace("\r\n", "\n").replace('\r', "\n");
    let last = before.rsplit('\n').next().unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = last.chars().filter(|c| *c != '\u{feff}').count() + 1;
    (line, column)
}
