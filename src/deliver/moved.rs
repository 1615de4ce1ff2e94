//! Telegram groups that became supergroups. Their new number is remembered, because Telegram may one day forget the old one.

use super::Deliverer;
use crate::{domain::effect::Action, store::StoreError};
use std::borrow::Cow;

fn mark(chat: &str) -> String {
    format!("telegram chat {chat} is now")
}

/// The action, addressed to where its chat is now.
pub(super) async fn follow<'a>(deliverer: &Deliverer, action: &'a Action) -> Cow<'a, Action> {
    let Action::SendTelegram {
        chat,
        thread,
        announcement,
    } = action
    else {
        return Cow::Borrowed(action);
    };
    // Without the mark Telegram itself says where the chat is, as it did the first time.
    let Ok(Some(now)) = deliverer.store.load_mark(&mark(chat)).await else {
        return Cow::Borrowed(action);
    };
    Cow::Owned(Action::SendTelegram {
        chat: now,
        thread: *thread,
        announcement: announcement.clone(),
    })
}

/// Remembers the number that the message's name holds when its chat has moved: `CHAT:MESSAGE`.
pub(super) async fn remember(
    deliverer: &Deliverer,
    action: &Action,
    remote: Option<&str>,
) -> Result<(), StoreError> {
    let moved = remote.and_then(|remote| remote.split_once(':'));
    let (Action::SendTelegram { chat, .. }, Some((now, _))) = (action, moved) else {
        return Ok(());
    };
    tracing::warn!(
        chat,
        now,
        "a Telegram group has a new number, which is used from now on\nhint: put it into `[[audience]]` in place of the old one"
    );
    deliverer.store.save_mark(&mark(chat), now).await
}
