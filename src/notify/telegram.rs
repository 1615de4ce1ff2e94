//! Telegram, through the Bot API.

mod refusal;

use super::error::NotifyError;
use crate::domain::{
    announcement::Announcement,
    render::announcement::{telegram_html, telegram_plain},
};
use refusal::{Fallback, fallback, refusal, sent_all_the_same};
use secrecy::{ExposeSecret, SecretString};
use std::{fmt, time::Duration};
use teloxide::{
    Bot, RequestError,
    payloads::SendMessageSetters,
    requests::Requester,
    types::{ChatId, LinkPreviewOptions, MessageId, ParseMode, Recipient, ThreadId},
};

/// The operator's settings for Telegram.
#[derive(Debug, Clone)]
pub struct TelegramConfig {
    /// The bot's token, from Telegram's `@BotFather`.
    pub token: SecretString,
    /// `https://api.telegram.org`, or a Bot API server of one's own.
    pub api_url: String,
    /// Longest time for one message. Teloxide waits ten seconds by itself when Telegram answers with a 5xx.
    pub timeout: Duration,
}

/// Sends announcements as one bot.
pub struct Telegram {
    bot: Bot,
    timeout: Duration,
}

impl fmt::Debug for Telegram {
    /// The bot holds the token, and would show it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Telegram")
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// One try: where to, and as what.
struct Attempt {
    chat: Recipient,
    thread: Option<i32>,
    moved: Option<ChatId>,
    plain: bool,
}

impl Telegram {
    /// Checks the settings; does not connect.
    ///
    /// # Errors
    /// A setting is wrong: [`NotifyError::Setting`] says which.
    pub fn new(config: &TelegramConfig) -> Result<Self, NotifyError> {
        // The whole program has one provider; the first to ask sets it, for everybody the same.
        drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
        let wrong = |problem: String| NotifyError::Setting {
            key: "telegram.api_url",
            problem,
        };
        // With a slash at its end, teloxide would ask for `//bot…`.
        let api_url = config.api_url.trim_end_matches('/');
        let api_url: reqwest::Url = api_url
            .parse()
            .map_err(|error| wrong(format!("`{api_url}`: {error}")))?;
        if !matches!(api_url.scheme(), "http" | "https") {
            return Err(wrong(format!("`{api_url}` must begin with `https://`")));
        }
        let client = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(17))
            // The token stands in the address: it must not follow anybody elsewhere.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| wrong(error.to_string()))?;
        let bot = Bot::with_client(config.token.expose_secret(), client).set_api_url(api_url);
        Ok(Self {
            bot,
            timeout: config.timeout,
        })
    }

    /// Sends one announcement to one chat and answers with the id of the message, or with `CHAT:ID` when the chat has moved to a new
    /// id. What Telegram cannot read as HTML goes out as plain text; a topic that is gone is left out.
    ///
    /// # Errors
    /// See [`NotifyError`]. After [`NotifyError::Silence`] the message may have been sent all the same; Telegram offers no way to
    /// tell.
    pub async fn send(
        &self,
        chat: &str,
        thread: Option<i32>,
        announcement: &Announcement,
    ) -> Result<String, NotifyError> {
        let chat = recipient(chat)?;
        tokio::time::timeout(
            self.timeout,
            self.try_until_settled(chat, thread, announcement),
        )
        .await
        .map_err(|_| NotifyError::Silence(self.timeout))?
    }

    async fn try_until_settled(
        &self,
        chat: Recipient,
        thread: Option<i32>,
        announcement: &Announcement,
    ) -> Result<String, NotifyError> {
        let mut attempt = Attempt {
            chat,
            thread,
            moved: None,
            plain: false,
        };
        loop {
            let error = match self.attempt(&attempt, announcement).await {
                Ok(message) => return Ok(attempt.remote(message)),
                Err(error) => error,
            };
            if let Some(message) = sent_all_the_same(&error) {
                return Ok(attempt.remote(message));
            }
            // Each fallback can be taken once, so this ends.
            match fallback(&error) {
                Some(Fallback::Plain) if !attempt.plain => {
                    tracing::warn!(announcement = %announcement.key, "Telegram could not read the message; sending it without formatting");
                    attempt.plain = true;
                }
                Some(Fallback::NoThread) if attempt.thread.is_some() => {
                    tracing::warn!(chat = %attempt.chat, thread = ?attempt.thread, "the topic is gone; sending to the chat itself");
                    attempt.thread = None;
                }
                Some(Fallback::Moved(new)) if attempt.moved.is_none() => {
                    attempt.moved = Some(new);
                    attempt.chat = Recipient::Id(new);
                }
                _ => return Err(refusal(&error)),
            }
        }
    }

    async fn attempt(
        &self,
        attempt: &Attempt,
        announcement: &Announcement,
    ) -> Result<i32, RequestError> {
        let preview = LinkPreviewOptions {
            is_disabled: true,
            url: None,
            prefer_small_media: false,
            prefer_large_media: false,
            show_above_text: false,
        };
        let text = if attempt.plain {
            telegram_plain(announcement)
        } else {
            telegram_html(announcement)
        };
        let mut request = self
            .bot
            .send_message(attempt.chat.clone(), text)
            .link_preview_options(preview);
        if !attempt.plain {
            request = request.parse_mode(ParseMode::Html);
        }
        if let Some(thread) = attempt.thread {
            request = request.message_thread_id(ThreadId(MessageId(thread)));
        }
        request.await.map(|message| message.id.0)
    }
}

impl Attempt {
    fn remote(&self, message: i32) -> String {
        self.moved.map_or_else(
            || message.to_string(),
            |chat| format!("{}:{message}", chat.0),
        )
    }
}

/// A chat's number, or the `@name` of a channel.
fn recipient(chat: &str) -> Result<Recipient, NotifyError> {
    match (chat.parse(), chat.strip_prefix('@')) {
        (Ok(id), _) => Ok(Recipient::Id(ChatId(id))),
        (_, Some(name))
            if !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') =>
        {
            Ok(Recipient::ChannelUsername(chat.to_owned()))
        }
        _ => Err(NotifyError::Address {
            wanted: "Telegram chat id or `@channel`",
        }),
    }
}
