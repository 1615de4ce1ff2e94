//! Why a message could not be sent. The sentences may be shown on the issue: they name no host, no address and no secret.

use crate::domain::retry::Retry;
use lettre::transport::smtp;
use std::time::Duration;

/// A failure to send, or a channel that was set up wrongly.
#[derive(Debug, thiserror::Error)]
pub enum NotifyError {
    /// An audience has addresses for a channel that this Rollcall does not have.
    #[error("the operator has not configured `{channel}` for this Rollcall")]
    NotConfigured {
        /// `email` or `telegram`.
        channel: &'static str,
    },
    /// The deliverer handed over something that is not for people.
    #[error("an effect for `{channel}` is not an announcement")]
    NotAnAnnouncement {
        /// Where it belongs.
        channel: &'static str,
    },
    /// A setting of the channel is wrong; only when Rollcall starts.
    #[error("`{key}`: {problem}")]
    Setting {
        /// The key in the configuration, `email.tls`.
        key: &'static str,
        /// What is wrong, and how to put it right.
        problem: String,
    },
    /// The address cannot be a mail address or a chat.
    #[error("the address is not a {wanted}")]
    Address {
        /// What it should have been.
        wanted: &'static str,
    },
    /// The mail could not be put together.
    #[error("the mail could not be put together")]
    MailForm(#[source] lettre::error::Error),
    /// No connection, no agreement on encryption, or no greeting.
    #[error("the mail server could not be reached")]
    MailServer(#[source] smtp::Error),
    /// The mail server does not accept the operator's user name and password.
    #[error("the mail server did not accept Rollcall's login")]
    MailLogin(#[source] smtp::Error),
    /// The mail server asks to try later, or the connection broke while the mail was handed over.
    #[error("the mail server did not take the mail yet")]
    MailDelayed(#[source] smtp::Error),
    /// The mail server will not take this mail.
    #[error("the mail server refused the mail for good{}", .0.status().map(|code| format!(" ({code})")).unwrap_or_default())]
    MailRefused(#[source] smtp::Error),
    /// Nothing came back in time. The mail may have been taken all the same; its Message-ID stays the same.
    #[error("no answer within {} seconds", .0.as_secs())]
    Silence(Duration),
    /// Telegram asks to wait.
    #[error("Telegram asks to wait {seconds} seconds")]
    TelegramBusy {
        /// As said by Telegram.
        seconds: u32,
    },
    /// Telegram could not be reached, or its answer could not be read.
    #[error("Telegram could not be reached: {reason}")]
    TelegramUnreachable {
        /// What happened, without address and token.
        reason: String,
    },
    /// The operator's bot token is not valid.
    #[error("Telegram did not accept Rollcall's bot token")]
    TelegramToken,
    /// Telegram will not take this message.
    #[error("Telegram refused the message: {reason}")]
    TelegramRefused {
        /// In words that the people of the rollout understand.
        reason: String,
    },
}

impl NotifyError {
    /// Whether another try may help. What only the operator can put right (a login, a token, a server that is down) is tried again:
    /// the message shall not be lost while that is being done.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self {
            Self::NotConfigured { .. }
            | Self::NotAnAnnouncement { .. }
            | Self::Setting { .. }
            | Self::Address { .. }
            | Self::MailForm(_)
            | Self::MailRefused(_)
            | Self::TelegramRefused { .. } => Retry::Never,
            Self::MailServer(_) | Self::Silence(_) | Self::TelegramUnreachable { .. } => after(30),
            Self::MailDelayed(_) => after(60),
            Self::MailLogin(_) | Self::TelegramToken => after(300),
            Self::TelegramBusy { seconds } => after(u64::from(*seconds).max(1)),
        }
    }
}

fn after(seconds: u64) -> Retry {
    Retry::After(Duration::from_secs(seconds))
}
