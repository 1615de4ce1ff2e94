//! The ways to people: mail and Telegram. What is said is made in `domain::render`; here it is only carried.

pub mod email;
mod error;
pub mod telegram;

pub use email::{Email, EmailConfig, EmailTls};
pub use error::NotifyError;
pub use telegram::{Telegram, TelegramConfig};

use crate::domain::effect::Action;

/// The channels that the operator has configured.
#[derive(Debug, Default)]
pub struct Notifier {
    /// Mail.
    pub email: Option<Email>,
    /// Telegram.
    pub telegram: Option<Telegram>,
}

impl Notifier {
    /// Sends what the action asks for. Answers with the name that the channel gave the message, when it gave one: the id of the
    /// Telegram message, or `CHAT:ID` when the chat has moved to a new id.
    ///
    /// # Errors
    /// The channel is not configured, cannot be reached, or refuses; the action is not an announcement.
    pub async fn perform(&self, key: &str, action: &Action) -> Result<Option<String>, NotifyError> {
        match action {
            Action::SendEmail { to, announcement } => {
                let email = self
                    .email
                    .as_ref()
                    .ok_or(NotifyError::NotConfigured { channel: "email" })?;
                email.send(key, to, announcement).await.map(|()| None)
            }
            Action::SendTelegram {
                chat,
                thread,
                announcement,
            } => {
                let telegram = self.telegram.as_ref().ok_or(NotifyError::NotConfigured {
                    channel: "telegram",
                })?;
                telegram.send(chat, *thread, announcement).await.map(Some)
            }
            other => Err(NotifyError::NotAnAnnouncement {
                channel: other.channel(),
            }),
        }
    }
}
