//! A stand-in for the Bot API: the methods that Rollcall calls, chats that can be looked at, errors that can be scripted.

mod form;
mod html;

use super::pulse::Pulse;
use crate::clock::Clock;
use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// A message in a chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Its number in the chat.
    pub id: i64,
    /// Text as it was sent: HTML when `parse_mode` was HTML.
    pub html: String,
    /// Forum topic.
    pub thread: Option<i64>,
    /// When it was sent.
    pub at: Timestamp,
    /// How often it was edited.
    pub edits: u32,
    /// Whether it is pinned.
    pub pinned: bool,
    /// Whether it rings no bell.
    pub silent: bool,
    /// Name and content of the document sent with it.
    pub document: Option<(String, String)>,
}

/// A chat that the bot is in.
#[derive(Debug, Clone, Serialize)]
pub struct Chat {
    /// Its number; groups have negative ones.
    pub id: i64,
    /// Name shown above it; a title that begins with `@` is also its address.
    pub title: String,
    /// Messages, oldest first.
    pub messages: Vec<Message>,
}

/// An answer to give instead of the real one.
#[derive(Debug, Clone)]
struct Scripted {
    code: u16,
    description: String,
    parameters: Value,
}

struct Known {
    chats: BTreeMap<i64, Chat>,
    last_id: i64,
    calls: Vec<String>,
    script: VecDeque<Scripted>,
    /// The one token that is good; none while any is.
    token: Option<String>,
}

/// The stand-in. Clones share one state.
#[derive(Clone)]
pub struct Telegram {
    known: Arc<Mutex<Known>>,
    clock: Clock,
    pulse: Pulse,
}

/// What a method answers: its result, or a code and a description.
type Outcome = Result<Value, (u16, String)>;

fn bad(text: &str) -> (u16, String) {
    (400, format!("Bad Request: {text}"))
}

impl Telegram {
    /// A Telegram without chats.
    #[must_use]
    pub fn new(clock: Clock, pulse: Pulse) -> Self {
        let known = Known {
            chats: BTreeMap::new(),
            last_id: 0,
            calls: Vec::new(),
            script: VecDeque::new(),
            token: None,
        };
        Self {
            known: Arc::new(Mutex::new(known)),
            clock,
            pulse,
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds the bot to a chat; other chats are "not found".
    pub fn add_chat(&self, id: i64, title: &str) {
        self.known().chats.insert(
            id,
            Chat {
                id,
                title: title.to_owned(),
                messages: Vec::new(),
            },
        );
    }

    /// All chats with their messages.
    #[must_use]
    pub fn chats(&self) -> Vec<Chat> {
        self.known().chats.values().cloned().collect()
    }

    /// The methods called so far, in lower case.
    #[must_use]
    pub fn calls(&self) -> Vec<String> {
        self.known().calls.clone()
    }

    /// Takes this token only, from now on.
    pub fn expect_token(&self, token: &str) {
        self.known().token = Some(token.to_owned());
    }

    /// Makes a coming call fail with this code, description and `parameters` (`retry_after`, `migrate_to_chat_id`, or null).
    pub fn fail(&self, code: u16, description: &str, parameters: Value) {
        self.known().script.push_back(Scripted {
            code,
            description: description.to_owned(),
            parameters,
        });
    }

    /// The Bot API, `/bot{token}/{method}` whatever the case of the method.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/{bot}/{method}", axum::routing::any(answer))
            .with_state(self.clone())
    }

    fn call(&self, method: &str, arguments: &Map<String, Value>) -> Outcome {
        let now = self.clock.now();
        let mut known = self.known();
        match method {
            "getme" => Ok(bot(true)),
            "sendmessage" => known.send(arguments, text_of(arguments, "text", 4_096)?, now),
            "senddocument" => {
                let caption = if arguments.contains_key("caption") {
                    text_of(arguments, "caption", 1_024)?
                } else {
                    String::new()
                };
                known.send(arguments, caption, now)
            }
            "editmessagetext" => known.edit(arguments, text_of(arguments, "text", 4_096)?),
            "pinchatmessage" => {
                known.message(arguments)?.pinned = true;
                Ok(json!(true))
            }
            _ => Err((404, "Not Found".to_owned())),
        }
    }
}

async fn answer(
    State(telegram): State<Telegram>,
    Path((bot, method)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let method = method.to_lowercase();
    let scripted = {
        let mut known = telegram.known();
        known.calls.push(method.clone());
        known.script.pop_front()
    };
    if let Some(Scripted {
        code,
        description,
        parameters,
    }) = scripted
    {
        return failure(code, &description, &parameters);
    }
    if !telegram.known().is_good(&bot) {
        return failure(401, "Unauthorized", &Value::Null);
    }
    let outcome = form::arguments(&headers, &body)
        .map_err(bad)
        .and_then(|arguments| telegram.call(&method, &arguments));
    match outcome {
        Ok(result) => {
            telegram.pulse.beat();
            Json(json!({"ok": true, "result": result})).into_response()
        }
        Err((code, description)) => failure(code, &description, &Value::Null),
    }
}

fn failure(code: u16, description: &str, parameters: &Value) -> Response {
    let mut body = json!({"ok": false, "error_code": code, "description": description});
    if !parameters.is_null() {
        body["parameters"] = parameters.clone();
    }
    (
        StatusCode::from_u16(code).unwrap_or(StatusCode::BAD_REQUEST),
        Json(body),
    )
        .into_response()
}

fn bot(full: bool) -> Value {
    let mut bot = json!({"id": 4_242, "is_bot": true, "first_name": "Rollcall", "username": "rollcall_sandbox_bot"});
    if full {
        for ability in [
            "can_join_groups",
            "can_read_all_group_messages",
            "supports_inline_queries",
            "can_connect_to_business",
            "has_main_web_app",
        ] {
            bot[ability] = json!(ability == "can_join_groups");
        }
    }
    bot
}

/// The text, checked as Telegram checks it: well-formed when it is HTML, not empty, not too long.
fn text_of(
    arguments: &Map<String, Value>,
    name: &str,
    longest: usize,
) -> Result<String, (u16, String)> {
    let text = arguments.get(name).and_then(Value::as_str).unwrap_or("");
    let mode = arguments
        .get("parse_mode")
        .and_then(Value::as_str)
        .unwrap_or("");
    let length = if mode.eq_ignore_ascii_case("html") {
        html::length(text).map_err(|reason| bad(&format!("can't parse entities: {reason}")))?
    } else {
        text.encode_utf16().count()
    };
    match length {
        0 => Err(bad("message text is empty")),
        n if n > longest => Err(bad("message is too long")),
        _ => Ok(text.to_owned()),
    }
}

impl Known {
    /// Whether `botTOKEN` may call.
    fn is_good(&self, bot: &str) -> bool {
        let token = bot.strip_prefix("bot").unwrap_or_default();
        match &self.token {
            Some(expected) => token == expected,
            None => token.contains(':'),
        }
    }

    fn chat(&mut self, arguments: &Map<String, Value>) -> Result<&mut Chat, (u16, String)> {
        let wanted = &arguments.get("chat_id").cloned().unwrap_or_default();
        let number = wanted
            .as_i64()
            .or_else(|| wanted.as_str().and_then(|t| t.parse().ok()));
        let fits = |chat: &&mut Chat| {
            Some(chat.id) == number || wanted.as_str().is_some_and(|name| name == chat.title)
        };
        self.chats
            .values_mut()
            .find(fits)
            .ok_or_else(|| bad("chat not found"))
    }

    fn message(&mut self, arguments: &Map<String, Value>) -> Result<&mut Message, (u16, String)> {
        let wanted = whole(arguments, "message_id");
        let found = self
            .chat(arguments)?
            .messages
            .iter_mut()
            .find(|m| Some(m.id) == wanted);
        found.ok_or_else(|| bad("message to edit not found"))
    }

    fn send(&mut self, arguments: &Map<String, Value>, html: String, at: Timestamp) -> Outcome {
        self.last_id += 1;
        let message = Message {
            id: self.last_id,
            html,
            thread: whole(arguments, "message_thread_id"),
            at,
            edits: 0,
            pinned: false,
            silent: arguments
                .get("disable_notification")
                .is_some_and(|v| *v == json!(true) || *v == json!("true")),
            document: document(arguments),
        };
        let chat = self.chat(arguments)?;
        chat.messages.push(message.clone());
        Ok(message_json(chat, &message))
    }

    fn edit(&mut self, arguments: &Map<String, Value>, html: String) -> Outcome {
        let message = self.message(arguments)?;
        if message.html == html {
            return Err(bad(
                "message is not modified: specified new message content and reply markup are exactly the same as a current content",
            ));
        }
        message.html = html;
        message.edits += 1;
        let message = message.clone();
        Ok(message_json(self.chat(arguments)?, &message))
    }
}

fn whole(arguments: &Map<String, Value>, name: &str) -> Option<i64> {
    let value = arguments.get(name)?;
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

fn document(arguments: &Map<String, Value>) -> Option<(String, String)> {
    let file = arguments.get("document")?;
    // A file may stand in a part of its own: `document` is then `attach://PART`.
    let part = file
        .as_str()
        .and_then(|name| name.strip_prefix("attach://"));
    let file = part.map_or(Some(file), |part| arguments.get(part))?;
    Some((
        file["name"].as_str()?.to_owned(),
        file["content"].as_str()?.to_owned(),
    ))
}

fn message_json(chat: &Chat, message: &Message) -> Value {
    let mut json = json!({
        "message_id": message.id, "date": message.at.as_second(), "from": bot(false),
        "chat": {"id": chat.id, "type": "supergroup", "title": chat.title},
    });
    if let Some(thread) = message.thread {
        json["message_thread_id"] = json!(thread);
        json["is_topic_message"] = json!(true);
    }
    if message.edits > 0 {
        json["edit_date"] = json!(message.at.as_second());
    }
    match &message.document {
        None => json["text"] = json!(html::plain(&message.html)),
        Some((name, content)) => {
            json["document"] = json!({"file_id": format!("file{}", message.id), "file_unique_id": format!("unique{}", message.id),
                "file_name": name, "file_size": content.len(), "mime_type": "application/octet-stream"});
            json["caption"] = json!(html::plain(&message.html));
        }
    }
    json
}

#[cfg(test)]
mod tests;
