//! What Telegram's refusals mean.

use super::super::error::NotifyError;
use std::error::Error;
use teloxide::{ApiError, RequestError, types::ChatId};

/// What can be tried at once instead.
pub(super) enum Fallback {
    /// Without formatting.
    Plain,
    /// Without the topic.
    NoThread,
    /// To the chat's new id.
    Moved(ChatId),
}

/// Names for a topic that is gone or closed; teloxide has no types for them.
const NO_THREAD: [&str; 4] = [
    "message thread not found",
    "TOPIC_CLOSED",
    "TOPIC_DELETED",
    "TOPIC_ID_INVALID",
];

pub(super) fn fallback(error: &RequestError) -> Option<Fallback> {
    match error {
        RequestError::MigrateToChatId(new) => Some(Fallback::Moved(*new)),
        RequestError::Api(ApiError::CantParseEntities(_)) => Some(Fallback::Plain),
        RequestError::Api(ApiError::Unknown(text))
            if NO_THREAD.iter().any(|known| text.contains(known)) =>
        {
            Some(Fallback::NoThread)
        }
        _ => None,
    }
}

/// The id of a message that Telegram has sent although teloxide could not read the answer, which happens when Telegram's answers
/// gain fields. Taking that for a failure would send the message again and again.
pub(super) fn sent_all_the_same(error: &RequestError) -> Option<i32> {
    let RequestError::InvalidJson { raw, .. } = error else {
        return None;
    };
    let answer: serde_json::Value = serde_json::from_str(raw).ok()?;
    answer["ok"].as_bool().filter(|ok| *ok)?;
    answer["result"]["message_id"]
        .as_i64()
        .and_then(|id| i32::try_from(id).ok())
}

/// The error in our words. Telegram's own text is shown only where we have none, and the raw answer never: it may hold anything.
pub(super) fn refusal(error: &RequestError) -> NotifyError {
    match error {
        RequestError::Api(error) => api(error),
        RequestError::RetryAfter(seconds) => NotifyError::TelegramBusy {
            seconds: seconds.seconds(),
        },
        RequestError::MigrateToChatId(_) => {
            refused("the chat moves from one id to another without end")
        }
        RequestError::Network(error) => unreachable(&network(error)),
        RequestError::InvalidJson { raw, .. } => unreachable(&format!(
            "an answer of {} bytes that is not the Bot API's",
            raw.len()
        )),
        RequestError::Io(error) => unreachable(&error.to_string()),
    }
}

/// The cause without the outermost sentence, which holds the address and in it the token: teloxide hides the token only when the
/// address has no path of its own.
fn network(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let mut cause: Option<&dyn Error> = error.source();
    while let Some(inner) = cause.and_then(Error::source) {
        cause = Some(inner);
    }
    cause.map_or_else(|| "the connection failed".to_owned(), ToString::to_string)
}

fn api(error: &ApiError) -> NotifyError {
    match error {
        ApiError::InvalidToken => NotifyError::TelegramToken,
        ApiError::ChatNotFound => {
            refused("there is no such chat, or the bot was never added to it")
        }
        ApiError::BotKicked
        | ApiError::BotKickedFromSupergroup
        | ApiError::BotKickedFromChannel => refused(REMOVED),
        ApiError::BotBlocked => refused("the person has blocked the bot"),
        ApiError::UserDeactivated => refused("the person's account no longer exists"),
        ApiError::GroupDeactivated => refused("the group no longer exists"),
        ApiError::CantInitiateConversation => refused("the person must write to the bot first"),
        ApiError::CantTalkWithBots => refused("the address is another bot"),
        ApiError::NotEnoughRightsToPostMessages => refused(NO_RIGHTS),
        ApiError::Unknown(text) => unknown(text),
        other => unknown(&other.to_string()),
    }
}

const REMOVED: &str = "the bot was removed from the chat";
const NO_RIGHTS: &str = "the bot has no right to write in this chat";

/// Texts that teloxide has no type for, in the forms that Telegram has used over the years.
fn unknown(text: &str) -> NotifyError {
    if text.contains("kicked") || text.contains("not a member") {
        refused(REMOVED)
    } else if text.contains("not enough rights")
        || text.contains("CHAT_WRITE_FORBIDDEN")
        || text.contains("have no rights")
    {
        refused(NO_RIGHTS)
    } else if let Some(reason) = text
        .strip_prefix("Forbidden: ")
        .or_else(|| text.strip_prefix("Bad Request: "))
    {
        refused(reason)
    } else if text.starts_with("Forbidden") {
        refused("the bot may not write there")
    } else {
        unreachable(text)
    }
}

fn refused(reason: &str) -> NotifyError {
    NotifyError::TelegramRefused {
        reason: reason.to_owned(),
    }
}

fn unreachable(reason: &str) -> NotifyError {
    NotifyError::TelegramUnreachable {
        reason: reason.to_owned(),
    }
}
