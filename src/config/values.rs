//! Single values of the configuration, checked while they are read, so that a mistake is reported with its line.

use crate::domain::announcement::Chat;
use secrecy::{ExposeSecret, SecretString};
use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, SeqAccess, Visitor},
};
use std::{fmt, net::SocketAddr};
use url::Url;

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// Begins in plain text and must be upgraded before anything is said.
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// Not at all; only for a server on the same machine.
    None,
}

impl Tls {
    /// The port that servers usually listen on for this.
    #[must_use]
    pub fn usual_port(self) -> u16 {
        match self {
            Self::Starttls => 587,
            Self::Tls => 465,
            Self::None => 25,
        }
    }
}

/// An address and a port to listen on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Listen(pub SocketAddr);

impl<'de> Deserialize<'de> for Listen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(|_| {
            de::Error::custom(format!(
                "`{text}` is not an address and a port such as `127.0.0.1:8787`"
            ))
        })
    }
}

/// An `http://` or `https://` address with a host, without query and fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WebUrl(pub Url);

impl<'de> Deserialize<'de> for WebUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let named = shown(&text);
        let url = Url::parse(&text)
            .map_err(|error| de::Error::custom(format!("{named} is not an address: {error}")))?;
        if !url.username().is_empty() || url.password().is_some() {
            // Not repeated: it may be a password.
            return Err(de::Error::custom(
                "an address must not hold a user name or a password",
            ));
        }
        let plain = url.query().is_none() && url.fragment().is_none();
        if matches!(url.scheme(), "http" | "https") && url.has_host() && plain {
            Ok(Self(url))
        } else {
            Err(de::Error::custom(format!(
                "{named} is not an address like `https://host` or `https://host/path`"
            )))
        }
    }
}

/// An address in a message about it; not repeated where it may hold a password or a token.
fn shown(address: &str) -> String {
    if address.contains(['@', '?', '#']) {
        "what is written there".to_owned()
    } else {
        format!("`{address}`")
    }
}

/// One secret or a list of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Secrets(pub Vec<SecretString>);

impl<'de> Deserialize<'de> for Secrets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMany;
        impl<'de> Visitor<'de> for OneOrMany {
            type Value = Secrets;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a list of texts")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Secrets, E> {
                Ok(Secrets(vec![text.into()]))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Secrets, A::Error> {
                let mut secrets = Secrets::default();
                while let Some(text) = list.next_element::<String>()? {
                    secrets.0.push(text.into());
                }
                Ok(secrets)
            }
        }
        deserializer.deserialize_any(OneOrMany)
    }
}

/// One text or a list of them, none of which is secret.
#[derive(Debug, Clone, Default)]
pub(super) struct Words(pub Vec<String>);

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts = Secrets::deserialize(deserializer)?.0;
        let texts = texts.iter().map(|text| text.expose_secret().to_owned());
        Ok(Self(texts.collect()))
    }
}

/// A Telegram chat: `"-100123"`, `-100123`, `"@channel"` or `{ chat = …, thread = 7 }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ChatEntry(pub Chat);

impl<'de> Deserialize<'de> for ChatEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ChatVisitor)
    }
}

struct ChatVisitor;

impl<'de> Visitor<'de> for ChatVisitor {
    type Value = ChatEntry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a chat id such as \"-1001234567890\", or { chat = \"…\", thread = 7 }")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<ChatEntry, E> {
        let id = text.trim();
        let number = id.parse::<i64>().is_ok();
        let channel = id.strip_prefix('@').is_some_and(|name| !name.is_empty());
        if number || channel {
            let id = id.to_owned();
            Ok(ChatEntry(Chat { id, thread: None }))
        } else {
            Err(E::custom(format!(
                "`{text}` is neither the number of a chat nor an `@channel`"
            )))
        }
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<ChatEntry, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ChatEntry, A::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Topic {
            chat: ChatEntry,
            thread: Option<i32>,
        }
        let topic = Topic::deserialize(de::value::MapAccessDeserializer::new(map))?;
        let id = topic.chat.0.id;
        Ok(ChatEntry(Chat {
            id,
            thread: topic.thread.or(topic.chat.0.thread),
        }))
    }
}
