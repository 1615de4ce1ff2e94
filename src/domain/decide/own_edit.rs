//! Rollcall's own edits of the body, and what they overwrote.

use super::turn::Turn;
use crate::domain::{
    checklist::{self, Checklist, Item, beneath},
    effect::Action,
    ledger::Fact,
    reply::Reply,
};
use sha2::{Digest, Sha256};

/// Rollcall's own edit comes back with the body that it replaced. When that differs in more than boxes from what was written,
/// somebody had written in between, and the text is put back.
pub(super) fn came_back(turn: &mut Turn<'_>, from: Option<&str>, body: &str, newest: &str) {
    let Some(from) = from else { return };
    let wanted = turn.rollout.sent.get("body") == Some(&hash(body));
    if wanted || without_boxes(from) == without_boxes(body) {
        return;
    }
    let merged = checklist::flip(from, &boxes_of(&checklist::parse(body))).body;
    turn.record(Fact::TextRepaired);
    let key = format!("repair:{}", turn.event.key);
    put_body(turn, key, newest.to_owned(), merged);
    turn.say(Reply::TextPutBack);
}

/// Writes a whole body, and remembers it: when this edit comes back as an event, it has overwritten nothing by mistake.
pub(super) fn put_body(turn: &mut Turn<'_>, key: String, expect: String, body: String) {
    turn.rollout.sent.insert("body".to_owned(), hash(&body));
    turn.once(
        key,
        Action::PutBody {
            place: turn.rollout.place.clone(),
            expect,
            body,
        },
    );
}

fn hash(body: &str) -> String {
    hex::encode(&Sha256::digest(body.replace("\r\n", "\n").trim_end().as_bytes())[..8])
}

fn without_boxes(body: &str) -> String {
    let text = checklist::without_ticks(body).replace("\r\n", "\n");
    text.trim_end().to_owned()
}

fn boxes_of(list: &Checklist) -> Vec<(String, bool)> {
    let name = |item: &Item| match list.above(item) {
        Some(above) => beneath(&list.items[above].key(), &item.key()),
        None => item.key(),
    };
    let boxes = list.items.iter().filter(|item| !list.is_twin(item));
    boxes.map(|item| (name(item), item.checked)).collect()
}
